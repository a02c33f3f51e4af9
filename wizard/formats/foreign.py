"""Files of other tools that can hold a registry's configuration, and that no format reads."""

from __future__ import annotations

import re

# By how a sentence names it: what a line of it begins with. The first that matches decides.
_KINDS = {
    "a Nomad job": r"job[ \t]+\"[^\"\n]+\"[ \t]*\{",
    "Terraform": r"(?:(?:resource|provider|module|variable|data)[ \t]+\"[^\"\n]+\"|(?:terraform|locals)[ \t]*\{)",
    "a playbook or a task of Ansible": (
        r"[ \t]*(?:-[ \t]+hosts:|(?:-[ \t]+)?(?:community\.docker\.\w+|ansible\.builtin\.\w+|docker_container):)"
    ),
    "a state of Salt": r"[ \t]*-?[ \t]*(?:docker_container|file|pkg|service|cmd)\.[a-z]+:[ \t]*(?:#[^\n]*)?$",
    "a shell script with a here-document": r"[^#\n]*\b(?:cat|tee|kubectl|install)\b[^\n]*<<-?[ \t]*['\"]?\w+",
    "a template": r"[^#\n]*(?:\{\{-?[ \t]*[\w.$]|\{%)",
}
_LONGEST_LINE = 300  # characters; a longer one would take too long to search


def foreign_kind_of(text: str) -> str:
    """How sentences name the kind of file that the text looks like; empty if it looks like none of these."""
    lines = "\n".join(line for line in text.split("\n") if len(line) <= _LONGEST_LINE)
    return next((kind for kind, line in _KINDS.items() if re.search(f"^{line}", lines, re.MULTILINE)), "")
