"""Credentials in an address, such as `https://user:password@host`. No setting may contain them."""

from __future__ import annotations

import re

_URL_USERINFO = re.compile(r"://[^@]*@")


class UrlCredentialsError(ValueError):
    """A text contains credentials. The message is a sentence for the user, without the text."""


def has_url_credentials(name: str, text: str) -> bool:
    """Whether the text of the setting `name` contains an address with a user name or a password.

    The region endpoint is an address also without a scheme.
    """
    return "@" in text if name == "regionendpoint" else _URL_USERINFO.search(text) is not None


def refuse_url_credentials(name: str, text: str) -> None:
    """Raise `UrlCredentialsError` if the text of the setting `name` contains credentials."""
    if has_url_credentials(name, text):
        place = "the endpoint" if name == "regionendpoint" else "an address"
        raise UrlCredentialsError(f"Keys do not belong in {place}: they have fields of their own.")
