"""What answers of other registries than Distribution mean. Real ones of Distribution are in tests/registry."""

from __future__ import annotations

import json
from email.message import Message

import pytest

from tests.support.verification import PASSWORD, USER
from wizard.model.findings import Cause, Severity
from wizard.model.secret import Secret
from wizard.oci.address import Address
from wizard.oci.answer import Answer
from wizard.oci.authentication import Credentials, Session
from wizard.oci.errors import TokenError, TokenProblem
from wizard.oci.transport import Transport
from wizard.s3.timeouts import Timeouts
from wizard.verification import answers

ADDRESS = Address.parse("https://registry.example")
_HTML = b"<html>nginx</html>"


def answer(status: int, code: str = "", message: str = "", body: bytes = b"") -> Answer:
    document = json.dumps({"errors": [{"code": code, "message": message}]}).encode()
    return Answer(ADDRESS.url("/v2/a/b/blobs/uploads/"), status, Message(), body or document)


def session(*, has_user: bool = True) -> Session:
    credentials = Credentials(USER, Secret(PASSWORD)) if has_user else None
    return Session(ADDRESS, Transport(Timeouts(), lambda: None), credentials)


@pytest.mark.parametrize(
    ("given", "cause", "words"),
    [
        (  # Harbor: src/server/middleware/readonly
            answer(403, "DENIED", "The system is in read only mode. Any modification is prohibited."),
            Cause.READ_ONLY,
            "storage.maintenance.readonly",
        ),
        (
            answer(403, "FORBIDDEN", "project storage-wizard-verify"),
            Cause.REGISTRY_AUTH,
            "In Harbor, create that project",
        ),
        (answer(404, "NAME_UNKNOWN", "repository name not known"), Cause.REGISTRY_ERROR, "create the project"),
        (answer(404, "MANIFEST_UNKNOWN", "manifest unknown"), Cause.REGISTRY_ERROR, "the same storage"),
        (answer(404, "BLOB_UPLOAD_UNKNOWN"), Cause.REGISTRY_ERROR, "the same http.secret"),
        (answer(429, "TOOMANYREQUESTS", "too many requests"), Cause.THROTTLED, "Try again later"),
        (answer(500, "UNKNOWN", "unknown error"), Cause.REGISTRY_ERROR, "(status 500, UNKNOWN: unknown error). Look"),
        (answer(502, body=_HTML), Cause.REGISTRY_ERROR, "(status 502). Look into its log, and at its store"),
        (answer(404, body=_HTML), Cause.NOT_REGISTRY, "a proxy in front of it"),
        (
            answer(200, body=b"{}"),
            Cause.REGISTRY_ERROR,
            "with status 200 and 2 bytes, which clients do not",
        ),
        (answer(200, body=_HTML), Cause.NOT_REGISTRY, "a proxy in front of it"),
        (answer(413, body=_HTML), Cause.TOO_LARGE, "client_max_body_size 0"),
        (answer(401, "UNAUTHORIZED"), Cause.REGISTRY_AUTH, "for this user"),
    ],
)
def test_an_answer_that_refuses_a_push_has_a_cause(given: Answer, cause: Cause, words: str) -> None:
    finding = answers.refused(given, "start an upload", session())
    assert finding.cause is cause, finding.text
    assert words in finding.text


