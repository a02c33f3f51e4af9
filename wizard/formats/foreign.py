"""Files that no format reads: those of other tools that can contain a registry's configuration, and of programs."""

from __future__ import annotations

import re

# By how a sentence names it: what a line of it begins with. The first that matches decides.
_KINDS = {
    "a Nomad job": r"job[ \t]+\"[^\"\n]+\"[ \t]*\{",
    "Terraform": r"(?:(?:resource|provider|module|variable|data)[ \t]+\"[^\"\n]+\"|(?:terraform|locals)[ \t]*\{)",
    "an Ansible playbook or task": (
        r"[ \t]*(?:-[ \t]+hosts:|(?:-[ \t]+)?(?:community\.docker\.\w+|ansible\.builtin\.\w+|docker_container):)"
    ),
    "a Salt state": r"[ \t]*-?[ \t]*(?:docker_container|file|pkg|service|cmd)\.[a-z]+:[ \t]*(?:#[^\n]*)?$",
    "a shell script with a here-document": r"[^#\n]*\b(?:cat|tee|kubectl|install)\b[^\n]*<<-?[ \t]*['\"]?\w+",
    "a systemd unit": r"\[(?:Unit|Service|Container)\]",
    "a template": r"[^#\n]*(?:\{\{-?[ \t]*[\w.$]|\{%)",
}
_COPY = "Copy the registry's configuration into a separate file, fill in the values, and import that file."
# The same, with what to do instead.
_PROGRAMS = {
    "a storage-wizard settings file": (r"\[storage\.(?:s3|filesystem)\]", "Open it with -c FILE; no import is needed."),
    "an rclone configuration": (r"type[ \t]*=[ \t]*s3[ \t]*$", "Import it with --from rclone REMOTE:BUCKET."),
    "an AWS CLI configuration": (
        r"aws_(?:access_key_id|secret_access_key)[ \t]*=",
        "Import it with --from aws PROFILE.",
    ),
    "an s3cmd configuration": (r"host_(?:base|bucket)[ \t]*=", "Import it with --from s3cmd s3://BUCKET."),
    "a MinIO client configuration": (
        r"[ \t{]*(?:\"version\"[^\n]{1,20})?\"aliases\"[ \t]*:",
        "Import it with --from mc ALIAS/BUCKET.",
    ),
}
_LONGEST_LINE = 300  # characters; a longer one would take too long to search


def foreign_refusal(text: str) -> str:
    """What kind of file the text looks like, and what to do; empty if it looks like none of these."""
    lines = "\n".join(line for line in text.split("\n") if len(line) <= _LONGEST_LINE)
    known = _PROGRAMS | {kind: (line, _COPY) for kind, line in _KINDS.items()}
    found = (kind for kind, (line, _) in known.items() if re.search(f"^{line}", lines, re.MULTILINE))
    kind = next(found, "")
    return f"The file looks like {kind}, which cannot be imported. {known[kind][1]}" if kind else ""
