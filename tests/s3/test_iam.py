"""Policies of IAM users are read and attached with the administrator's credentials."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.support.moto_server import Moto
from wizard.s3 import iam
from wizard.s3.iam import UserPolicy, UserPolicyError

POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
OTHER_POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}


@pytest.fixture
def user(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of an IAM user without policies, on the endpoint that the environment names."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", moto.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", moto.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", moto.secret_key)
    name = "registry-user"
    with contextlib.closing(moto.client("iam")) as client:
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
    with user_policy("missing\u202e") as policy, pytest.raises(UserPolicyError, match="no IAM user missing�"):
        policy.read()


def test_missing_credentials_are_an_error() -> None:
    with user_policy("user") as policy, pytest.raises(UserPolicyError, match="no credentials of an administrator"):
        policy.read()


def test_a_missing_profile_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "missing")
    with pytest.raises(UserPolicyError, match="no credentials of an administrator"):
        UserPolicy("user", "registry", "us-east-1")


def error_of(exception: Exception, monkeypatch: pytest.MonkeyPatch) -> str:
    """The message for an exception of botocore."""
    client = Mock(put_user_policy=Mock(side_effect=exception))
    monkeypatch.setattr(iam, "_client", lambda _: client)
    with pytest.raises(UserPolicyError) as caught:
        UserPolicy("user", "registry", "us-east-1").write("{}")
    return str(caught.value)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("AccessDenied", "Your own credentials may not do iam:PutUserPolicy. Use an administrator's."),
        ("AccessDeniedException", "Your own credentials may not do iam:PutUserPolicy. Use an administrator's."),
        (
            "InvalidClientTokenId",
            "AWS does not accept your own credentials (InvalidClientTokenId). Look at `aws sts get-caller-identity`.",
        ),
        ("LimitExceeded", "IAM refused iam:PutUserPolicy with LimitExceeded. Nothing was changed."),
        ("Odd\u202e", "IAM refused iam:PutUserPolicy with Odd�. Nothing was changed."),
    ],
)
def test_an_error_of_iam_is_explained(monkeypatch: pytest.MonkeyPatch, code: str, message: str) -> None:
    response: Any = {"Error": {"Code": code}}
    assert error_of(ClientError(response, "PutUserPolicy"), monkeypatch) == message


def test_an_endpoint_that_cannot_be_reached_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    error = EndpointConnectionError(endpoint_url="https://iam.test", error=OSError())
    assert error_of(error, monkeypatch) == "IAM could not be asked (EndpointConnectionError). Try again."
