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
        yield f"{title} goes by the endpoint, so `{name}` is {value}: the bucket stays where it was proven."


def derived_path_style_remarks(settings: Settings) -> Iterator[str]:
    """A remark if the 2.x line derives another style from the endpoint than the settings' own registry uses."""
    uses_path_style = registry_of(settings.registry).path_style(settings)
    if settings.type == "s3" and uses_path_style != bool(settings.regionendpoint):
        style = "has the bucket in the path" if settings.regionendpoint else "has the bucket in the host name"
        yield f"Distribution 2.x knows no forcepathstyle: this registry {style}, as its endpoint decides."
