"""OpenStack Swift as an S3 server."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import SSLError

from tests.support.aws_clients import error_response, open_s3_client
from tests.support.certificates import Certificates
from tests.support.live_store import LiveStore
from tests.support.processes import running_process, wait_for
from tests.support.store_client import BODY
from tests.support.swift import Swift


def limited(swift: Swift, store: LiveStore) -> LiveStore:
    return replace(store, access_key=swift.limited_access_key, secret_key=swift.limited_secret_key)


@pytest.mark.parametrize("signature", ["s3v4", "s3"])
def test_it_stores_objects_with_both_signature_versions(swift: Swift, signature: str) -> None:
    store = swift.store()
    key = {"Bucket": store.bucket, "Key": "a/b"}
    with open_s3_client(store, signature_version=signature) as client:
        client.put_object(**key, Body=BODY)
        assert client.get_object(**key)["Body"].read() == BODY
        client.create_multipart_upload(Bucket=store.bucket, Key="open")
    assert swift.contents(store.bucket) == ["a/b"]
    assert swift.uploads(store.bucket) == ["open"]


@pytest.mark.parametrize("signature", ["s3v4", "s3"])
def test_it_rejects_a_wrong_secret(swift: Swift, signature: str) -> None:
    store = replace(swift.store(), secret_key="wrong")
    with open_s3_client(store, signature_version=signature) as client:
        put = error_response(client.put_object, Bucket=store.bucket, Key="key", Body=BODY)
    assert put == (403, "SignatureDoesNotMatch")


def test_it_rejects_a_wrong_region(swift: Swift) -> None:
    def do_not_redirect(params: dict[str, Any], **_: object) -> None:
        # Otherwise botocore repeats the request in the correct region.
        params["context"].setdefault("s3_redirect", {})["redirected"] = True

    store = replace(swift.store(), region="eu-west-1")
    with open_s3_client(store) as client:
        client.meta.events.register("before-call.s3", do_not_redirect)
        listing = error_response(client.list_objects, Bucket=store.bucket)
    assert listing == (400, "AuthorizationHeaderMalformed")


def test_the_limited_key_can_read_only_what_was_granted_and_cannot_write(swift: Swift) -> None:
    store = swift.store()
    key = {"Bucket": store.bucket, "Key": "key"}
    with open_s3_client(store) as owner, open_s3_client(limited(swift, store)) as client:
        owner.put_object(**key, Body=BODY)
        assert error_response(client.list_objects, Bucket=store.bucket) == (403, "AccessDenied")
        swift.allow_reading(store.bucket)
        assert [item["Key"] for item in client.list_objects(Bucket=store.bucket)["Contents"]] == ["key"]
        assert client.get_object(**key)["Body"].read() == BODY
        for call, arguments in (
            (client.put_object, {"Body": b""}),
            (client.create_multipart_upload, {}),
            (client.delete_object, {}),
        ):
            assert error_response(call, **key, **arguments) == (403, "AccessDenied")
    assert swift.contents(store.bucket) == ["key"]


def test_each_store_is_a_new_empty_bucket(swift: Swift) -> None:
    one, other = swift.store(), swift.store()
    assert one.bucket != other.bucket
    assert swift.contents(one.bucket) == swift.contents(other.bucket) == []
    assert swift.uploads(one.bucket) == []


def test_it_serves_https_to_clients_that_trust_its_certificate(swift: Swift, certificates: Certificates) -> None:
    store = swift.store(tls=True)
    assert store.settings().secure is True
    with open_s3_client(store, verify=certificates.ca) as client:
        client.put_object(Bucket=store.bucket, Key="key", Body=BODY)
    assert swift.contents(store.bucket) == ["key"]
    with open_s3_client(store, verify=certificates.self_signed.ca) as client, pytest.raises(SSLError):
        client.list_objects(Bucket=store.bucket)


def test_a_silent_https_client_does_not_block_others(swift: Swift, certificates: Certificates) -> None:
    store = swift.store(tls=True)
    address = urlsplit(store.endpoint)
    with (
        socket.create_connection((str(address.hostname), address.port or 0), timeout=5),
        open_s3_client(store, verify=certificates.ca) as client,
    ):
        assert "Contents" not in client.list_objects(Bucket=store.bucket)


# --- the end of the process ---


def processes_of(folder: Path) -> list[Path]:
    """The folders below /proc of the processes with `folder` as an argument."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(folder).encode() in (process / "cmdline").read_bytes().split(b"\0"):
                found.append(process)
    return found


@pytest.mark.usefixtures("swift")  # skips the test where Swift is missing
def test_it_leaves_no_process_and_no_folder() -> None:
    with Swift() as server:
        server.create_bucket()
        assert len(processes_of(server.folder)) == 1
    assert processes_of(server.folder) == []
    assert not server.folder.exists()


START = """
from tests.support.swift import Swift
with Swift() as server:
    server.create_bucket()
    print(server.folder, flush=True)
    input()
"""


@pytest.mark.usefixtures("swift")
def test_it_leaves_no_process_and_no_folder_when_its_parent_is_killed() -> None:
    command = [sys.executable, "-c", START]
    with running_process(command, subprocess.PIPE, subprocess.PIPE, environment=os.environ) as parent:
        assert parent.stdout is not None
        folder = Path(parent.stdout.readline().decode().strip())
        assert len(processes_of(folder)) == 1
        parent.kill()
    assert parent.returncode == -signal.SIGKILL
    wait_for(lambda: None if processes_of(folder) or folder.exists() else True)
