"""What a format is."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from wizard.model.secret import Secret, abbreviate_key
from wizard.model.settings import Settings


class FormatError(Exception):
    """Why a text is not of the format, and what to do: one or two sentences, with no secret in them."""


class Exported(NamedTuple):
    """The text for the consumer, secrets in clear; `remarks` say what it cannot carry, `command` how it gets there."""

    text: str
    remarks: tuple[str, ...] = ()
    command: str = ""

    def __repr__(self) -> str:
        return f"Exported({len(self.text)} characters)"


class Imported(NamedTuple):
    """What a text says of the settings, the rest as its consumer takes it; `remarks` say what was left aside.

    `settings.provider` is the default where the text does not tell the store: whoever imports goes by the endpoint.
    """

    settings: Settings
    remarks: tuple[str, ...] = ()


class Format(NamedTuple):
    """One consumer's way of writing the settings. `write` takes settings whose rules have passed.

    `read` is the way back; it raises `FormatError`. `carries` names the settings that come back as they went.
    `registry` is the id of the one that reads it, empty where that is for the settings to say.
    `section` is the path to the part of a YAML file that is the storage's, for `--into`, empty where that cannot be;
    `rivals` are the names in it that must go when ours come.
    """

    id: str
    title: str
    write: Callable[[Settings], Exported]
    read: Callable[[str], Imported]
    carried_settings: frozenset[str]
    registry: str = ""
    section: tuple[str, ...] = ()
    conflicting_keys: frozenset[str] = frozenset()


def redact_keys(settings: Settings) -> Settings:
    """The settings to show around: the access key shortened, and a word in place of the secret key."""
    hidden = Secret("HIDDEN") if settings.secretkey else Secret()
    return settings.replace({"accesskey": abbreviate_key(settings.accesskey), "secretkey": hidden})
