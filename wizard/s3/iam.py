"""Reads and writes the policies of IAM users, with the administrator's credentials and never with the registry's."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

import boto3
from botocore.config import Config

from wizard.s3.botocore_internals import administrator_session
from wizard.s3.error_mapping import map_errors
from wizard.s3.errors import Abandoned, ConnectionFailed, ErrorResponse, NoCredentials, NotS3, StoreError
from wizard.s3.timeouts import Timeouts, run_with_timeout
from wizard.text.sanitize import sanitize

_T = TypeVar("_T")
_TIMEOUTS = Timeouts(connect=5.0, read=15.0)
_USER_NAME = re.compile(
    r"[A-Za-z0-9_+=,.@-]{1,64}"
)  # https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html
_MAX_LENGTH = 64  # characters of a name
_MAX_ARN_LENGTH = 2048
_ACCOUNT = re.compile(r"arn:[^:]*:iam::([^:]+):")
_START = "start"  # the action before anything is sent
_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_DENIED = ("AccessDenied", "AccessDeniedException")
_NOT_ACCEPTED = (
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
)


class UserPolicyError(Exception):
    """A policy cannot be read or attached. The message says why, what to do, and whether something was changed."""


class _DeniedError(UserPolicyError):
    """The administrator's credentials do not allow the call."""


class _NoSuchEntityError(UserPolicyError):
    """The user or the policy does not exist."""


@dataclass(frozen=True, slots=True)
class IamUser:
    """A user. `arn` is empty if the credentials may not ask for it; `account` is that of the credentials then."""

    name: str
    arn: str
    account: str

    def __str__(self) -> str:
        name = sanitize(self.arn or self.name, _MAX_ARN_LENGTH)
        account = f" (account {sanitize(self.account, _MAX_LENGTH)})" if self.account else ""
        return f"the user {name}{account}"


class UserPolicy:
    """An inline policy of a user. Finds credentials where the AWS command line finds them.

    Every method, and the constructor, can raise `UserPolicyError`.
    """

    def __init__(self, user: str, name: str, region: str) -> None:
        if not _USER_NAME.fullmatch(user):
            raise UserPolicyError(
                f'"{sanitize(user, _MAX_LENGTH)}" is not an IAM user name: use 1 to 64 letters, digits and _+=,.@- '
                "without a path. Nothing was changed."
            )
        _refuse_unusable_credentials()
        self._user, self._name, self._region = user, name, region
        self._client = self._call(_START, lambda: _client("iam", region))

    def user(self) -> IamUser:
        """The user, with the account that it belongs to."""
        try:
            response = self._call("iam:GetUser", lambda: self._client.get_user(UserName=self._user))
        except _DeniedError:
            return IamUser(self._user, "", self._own_account())
        arn = str(response.get("User", {}).get("Arn", ""))
        account = _ACCOUNT.match(arn)
        return IamUser(self._user, arn, account[1] if account else self._own_account())

    def read(self) -> dict[str, Any] | None:
        """The policy document; None if the user has no policy of that name."""
        try:
            response = self._call(
                "iam:GetUserPolicy",
                lambda: self._client.get_user_policy(UserName=self._user, PolicyName=self._name),
            )
        except _NoSuchEntityError:  # no such policy, or no such user
            self.user()
            return None
        document = response.get("PolicyDocument", "")
        try:
            return dict(json.loads(document) if isinstance(document, str) else document)
        except (ValueError, TypeError):
            raise UserPolicyError(f"{self._name} of this user is not a JSON object. Nothing was changed.") from None

    def write(self, text: str, stop: threading.Event | None = None) -> None:
        """Attaches the policy document, and replaces a policy of that name. Is abandoned when `stop` is set."""
        self._call(
            "iam:PutUserPolicy",
            lambda: self._client.put_user_policy(UserName=self._user, PolicyName=self._name, PolicyDocument=text),
            unknown=self.unknown_outcome,
            stop=stop,
        )

    @property
    def unknown_outcome(self) -> str:
        """Says that `write` may or may not have had an effect, and how to find out."""
        look = f"aws iam get-user-policy --user-name {self._user} --policy-name {self._name}"
        return f"It is unknown whether {self._name} was attached to the user {self._user}. Check with: {look}"

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _own_account(self) -> str:
        def ask() -> str:
            client = _client("sts", self._region)
            try:
                return str(client.get_caller_identity().get("Account", ""))
            finally:
                client.close()

        return self._call("sts:GetCallerIdentity", ask)

    def _call(self, action: str, call: Callable[[], _T], unknown: str = "", stop: threading.Event | None = None) -> _T:
        """The result of `call`. `unknown` says in an error that the call may have had an effect."""

        def mapped() -> _T:
            with map_errors(action):
                return call()

        try:
            return run_with_timeout(_TIMEOUTS.total, action, mapped, stop)
        except StoreError as error:
            if action == _START and isinstance(error, NotS3):  # nothing was sent: botocore refuses its configuration
                raise _unusable_configuration() from None
            outcome = unknown if unknown and not error.had_no_effect else "Nothing was changed."
            raise _error_for(error, action, self._user, outcome) from None
        except ValueError:  # botocore's, for an endpoint in the environment or in ~/.aws/config
            raise _unusable_configuration() from None


