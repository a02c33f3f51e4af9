"""All formats. Each is imported only when it is asked for."""

from __future__ import annotations

from wizard.formats import NAMES
from wizard.formats.format import Format


def format_of(name: str) -> Format:
    """The format of that name, one of `NAMES`."""
    match name:
        case "env" | "compose":
            from wizard.formats.env import COMPOSE, ENV

            return ENV if name == "env" else COMPOSE
        case "harbor" | "harbor-helm":
            from wizard.formats.harbor import HARBOR, HARBOR_HELM

            return HARBOR if name == "harbor" else HARBOR_HELM
        case "gitlab" | "gitlab-helm":
            from wizard.formats.gitlab import GITLAB, GITLAB_HELM

            return GITLAB if name == "gitlab" else GITLAB_HELM
        case "dtr":
            from wizard.formats.dtr import DTR

            return DTR
        case _:
            from wizard.formats.distribution import DISTRIBUTION_2, DISTRIBUTION_3

            return DISTRIBUTION_3 if name == "distribution-3" else DISTRIBUTION_2


def all_formats() -> dict[str, Format]:
    """All of them by name."""
    return {name: format_of(name) for name in NAMES}
