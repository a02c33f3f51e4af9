"""The calls of a client that pushes and pulls one repository."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from wizard.oci.address import Address, joined_url, origin_of
from wizard.oci.answer import Answer
from wizard.oci.authentication import Session, challenge_in
from wizard.oci.transport import Transport

PUSH, DELETE = "pull,push", "delete"  # actions of a token's scope
_MAX_REDIRECTS = 5


def _is_followed(method: str, answer: Answer) -> bool:
    """Whether Go's HTTP client, that of Docker and containerd, would make this call again at the new address."""
    keeps_method = answer.status in (HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT)
    return answer.is_redirect and (method in ("GET", "HEAD") or (keeps_method and method != "PATCH"))


class RegistryClient:
    """A client of one repository. Its methods raise `CallFailedError` and `TokenError`; every answer is returned.

    Credentials go to the registry's own origin and to its token server only.
    """

    def __init__(self, address: Address, session: Session, transport: Transport, repository: str) -> None:
        self.address = address
        self.session = session
        self.repository = repository
        self._transport = transport

    def ping(self) -> Answer:
        """Asks whether a registry is there, without credentials and without following redirects."""
        return self._transport.send("GET", self.address.url("/v2/"), {})

    def signed_ping(self) -> Answer:
        """Asks the same with the user's rights to push."""
        return self._send("GET", self.address.url("/v2/"), PUSH, {}, None)

    def call(
        self,
        method: str,
        place: str,
        actions: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Makes a call. `place` is below the repository, such as `tags/list`, or a URL that the registry has named.

        Signs in when asked to. Follows redirects as clients do: all of GET and HEAD, and for calls whose body can be
        sent again those that keep the method. Other servers get no credentials.
        """
        url = place if "://" in place else self.address.url(f"/v2/{self.repository}/{place}")
        answer = self._send(method, url, actions, headers or {}, body)
        for _ in range(_MAX_REDIRECTS):
            target = joined_url(answer.url, answer.header("location"))
            if not _is_followed(method, answer) or origin_of(target) is None:
                break
            answer = self._send(method, target, actions, headers or {}, body)
        return answer

    def announce(self, url: str, size: int) -> int:
        """The status with which a body of `size` bytes is accepted or refused: see `Transport.announce`."""
        signed = self.session.authorization(self._scope(PUSH)) if self._is_own(url) else {}
        return self._transport.announce("PATCH", url, {**signed, "Content-Type": "application/octet-stream"}, size)

    def _send(self, method: str, url: str, actions: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        scope = self._scope(actions)
        is_own = self._is_own(url)
        signed = self.session.authorization(scope) if is_own else {}
        answer = self._transport.send(method, url, {**headers, **signed}, body)
        if answer.status != HTTPStatus.UNAUTHORIZED or not is_own:
            return answer
        challenge = challenge_in(answer)
        if challenge is None or not self.session.answer(challenge, scope):
            return answer
        return self._transport.send(method, url, {**headers, **self.session.authorization(scope)}, body)

    def _is_own(self, url: str) -> bool:
        return origin_of(url) == self.address.origin

    def _scope(self, actions: str) -> str:
        return f"repository:{self.repository}:{actions}"
