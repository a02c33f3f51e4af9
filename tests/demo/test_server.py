"""The demo's store: it serves its own key pair, and refuses everything else."""

from __future__ import annotations

import contextlib
import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.support.moto_overlaps import most_writes_at_once
from tests.support.paths import ROOT
from wizard.demo.server import serve
from wizard.demo.signature import KeyPair
from wizard.model.secret import Secret

KEYS = KeyPair("DEMOKEY", Secret("demo-secret"))
BUCKET = "images"

# Paths of moto's control interface and of services other than S3, and S3 requests that nobody has signed.
UNSIGNED = [
    *(
        ("GET", path)
        for path in ("/", "/images", "/images/key", "/images?uploads", "/moto-api/", "/moto-api/data.json")
    ),
    *(
        ("POST", f"/moto-api/{path}")
        for path in ("reset", "reset-auth", "seed?a=1", "config", "state-manager/set-transition")
    ),
    *(("POST", f"/moto-api/recorder/{path}") for path in ("start-recording", "upload-recording", "replay-recording")),
    ("POST", "/v1/createcomputeenvironment"),
    ("POST", "/v1/submitjob"),
    ("POST", "/2015-03-31/functions"),
    ("POST", "/2015-03-31/functions/f/invocations"),
    ("GET", "/latest/meta-data/iam/security-credentials/"),
    ("PUT", "/latest/api/token"),
    ("POST", "/?Action=RunInstances&Version=2016-11-15"),
    ("POST", "/?Action=GetSessionToken&Version=2011-06-15"),
    ("POST", "/?Action=CreateUser&Version=2010-05-08"),
    *(("PUT", path) for path in ("/other", "/images/key", "/images?policy", "/images?acl", "/images?notification")),
    *(("DELETE", path) for path in ("/images", "/images/key")),
    ("POST", "/images?delete"),
    ("OPTIONS", "/images"),
    ("PATCH", "/"),
    ("GET", "//"),
    ("GET", "/../../etc/passwd"),
    ("GET", "/static/index.html"),
]
TARGETS = ["DynamoDB_20120810.ListTables", "AmazonSSM.GetParameters", "secretsmanager.GetSecretValue"]
HOSTS = ["batch.us-east-1.amazonaws.com", "ec2.us-east-1.amazonaws.com", "lambda.us-east-1.amazonaws.com"]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with serve(KEYS, BUCKET) as endpoint:
        yield endpoint


