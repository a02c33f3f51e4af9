"""Credentials in an address, such as `https://user:password@host`. No setting may contain them."""

from __future__ import annotations

import re
import unicodedata

# Compiled at the first use, as every command imports this module.
_URL_USERINFO = r"://[^@]*@"
_AT = r"(?i:@|%(?:25)*(?:40|EF%(?:25)*BC%(?:25)*A0|EF%(?:25)*B9%(?:25)*AB)|[\uff20\ufe6b])"
_MAX_LAYERS = 10  # of percent-encoding


class UrlCredentialsError(ValueError):
    """A text contains credentials. The message is a sentence for the user, without the text."""


def has_url_credentials(name: str, text: str) -> bool:
    """Whether the text of the setting `name` contains an address with a user name or a password.

    The region endpoint is an address also without a scheme. An `@` that is percent-encoded, or another character that
    looks like one, counts too: some programs decode it.
    """
    text = decoded(text)
    return "@" in text if name == "regionendpoint" else re.search(_URL_USERINFO, text) is not None


def decoded(text: str) -> str:
    """The text without percent-encoding, and with the plain form of each character (NFKC of Unicode)."""
    if text.isascii() and "%" not in text:
        return text
    from urllib.parse import unquote  # imported here: few texts need it

    for _ in range(_MAX_LAYERS):
        previous, text = text, unquote(unicodedata.normalize("NFKC", text))
        if text == previous:
            break
    return text


def split_userinfo(address: str) -> tuple[str, str]:
    """The user name and password of an address without its scheme, and the rest, as `decoded` would show them.

    Where the `@` is hidden deeper than that, everything is taken for the password.
    """
    found = list(re.finditer(_AT, address))
    if found:
        return address[: found[-1].start()], address[found[-1].end() :]
    return (address, "") if "@" in decoded(address) else ("", address)


def refuse_url_credentials(name: str, text: str) -> None:
    """Raise `UrlCredentialsError` if the text of the setting `name` contains credentials."""
    if has_url_credentials(name, text):
        place = "the endpoint" if name == "regionendpoint" else "the address"
        raise UrlCredentialsError(f"Remove the keys from {place}. Enter them as the access key and the secret key.")
