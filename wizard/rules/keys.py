"""Access key and secret key."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.model.secret import Secret
from wizard.model.settings import Settings

_AMAZON_ID = re.compile(r"(AKIA|ASIA)[A-Z0-9]{12,28}")
_AMAZON_SECRET = re.compile(r"[A-Za-z0-9/+=]{40}")


def _is_amazon(settings: Settings) -> bool:
    return settings.provider == "aws"


def both_or_neither(settings: Settings) -> Iterator[Finding]:
    """The registry ignores half a pair without a word and looks for credentials elsewhere."""
    if settings.accesskey and not settings.secretkey:
        yield Finding(
            Cause.NO_CREDENTIALS,
            "The secret key is missing: give both keys, or leave both blank for an IAM role.",
            setting="secretkey",
        )
    if settings.secretkey and not settings.accesskey:
        yield Finding(
            Cause.NO_CREDENTIALS,
            "The access key is missing: give both keys, or leave both blank for an IAM role.",
            setting="accesskey",
        )


def access_key(settings: Settings) -> Iterator[Finding]:
    """The forms that Amazon issues, and what no store can take."""
    key, secret = settings.accesskey, settings.secretkey
    if _looks_swapped(key, secret):
        yield Finding(
            Cause.MALFORMED_ACCESS_KEY,
            "The two keys stand in each other's place.",
            setting="accesskey",
            fix=Fix("Swap them.", {"accesskey": secret.reveal(), "secretkey": Secret(key)}),
        )
    elif _unsendable(key):
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
    """What a paste does to a secret; the secret itself never stands in a finding."""
    secret = settings.secretkey.reveal()
    if not secret or _looks_swapped(settings.accesskey, settings.secretkey):
        return
    if _AMAZON_ID.fullmatch(secret):
        yield _about_secret("This is an access key; the secret key belongs here.", Severity.ERROR)
    elif _unsendable(secret):
        if _is_amazon(settings):
            yield _about_secret(
                "A secret key has no blanks, control characters or accents; copy it again.", Severity.ERROR
            )
        else:  # the password of a server of one's own may well have blanks
            yield _about_secret(
                "Few secret keys have blanks or accents; make sure that it was copied right.", Severity.WARNING
            )
    elif "\\/" in secret:
        yield _about_secret(
            "`\\/` is a slash as JSON writes it; the key itself has plain slashes.",
            Severity.WARNING,
            Fix("Take the backslashes out.", {"secretkey": Secret(secret.replace("\\/", "/"))}),
        )
    elif _is_amazon(settings) and not _AMAZON_SECRET.fullmatch(secret):
        yield _about_secret(
            f"Amazon's secret keys have 40 characters; this one has {len(secret)}."
            if len(secret) != 40
            else "Amazon's secret keys have only letters, digits, `/` and `+`.",
            Severity.WARNING,
        )


def _about_secret(text: str, severity: Severity, fix: Fix | None = None) -> Finding:
    return Finding(Cause.INVALID_SETTING, text, severity, "secretkey", fix)


def _looks_swapped(key: str, secret: Secret) -> bool:
    return _AMAZON_ID.fullmatch(secret.reveal()) is not None and _AMAZON_SECRET.fullmatch(key) is not None


def _unsendable(key: str) -> bool:
    """Whether a key cannot stand in a header."""
    return any(char.isspace() or not char.isascii() or not char.isprintable() for char in key)