def answer(
    endpoint: str, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> tuple[int, bytes]:
    """The status and the body of one request that is not signed."""
    address = urlsplit(endpoint)
    with contextlib.closing(http.client.HTTPConnection(str(address.hostname), address.port, timeout=10)) as connection:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.read()


@contextlib.contextmanager
def client(endpoint: str, keys: KeyPair = KEYS, service: str = "s3") -> Iterator[Any]:
    version = "s3v4" if service == "s3" else "v4"
    made: Any = botocore.session.Session().create_client(
        service,
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret_key.reveal(),
        config=Config(signature_version=version, s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
    )
    with contextlib.closing(made):
        yield made


def test_requests_never_overlap_in_moto(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with client(endpoint) as s3:
        assert most_writes_at_once(s3, BUCKET, monkeypatch) == 1


@pytest.mark.parametrize(("method", "path"), UNSIGNED, ids=[f"{method} {path}" for method, path in UNSIGNED])
def test_an_unsigned_request_is_refused(endpoint: str, method: str, path: str) -> None:
    status, body = answer(endpoint, method, path)
    assert status == 403
    assert b"AccessDenied" in body or method == "HEAD"


def test_there_are_at_least_thirty_unsigned_requests() -> None:
    assert len(UNSIGNED) >= 30


@pytest.mark.parametrize("target", TARGETS)
def test_another_service_by_its_target_is_refused(endpoint: str, target: str) -> None:
    assert (
        answer(endpoint, "POST", "/", {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"})[0] == 403
    )


@pytest.mark.parametrize("host", HOSTS)
def test_another_service_by_its_host_is_refused(endpoint: str, host: str) -> None:
    assert answer(endpoint, "POST", "/v1/submitjob", {"Host": host})[0] == 403


@pytest.mark.sample(3)
@pytest.mark.parametrize("service", ["batch", "ec2", "iam", "lambda", "sqs", "ssm", "sts"])
def test_the_key_pair_opens_no_other_service(endpoint: str, service: str) -> None:
    calls = {
        "batch": lambda c: c.describe_compute_environments(),
        "ec2": lambda c: c.describe_instances(),
        "iam": lambda c: c.list_users(),
        "lambda": lambda c: c.list_functions(),
        "sqs": lambda c: c.list_queues(),
        "ssm": lambda c: c.describe_parameters(),
        "sts": lambda c: c.get_caller_identity(),
    }
    with client(endpoint, service=service) as other, pytest.raises(ClientError) as caught:
        calls[service](other)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] in (403, 501)


@pytest.mark.parametrize(
    "keys",
    [KEYS._replace(secret_key=Secret("guess")), KEYS._replace(access_key="another"), KeyPair("A", Secret("x"))],
)
def test_another_key_pair_is_refused(endpoint: str, keys: KeyPair) -> None:
    with (
        client(endpoint, keys._replace(access_key=keys.access_key or "A")) as other,
        pytest.raises(ClientError) as caught,
    ):
        other.list_objects_v2(Bucket=BUCKET)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_the_key_pair_stores_and_reads_objects(endpoint: str) -> None:
    with client(endpoint) as owner:
        owner.put_object(Bucket=BUCKET, Key="a b/ü+", Body=b"content")
        assert owner.get_object(Bucket=BUCKET, Key="a b/ü+")["Body"].read() == b"content"
        assert owner.list_objects_v2(Bucket=BUCKET, Prefix="a b/")["KeyCount"] == 1
        owner.delete_object(Bucket=BUCKET, Key="a b/ü+")


@pytest.mark.sample
@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={}),
        lambda c: c.put_bucket_policy(Bucket=BUCKET, Policy="{}"),
        lambda c: c.put_bucket_website(Bucket=BUCKET, WebsiteConfiguration={"IndexDocument": {"Suffix": "x"}}),
        lambda c: c.put_object_acl(Bucket=BUCKET, Key="x", ACL="public-read"),
        lambda c: c.delete_bucket(Bucket=BUCKET),
        lambda c: c.get_bucket_policy(Bucket=BUCKET),
        lambda c: c.copy_object(Bucket=BUCKET, Key="x", CopySource="arn:aws:s3:us-east-1:1:accesspoint/a/object/k"),
    ],
)
def test_operations_that_no_registry_uses_are_not_offered(endpoint: str, call: object) -> None:
    assert callable(call)
    with client(endpoint) as owner, pytest.raises(ClientError) as caught:
        call(owner)
    assert caught.value.response["Error"]["Code"] == "NotImplemented"


def test_a_body_that_was_not_signed_is_refused(endpoint: str) -> None:
    """As a process between the client and the store would send it."""
    with client(endpoint) as owner:
        url = urlsplit(owner.generate_presigned_url("list_objects_v2", {"Bucket": BUCKET}))
    assert answer(endpoint, "GET", f"{url.path}?{url.query}")[0] == 200
    assert answer(endpoint, "PUT", f"{url.path}?{url.query}", body=b"x")[0] == 403


def test_a_length_that_is_none_is_refused(endpoint: str) -> None:
    for length in ("-1", "9" * 12, "abc"):
        assert answer(endpoint, "PUT", "/images/key", {"Content-Length": length})[0] in (400, 403)


def test_it_listens_on_loopback_only(endpoint: str) -> None:
    assert urlsplit(endpoint).hostname == "127.0.0.1"


_OTHER_USER = """
import encodings.idna, os, sys, http.client
os.setgroups([]); os.setgid(65534); os.setuid(65534)
host, paths = sys.argv[1], sys.argv[2:]
for path in paths:
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request("GET", path)
    print(connection.getresponse().status)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_of_the_machine_gets_nothing(endpoint: str) -> None:
    paths = ["/", "/images", "/moto-api/data.json", "/v1/describejobqueues"]
    done = subprocess.run(
        [sys.executable, "-c", _OTHER_USER, urlsplit(endpoint).netloc, *paths],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["403"] * len(paths)


@pytest.mark.ci_only
def test_no_other_service_is_loaded() -> None:
    code = """
import sys
from wizard.demo.server import serve
from wizard.demo.signature import KeyPair
from wizard.model.secret import Secret
with serve(KeyPair("a", Secret("b")), "images"):
    pass
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "moto.s3.responses" in loaded
    assert loaded.isdisjoint({"docker", "moto.ec2", "moto.batch", "moto.awslambda", "moto.ecs", "moto.ssm"})


@pytest.mark.ci_only
def test_variables_of_moto_do_not_change_it(monkeypatch: pytest.MonkeyPatch, tmp_path: os.PathLike[str]) -> None:
    recording = os.path.join(tmp_path, "recording")  # noqa: PTH118 - what moto reads is text
    code = """
import sys, http.client
from wizard.demo.server import serve
from wizard.demo.signature import KeyPair
from wizard.model.secret import Secret
with serve(KeyPair("a", Secret("b")), "images") as endpoint:
    connection = http.client.HTTPConnection(endpoint.removeprefix("http://"))
    connection.request("GET", "/images")
    connection.getresponse().read()
"""
    monkeypatch.setenv("MOTO_ENABLE_RECORDING", "true")
    monkeypatch.setenv("MOTO_RECORDER_FILEPATH", recording)
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    assert not os.path.exists(recording)  # noqa: PTH110
