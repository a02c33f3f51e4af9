"""The programs, and the commands by which an administrator tests a store with each.

Each uploads a small and a large object, copies one on the store, reads all three, lists them and deletes them, where it
has no command that tests a store. What was read is compared with what was sent.
"""

from __future__ import annotations

import json
import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import wizard
from tests.registry.exercise import SMALL_THRESHOLD
from tests.support.live_store import LiveStore
from tests.support.rclone import Rclone
from tests.support.servers.programs import GoSource, Program, PythonProgram
from tests.support.servers.readers import MC
from wizard.config import file as config_file

SIZES = {"small": 1 << 10, "large": 20 << 20}  # bytes; the large one is above the threshold for parts of each program
_DATE = re.compile(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d ")  # of rclone
COPY = "copy"  # of the small object
_FOLDER = "peer"  # in the bucket


class Peer(ABC):
    """A program. `version` and `what` are for the table."""

    name: str
    version: str
    what = "upload, copy, read, list, delete"
    is_compared = True  # what was read is in the folder `received`

    program: Program | None = None  # None: it is installed with the tests

    def environment(self, store: LiveStore, folder: Path) -> dict[str, str]:
        """The variables for its commands."""
        del store, folder
        return {}

    @abstractmethod
    def commands(self, store: LiveStore, folder: Path) -> Sequence[Sequence[str]]:
        """The commands, which end at the first that fails. `sent` in `folder` has the objects."""

    def message(self, stdout: str, stderr: str) -> str:
        """What it said of a failure: the last line of its errors with words, without a date."""
        text = stderr if stderr.strip() else stdout
        lines = [_DATE.sub("", line).strip() for line in text.splitlines() if re.search("[a-z]{3}", line)]
        return lines[-1] if lines else ""


class StorageWizard(Peer):
    """This program."""

    name, version = "storage-wizard", wizard.__version__
    what = "`check`"
    is_compared = False

    def commands(self, store: LiveStore, folder: Path) -> Sequence[Sequence[str]]:
        path = folder / "storage.toml"
        config_file.save(
            path, store.settings(registry="distribution-2", multipartcopythresholdsize=SMALL_THRESHOLD), None
        )
        return [[sys.executable, "-m", "wizard", "check", "--json", str(path)]]

    def message(self, stdout: str, stderr: str) -> str:
        """The text of the first check that failed."""
        del stderr
        failed = [check for check in json.loads(stdout)["checks"] if check["status"] == "failed"]
        return str(failed[0]["finding"]["text"]) if failed else ""


class Kopia(Peer):
    """A backup program with a command that validates a store."""

    name, version = "kopia", "0.21.1"
    what = "`repository create`, `validate-provider`"
    program = GoSource("kopia", "v0.21.1", "github.com/kopia/kopia", ".")
    is_compared = False

    def environment(self, store: LiveStore, folder: Path) -> dict[str, str]:
        return {
            "KOPIA_CONFIG_PATH": str(folder / "repository.config"),
            "KOPIA_CACHE_DIRECTORY": str(folder / "cache"),
            "KOPIA_LOG_DIR": str(folder / "log"),
            "KOPIA_PASSWORD": "peer",
            "KOPIA_CHECK_FOR_UPDATES": "false",
            "AWS_ACCESS_KEY_ID": store.access_key,
            "AWS_SECRET_ACCESS_KEY": store.secret_key,
        }

    def commands(self, store: LiveStore, folder: Path) -> Sequence[Sequence[str]]:
        kopia, address = str(self.program.path), urlsplit(store.endpoint).netloc
        create = ["repository", "create", "s3", "--bucket", store.bucket, "--endpoint", address, "--disable-tls"]
        create += ["--region", store.region, "--prefix", f"{folder.name}/"]  # a repository stays
        validate = ["repository", "validate-provider", "--concurrency-test-duration=5s"]
        return [[kopia, "--disable-color", *create], [kopia, "--disable-color", *validate]]


class RcloneClient(Peer):
    """rclone, with parts of the smallest size."""

    name, version = "rclone", "1.75.2"

    def environment(self, store: LiveStore, folder: Path) -> dict[str, str]:
        del folder
        return {
            "RCLONE_CONFIG": "",  # of the memory
            "RCLONE_CONFIG_S_TYPE": "s3",
            "RCLONE_CONFIG_S_PROVIDER": "Other",
            "RCLONE_CONFIG_S_ENDPOINT": store.endpoint,
            "RCLONE_CONFIG_S_REGION": store.region,
            "RCLONE_CONFIG_S_ACCESS_KEY_ID": store.access_key,
            "RCLONE_CONFIG_S_SECRET_ACCESS_KEY": store.secret_key,
            "RCLONE_S3_UPLOAD_CUTOFF": "5Mi",
        }

    def commands(self, store: LiveStore, folder: Path) -> Sequence[Sequence[str]]:
        rclone, remote = Rclone.require(), f"s:{store.bucket}/{_FOLDER}"
        return [
            [rclone, "copy", str(folder / "sent"), remote],
            [rclone, "copyto", f"{remote}/small", f"{remote}/{COPY}"],
            [rclone, "copy", remote, str(folder / "received")],
            [rclone, "lsf", remote],
            [rclone, "purge", remote],
        ]


class MinioClient(Peer):
    """mc."""

    name, version = "mc", "2025-03-13"
    program = MC

    def environment(self, store: LiveStore, folder: Path) -> dict[str, str]:
        scheme, address = urlsplit(store.endpoint)[:2]
        return {
            "MC_CONFIG_DIR": str(folder / "mc"),
            "MC_HOST_s": f"{scheme}://{store.access_key}:{store.secret_key.replace('/', '%2F')}@{address}",
        }

    def commands(self, store: LiveStore, folder: Path) -> Sequence[Sequence[str]]:
        mc, remote = [str(self.program.path), "--quiet"], f"s/{store.bucket}/{_FOLDER}"
        return [
            *([*mc, "cp", str(folder / "sent" / name), f"{remote}/{name}"] for name in SIZES),
            [*mc, "cp", f"{remote}/small", f"{remote}/{COPY}"],
            *([*mc, "cp", f"{remote}/{name}", str(folder / "received" / name)] for name in (*SIZES, COPY)),
            [*mc, "ls", remote],
            [*mc, "rm", "--recursive", "--force", remote],
        ]


class S3cmd(Peer):
    """s3cmd."""

    name, version = "s3cmd", "2.4.0"
    program = PythonProgram("s3cmd", "2.4.0", "s3cmd")

    def environment(self, store: LiveStore, folder: Path) -> dict[str, str]:
        del store, folder
        return self.program.environment

    def commands(self, store: LiveStore, folder: Path) -> Sequence[Sequence[str]]:
        address, config, remote = urlsplit(store.endpoint).netloc, folder / "s3cfg", f"s3://{store.bucket}/{_FOLDER}"
        settings = {
            "access_key": store.access_key,
            "secret_key": store.secret_key,
            "host_base": address,
            "host_bucket": address,
            "bucket_location": store.region,
            "use_https": "False",
        }
        config.write_text("[default]\n" + "".join(f"{name} = {value}\n" for name, value in settings.items()))
        s3cmd = [sys.executable, str(self.program.path), "-c", str(config), "--no-progress"]
        return [
            *([*s3cmd, "put", str(folder / "sent" / name), f"{remote}/{name}"] for name in SIZES),
            [*s3cmd, "cp", f"{remote}/small", f"{remote}/{COPY}"],
            *([*s3cmd, "get", f"{remote}/{name}", str(folder / "received" / name)] for name in (*SIZES, COPY)),
            [*s3cmd, "ls", f"{remote}/"],
            [*s3cmd, "del", "--recursive", "--force", f"{remote}/"],
        ]


class AwsCli(Peer):
    """The command line of AWS."""

    name, version = "aws", "1.46.3"
    program = PythonProgram("aws", "1.46.3", "awscli")

    def environment(self, store: LiveStore, folder: Path) -> dict[str, str]:
        files = {f"AWS_{kind}_FILE": str(folder / "missing") for kind in ("CONFIG", "SHARED_CREDENTIALS")}
        return {
            **self.program.environment,
            **files,
            "AWS_ACCESS_KEY_ID": store.access_key,
            "AWS_SECRET_ACCESS_KEY": store.secret_key,
            "AWS_DEFAULT_REGION": store.region,
        }

    def commands(self, store: LiveStore, folder: Path) -> Sequence[Sequence[str]]:
        aws = [sys.executable, str(self.program.path), "--endpoint-url", store.endpoint, "s3"]
        remote = f"s3://{store.bucket}/{_FOLDER}"
        return [
            *([*aws, "cp", "--no-progress", str(folder / "sent" / name), f"{remote}/{name}"] for name in SIZES),
            [*aws, "cp", f"{remote}/small", f"{remote}/{COPY}"],
            [*aws, "cp", "--no-progress", "--recursive", remote, str(folder / "received")],
            [*aws, "ls", f"{remote}/"],
            [*aws, "rm", "--recursive", remote],
        ]


PEERS: Mapping[str, Peer] = {
    peer.name: peer for peer in (StorageWizard(), Kopia(), RcloneClient(), MinioClient(), S3cmd(), AwsCli())
}
