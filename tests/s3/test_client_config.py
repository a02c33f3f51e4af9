"""A client signs and addresses requests as the registry does."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

import pytest
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.s3_requests import Environ, is_virtual_hosted, operation, signature_version
from wizard.model.secret import Secret
from wizard.model.settings import Settings, Value
from wizard.s3.client import Store
from wizard.s3.client_config import client_for, session_for
from wizard.s3.errors import NoCredentials, StoreError

NO_CHANGES: Mapping[str, Value] = MappingProxyType({})
OF_AMAZON = "s3.eu-west-1.amazonaws.com"
DISTRIBUTION_3: dict[str, Value] = {"registry": "distribution-3", "forcepathstyle": True}


def requests_of(
    call: str, parameters: Mapping[str, object], changes: Mapping[str, Value] = NO_CHANGES, *, anonymous: bool = False
) -> list[Environ]:
    """The requests of one call."""
    requests: list[Environ] = []

    def record(environ: Environ, call_next: CallNext) -> Response:
        requests.append(environ)
        return call_next(environ)

    with FaultyStore(record, faults.error("*", 400, "Odd")) as server:
        settings = server.settings().replace(changes)
        with contextlib.closing(Store(settings, anonymous=anonymous)) as store, contextlib.suppress(StoreError):
            store.call(call, Bucket=server.bucket, **parameters)
    return requests


def listing(**changes: Value) -> Environ:
    """The request of a listing."""
    (request,) = requests_of("ListObjects", {"Prefix": "a b"}, changes)
    return request


@pytest.mark.parametrize(
    ("changes", "host"),
    [
        ({}, OF_AMAZON),
        ({"usedualstack": True}, "s3.dualstack.eu-west-1.amazonaws.com"),
        ({"usefipsendpoint": True}, "s3-fips.eu-west-1.amazonaws.com"),
        ({"usedualstack": True, "usefipsendpoint": True}, "s3-fips.dualstack.eu-west-1.amazonaws.com"),
        ({"accelerate": True}, "s3-accelerate.amazonaws.com"),
        ({"accelerate": True, "usedualstack": True}, "s3-accelerate.dualstack.amazonaws.com"),
        ({"accelerate": True, "regionendpoint": "https://s3.eu-west-1.amazonaws.com"}, "s3-accelerate.amazonaws.com"),
        ({"usedualstack": True, "regionendpoint": "https://store.test"}, "store.test"),
        ({"usedualstack": True, "usefipsendpoint": True, "accelerate": True, "registry": "dtr"}, OF_AMAZON),
    ],
)
def test_parameters_that_change_the_host_are_used(changes: dict[str, Value], host: str) -> None:
    """As the registry's SDK does; 2.x ignores them."""
    settings = Settings(bucket="images", region="eu-west-1", registry="distribution-3", forcepathstyle=False)
    with contextlib.closing(Store(settings.replace(changes), anonymous=True)) as store:
        url = store.presigned_url("GetObject", Bucket="images", Key="key")
    assert urlsplit(url).hostname == f"images.{host}"


@pytest.mark.parametrize(("v4auth", "version"), [(True, "v4"), (False, "v2")])
def test_the_signature_is_that_of_the_settings(v4auth: bool, version: str) -> None:
    assert signature_version(listing(v4auth=v4auth)) == version


def test_an_anonymous_request_has_no_signature() -> None:
    (request,) = requests_of("ListObjects", {}, anonymous=True)
    assert signature_version(request) == ""


def test_the_bucket_is_in_the_path() -> None:
    assert not is_virtual_hosted(listing(**DISTRIBUTION_3))


def test_a_listing_does_not_ask_for_encoded_keys() -> None:
    assert "encoding-type" not in listing()["QUERY_STRING"]


def test_a_request_has_the_name_of_the_program_and_nothing_about_repetitions() -> None:
    request = listing()
    assert request["HTTP_USER_AGENT"].startswith("storage-wizard ")
    assert [name for name in request if name.startswith("HTTP_AMZ_SDK")] == []


KEY_PAIR: dict[str, Value] = {"accesskey": "AKIAEXAMPLE", "secretkey": Secret("of this store")}


