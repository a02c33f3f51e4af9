"""Swift, as other tests rely on it, seen through plain botocore."""

from __future__ import annotations

import contextlib
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

from tests.support.certificates import Certificates
from tests.support.live_store import LiveStore
from tests.support.processes import running_process, wait_for
from tests.support.swift import Swift
from tests.support.test_servers import BODY, client_of, diagnose_error_response


def limited(swift: Swift, store: LiveStore) -> LiveStore:
    return replace(store, access_key=swift.limited_access_key, secret_key=swift.limited_secret_key)


@pytest.mark.parametrize("signature", ["s3v4", "s3"])
def test_it_keeps_objects_whichever_way_calls_are_signed(swift: Swift, signature: str) -> None:
    store = swift.store()
    key = {"Bucket": store.bucket, "Key": "a/b"}
    with client_of(store, signature_version=signature) as client:
        client.put_object(**key, Body=BODY)
        assert client.get_object(**key)["Body"].read() == BODY
        client.create_multipart_upload(Bucket=store.bucket, Key="open")
    assert swift.contents(store.bucket) == ["a/b"]
    assert swift.uploads(store.bucket) == ["open"]


@pytest.mark.parametrize("signature", ["s3v4", "s3"])
def test_it_refuses_a_wrong_secret(swift: Swift, signature: str) -> None:
    store = replace(swift.store(), secret_key="wrong")
    with client_of(store, signature_version=signature) as client:
        put = diagnose_error_response(client.put_object, Bucket=store.bucket, Key="key", Body=BODY)
    assert put == (403, "SignatureDoesNotMatch")


def test_it_refuses_a_wrong_region(swift: Swift) -> None:
    def stay(params: dict[str, Any], **_: object) -> None:
        params["context"].setdefault("s3_redirect", {})["redirected"] = True  # else botocore follows to the right one

    store = replace(swift.store(), region="eu-west-1")
    with client_of(store) as client:
        client.meta.events.register("before-call.s3", stay)
        listed = diagnose_error_response(client.list_objects, Bucket=store.bucket)
    assert listed == (400, "AuthorizationHeaderMalformed")


def test_the_limited_key_may_read_what_it_is_allowed_to_and_write_nothing(swift: Swift) -> None:
    store = swift.store()
    key = {"Bucket": store.bucket, "Key": "key"}
    with client_of(store) as owner, client_of(limited(swift, store)) as client:
        owner.put_object(**key, Body=BODY)
        assert diagnose_error_response(client.list_objects, Bucket=store.bucket) == (403, "AccessDenied")
        swift.allow_reading(store.bucket)
        assert [found["Key"] for found in client.list_objects(Bucket=store.bucket)["Contents"]] == ["key"]
        assert client.get_object(**key)["Body"].read() == BODY
        for call, more in (
            (client.put_object, {"Body": b""}),
            (client.create_multipart_upload, {}),
            (client.delete_object, {}),
        ):
            assert diagnose_error_response(call, **key, **more) == (403, "AccessDenied")
    assert swift.contents(store.bucket) == ["key"]


def test_each_bucket_is_fresh(swift: Swift) -> None:
    one, other = swift.store(), swift.store()
    assert one.bucket != other.bucket
    assert swift.contents(one.bucket) == swift.contents(other.bucket) == []
    assert swift.uploads(one.bucket) == []


def test_it_answers_on_https_to_who_trusts_its_certificate(swift: Swift, certificates: Certificates) -> None:
    store = swift.store(tls=True)
    assert store.settings().secure is True
    with client_of(store, verify=certificates.ca) as client:
        client.put_object(Bucket=store.bucket, Key="key", Body=BODY)
    assert swift.contents(store.bucket) == ["key"]
    with client_of(store, verify=certificates.self_signed.ca) as client, pytest.raises(SSLError):
        client.list_objects(Bucket=store.bucket)


def test_a_silent_client_of_https_holds_up_nobody(swift: Swift, certificates: Certificates) -> None:
    store = swift.store(tls=True)
    address = urlsplit(store.endpoint)
    with (
        socket.create_connection((str(address.hostname), address.port or 0), timeout=5),
        client_of(store, verify=certificates.ca) as client,
    ):
        assert "Contents" not in client.list_objects(Bucket=store.bucket)


# --- its end ---


def processes_of(folder: Path) -> list[Path]:
    """The processes that are told of `folder` when they are started, below /proc."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(folder).encode() in (each / "cmdline").read_bytes().split(b"\0"):
                found.append(each)
    return found


@pytest.mark.usefixtures("swift")  # says what is missing
def test_nothing_of_it_stays() -> None:
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
def test_nothing_of_it_stays_when_who_started_it_is_killed() -> None:
    with running_process([sys.executable, "-c", START], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        folder = Path(starter.stdout.readline().decode().strip())
        assert len(processes_of(folder)) == 1
        starter.kill()
    assert starter.returncode == -signal.SIGKILL
    wait_for(lambda: None if processes_of(folder) or folder.exists() else True)
