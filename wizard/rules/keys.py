"""The access key and the secret key. No finding holds the secret key."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from wizard.catalog.endpoints import store_of
from wizard.catalog.registries import registry_of
from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.rules.invalid import invalid_setting

_AMAZON_ACCESS_KEY = re.compile(r"(AKIA|ASIA)[A-Z0-9]{12,28}")
_AMAZON_SECRET_KEY = re.compile(r"[A-Za-z0-9/+=]{40}")


def _is_amazon(settings: Settings) -> bool:
    return store_of(settings).id == "aws"


def both_or_neither(settings: Settings) -> Iterator[Finding]:
    """The registry silently ignores one key without the other, and looks for credentials elsewhere.

    With a complete pair in its environment it works with that one.
    """
    if bool(settings.accesskey) == bool(settings.secretkey):
        return
    missing, name = ("access", "accesskey") if settings.secretkey else ("secret", "secretkey")
    if pair := registry_of(settings.registry).sdk.key_variables_in(os.environ):
        text = f"The {missing} key is missing: the registry then uses {pair[0]} of its environment, if it is there."
        yield Finding(Cause.NO_CREDENTIALS, text, Severity.WARNING, name)
    else:
        text = f"The {missing} key is missing: give both keys, or leave both blank for an IAM role."
        yield Finding(Cause.NO_CREDENTIALS, text, setting=name)


def access_key(settings: Settings) -> Iterator[Finding]:
    """The key has the form that Amazon issues, or at least one that a store can receive."""
    key, secret = settings.accesskey, settings.secretkey
    if _looks_swapped(key, secret):
        yield Finding(
            Cause.MALFORMED_ACCESS_KEY,
            "The two keys stand in each other's place.",
            setting="accesskey",
            fix=Fix("Swap them.", {"accesskey": secret.reveal(), "secretkey": Secret(key)}),
        )
    elif _cannot_be_sent(key):
        yield Finding(
            Cause.MALFORMED_ACCESS_KEY,
            "An access key has no blanks, control characters or accents; copy it again.",
            setting="accesskey",
        )
    elif key.startswith("ASIA") and _is_amazon(settings):
        yield Finding(
            Cause.EXPIRED_TOKEN,
            "ASIA… is a temporary key; the registry cannot send its session token. Use an AKIA… key or a role.",
            setting="accesskey",
        )
    elif "/" in key and _is_amazon(settings):
        yield Finding(
            Cause.MALFORMED_ACCESS_KEY,
            "An access key has no slash; this looks like a part of a secret key.",
            setting="accesskey",
        )
    elif key and _is_amazon(settings) and not re.fullmatch(r"AKIA[A-Z0-9]{16}", key):
        yield Finding(
            Cause.MALFORMED_ACCESS_KEY,
            "Amazon's access keys are AKIA and 16 capitals or digits; this one is not.",
            Severity.WARNING,
            "accesskey",
        )


def secret_key(settings: Settings) -> Iterator[Finding]:
    """The key was pasted completely and unchanged."""
    secret = settings.secretkey.reveal()
    if not secret or _looks_swapped(settings.accesskey, settings.secretkey):
        return
    if _AMAZON_ACCESS_KEY.fullmatch(secret):
        yield invalid_setting("secretkey", "This is an access key; the secret key belongs here.")
    elif _cannot_be_sent(secret):
        if _is_amazon(settings):
            text = "A secret key has no blanks, control characters or accents; copy it again."
            yield invalid_setting("secretkey", text)
        else:  # a self-hosted server can have a password with blanks
            text = "Few secret keys have blanks or accents; make sure that it was copied right."
            yield invalid_setting("secretkey", text, severity=Severity.WARNING)
    elif "\\/" in secret:
        yield invalid_setting(
            "secretkey",
            "`\\/` is a slash as JSON writes it; the key itself has plain slashes.",
            Fix("Take the backslashes out.", {"secretkey": Secret(secret.replace("\\/", "/"))}),
            Severity.WARNING,
        )
    elif _is_amazon(settings) and not _AMAZON_SECRET_KEY.fullmatch(secret):
        text = (
            f"Amazon's secret keys have 40 characters; this one has {len(secret)}."
            if len(secret) != 40
            else "Amazon's secret keys have only letters, digits, `/` and `+`."
        )
        yield invalid_setting("secretkey", text, severity=Severity.WARNING)


def _looks_swapped(key: str, secret: Secret) -> bool:
    return _AMAZON_ACCESS_KEY.fullmatch(secret.reveal()) is not None and _AMAZON_SECRET_KEY.fullmatch(key) is not None


def _cannot_be_sent(key: str) -> bool:
    """Whether the key has a character that cannot be in an HTTP header."""
    return any(char.isspace() or not char.isascii() or not char.isprintable() for char in key)
