"""What a draft may contain: settings without credentials, and texts that do not have the form of one."""

from __future__ import annotations

import re

from wizard.model.endpoint import Endpoint
from wizard.model.redaction import contains_secret
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Kind, Settings
from wizard.model.url_credentials import has_url_credentials
from wizard.session.state import KEYS, WizardState

_MIXED = re.compile(r"[A-Za-z0-9+=_~%-]{16,}|[A-Za-z0-9+/=_~%-]{30,}")  # as base64, and percent-encoded
_ACCESS_KEY = re.compile(r"[A-Z0-9]{16,}")
_SINGLE_CASE = re.compile(r"[a-z0-9]{20,}|[A-Z0-9]{20,}")
_STORAGE_CLASS = re.compile(r"[A-Z0-9_ -]{0,30}")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
# https://docs.aws.amazon.com/kms/latest/developerguide/concepts-key-id.html
_KMS_KEY = re.compile(r"(arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]+:key/)?(mrk-[0-9a-f]{32}|[0-9a-f-]{36})")


def settings_for_draft(state: WizardState) -> tuple[Settings, tuple[str, ...]]:
    """The settings of a draft, without both keys, and the names of the settings whose texts were left out.

    What was left out has the value of the settings file, or its default.
    """
    base = state.saved or Settings()
    names = tuple(name for name in DECLARATIONS if name not in KEYS and state.settings.value(name) != base.value(name))
    left_out = [name for name in names if not _may_be_kept(name, state)]
    changes = {name: base.value(name) for name in left_out} | {"accesskey": "", "secretkey": Secret()}
    left_out += [name for name in state.invalid_input if name not in (*KEYS, *left_out)]
    settings = state.settings.replace(changes)
    further = {name: value for name, value in settings.further.items() if not looks_like_credential(str(value))}
    return settings.with_further(further), tuple(left_out)


def _may_be_kept(name: str, state: WizardState) -> bool:
    text = str(state.settings.value(name))
    if DECLARATIONS[name].kind is Kind.SWITCH:
        return True
    if not _is_unicode(text) or has_url_credentials(name, text) or contains_secret(text, state.secret_texts()):
        return False
    match name:
        case "regionendpoint":
            return _is_address(text)
        case "keyid":
            return _KMS_KEY.fullmatch(text) is not None or not looks_like_credential(text)
        case "storageclass":  # is in upper case, in which a key is harder to recognize
            return _STORAGE_CLASS.fullmatch(text) is not None and not looks_like_credential(text)
        case _:
            return not looks_like_credential(text)


def _is_unicode(text: str) -> bool:
    """Whether a file in UTF-8 can hold the text."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def looks_like_credential(text: str) -> bool:
    """Whether a part of `text` has the form of an access key or a secret key, as far as that can be recognized.

    Such keys have 16 characters or more, of letters and digits; long ones of one case only can be hexadecimal.
    """
    has_long_token = any(_has_letters_and_digits(match[0]) for match in _SINGLE_CASE.finditer(text))
    return has_long_token or _has_mixed_token(text) or _UUID.search(text) is not None


def _has_mixed_token(text: str) -> bool:
    tokens = [match[0] for match in _MIXED.finditer(text)]
    return any(
        any(map(str.islower, token)) and any(map(str.isupper, token)) and any(map(str.isdigit, token))
        for token in tokens
    ) or any(_has_letters_and_digits(match[0]) for match in _ACCESS_KEY.finditer(text))


def _has_letters_and_digits(token: str) -> bool:
    return any(map(str.isalpha, token)) and any(map(str.isdigit, token))


def _is_address(text: str) -> bool:
    """Whether a region endpoint is clearly one: a key that was typed in its field can be a host name by its form."""
    parsed = Endpoint.parse(text)
    if _has_mixed_token(text) or ("." not in parsed.host and looks_like_credential(parsed.host)):
        return False
    return bool(parsed.scheme or parsed.port or "." in parsed.host or parsed.host in ("", "localhost"))
