"""Hides the credentials in settings from everything that is displayed or kept outside of the settings file.

`displayed` is for code that prints settings. `hide_credentials` is for a text that can quote a value, also in part or
encoded. Both leave the access key abbreviated, because it identifies a key pair and is no secret by itself.

Credentials that are not in the settings, as those of the environment, are hidden from `register_credentials` on.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from wizard.model.endpoint import Endpoint
from wizard.model.secret import MIN_LENGTH_FOR_ENDS, Secret, abbreviate_key
from wizard.model.settings import DECLARATIONS, Kind, Settings
from wizard.model.url_credentials import decoded, has_url_credentials, split_userinfo

if TYPE_CHECKING:
    from wizard.model.findings import Finding

HIDDEN = "(hidden)"

_MIN_WORD, _MIN_LENGTH = 4, 8  # characters: a shorter secret is hidden as a whole word, or not at all
_PIECE, _LONG_PIECE = 8, 16  # characters of a secret that are hidden by themselves; the long ones whatever they are
_MAX_PORT = 5  # digits
_COVERED = b"x"
_TEXTS = tuple(name for name, declaration in DECLARATIONS.items() if declaration.kind in (Kind.TEXT, Kind.CHOICE))

_registered: dict[Secret, None] = {}  # in the order in which they came
_registered_keys: dict[str, None] = {}  # access keys


def register_credentials(accesskey: str, *secrets: str) -> None:
    """Hide credentials that were found outside of the settings, until this process ends: a store can repeat them."""
    _registered_keys.update({accesskey: None} if accesskey else {})
    _registered.update((Secret(text), None) for text in secrets if text)
    has_visible_credentials.cache_clear()


def displayed(settings: Settings) -> Settings:
    """The settings as they may be shown: no text contains a credential, and the access key is abbreviated.

    The secret key stays, because a `Secret` is never printed. The result is for display only.
    """
    shown = {
        name: hide_credentials(_without_url_credentials(name, str(settings.value(name))), settings) for name in _TEXTS
    }
    shown["accesskey"] = hide_credentials(abbreviate_key(settings.accesskey), settings)
    return settings.replace(shown)


@functools.lru_cache(maxsize=4)  # a user interface asks several times for the same settings
def has_visible_credentials(settings: Settings) -> bool:
    """Whether a text of the settings contains a credential, so that a sentence that quotes it would show that."""
    return displayed(settings).replace({"accesskey": ""}) != settings.replace({"accesskey": ""})


def hide_credentials(text: str, settings: Settings) -> str:
    """`text` without the credentials in `settings`.

    Every occurrence of the secret key, of what was registered, and of credentials in an address is replaced by
    `(hidden)`: plain, in parts, percent-encoded, in base64, in hexadecimal, and with the escapes of JSON, HTML and
    shells.
    """
    text = _hider(tuple(_secrets_in(settings)))(text)
    for key in (settings.accesskey, *_registered_keys):
        if len(key) >= MIN_LENGTH_FOR_ENDS:
            text = text.replace(key, abbreviate_key(key))
    return text


def hide_in_finding(finding: Finding, settings: Settings) -> Finding:
    """The finding, with the credentials hidden in its texts. The values of its fix stay, so that it can be applied."""
    fix = finding.fix and finding.fix._replace(text=hide_credentials(finding.fix.text, settings))
    return finding._replace(text=hide_credentials(finding.text, settings), fix=fix)


def contains_secret(text: str, secrets: Iterable[Secret]) -> bool:
    """Whether `text` contains one of `secrets` or a piece of one, in any of the forms that are hidden."""
    return _hider(tuple(secrets))(text) != text


def _without_url_credentials(name: str, text: str) -> str:
    """An address with `(hidden)` in place of every part that can hold a password: see `_url_secrets`."""
    if name != "regionendpoint":
        scheme, colon, rest = text.partition("://")
        shown = f"{scheme}://{HIDDEN}@{split_userinfo(rest)[1]}" if colon else HIDDEN
        return shown if has_url_credentials(name, text) else text
    parsed = Endpoint.parse(text)
    if not any(_url_secrets(parsed)):
        return text
    port_and_path = f":{HIDDEN}" if _has_no_port(parsed) else f"{parsed.port and ':'}{parsed.port}{parsed.path}"
    return "".join(
        (
            f"{parsed.scheme}://" if parsed.scheme else "",
            f"{HIDDEN}@" if parsed.userinfo else "",
            f"{parsed.host}{port_and_path}",
            f"{parsed.rest[0]}{HIDDEN}" if parsed.rest else "",
        )
    )


def _secrets_in(settings: Settings) -> Iterator[Secret]:
    """The secret key, what looks like a credential in an address, and what was found outside of the settings."""
    yield from _registered
    if settings.secretkey:
        yield settings.secretkey
    for text in _url_secrets(Endpoint.parse(settings.regionendpoint)):
        yield Secret(text)
    for name in _TEXTS:
        if name != "regionendpoint" and has_url_credentials(name, str(settings.value(name))):
            text = str(settings.value(name))
            yield from map(Secret, _userinfo_secrets(split_userinfo(text.partition("://")[2])[0] or text))


def _url_secrets(parsed: Endpoint) -> Iterator[str]:
    """The parts of an address that hold credentials, or that can: no endpoint has a query or a port of letters."""
    if parsed.userinfo:
        yield from _userinfo_secrets(parsed.userinfo)
    if parsed.rest:
        yield parsed.rest
    if _has_no_port(parsed):
        yield parsed.port + parsed.path


def _userinfo_secrets(userinfo: str) -> Iterator[str]:
    """A user name and password together, and the password, each as it is written and decoded."""
    for text in dict.fromkeys((userinfo, decoded(userinfo))):
        yield from (text, text.partition(":")[2])


def _has_no_port(parsed: Endpoint) -> bool:
    """Whether the text after the host can be a password, as in `https://user:password`. A password can contain `/`."""
    return bool(parsed.port) and not parsed.port.isdecimal() and len(parsed.port + parsed.path) > _MAX_PORT


# Hiding


class _Hider:
    """Replaces some secrets in a text."""

    def __init__(self, secrets: Iterable[str]) -> None:
        secrets = [secret for secret in secrets if len(secret) >= _MIN_WORD]
        self._words = [secret for secret in secrets if len(secret) < _MIN_LENGTH]
        self._forms = {form for secret in secrets if len(secret) >= _MIN_LENGTH for form in _forms(secret)}
        self._pieces = {
            length: {piece for form in self._forms for piece in _substrings(form, length)}
            for length in (_PIECE, _LONG_PIECE)
        }

    def __call__(self, text: str) -> str:
        if not (self._words or self._forms):
            return text
        covered = bytearray(len(text))
        for start, end in self._occurrences(text):
            covered[start:end] = _COVERED * (end - start)
        return _replace_covered(text, covered) if any(covered) else text

    def _occurrences(self, text: str) -> Iterator[tuple[int, int]]:
        for word in self._words:
            yield from (match.span() for match in re.finditer(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text))
        for form in self._forms:
            start = text.find(form)
            while start >= 0:
                yield start, start + len(form)
                start = text.find(form, start + 1)
        for length, pieces in self._pieces.items():
            for start in range(len(text) - length + 1):
                piece = text[start : start + length]
                if piece in pieces and (length == _LONG_PIECE or _is_random(piece)):
                    yield start, start + length


def _replace_covered(text: str, covered: bytearray) -> str:
    parts, start = [], 0
    for match in re.finditer(_COVERED + b"+", covered):
        parts += [text[start : match.start()], HIDDEN]
        start = match.end()
    return "".join([*parts, text[start:]])


@functools.lru_cache(maxsize=64)
def _hider(secrets: tuple[Secret, ...]) -> _Hider:
    return _Hider(secret.reveal() for secret in secrets)


def _substrings(text: str, length: int) -> set[str]:
    return {text[start : start + length] for start in range(len(text) - length + 1)}


def _is_random(piece: str) -> bool:
    """Whether a piece of a secret is more than a word, which other texts can contain by chance."""
    classes = (str.islower, str.isupper, str.isdigit, lambda char: not char.isalnum() and char not in " -_.")
    return sum(any(map(is_in, piece)) for is_in in classes) > 1


def _forms(secret: str) -> Iterator[str]:
    """A secret as programs print it."""
    from binascii import b2a_base64  # imported here: a library that most commands do not need

    yield secret
    yield from _percent_encoded(secret)
    yield from _escaped(secret)
    data = secret.encode(errors="surrogatepass")
    yield from (data.hex(), data.hex().upper())
    for before in range(3):  # base64 encodes groups of three bytes, and a secret can start anywhere in a group
        encoded = b2a_base64(bytes(before) + data, newline=False).decode().rstrip("=")
        first, last = -(-before * 8 // 6), (before + len(data)) * 8 // 6  # characters that depend on the secret alone
        yield from (encoded[first:last], encoded[first:last].replace("+", "-").replace("/", "_"))


def _percent_encoded(secret: str) -> Iterator[str]:
    for safe in ("-._~", "-._~/", "-._~+/=", "-._~!*'()"):
        encoded = "".join(
            char if char.isascii() and (char.isalnum() or char in safe) else _percent(char) for char in secret
        )
        yield from (encoded, re.sub(r"%..", lambda match: match[0].lower(), encoded), encoded.replace("%", "%25"))


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode(errors="surrogatepass"))


def _escaped(secret: str) -> Iterator[str]:
    quoted = secret.replace("\\", "\\\\").replace('"', '\\"')
    yield from (quoted, quoted.replace("/", "\\/"), secret.replace("\\", "\\\\").replace("'", "\\'"))
    yield secret.replace("'", "'\\''")
    yield secret.replace("'", "''")
    yield "".join(char if char.isascii() else f"\\u{ord(char):04x}" for char in quoted)
    for escapes in ({"&": "\\u0026", "<": "\\u003c", ">": "\\u003e"}, {"/": "\\u002f", "+": "\\u002b", "=": "\\u003d"}):
        yield "".join(escapes.get(char, char) for char in quoted)
    html = secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    yield from (html, html.replace("'", "&#x27;"), html.replace("'", "&#39;").replace("/", "&#x2F;"))
