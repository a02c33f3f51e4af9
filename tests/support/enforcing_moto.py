"""moto that verifies V4 signatures and IAM policies."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import uuid
from collections.abc import Sequence
from typing import Any

from tests.support.aws_clients import create_client
from tests.support.moto_server import Moto
from tests.support.processes import read_first_line, running_process
from tests.support.store_server import StoreServer


class EnforcingMoto(StoreServer):
    """Answers 500 to V2, anonymous and presigned requests.

    Enforcement applies to a whole process, so this moto runs in one of its own, which ends with this one.
    """

    def _start(self) -> None:
        process = self._resources.enter_context(
            running_process(
                [sys.executable, "-m", "tests.support.moto_server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        )
        assert process.stdout is not None
        self.endpoint = read_first_line(process.stdout)
        self.access_key, self.secret_key = Moto.access_key, Moto.secret_key
        self.access_key, self.secret_key = self._create_user([_allow("*")])
        self.__dict__.pop("_iam").close()
        assert process.stdin is not None
        process.stdin.write(b"enforce\n")
        process.stdin.flush()
        assert read_first_line(process.stdout) == "enforcing"

    def iam_key(self, *denied: str, allowed: Sequence[str] | None = None) -> tuple[str, str]:
        """The key pair of a new user that is allowed `allowed` (all of S3 by default) except `denied`."""
        statements = [_allow(*(["s3:*"] if allowed is None else allowed))]
        if denied:
            statements.append({**_allow(*denied), "Effect": "Deny"})
        return self._create_user(statements)

    def _create_user(self, statements: list[dict[str, object]]) -> tuple[str, str]:
        return self.user_with({"Version": "2012-10-17", "Statement": statements})

    def user_with(self, policy: dict[str, Any]) -> tuple[str, str]:
        """The key pair of a new user with exactly this policy."""
        name = f"user-{uuid.uuid4().hex[:16]}"
        self._iam.create_user(UserName=name)
        self._iam.put_user_policy(UserName=name, PolicyName="test", PolicyDocument=json.dumps(policy))
        key = self._iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"]

    @functools.cached_property
    def _iam(self) -> Any:
        client = create_client("iam", self.endpoint, self.access_key, self.secret_key)
        self._resources.callback(client.close)
        return client


def _allow(*actions: str) -> dict[str, object]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
