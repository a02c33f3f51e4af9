"""Signing in: Basic, and the tokens of Docker's registries
(https://distribution.github.io/distribution/spec/auth/token/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urldefrag, urlencode, urlsplit

from wizard.model.redaction import register_credentials
from wizard.model.secret import Secret
from wizard.oci.address import Address, Origin, joined_url, origin_of
from wizard.oci.answer import Answer
from wizard.oci.errors import TokenError, TokenProblem
from wizard.oci.transport import Transport, basic

_PAIR = r'[\w-]+\s*=\s*(?:"[^"]*"|[^\s,"]+)'
_CHALLENGE = re.compile(rf"(?:^|,)\s*(?P<scheme>[A-Za-z]+)(?:\s+(?P<rest>{_PAIR}(?:\s*,\s*{_PAIR})*)|(?=\s*(?:,|$)))")
_PARAMETER = re.compile(r'([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))')
_MAX_REDIRECTS = 5  # of a token server
_LOOPBACK = re.compile(r"localhost|127\.[0-9.]+|::1")


class Credentials(NamedTuple):
    """Those of the user who signs in."""

    username: str
    password: Secret

    @property
    def header(self) -> str:
        """The value of the Authorization header."""
        return basic(self.username, self.password.reveal())

    def hide(self) -> None:
        """From now on, hides the password and the header with it from everything that is displayed."""
        register_credentials("", self.password.reveal(), self.header.partition(" ")[2])


class Challenge(NamedTuple):
    """How a registry asks to sign in: `scheme` in small letters, with its parameters."""

    scheme: str
    parameters: dict[str, str]


def challenge_in(answer: Answer) -> Challenge | None:
    """The challenge that can be answered: Bearer before Basic, as clients prefer it. None if there is no such one."""
    found = {challenge.scheme: challenge for challenge in _challenges(answer)}
    return found.get("bearer") or found.get("basic")


def schemes_of(answer: Answer) -> list[str]:
    """The names of the ways to sign in that an answer has, as they are written."""
    headers = answer.headers.get_all("www-authenticate") or ()
    return [match[0] for header in headers if (match := re.search(r"[\w-]+", str(header)))]


def _challenges(answer: Answer) -> Iterator[Challenge]:
    for header in answer.headers.get_all("www-authenticate") or ():
        for match in _CHALLENGE.finditer(str(header)):
            pairs = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(match["rest"] or "")}
            yield Challenge(match["scheme"].lower(), pairs)


@dataclass
class Session:
    """Who makes the calls, for the origin of `address` only. Remembers the token of each scope."""

    address: Address
    transport: Transport
    credentials: Credentials | None = None
    _challenge: Challenge | None = None
    _tokens: dict[str, str] = field(default_factory=dict)  # by their scope

    @property
    def realm(self) -> str:
        """The URL of the token server; empty if the registry uses none."""
        return self._url_of_realm(self._challenge) if self.uses_tokens and self._challenge else ""

    @property
    def uses_tokens(self) -> bool:
        """Whether the registry has asked for a token."""
        return self._challenge is not None and self._challenge.scheme == "bearer"

    @property
    def is_required(self) -> bool:
        """Whether the registry has asked to sign in."""
        return self._challenge is not None

    def authorization(self, scope: str) -> dict[str, str]:
        """The header for a call that needs `scope`; empty as long as none is known."""
        if scope in self._tokens:
            return {"Authorization": f"Bearer {self._tokens[scope]}"}
        if self._challenge is not None and self._challenge.scheme == "basic" and self.credentials is not None:
            return {"Authorization": self.credentials.header}
        return {}

    def answer(self, challenge: Challenge, scope: str) -> bool:
        """Prepares the answer to a challenge. Returns whether there is one that was not sent before.

        Raises `TokenError` and `CallFailedError`.
        """
        is_new = self._challenge is None
        self._challenge = challenge
        if challenge.scheme == "basic":
            return is_new and self.credentials is not None
        if scope in self._tokens:
            return False
        self._tokens[scope] = self._fetch_token(challenge, scope)
        return True

    def _url_of_realm(self, challenge: Challenge) -> str:
        realm = challenge.parameters.get("realm", "")
        return realm and joined_url(self.address.url("/v2/"), realm)

    def _fetch_token(self, challenge: Challenge, scope: str) -> str:
        realm = self._url_of_realm(challenge)
        origin = origin_of(realm)
        if origin is None:
            raise TokenError(TokenProblem.NO_REALM)
        query = [("service", challenge.parameters["service"])] if challenge.parameters.get("service") else []
        query += [("scope", each) for each in scope.split()]
        if self.credentials is not None:
            query.append(("account", self.credentials.username))
        place = urldefrag(realm).url
        answer = self._ask(f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(query)}", origin)
        if not answer.is_success:
            raise TokenError(TokenProblem.REFUSED, origin, answer.status)
        document = answer.json if isinstance(answer.json, dict) else {}
        token = document.get("token") or document.get("access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise TokenError(TokenProblem.NO_TOKEN, origin, answer.status)
        register_credentials("", token)
        return token

    def _ask(self, url: str, realm: Origin) -> Answer:
        """Asks the token server. Follows redirects, as clients do, to another host without the password."""
        answer = self.transport.send("GET", url, self._signed(url, realm))
        for _ in range(_MAX_REDIRECTS):
            target = joined_url(answer.url, answer.header("location"))
            if not answer.is_redirect or origin_of(target) is None:
                break
            answer = self.transport.send("GET", target, self._signed(target, realm))
        return answer

    def _signed(self, url: str, realm: Origin) -> dict[str, str]:
        """The header for a call to the token server: at `realm`, and at its host over https."""
        origin = origin_of(url)
        is_realm = origin is not None and (origin == realm or (origin.scheme, origin.host) == ("https", realm.host))
        if self.credentials is None or origin is None or not is_realm:
            return {}
        is_safe = origin.scheme == "https" or self.address.origin.scheme == "http" or _LOOPBACK.fullmatch(origin.host)
        if not is_safe:
            raise TokenError(TokenProblem.UNENCRYPTED, origin)
        return {"Authorization": self.credentials.header}
