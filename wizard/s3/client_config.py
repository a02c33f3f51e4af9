"""Configures a boto3 client so that it behaves like the SDK of the registry."""

from __future__ import annotations

import contextlib
import functools
import os
import threading
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import boto3
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.config import Config

from wizard.catalog.registries import Registry, registry_of
from wizard.model.endpoint import is_accelerated, url_of
from wizard.model.findings import Cause, Finding
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.s3.botocore_internals import (
    accept_any_bucket,
    accept_any_host,
    disable_region_redirects,
    filter_bodies,
    isolated_session,
    keep_keys_unencoded,
    name_checksum,
    resolve_endpoints_once,
    send_bodies_at_once,
    send_by,
    send_checksum,
    send_content_md5,
    send_copy_source_unencoded,
    send_no_retry_headers,
    sign_as_registries,
    sign_in_region,
)
from wizard.s3.dates import unreadable_date
from wizard.s3.environment_credentials import environment_credentials
from wizard.s3.errors import ContractViolation, NotS3
from wizard.s3.operations import OPERATIONS
from wizard.s3.transport import HttpSession
from wizard.s3.xml_guard import BodyKind, classify_body
from wizard.text.sanitize import sanitize

_MAX_DETAIL = 2000  # bytes of a body that explain why it is not one of S3
_CREATING = threading.Lock()
_ENDPOINT_REGION = "us-east-1"  # for botocore, which ignores the region where an endpoint is given


@functools.cache
def _keyless_session() -> boto3.Session:
    """The session of all clients whose keys are in their settings. Only one client is created at a time."""
    return boto3.Session(botocore_session=isolated_session())


def session_for(settings: Settings, *, anonymous: bool = False) -> tuple[boto3.Session, str]:
    """A session with the credentials that the registry would use, and nothing else of this machine.

    Also botocore's name of their source; empty if they are in the settings, or if there are none. Raises
    `NoCredentials` if the environment names some that cannot be used.
    """
    if anonymous or _has_pair(settings) or not (found := environment_credentials(settings)):
        return _keyless_session(), ""
    session = isolated_session()
    session.set_credentials(found.accesskey, found.secretkey, found.token)
    return boto3.Session(botocore_session=session), found.method


def _has_pair(settings: Settings) -> bool:
    """Whether there are both keys. The registry ignores one without the other."""
    return bool(settings.accesskey and settings.secretkey)


class _Options(NamedTuple):
    """All that makes a client. Stores with the same options share one, whatever their buckets."""

    session: boto3.Session
    registry: str
    endpoint: str
    has_path_style: bool
    region: str
    v4auth: bool
    is_anonymous: bool
    keys: tuple[str, Secret] | None
    checksum: str  # the algorithm, or empty


_clients: WeakValueDictionary[_Options, BaseClient] = WeakValueDictionary()


def client_for(session: boto3.Session, settings: Settings, *, anonymous: bool) -> BaseClient:
    """A client that signs and addresses requests as the registry does. It sends them with the `http` of `sending_by`.

    For each of many files with the same store, a client of its own took a fourteenth of the validation.
    """
    registry = registry_of(settings.registry)
    options = _Options(
        session=session,
        registry=settings.registry,
        endpoint=url_of(settings),
        has_path_style=registry.path_style(settings) and not is_accelerated(settings),
        region=registry.region(settings, os.environ),
        v4auth=settings.v4auth,
        is_anonymous=anonymous,
        keys=(settings.accesskey, settings.secretkey) if _has_pair(settings) else None,
        checksum=registry.checksum(settings),
    )
    with _CREATING:  # sessions are not safe to share otherwise
        client = _clients.get(options)
        if client is None:
            client = _clients[options] = _new_client(options)
    return client