def _refuse_unusable_credentials() -> None:
    for name in _CREDENTIALS:
        value = os.environ.get(name, "")
        if not (value.isascii() and value.isprintable()):
            raise UserPolicyError(f"{name} is not printable ASCII. Correct the variable. Nothing was changed.")


def _unusable_configuration() -> UserPolicyError:
    """The error for a configuration that botocore refuses, with the variables that can be the reason."""
    names = sorted(name for name in os.environ if name.startswith("AWS_") and name not in _CREDENTIALS)
    found = f" These variables are set: {sanitize(', '.join(names), 600)}." if names else ""
    return UserPolicyError(
        f"AWS_ENDPOINT_URL, or another setting of the AWS CLI, has an invalid value. Nothing was changed.{found}"
    )


def _error_for(error: StoreError, action: str, user: str, outcome: str) -> UserPolicyError:
    match error:
        case Abandoned():
            return UserPolicyError(f"The program was stopped. {outcome}")
        case ErrorResponse(code="NoSuchEntity"):
            return _NoSuchEntityError(
                f"IAM user {user} not found. {outcome} Create it with: aws iam create-user --user-name {user}"
            )
        case ErrorResponse() if error.code in _DENIED:
            return _DeniedError(
                f"Your own credentials aren't allowed to call {action}. Use an administrator's. {outcome}"
            )
        case ErrorResponse() if error.code in _NOT_ACCEPTED:
            return UserPolicyError(
                f"AWS rejected your own credentials ({error.code}). Check them with: aws sts get-caller-identity. "
                f"{outcome}"
            )
        case ErrorResponse() if error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return UserPolicyError(f"IAM rejected {action} with {sanitize(error.code, 60)}. {outcome}")
        case ErrorResponse():
            return UserPolicyError(f"IAM failed at {action} with {sanitize(error.code, 60)}. {outcome}")
        case NoCredentials():
            return UserPolicyError(
                'No administrator credentials found. Set them up with "aws configure", or name a '
                f"profile in AWS_PROFILE. {outcome}"
            )
        case ConnectionFailed():
            reason = "there was no answer in time" if error.timed_out else type(error.causes[0]).__name__
            return UserPolicyError(f"IAM could not be reached ({reason}). {outcome}")
    return UserPolicyError(f"The reply to {action} is not from IAM. {outcome}")


def _client(service: str, region: str) -> Any:
    # One attempt: after a first that was sent, the error of a second would not say whether something was changed.
    config = Config(
        connect_timeout=_TIMEOUTS.connect,
        read_timeout=_TIMEOUTS.read,
        retries={"total_max_attempts": 1, "mode": "standard"},
    )
    session: Any = boto3.Session(botocore_session=administrator_session())
    return session.client(service, region_name=session.region_name or region, config=config)