@pytest.mark.parametrize(
    ("changes", "is_shared"),
    [
        ({"bucket": "other-images"}, True),
        ({"rootdirectory": "/other"}, True),
        ({"region": "eu-north-1"}, False),
        ({"secretkey": Secret("of another store")}, False),
        ({"regionendpoint": "https://minio.example.com"}, False),
        ({"v4auth": False}, False),
        ({"registry": "distribution-3"}, False),
    ],
    ids=str,
)
def test_stores_share_a_client_if_only_the_place_within_the_store_differs(
    changes: dict[str, Value], is_shared: bool
) -> None:
    settings = Settings(bucket="images", region="eu-west-1", v4auth=True).replace(KEY_PAIR)
    one, other = (
        client_for(session_for(each)[0], each, anonymous=False) for each in (settings, settings.replace(changes))
    )
    assert (one is other) is is_shared


def test_a_client_that_does_not_sign_is_not_shared_with_one_that_does() -> None:
    settings = Settings(bucket="images", region="eu-west-1")
    clients = [client_for(session_for(settings)[0], settings, anonymous=anonymous) for anonymous in (True, False)]
    assert clients[0] is not clients[1]


def test_what_one_store_prevents_is_sent_for_another_with_the_same_client() -> None:
    class Refused(Exception):
        pass

    def refuse() -> None:
        raise Refused

    with FaultyStore() as server:
        settings = server.settings()
        with contextlib.closing(Store(settings)) as one, contextlib.closing(Store(settings)) as other:
            one.call_before_sending(refuse)
            assert other.call("ListObjects", Bucket=server.bucket)["Name"] == server.bucket
            with pytest.raises(Refused):
                one.call("ListObjects", Bucket=server.bucket)
            assert one.answered_at == 0.0


def test_a_request_is_made_once() -> None:
    assert [operation(request) for request in requests_of("ListObjects", {})] == ["ListObjects"]


@pytest.mark.parametrize(
    ("changes", "has_md5"),
    [({"registry": "dtr"}, True), (DISTRIBUTION_3, True), ({"registry": "gitlab"}, False)],
    ids=["2.x", "3.x", "GitLab"],
)
def test_objects_have_the_checksum_of_the_registrys_sdk(changes: dict[str, Value], has_md5: bool) -> None:
    (request,) = requests_of("PutObject", {"Key": "key", "Body": b"body"}, changes)
    assert ("HTTP_CONTENT_MD5" in request) is has_md5
    assert not [name for name in request if "CHECKSUM" in name]


# Credentials


KEYS = "aws_access_key_id = SHARED\naws_secret_access_key = secret\n"


@pytest.fixture
def credentials_file() -> None:
    """~/.aws/credentials with a default profile, and ~/.aws/config with another one."""
    folder = Path.home() / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(f"[default]\n{KEYS}", encoding="utf-8")
    (folder / "config").write_text(f"[profile other]\n{KEYS}", encoding="utf-8")


@pytest.mark.usefixtures("credentials_file")
@pytest.mark.parametrize("registry", ["dtr", "distribution-3"])
def test_without_keys_the_credentials_file_is_read(registry: str) -> None:
    credentials = session_for(Settings(registry=registry))[0].get_credentials()
    assert credentials
    assert credentials.access_key == "SHARED"


@pytest.mark.usefixtures("credentials_file")
@pytest.mark.parametrize("registry", ["dtr", "distribution-3"])
def test_with_keys_no_other_credentials_are_read(registry: str) -> None:
    settings = Settings(registry=registry, accesskey="key", secretkey=Secret("secret"))
    assert session_for(settings)[0].get_credentials() is None


@pytest.mark.usefixtures("credentials_file")
@pytest.mark.parametrize("registry", ["dtr", "distribution-3"])
def test_without_a_signature_no_credentials_are_read(registry: str) -> None:
    assert session_for(Settings(registry=registry), anonymous=True)[0].get_credentials() is None


@pytest.mark.usefixtures("credentials_file")
@pytest.mark.parametrize("registry", ["dtr", "distribution-3"])
def test_the_configuration_file_is_not_read(registry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "other")
    with pytest.raises(NoCredentials, match="of the profile that AWS_PROFILE names"):
        session_for(Settings(registry=registry))
