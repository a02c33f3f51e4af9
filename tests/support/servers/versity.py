"""Versity S3 Gateway on a folder: it verifies V4 signatures, the region and bucket policies, and refuses V2."""

from __future__ import annotations

import functools
import json
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.aws_clients import create_client
from tests.support.http_server import LOOPBACK
from tests.support.servers.programs import GoProgram
from tests.support.servers.server import InstalledServer


class Versity(InstalledServer):
    """The gateway with the root user only."""

    program = GoProgram("versitygw", "v1.8.0", "github.com/versity/versitygw/cmd/versitygw")

    def environment(self) -> Mapping[str, str]:
        return {"ROOT_ACCESS_KEY": self.access_key, "ROOT_SECRET_KEY": self.secret_key}

    def command(self, folder: Path, ports: Sequence[int]) -> list[str]:
        return [*self._gateway(ports), "posix", str(folder)]

    def _gateway(self, ports: Sequence[int]) -> list[str]:
        return [str(self.program.path), "--port", f"{LOOPBACK}:{ports[0]}"]


class VersityIam(Versity):
    """The gateway with its IAM API at `iam_endpoint`: it enforces the users' inline policies."""

    def commands_before(self, folder: Path, ports: Sequence[int]) -> Sequence[tuple[list[str], int]]:
        (folder / "iam").mkdir()
        listen = ["--port", f"{LOOPBACK}:{ports[1]}", "iam", "--private-ports", str(folder / "iam.sock")]
        return [([str(self.program.path), *listen, "--quiet", "--dir", str(folder / "iam")], ports[1])]

    def command(self, folder: Path, ports: Sequence[int]) -> list[str]:
        iam = ["--iam-standalone-endpoint", str(folder.parent / "iam.sock"), "--iam-cache-disable"]
        return [*self._gateway(ports), *iam, "posix", str(folder)]

    @property
    def iam_endpoint(self) -> str:
        return f"http://{LOOPBACK}:{self.ports[1]}"

    @functools.cached_property
    def iam(self) -> Any:
        """A plain client of the IAM API."""
        client = create_client("iam", self.iam_endpoint, self.access_key, self.secret_key)
        self._resources.callback(client.close)
        return client

    def new_user(self) -> tuple[str, str, str]:
        """The name and the key pair of a user who may do nothing yet."""
        name = f"user-{uuid.uuid4().hex[:12]}"
        self.iam.create_user(UserName=name)
        key = self.iam.create_access_key(UserName=name)["AccessKey"]
        return name, key["AccessKeyId"], key["SecretAccessKey"]


class VersityUsers(Versity):
    """The gateway with more users. It answers as S3 does to an unknown access key, which without users it does not."""

    def command(self, folder: Path, ports: Sequence[int]) -> list[str]:
        users = folder.parent / "users"
        users.mkdir()
        return [*self._gateway(ports), "--iam-dir", str(users), "posix", str(folder)]

    def create_user(self, bucket: str, actions: Sequence[str], keys: str = "*") -> tuple[str, str]:
        """A key pair that may do `actions` in `bucket`, with objects only on those that match `keys`."""
        user, secret = f"user-{uuid.uuid4().hex[:12]}", uuid.uuid4().hex
        admin = ["admin", "-a", self.access_key, "-s", self.secret_key, "--endpoint-url", self.endpoint]
        command = [str(self.program.path), *admin, "create-user", "-a", user, "-s", secret, "-r", "user"]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        on_bucket = [action for action in actions if action.startswith("s3:ListBucket")]
        statements = [
            {
                "Effect": "Allow",
                "Principal": {"AWS": [user]},
                "Action": list(allowed),
                "Resource": f"arn:aws:s3:::{name}",
            }
            for allowed, name in ((on_bucket, bucket), (set(actions) - set(on_bucket), f"{bucket}/{keys}"))
        ]
        self._s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
        return user, secret
