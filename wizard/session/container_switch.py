"""What differs in a move of images where the settings were imported from the description of a container.

Such a file has more than the registry's settings, and no section of it can be replaced: the new settings are written to
a file beside it. A folder that it names is a path inside the container.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from wizard.catalog.registries import Instruction
from wizard.catalog.registries.next_steps import export_command
from wizard.config.schema import ImportedFrom
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize, sanitize_command
from wizard.text.shell_path import shell_word


class _Container(NamedTuple):
    """How a registry in a container gets new settings.

    `format_id` is what is exported to `file`, and `then` what is done with that file. `stop` and `start` contain
    `{file}` where a command names the source; `stop` is empty where that does not tell how the registry was started.
    """

    stop: str
    format_id: str
    file: str
    then: str
    start: Instruction


_COMPOSE = _Container(
    "docker compose -f {file} stop",
    "compose",
    "registry-storage.yml",
    "put its REGISTRY_STORAGE variables into {file}, in place of those there:",
    Instruction(
        "Create the container again. Then delete registry-storage.yml, which contains the keys.",
        "docker compose -f {file} up -d",
    ),
)
_VARIABLES = _Container(
    "",
    "env",
    "registry.env",
    "put its variables into {file}, in place of the REGISTRY_STORAGE variables there:",
    Instruction(
        "Restart the registry: a container must be created again to get new variables. Then delete registry.env, which "
        "contains the keys."
    ),
)
_KUBERNETES = _Container(
    "kubectl scale deployment/NAME --replicas 0",
    "kubernetes",
    "registry-storage.yaml",
    "mount that Secret as its comment shows, and remove the REGISTRY_STORAGE variables from the Pod:",
    Instruction(
        "Apply the change, also to the Deployment, and start the registry:",
        "kubectl apply -f registry-storage.yaml && kubectl scale deployment/NAME --replicas 1",
    ),
)
_PLACES_ON_HOST = {  # of a folder in a container, where the source does not describe that container
    "harbor": "On this machine it is registry below data_volume of harbor.yml (usually /data/registry): enter that"
}
_CONTAINERS = {"compose": _COMPOSE, "env": _VARIABLES, "kubernetes": _KUBERNETES}


def stop_command(source: ImportedFrom | None) -> str:
    """The command that stops the registry of the source; empty if the source describes no container."""
    container = _CONTAINERS.get(source.format) if source else None
    return _filled(container.stop, source) if container and source else ""


def switch_steps(source: ImportedFrom, config: Path) -> Iterator[Instruction]:
    """How the settings in the file at `config` reach the registry; nothing if the source describes no container."""
    if container := _CONTAINERS.get(source.format):
        text = f"Switch to the new settings. Write them to {container.file}, then {container.then}"
        command = export_command(config, f"{container.format_id} -o {container.file}")
        yield Instruction(text.format(file=sanitize(source.file, 400)), sanitize_command(command))
        start = container.start
        yield start._replace(command=_filled(start.command, source))


def path_remark(source: ImportedFrom | None, settings: Settings, config: Path) -> str:
    """A sentence on the folder of the settings in the file at `config`; empty if it is not that of a container."""
    if source is None or source.format not in (*_CONTAINERS, *_PLACES_ON_HOST) or settings.type != "filesystem":
        return ""
    folder = _PLACES_ON_HOST.get(source.format, "If the folder has another path on this machine, enter that")
    return (
        f"{sanitize(settings.rootdirectory, 200)} is the path inside the container. {folder} as "
        f'"rootdirectory" in {sanitize(config, 400)} and run migrate again.'
    )


def _filled(command: str, source: ImportedFrom) -> str:
    return sanitize_command(command.format(file=shell_word(source.file)))
