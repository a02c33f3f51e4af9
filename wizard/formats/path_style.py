"""The request style in formats: some registries have a setting for it, the 2.x line derives it from the endpoint."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.catalog.registries import registry_of
from wizard.model.settings import Settings


def with_effective_path_style(settings: Settings) -> Settings:
    """The settings with the style that their own registry uses, for a format that has a setting for it."""
    if settings.type == "filesystem":
        return settings
    return settings.replace({"forcepathstyle": registry_of(settings.registry).path_style(settings)})


def effective_path_style_remarks(settings: Settings, name: str = "forcepathstyle") -> Iterator[str]:
    """A remark if `with_effective_path_style` changes the settings; `name` is the format's name of the setting."""
    effective = with_effective_path_style(settings).forcepathstyle
    if effective != settings.forcepathstyle:
        title, value = registry_of(settings.registry).title, "true" if effective else "false"
        yield f'"{name}" is {value} because {title} follows the endpoint. This is the style that was validated.'


def derived_path_style_remarks(settings: Settings) -> Iterator[str]:
    """A remark if the 2.x line derives another style from the endpoint than the settings' own registry uses."""
    uses_path_style = registry_of(settings.registry).path_style(settings)
    if settings.type == "s3" and uses_path_style != bool(settings.regionendpoint):
        style = (
            "uses path style (host/bucket)" if settings.regionendpoint else "uses virtual-hosted-style (bucket.host)"
        )
        yield f"Distribution 2 does not support forcepathstyle. With this endpoint, the registry {style}."
