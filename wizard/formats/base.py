"""What a format is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wizard.secret import Secret, shortened
from wizard.settings import Settings


@dataclass(frozen=True, slots=True)
class Exported:
    """The text for the consumer, secrets in clear; `remarks` say what it cannot carry."""

    text: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """One consumer's way of writing the settings. `write` takes settings whose rules have passed."""

    id: str
    title: str
    write: Callable[[Settings], Exported]


def without_keys(settings: Settings) -> Settings:
    """The settings to show around: the access key shortened, and a word in place of the secret key."""
    hidden = Secret("HIDDEN") if settings.secretkey else Secret()
    return settings.replace({"accesskey": shortened(settings.accesskey), "secretkey": hidden})
