"""Policies of IAM users are read and attached with the administrator's credentials."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
    SSLError,
)

from tests.support.hostile_store import HostileStore, http_response, send, send_slowly
from tests.support.moto_server import Moto
from wizard.s3 import iam
from wizard.s3.iam import UserPolicy, UserPolicyError
from wizard.s3.timeouts import Timeouts

POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
OTHER_POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}


@pytest.fixture
def user(moto_with_iam: Moto, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of an IAM user without policies, on the endpoint that the environment names."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", moto_with_iam.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", moto_with_iam.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", moto_with_iam.secret_key)
    name = "registry-user"
    with contextlib.closing(moto_with_iam.iam_client()) as client:
        client.create_user(UserName=name)
        yield name
        for policy in client.list_user_policies(UserName=name)["PolicyNames"]:
            client.delete_user_policy(UserName=name, PolicyName=policy)
        client.delete_user(UserName=name)


@contextlib.contextmanager
def user_policy(user: str) -> Iterator[UserPolicy]:
    with contextlib.closing(UserPolicy(user, "registry", "us-east-1")) as policy:
        yield policy


def test_a_user_without_the_policy_has_none(user: str) -> None:
    with user_policy(user) as policy:
        assert policy.read() is None


def test_a_policy_is_attached_and_replaced(user: str) -> None:
    with user_policy(user) as policy:
        policy.write(json.dumps(POLICY))
        assert policy.read() == POLICY
        policy.write(json.dumps(OTHER_POLICY))
        assert policy.read() == OTHER_POLICY


@pytest.mark.usefixtures("user")
def test_a_user_that_does_not_exist_is_named() -> None:
    with (
        user_policy("missing") as policy,
        pytest.raises(UserPolicyError, match=r"IAM user missing not found\. Nothing was"),
    ):
        policy.read()


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "a" * 65,
        "a b",
        "registry\n",
        "registry\u202e",
        "a/b",
        "arn:aws:iam::123456789012:user/registry",
        "é",
        "*",
    ],
)
def test_what_is_no_name_of_a_user_is_refused_before_anything_is_asked(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(iam, "_client", Mock(side_effect=AssertionError))
    with pytest.raises(UserPolicyError, match=r"is not an IAM user name: .* Nothing was changed\.") as caught:
        UserPolicy(name, "registry", "us-east-1")
    assert "\u202e" not in str(caught.value)


@pytest.mark.parametrize("name", ["a", "a" * 64, "Registry_1+2=3,4.5@example-host"])
def test_a_name_that_iam_accepts_is_asked_for(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    get_user_policy = Mock(return_value={"PolicyDocument": POLICY})
    monkeypatch.setattr(iam, "_client", lambda *_: Mock(get_user_policy=get_user_policy))
    assert UserPolicy(name, "registry", "us-east-1").read() == POLICY
    get_user_policy.assert_called_once_with(UserName=name, PolicyName="registry")


# Whose policy it is


def test_a_user_has_its_account(user: str) -> None:
    with user_policy(user) as policy:
        found = policy.user()
    assert (found.arn, found.account) == (f"arn:aws:iam::123456789012:user/{user}", "123456789012")
    assert str(found) == f"the user arn:aws:iam::123456789012:user/{user} (account 123456789012)"


def clients(monkeypatch: pytest.MonkeyPatch, iam_client: Mock, sts_client: Mock) -> None:
    """Use these clients in place of those of IAM and STS."""
    monkeypatch.setattr(iam, "_client", lambda service, _: {"iam": iam_client, "sts": sts_client}[service])


def client_error(code: str, status: int = 400) -> ClientError:
    response: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": {}}}
    return ClientError(response, "Any")


def test_without_permission_to_ask_for_the_user_the_account_is_that_of_the_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sts = Mock(get_caller_identity=Mock(return_value={"Account": "111122223333"}))
    clients(monkeypatch, Mock(get_user=Mock(side_effect=client_error("AccessDenied", 403))), sts)
    found = UserPolicy("registry", "registry", "us-east-1").user()
    assert str(found) == "the user registry (account 111122223333)"
    sts.close.assert_called_once_with()


def test_an_account_that_cannot_be_found_out_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    sts = Mock(get_caller_identity=Mock(side_effect=client_error("ExpiredToken", 403)))
    clients(monkeypatch, Mock(get_user=Mock(side_effect=client_error("AccessDenied", 403))), sts)
    with pytest.raises(UserPolicyError, match="rejected your own credentials"):
        UserPolicy("registry", "registry", "us-east-1").user()


def test_an_odd_arn_is_shown_without_control_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    get_user = Mock(return_value={"User": {"Arn": "arn:aws:iam::1\x1b[2J:user/x"}})
    clients(monkeypatch, Mock(get_user=get_user), Mock())
    assert "\x1b" not in str(UserPolicy("x", "registry", "us-east-1").user())


def test_a_user_without_permission_to_ask_for_it_and_without_a_policy_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Mock(
        get_user_policy=Mock(side_effect=client_error("NoSuchEntity", 404)),
        get_user=Mock(side_effect=client_error("AccessDenied", 403)),
    )
    clients(monkeypatch, client, Mock(get_caller_identity=Mock(return_value={"Account": "111122223333"})))
    assert UserPolicy("registry", "registry", "us-east-1").read() is None


# Errors


def test_missing_credentials_are_an_error() -> None:
    with user_policy("user") as policy, pytest.raises(UserPolicyError, match="No administrator credentials found"):
        policy.read()


def test_a_missing_profile_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "missing")
    with pytest.raises(UserPolicyError, match="No administrator credentials found"):
        UserPolicy("user", "registry", "us-east-1")


@pytest.mark.parametrize("endpoint", ["no url", "http://", "http://[::1"])
def test_an_endpoint_of_the_environment_that_is_none_is_an_error(
    monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", endpoint)
    with pytest.raises(UserPolicyError, match=r"invalid value\. Nothing was changed\."):
        UserPolicy("user", "registry", "us-east-1")


@pytest.mark.parametrize(
    "name",
    [
        *("AWS_CREDENTIAL_EXPIRATION", "AWS_DEFAULTS_MODE", "AWS_DEFAULT_REGION", "AWS_METADATA_SERVICE_TIMEOUT"),
        *("AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_REQUEST_CHECKSUM_CALCULATION", "AWS_STS_REGIONAL_ENDPOINTS"),
    ],
)
def test_a_variable_that_botocore_refuses_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "A")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    monkeypatch.setenv(name, "canary [%")
    with pytest.raises(UserPolicyError, match="has an invalid value") as refusal:
        UserPolicy("user", "registry", "us-east-1")
    assert name in str(refusal.value)
    assert "canary" not in str(refusal.value)


def test_a_policy_that_is_no_object_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    for document in ("[1]", "{", ""):
        clients(monkeypatch, Mock(get_user_policy=Mock(return_value={"PolicyDocument": document})), Mock())
        with pytest.raises(UserPolicyError, match=r"is not a JSON object\. Nothing was changed\."):
            UserPolicy("user", "registry", "us-east-1").read()


def error_of(exception: Exception, monkeypatch: pytest.MonkeyPatch) -> str:
    """The message for an exception of botocore while a policy is attached."""
    clients(monkeypatch, Mock(put_user_policy=Mock(side_effect=exception)), Mock())
    with pytest.raises(UserPolicyError) as caught:
        UserPolicy("user", "registry", "us-east-1").write("{}")
    return str(caught.value)


UNCHANGED = "Nothing was changed."
UNKNOWN = (
    "It is unknown whether registry was attached to the user user. "
    "Check with: aws iam get-user-policy --user-name user --policy-name registry"
)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("AccessDenied", "Your own credentials aren't allowed to call iam:PutUserPolicy. Use an administrator's."),
        (
            "AccessDeniedException",
            "Your own credentials aren't allowed to call iam:PutUserPolicy. Use an administrator's.",
        ),
        (
            "InvalidClientTokenId",
            "AWS rejected your own credentials (InvalidClientTokenId). Check them with: aws sts get-caller-identity.",
        ),
        ("LimitExceeded", "IAM rejected iam:PutUserPolicy with LimitExceeded."),
        ("Odd\u202e", "IAM rejected iam:PutUserPolicy with Odd�."),
    ],
)
def test_a_refusal_of_iam_is_explained(monkeypatch: pytest.MonkeyPatch, code: str, message: str) -> None:
    assert error_of(client_error(code), monkeypatch) == f"{message} {UNCHANGED}"


@pytest.mark.parametrize("status", [500, 503])
def test_after_a_failure_of_iam_the_outcome_is_unknown(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    message = error_of(client_error("ServiceFailure", status), monkeypatch)
    assert message == f"IAM failed at iam:PutUserPolicy with ServiceFailure. {UNKNOWN}"


URL = "https://iam.test"


@pytest.mark.parametrize(
    ("error", "reason", "outcome"),
    [
        (EndpointConnectionError(endpoint_url=URL, error=OSError()), "EndpointConnectionError", UNCHANGED),
        (ConnectTimeoutError(endpoint_url=URL, error=OSError()), "there was no answer in time", UNCHANGED),
        (SSLError(endpoint_url=URL, error=OSError()), "SSLError", UNCHANGED),
        (ReadTimeoutError(endpoint_url=URL, error=OSError()), "there was no answer in time", UNKNOWN),
        (ConnectionClosedError(endpoint_url=URL, error=OSError()), "ConnectionClosedError", UNKNOWN),
    ],
)
def test_after_a_request_that_may_have_been_sent_the_outcome_is_unknown(
    monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str, outcome: str
) -> None:
    assert error_of(error, monkeypatch) == f"IAM could not be reached ({reason}). {outcome}"


def test_an_answer_that_is_not_one_of_iam_leaves_the_outcome_unknown(
    user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HostileStore(send(http_response(b"<html>Log in</html", 200))).running() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", server.settings().regionendpoint)
        with (
            user_policy(user) as policy,
            pytest.raises(UserPolicyError, match=r"is not from IAM\. It is unknown whether"),
        ):
            policy.write("{}")


def test_a_request_is_sent_once(user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the error of the second would not say whether the first had an effect."""
    with HostileStore(send(http_response(b"", 503))).running() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", server.settings().regionendpoint)
        with user_policy(user) as policy, pytest.raises(UserPolicyError, match="It is unknown"):
            policy.write("{}")
    assert b"".join(server.requests).count(b"POST / HTTP/1.1") == 1  # head and body can arrive separately


def test_an_answer_that_never_ends_is_a_timeout(user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iam, "_TIMEOUTS", Timeouts(connect=0.1, read=0.1))
    with HostileStore(send_slowly(b"HTTP/1.1 200 OK\r\n\r\n", b"<a>")).running() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", server.settings().regionendpoint)
        with user_policy(user) as policy, pytest.raises(UserPolicyError, match="no answer in time"):
            policy.read()


@pytest.mark.parametrize("variable", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"])
@pytest.mark.parametrize("value", ["canary\udcff", "canary\u20ac", "canary\nx"])
def test_a_variable_that_cannot_be_sent_is_named(
    user: str, variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(UserPolicyError) as caught, user_policy(user):
        pass
    assert str(caught.value) == f"{variable} is not printable ASCII. Correct the variable. Nothing was changed."
