"""What differs in a move of images where the settings were imported from the description of a container or a chart.

The description of a container has more than the registry's settings, and no section of it can be replaced: the new
settings are written to a file beside it. A folder that it names is a path inside the container. In a cluster a registry
is stopped, backed up and configured by other commands than on a host.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from wizard.catalog.registries import Instruction
from wizard.catalog.registries.migration import Migration
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
# The names of the values are those of doc/charts/registry/_index.md of GitLab's chart.
_GITLAB_CHART = _Container(
    "",
    "gitlab-helm",
    "registry-storage.yaml",
    "make it the content of the Secret that registry.storage.secret of the chart's values names:",
    Instruction(
        "Replace that Secret, with its name in place of registry-storage, and registry.storage.key in place of config. "
        "Then set registry.maintenance.readonly.enabled to false, upgrade the release, and delete "
        "registry-storage.yaml, which contains the keys.",
        "kubectl create secret generic registry-storage --from-file=config=registry-storage.yaml \\\n"
        "    --dry-run=client -o yaml | kubectl apply -f -",
    ),
)
_PLACES_ON_HOST = {  # of a folder in a container, where the source does not describe that container
    "harbor": "On this machine it is registry below data_volume of harbor.yml (usually /data/registry): enter that"
}
_CONTAINERS = {"compose": _COMPOSE, "env": _VARIABLES, "kubernetes": _KUBERNETES, "gitlab-helm": _GITLAB_CHART}


class _InCluster(NamedTuple):
    """What differs from the `Migration` of a registry on a host; empty where nothing does."""

    collection_off: tuple[Instruction, ...] = ()
    read_only: tuple[Instruction, ...] = ()
    backup: tuple[Instruction, ...] = ()


_IN_CLUSTER = {
    "docker-registry-helm": _InCluster(
        read_only=(
            Instruction(
                "Stop the registry, so that nothing changes during the last copy. The upgrade of the chart below "
                "starts it again.",
                "kubectl scale deployment/NAME-docker-registry --replicas 0",
            ),
        ),
    ),
    "gitlab-helm": _InCluster(
        collection_off=(
            Instruction(
                "Turn off garbage collection: the cleanup policies of projects and, with the metadata database, "
                "registry.gc.disabled in the chart's values."
            ),
        ),
        read_only=(
            Instruction(
                "Set registry.maintenance.readonly.enabled to true in the chart's values, and upgrade the release. "
                "Pulls still work."
            ),
        ),
        backup=(
            Instruction(
                "Back up the values and the Secrets of the release and, with the metadata database, that database with "
                "pg_dump."
            ),
        ),
    ),
    "harbor-helm": _InCluster(
        backup=(
            Instruction(
                "Back up Harbor's database. In MSR 4 its user is harbor. For a database of your own, use its own "
                "tools.",
                "(umask 077; kubectl exec harbor-database-0 -- pg_dumpall -U postgres > harbor-db.sql)",
            ),
        ),
    ),
}


def adapted(migration: Migration, source: ImportedFrom | None) -> Migration:
    """The steps of a registry, as they are for the installation that the source describes."""
    if source is None:
        return migration
    container = _CONTAINERS.get(source.format)
    if container and container.stop:  # a container is stopped as it was started
        stop = _filled(container.stop, source)
        steps = (step._replace(command=stop) if step.command else step for step in migration.read_only)
        migration = migration._replace(read_only=tuple(steps))
    other = _IN_CLUSTER.get(source.format, _InCluster())
    return migration._replace(
        collection_off=other.collection_off or migration.collection_off,
        read_only=other.read_only or migration.read_only,
        backup=other.backup or migration.backup,
    )


def is_applied_without_source(source: ImportedFrom) -> bool:
    """Whether new settings are applied on their own: the steps before them have changed the resource in the cluster."""
    return source.format == "openshift"


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
    return command.format(file=sanitize_command(shell_word(source.file)))
