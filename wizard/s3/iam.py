"""Reads and writes the policies of IAM users, with the administrator's credentials and never with the registry's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, ProfileNotFound

from wizard.text.sanitize import sanitize

_T = TypeVar("_T")


class UserPolicyError(Exception):
    """A policy cannot be read or attached. The message says why and what to do."""


class UserPolicy:
    """An inline policy of a user. Finds credentials where the AWS command line finds them.

    Every method, and the constructor, can raise `UserPolicyError`.
    """

    def __init__(self, user: str, name: str, region: str) -> None:
        self._user, self._name = user, name
        self._client = self._call("start", lambda: _client(region))

    def read(self) -> dict[str, Any] | None:
        """The policy document; None if the user has no policy of that name."""
        try:
            response = self._call(
                "iam:GetUserPolicy",
                lambda: self._client.get_user_policy(UserName=self._user, PolicyName=self._name),
            )
        except _NoSuchEntityError:  # no such policy, or no such user
            self._call("iam:GetUser", lambda: self._client.get_user(UserName=self._user))
            return None
        document = response["PolicyDocument"]
        return dict(json.loads(document) if isinstance(document, str) else document)

    def write(self, text: str) -> None:
        """Attaches the policy document, and replaces a policy of that name."""
        self._call(
            "iam:PutUserPolicy",
            lambda: self._client.put_user_policy(UserName=self._user, PolicyName=self._name, PolicyDocument=text),
        )

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _call(self, action: str, call: Callable[[], _T]) -> _T:
        try:
            return call()
        except (NoCredentialsError, ProfileNotFound):
            raise UserPolicyError(
                "There are no credentials of an administrator here. Set some up with `aws configure`, or name a "
                "profile in AWS_PROFILE."
            ) from None
        except ClientError as error:
            code = sanitize(error.response.get("Error", {}).get("Code", ""), 60)
            raise _error_for(code, action, self._user) from None
        except BotoCoreError as error:
            raise UserPolicyError(f"IAM could not be asked ({type(error).__name__}). Try again.") from None


class _NoSuchEntityError(UserPolicyError):
    """The user or the policy does not exist."""


def _error_for(code: str, action: str, user: str) -> UserPolicyError:
    name = sanitize(user, 64)
    if code == "NoSuchEntity":
        return _NoSuchEntityError(f"There is no IAM user {name}. Make it with: aws iam create-user --user-name {name}")
    if code in ("AccessDenied", "AccessDeniedException"):
        return UserPolicyError(f"Your own credentials may not do {action}. Use an administrator's.")
    if code in ("InvalidClientTokenId", "SignatureDoesNotMatch", "ExpiredToken"):
        return UserPolicyError(
            f"AWS does not accept your own credentials ({code}). Look at `aws sts get-caller-identity`."
        )
    return UserPolicyError(f"IAM refused {action} with {code}. Nothing was changed.")


def _client(region: str) -> Any:
    config = Config(connect_timeout=5, read_timeout=15, retries={"total_max_attempts": 2, "mode": "standard"})
    session = boto3.Session(botocore_session=botocore.session.Session())
    return session.client("iam", region_name=session.region_name or region, config=config)