def _new_client(options: _Options) -> BaseClient:
    s3_options: Any = {  # the stubs do not allow None
        "addressing_style": "path" if options.has_path_style else "virtual",
        "us_east_1_regional_endpoint": "regional",
        "use_accelerate_endpoint": False,
        "payload_signing_enabled": None,  # the default, also where a profile sets it
    }
    registry = registry_of(options.registry)
    accept_any_host()  # Docker Compose makes host names with an underscore
    config = Config(
        signature_version=UNSIGNED if options.is_anonymous else "s3v4" if options.v4auth else "s3",
        s3=s3_options,
        retries={"total_max_attempts": 1, "mode": "standard"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        use_dualstack_endpoint=False,
        use_fips_endpoint=False,
        user_agent="storage-wizard",
    )
    access_key, secret_key = options.keys or (None, None)
    client: BaseClient = options.session.client(
        "s3",
        region_name=_ENDPOINT_REGION,
        endpoint_url=options.endpoint,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key.reveal() if secret_key else None,
        config=config,
    )
    send_by(client, _send)
    accept_any_bucket(client)
    filter_bodies(client, partial(_check_answer, registry))
    keep_keys_unencoded(client)
    disable_region_redirects(client)
    send_no_retry_headers(client)
    resolve_endpoints_once(client)
    send_bodies_at_once(client)  # the SDK of the registry announces only bodies of 2 MiB and more
    _send_checksums(client, registry, options.checksum)
    for operation in ("CopyObject", "UploadPartCopy"):
        send_copy_source_unencoded(client, operation)
    sign_as_registries(client)
    sign_in_region(client, options.region)
    return client


_http: ContextVar[HttpSession] = ContextVar("the session that sends the requests of this thread")


@contextlib.contextmanager
def sending_by(http: HttpSession) -> Iterator[None]:
    """The clients that this thread calls send their requests with `http`."""
    token = _http.set(http)
    try:
        yield
    finally:
        _http.reset(token)


def _send(request: AWSPreparedRequest) -> AWSResponse:
    return _http.get().send(request)


def _send_checksums(client: BaseClient, registry: Registry, algorithm: str) -> None:
    """Sends the checksums of the registry's SDK. A bucket with a default retention rejects objects without one."""
    if algorithm:
        for operation in ("PutObject", "UploadPart", "DeleteObjects"):
            send_checksum(client, operation, algorithm)
        for operation in ("CreateMultipartUpload", "CopyObject"):
            name_checksum(client, operation, algorithm)
        return
    for operation in ("DeleteObjects", *(("PutObject", "UploadPart") if registry.content_md5 else ())):
        send_content_md5(client, operation)


def _check_answer(registry: Registry, operation: str, status: int, headers: Mapping[str, str], body: bytes) -> bytes:
    """The body to parse.

    Raises `NotS3` for a success that is not XML, which botocore would report as an error 500, and `ContractViolation`
    for what botocore can read and the SDK of the registry cannot.
    """
    body = body.lstrip()  # registries skip blanks before XML, botocore does not
    kind = classify_body(body)
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        return b"" if kind in (BodyKind.UNSAFE, BodyKind.UNREADABLE) else body  # the status says enough
    if kind is BodyKind.UNREADABLE:
        raise _unreadable(registry, operation, "XML that is not declared as version 1.0 in UTF-8")
    if kind is not BodyKind.VALID:
        detail = body[:_MAX_DETAIL].decode(errors="replace")
        raise NotS3(operation, detail, is_malformed_xml=kind is BodyKind.MALFORMED)
    if date := unreadable_date(operation, headers, body, reads_old_forms=registry.sdk.reads_old_dates):
        raise _unreadable(registry, operation, f"the date {sanitize(date, 40)}")
    return body


def _unreadable(registry: Registry, operation: str, what: str) -> ContractViolation:
    text = (
        f"When asked to {OPERATIONS[operation].purpose}, the store replies with {what}, which {registry.title} can't "
        f"parse ({registry.sdk.title}). Try a different version of the store, or check the proxy in front of it."
    )
    return ContractViolation(operation, Finding(Cause.UNSUPPORTED, text))
