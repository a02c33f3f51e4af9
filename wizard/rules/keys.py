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

_AMAZON_ACCESS_KEY = r"(AKIA|ASIA)[A-Z0-9]{12,28}"
_FORTY_CHARACTERS = r"[A-Za-z0-9/+=]{40}"  # as in every secret key of Amazon


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
        text = f"The {missing} key is missing, so the registry uses {pair[0]} from its environment, if set."
        yield Finding(Cause.NO_CREDENTIALS, text, Severity.WARNING, name)
    else:
        source = "an IAM role" if _is_amazon(settings) else "keys from the registry's environment"
        text = f"Enter the {missing} key too, or leave both blank to use {source}."
        yield Finding(Cause.NO_CREDENTIALS, text, setting=name)


def access_key(settings: Settings) -> Iterator[Finding]:
    """The key has the form that Amazon issues, or at least one that a store can receive."""
    key, secret = settings.accesskey, settings.secretkey
    if _looks_swapped(key, secret):
        yield Finding(
            Cause.MALFORMED_ACCESS_KEY,
            "The access key and secret key look swapped.",
            setting="accesskey",
            fix=Fix("Swap them.", {"accesskey": secret.reveal(), "secretkey": Secret(key)}),
        )
    elif kind := _other_kind(key):
        yield Finding(Cause.MALFORMED_ACCESS_KEY, f"This is {kind}, not an access key.", setting="accesskey")
    elif _cannot_be_sent(key):
        yield Finding(
            Cause.MALFORMED_ACCESS_KEY,
            "Access keys can't contain spaces or special characters. Copy it again.",
            setting="accesskey",
        )
    elif key.startswith("ASIA") and _is_amazon(settings):
        yield Finding(
            Cause.EXPIRED_TOKEN,
            "ASIA… keys are temporary, and registries can't use their session token. Use an AKIA… key or a role.",
            setting="accesskey",
        )
    elif "/" in key and _is_amazon(settings):
        yield Finding(
            Cause.MALFORMED_ACCESS_KEY,
            "Access keys don't contain slashes. Did you paste the secret key?",
            setting="accesskey",
        )
    elif key and _is_amazon(settings) and not re.fullmatch(r"AKIA[A-Z0-9]{16}", key):
        yield Finding(
            Cause.MALFORMED_ACCESS_KEY,
            "This doesn't look like an AWS access key (AKIA and 16 characters).",
            Severity.WARNING,
            "accesskey",
        )


def secret_key(settings: Settings) -> Iterator[Finding]:
    """The key was pasted completely and unchanged."""
    secret = settings.secretkey.reveal()
    if not secret or _looks_swapped(settings.accesskey, settings.secretkey):
        return
    if re.fullmatch(_AMAZON_ACCESS_KEY, secret):
        yield invalid_setting("secretkey", "This looks like an access key. Enter the secret key here.")
    elif _cannot_be_sent(secret):
        if _is_amazon(settings):
            text = "Secret keys can't contain spaces or special characters. Copy it again."
            yield invalid_setting("secretkey", text)
        else:  # a self-hosted server can have a password with blanks
            text = "Contains a space or accent, which is unusual. Check that it was copied correctly."
            yield invalid_setting("secretkey", text, severity=Severity.WARNING)
    elif kind := _other_kind(secret):
        text = f"This looks like {kind}. Check that you copied the secret key."
        yield invalid_setting("secretkey", text, severity=Severity.WARNING)
    elif "\\/" in secret:
        yield invalid_setting(
            "secretkey",
            'This looks copied from JSON: "\\/" should be "/".',
            Fix("Remove the backslashes.", {"secretkey": Secret(secret.replace("\\/", "/"))}),
            Severity.WARNING,
        )
    elif _is_amazon(settings) and not re.fullmatch(_FORTY_CHARACTERS, secret):
        text = (
            f"AWS secret keys have 40 characters (this has {len(secret)})."
            if len(secret) != 40
            else 'AWS secret keys contain only letters, digits, "/" and "+".'
        )
        yield invalid_setting("secretkey", text, severity=Severity.WARNING)


def _looks_swapped(key: str, secret: Secret) -> bool:
    return (
        re.fullmatch(_AMAZON_ACCESS_KEY, secret.reveal()) is not None
        and re.fullmatch(_FORTY_CHARACTERS, key) is not None
    )


def _other_kind(key: str) -> str:
    """What was entered in place of an access key; empty if it can be one."""
    if "://" in key:
        return "an address"
    return "an ARN" if key.lower().startswith("arn:") else ""


def _cannot_be_sent(key: str) -> bool:
    """Whether the key has a character that cannot be in an HTTP header."""
    return any(char.isspace() or not char.isascii() or not char.isprintable() for char in key)
