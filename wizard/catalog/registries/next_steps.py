"""What an admin does with the saved file: instructions, and the commands that several registries share."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from wizard.config import DEFAULT_FILE
from wizard.files.reading import is_regular_file
from wizard.model.settings import Settings
from wizard.text.shell_path import shell_path


class Instruction(NamedTuple):
    """One thing to do: a sentence, and a shell command where there is one; the sentence can be empty then."""

    text: str
    command: str = ""


NextSteps = Callable[[Settings, Path], tuple[Instruction, ...]]
"""The instructions for the settings that were saved at a path."""


_RESTARTS = {
    **dict.fromkeys(("distribution-2", "distribution-3"), "sudo systemctl restart docker-registry"),
    "harbor": "sudo ./prepare && docker compose up -d",
    "gitlab": "sudo gitlab-ctl reconfigure",
}
_IN_CONTAINER = ("distribution-2", "distribution-3")
_IN_CLUSTER = {  # what a chart or an operator does with a file; words in capitals must be replaced
    "docker-registry-helm": "helm upgrade NAME twuni/docker-registry -f {file}",
    "harbor-helm": "helm upgrade harbor harbor/harbor -f {file}",
    "msr-helm": "helm upgrade NAME CHART -f {file}",
    "msr-operator": "kubectl patch msrs.msr.mirantis.com NAME --type merge --patch-file {file}",
    "openshift": "oc apply -f {file}",
}


def restart_instruction(registry: str) -> Instruction:
    """What makes a registry on a host read its configuration: a sentence, and the command if it is known."""
    command = _RESTARTS.get(registry, "")
    if registry in _IN_CONTAINER:
        return Instruction("Restart the registry (in a container: docker restart NAME):", command)
    return Instruction("Apply the change:", command) if command else Instruction("Restart the registry.")


def apply_instruction(format_id: str, file: Path) -> Instruction:
    """What makes the registry read its `file` of that format: a sentence, and the command if it is known."""
    if command := _IN_CLUSTER.get(format_id):
        return Instruction("Apply the change:", command.replace("{file}", shell_path(file)))
    return restart_instruction(format_id)


def config_flag(path: Path) -> str:
    """` -c PATH`, with the blank before it; empty for the default settings file."""
    return "" if path == DEFAULT_FILE else f" -c {shell_path(path)}"


def export_command(path: Path, arguments: str) -> str:
    """The command that exports the settings in the file at `path`; `arguments` name the format and the target."""
    return f"storage-wizard export{config_flag(path)} --to {arguments}"


class Target(NamedTuple):
    """Where a registry's configuration is: `existing` are usual files, `new` is the one to write where none exists."""

    existing: Sequence[str]
    new: str


def export_instruction(path: Path, format_id: str, target: Target, adding: str, writing: str) -> Instruction:
    """The export into the first existing file, with the text `adding`; into a new one with the text `writing`."""
    existing = next((file for file in target.existing if is_regular_file(Path(file))), "")
    if existing:
        return Instruction(adding, export_command(path, f"{format_id} --into {existing}"))
    return Instruction(writing, export_command(path, f"{format_id} -o {target.new}"))


def verify_instruction(path: Path, url: str, *, is_known: bool) -> Instruction:
    """How to verify the registry at `url` once it was restarted; an unknown URL must be replaced."""
    import shlex

    where = "" if is_known else " at the URL that images are pushed to"
    return Instruction(
        f"After its restart, verify it{where}:", f"storage-wizard verify{config_flag(path)} {shlex.quote(url)}"
    )


def check_instruction(path: Path) -> Instruction:
    """How to validate the file again, for example in a cron job; the last instruction of every registry."""
    return Instruction("Check again at any time:", f"storage-wizard check {shell_path(path)}")