def test_without_a_user_the_flags_are_named() -> None:
    finding = answers.refused(answer(401, "UNAUTHORIZED"), "start an upload", session(has_user=False))
    assert "(in a command: --username and --password-file)" in finding.text


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{", b'{"errors": {}}', b'{"errors": []}', b'{"errors": [1]}', b'{"errors": [{"code": 1}]}', b"[" * 9999],
)
def test_any_body_can_be_read(body: bytes) -> None:
    assert answers.refused(answer(500, body=body), "start an upload", session()).cause is Cause.REGISTRY_ERROR


def test_the_text_of_a_registry_is_cut_and_harmless() -> None:
    finding = answers.refused(answer(500, "UNKNOWN", "\x1b[31m" + "x" * 9999), "start an upload", session())
    assert "\x1b" not in finding.text
    assert len(finding.text) < 400


def test_a_registry_that_limits_requests_is_a_registry() -> None:
    given = answer(429, "TOOMANYREQUESTS", "slow down")
    given.headers["Retry-After"] = "3"
    finding = answers.no_registry(given, ADDRESS)
    assert finding.cause is Cause.THROTTLED
    assert finding.text.endswith("Try again in 3 seconds.")


def test_a_redirect_to_itself_is_named() -> None:
    given = Answer(ADDRESS.url("/v2/"), 301, Message(), b"")
    given.headers["Location"] = "/v2/"
    assert "redirects to itself" in answers.no_registry(given, ADDRESS).text


def test_a_redirect_that_no_client_follows_is_named_without_its_password() -> None:
    given = Answer(ADDRESS.url("/v2/a/blobs/x"), 307, Message(), b"")
    given.headers["Location"] = "ftp://me:pass@store.example/y?signature=z"
    text = answers.refused(given, "serve a layer", session()).text
    assert "redirects to ftp://store.example/y, where clients do not follow it (status 307)" in text


def test_a_token_server_that_limits_requests_is_named() -> None:
    error = TokenError(TokenProblem.REFUSED, ADDRESS.origin, 429)
    finding = answers.no_token(error, session())
    assert finding.cause is Cause.THROTTLED
    assert finding.text == "The token server https://registry.example limits the rate of requests. Try again later."


def test_a_page_instead_of_a_deletion_is_that_of_a_proxy() -> None:
    finding = answers.not_deleting(answer(405, body=_HTML), session())
    assert (finding.cause, finding.severity) == (Cause.NOT_REGISTRY, Severity.WARNING)
    assert "storage.delete.enabled" in answers.not_deleting(answer(405, "UNSUPPORTED"), session()).text


def test_an_upload_without_a_location_is_named() -> None:
    assert "no Location header" in answers.wrong_location("", ADDRESS).text


def test_the_fix_of_a_wrong_location_names_the_path_of_the_registry() -> None:
    text = answers.wrong_location("https://registry.example/v2/x", Address.parse("https://registry.example/my")).text
    assert "Set http.host to https://registry.example/my/ and http.prefix to /my/" in text


@pytest.mark.parametrize("has_user", [True, False])
def test_a_way_to_sign_in_that_clients_lack_is_named(has_user: bool) -> None:
    given = answer(401, "UNAUTHORIZED")
    given.headers["WWW-Authenticate"] = 'Digest realm="a", nonce="b"'
    given.headers["WWW-Authenticate"] = "Negotiate"
    text = answers.refused_sign_in(session(has_user=has_user), given).text
    assert "requires Digest or Negotiate authentication, which registry clients don't support" in text
    assert ("the password was not sent" in text) is has_user


@pytest.mark.parametrize("header", ["Basic realm", 'Bearer realm="https://auth', "basic a b"])
def test_a_header_that_is_not_valid_is_named(header: str) -> None:
    given = answer(401, "UNAUTHORIZED")
    given.headers["WWW-Authenticate"] = header
    assert "a WWW-Authenticate header that is not valid" in answers.refused_sign_in(session(), given).text


def test_without_a_way_to_sign_in_no_password_is_asked_for() -> None:
    text = answers.refused_sign_in(session(has_user=False), answer(401, "UNAUTHORIZED")).text
    assert "names no way to sign in. Let the proxy" in text


def test_a_redirect_to_what_is_no_url_is_named() -> None:
    given = Answer(ADDRESS.url("/v2/a/blobs/x"), 307, Message(), b"")
    given.headers["Location"] = "http://[x"
    assert "redirects to something that is not a URL" in answers.refused(given, "serve a layer", session()).text


def test_a_registry_that_names_no_way_to_sign_in_is_not_said_to_reject_the_password() -> None:
    finding = answers.refused_sign_in(session(), answer(401, "UNAUTHORIZED"))
    assert "WWW-Authenticate" in finding.text
    assert "rejects" not in finding.text
