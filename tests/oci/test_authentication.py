"""Signing in: which challenge is answered, and who gets the password."""

from __future__ import annotations

from email.message import Message
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from tests.support.http_server import serve_wsgi
from wizard.model.secret import Secret
from wizard.oci.address import Address
from wizard.oci.answer import Answer
from wizard.oci.authentication import Challenge, Credentials, Session, challenge_in
from wizard.oci.client import PUSH, RegistryClient
from wizard.oci.errors import CallFailedError, TokenError, TokenProblem
from wizard.oci.transport import Transport
from wizard.s3.timeouts import Timeouts

CREDENTIALS = Credentials("ci", Secret("Pa55-Word-of-the-registry"))


def new_transport() -> Transport:
    return Transport(Timeouts(), lambda: None)


@pytest.mark.parametrize(
    ("headers", "challenge"),
    [
        (['Basic realm="a, b"'], Challenge("basic", {"realm": "a, b"})),
        (["basic realm=x"], Challenge("basic", {"realm": "x"})),
        (
            ['Bearer realm="https://auth/token",service="r",scope="repository:a:pull,push"'],
            Challenge("bearer", {"realm": "https://auth/token", "service": "r", "scope": "repository:a:pull,push"}),
        ),
        (['Basic realm="x", Bearer realm="https://auth"'], Challenge("bearer", {"realm": "https://auth"})),
        (['Basic realm="x"', 'Bearer realm="https://auth"'], Challenge("bearer", {"realm": "https://auth"})),
        (["Negotiate", 'Basic realm="x"'], Challenge("basic", {"realm": "x"})),
        (["Negotiate, Basic"], Challenge("basic", {})),
        (["Negotiate YWJj==, Bearer realm=x"], Challenge("bearer", {"realm": "x"})),
        (["Basic"], Challenge("basic", {})),
        (['Digest realm="Basic , Basic", qop="auth,basic"'], None),
        (["Negotiate"], None),
        ([], None),
    ],
)
def test_a_challenge_that_can_be_answered_is_found(headers: list[str], challenge: Challenge | None) -> None:
    message = Message()
    for header in headers:
        message["WWW-Authenticate"] = header
    assert challenge_in(Answer("https://r.example/v2/", 401, message, b"")) == challenge


@pytest.mark.parametrize(
    ("registry", "realm", "problem"),
    [
        ("https://registry.example", "http://auth.example/token", TokenProblem.UNENCRYPTED),
        ("https://registry.example", "", TokenProblem.NO_REALM),
        ("https://registry.example", "javascript:x", TokenProblem.NO_REALM),
        ("https://registry.example", "https://me:secret@auth.example", TokenProblem.NO_REALM),
    ],
)
def test_a_password_goes_to_no_token_server_that_is_not_safe(registry: str, realm: str, problem: TokenProblem) -> None:
    session = Session(Address.parse(registry), new_transport(), CREDENTIALS)
    with pytest.raises(TokenError) as error:
        session.answer(Challenge("bearer", {"realm": realm}), "repository:a:pull")
    assert error.value.problem is problem


def test_a_relative_address_of_a_token_server_is_one_of_the_registry() -> None:
    session = Session(Address.parse("http://127.0.0.1:1"), new_transport())
    with pytest.raises(CallFailedError):
        session.answer(Challenge("bearer", {"realm": "/token"}), "repository:a:pull")
    assert session.realm == "http://127.0.0.1:1/token"


class _Recorder:
    """A server that records the Authorization header of each request, and answers with `respond`."""

    def __init__(self, respond: Any) -> None:
        self.seen: list[str] = []
        self._respond = respond

    def application(self) -> Any:
        @Request.application
        def answer(request: Request) -> Response:
            self.seen.append(request.headers.get("Authorization", ""))
            response: Response = self._respond(request)
            return response

        return answer


def test_credentials_do_not_follow_a_redirect_to_another_server() -> None:
    store = _Recorder(lambda _: Response("data"))
    with serve_wsgi(store.application()) as elsewhere:

        def respond(request: Request) -> Response:
            if not request.authorization:
                return Response("{}", 401, {"WWW-Authenticate": 'Basic realm="x"'})
            return Response("", 307, {"Location": f"{elsewhere}/blob?signature=x"})

        registry = _Recorder(respond)
        with serve_wsgi(registry.application()) as url:
            address, transport = Address.parse(url), new_transport()
            client = RegistryClient(address, Session(address, transport, CREDENTIALS), transport, "a")
            answer = client.call("GET", "blobs/sha256:0", PUSH)
            transport.close()
    assert answer.body == b"data"
    assert store.seen == [""]
    assert [seen[:6] for seen in registry.seen] == ["", "Basic "]


@pytest.mark.parametrize(
    ("method", "status", "is_followed"),
    [("POST", 307, True), ("PUT", 308, True), ("DELETE", 307, True), ("PATCH", 307, False), ("POST", 302, False)],
)
def test_a_redirect_that_keeps_the_method_is_followed_where_clients_do(
    method: str, status: int, *, is_followed: bool
) -> None:
    def respond(request: Request) -> Response:
        if request.path.startswith("/v2/"):
            return Response("", status, {"Location": "/moved"})
        return Response(request.get_data(), 202)

    registry = _Recorder(respond)
    with serve_wsgi(registry.application()) as url:
        address, transport = Address.parse(url), new_transport()
        client = RegistryClient(address, Session(address, transport), transport, "a")
        answer = client.call(method, "manifests/1", PUSH, body=b"manifest")
        transport.close()
    assert (answer.status, answer.body) == ((202, b"manifest") if is_followed else (status, b""))


def test_credentials_do_not_go_to_another_server_that_asks_for_them() -> None:
    store = _Recorder(lambda _: Response("{}", 401, {"WWW-Authenticate": 'Basic realm="x"'}))
    with serve_wsgi(store.application()) as elsewhere:
        address, transport = Address.parse("http://127.0.0.1:1"), new_transport()
        client = RegistryClient(address, Session(address, transport, CREDENTIALS), transport, "a")
        answer = client.call("PATCH", f"{elsewhere}/upload", PUSH, body=b"x")
        transport.close()
    assert answer.status == 401
    assert store.seen == [""]


def _token_with(realm: str, transport: Transport) -> str:
    """The header that a token server at `realm` makes of the credentials."""
    session = Session(Address.parse("http://127.0.0.1:1"), transport, CREDENTIALS)
    assert session.answer(Challenge("bearer", {"realm": realm, "service": "x"}), "repository:a:pull")
    transport.close()
    return session.authorization("repository:a:pull")["Authorization"]


def test_a_token_server_that_redirects_to_another_of_its_paths_gets_the_password_there() -> None:
    def respond(request: Request) -> Response:
        if request.path == "/old":
            return Response("", 302, {"Location": f"/new?{request.query_string.decode()}"})
        return Response(f'{{"token": "of-{request.args["service"]}"}}')

    server = _Recorder(respond)
    with serve_wsgi(server.application()) as url:
        assert _token_with(f"{url}/old#fragment", new_transport()) == "Bearer of-x"
    assert [seen[:6] for seen in server.seen] == ["Basic ", "Basic "]


def test_the_password_does_not_follow_a_redirect_of_a_token_server_to_another_one() -> None:
    other = _Recorder(lambda _: Response('{"token": "anonymous"}'))
    with serve_wsgi(other.application()) as elsewhere:
        server = _Recorder(lambda _: Response("", 302, {"Location": f"{elsewhere}/token"}))
        with serve_wsgi(server.application()) as url:
            assert _token_with(f"{url}/token", new_transport()) == "Bearer anonymous"
    assert other.seen == [""]
