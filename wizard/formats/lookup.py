"""Formats and sources by name. Each module is imported only when its format or source is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.formats import IMPORT_ONLY_NAMES, NAMES
from wizard.formats.format import Format

if TYPE_CHECKING:
    from wizard.formats.sources.source import Source


def format_of(name: str) -> Format:
    """The format with that name, one of `NAMES`, `IMPORT_ONLY_NAMES` or `EXPORT_ONLY_NAMES`."""
    match name:
        case "distribution-2":
            from wizard.formats.distribution import DISTRIBUTION_2 as FORMAT
        case "distribution-3":
            from wizard.formats.distribution import DISTRIBUTION_3 as FORMAT
        case "env":
            from wizard.formats.env import ENV as FORMAT
        case "compose":
            from wizard.formats.compose import COMPOSE as FORMAT
        case "harbor":
            from wizard.formats.harbor import HARBOR as FORMAT
        case "gitlab":
            from wizard.formats.gitlab import GITLAB as FORMAT
        case "quay":
            from wizard.formats.quay import QUAY as FORMAT
        case "zot":
            from wizard.formats.zot import ZOT as FORMAT
        case "dtr":
            from wizard.formats.dtr import DTR as FORMAT
        case _:
            return _format_of_kubernetes(name)
    return FORMAT


def _format_of_kubernetes(name: str) -> Format:
    """The format with that name if Kubernetes or a chart for it reads it."""
    match name:
        case "harbor-helm":
            from wizard.formats.harbor_helm import HARBOR_HELM as FORMAT
        case "gitlab-helm":
            from wizard.formats.gitlab_helm import GITLAB_HELM as FORMAT
        case "openshift":
            from wizard.formats.openshift import OPENSHIFT as FORMAT
        case "msr-helm":
            from wizard.formats.msr import MSR_HELM as FORMAT
        case "msr-operator":
            from wizard.formats.msr import MSR_OPERATOR as FORMAT
        case "docker-registry-helm":
            from wizard.formats.docker_registry_helm import DOCKER_REGISTRY_HELM as FORMAT
        case "kubernetes":
            from wizard.formats.kubernetes import KUBERNETES as FORMAT
        case _:
            return _one_way_format_of(name)
    return FORMAT


def _one_way_format_of(name: str) -> Format:
    """The format with that name if it is only imported or only exported."""
    match name:
        case "docker":
            from wizard.formats.docker import DOCKER as FORMAT
        case "rclone":
            from wizard.formats.rclone import RCLONE as FORMAT
        case _:
            raise KeyError(name)
    return FORMAT


def all_formats() -> dict[str, Format]:
    """All formats that are read by name, in the order of `NAMES` and `IMPORT_ONLY_NAMES`."""
    return {name: format_of(name) for name in (*NAMES, *IMPORT_ONLY_NAMES)}


def source_of(name: str) -> Source:
    """The source with that name, one of `SOURCE_NAMES`."""
    match name:
        case "aws":
            from wizard.formats.sources.aws import AWS as SOURCE
        case "rclone":
            from wizard.formats.sources.rclone import RCLONE as SOURCE
        case "mc":
            from wizard.formats.sources.mc import MC as SOURCE
        case "s3cmd":
            from wizard.formats.sources.s3cmd import S3CMD as SOURCE
        case _:
            raise KeyError(name)
    return SOURCE
