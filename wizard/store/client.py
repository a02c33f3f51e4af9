"""The one door to boto3, made to talk as the registry talks.

botocore is kinder than a registry, and each kindness would make a check lie: it follows a bucket to its real
region, retries quietly, adds checksums of its own, brings its own certificates, and reads settings and credentials
from places where a registry does not look. All of that is switched off here.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import boto3
import botocore.session
import botocore.utils
import urllib3
from botocore import UNSIGNED, exceptions
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import (
    CredentialResolver,
    EnvProvider,
    InstanceMetadataFetcher,
    InstanceMetadataProvider,
    SharedCredentialProvider,
)
from botocore.handlers import set_list_objects_encoding_type_url
from botocore.httpsession import URLLib3Session
from botocore.loaders import Loader
from botocore.parsers import ResponseParserError
from urllib3.exceptions import InsecureRequestWarning

from wizard.endpoint import url_of
from wizard.registries import registry_of
from wizard.settings import Settings
from wizard.store.errors import NoAnswer, NoCredentials, NotS3, Refusal
from wizard.store.trust import system_bundle

_LONGEST_BODY = 64 << 10  # bytes; the checks write far less
_POOL = 10  # connections: as many as checks run side by side


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long one call may take, in seconds: to connect, and between two packets of an answer."""

    connect: float = 5.0
    read: float = 10.0


class Store:
    """A connected store. Threads may share it. Every method raises only the errors of `store.errors`."""

    def __init__(self, settings: Settings, deadlines: Deadlines = Deadlines(), *, anonymous: bool = False) -> None:
        self._deadlines = deadlines
        self._verify: str | bool = False if settings.skipverify else system_bundle() or True
        if settings.skipverify:  # the rules warn of it; urllib3 would do so once more, across the screen
            urllib3.disable_warnings(InsecureRequestWarning)
        with _translated("connect"):
            session = _session(settings)
            self._client: Any = _client(session, settings, deadlines, self._verify, anonymous=anonymous)
        self.clock_skew: float | None = None  # the store's clock minus ours in seconds, once it has answered

    def call(self, operation: str, **parameters: object) -> dict[str, Any]:
        """One S3 call by its name (`PutObject`); a body in the answer is read whole, as bytes under `Body`."""
        method = getattr(self._client, _METHODS[operation])
        with _translated(operation):
            try:
                answer: dict[str, Any] = method(**parameters)
            except exceptions.ClientError as error:
                self._read_clock(_headers(error.response))
                raise
            self._read_clock(_headers(answer))
            if "Body" in answer:
                answer["Body"] = _read(answer["Body"])
        return answer

    def presigned_url(self, operation: str, **parameters: object) -> str:
        """A link that a client can follow without credentials, as the registry sends it on a pull (20 minutes)."""
        with _translated(operation):
            url: str = self._client.generate_presigned_url(
                _METHODS[operation], Params=parameters, ExpiresIn=1200, HttpMethod="GET"
            )
        return url

    def fetch(self, url: str) -> bytes:
        """What a client without credentials gets from `url`; anything but 200 is a `Refusal`."""
        session = URLLib3Session(
            verify=self._verify,
            timeout=(self._deadlines.connect, self._deadlines.read),
            proxies=_proxies(url),
        )
        with _translated("GetObject"):
            try:
                answer = session.send(AWSRequest(method="GET", url=url).prepare())
                body: bytes = answer.content
            finally:
                session.close()
        if answer.status_code != 200:
            raise Refusal("GetObject", answer.status_code, *_error_in(body))
        return body

    def close(self) -> None:
        """Lets go of the connections."""
        self._client.close()

    def _read_clock(self, headers: Mapping[str, str]) -> None:
        if self.clock_skew is not None or "date" not in headers:
            return
        try:
            theirs = parsedate_to_datetime(headers["date"])
        except ValueError:
            return
        self.clock_skew = (theirs.astimezone(UTC) - datetime.now(UTC)).total_seconds()


# --- how the client is made -----------------------------------------------------------------------------

_METHODS = {
    "ListObjects": "list_objects",
    "ListObjectsV2": "list_objects_v2",
    "PutObject": "put_object",
    "HeadObject": "head_object",
    "GetObject": "get_object",
    "CopyObject": "copy_object",
    "CreateMultipartUpload": "create_multipart_upload",
    "UploadPart": "upload_part",
    "UploadPartCopy": "upload_part_copy",
    "CompleteMultipartUpload": "complete_multipart_upload",
    "ListParts": "list_parts",
    "ListMultipartUploads": "list_multipart_uploads",
    "AbortMultipartUpload": "abort_multipart_upload",
    "DeleteObjects": "delete_objects",
}


@functools.cache
def _loader() -> Loader:
    """The descriptions of the service, read from disk once for all clients of a program."""
    return Loader()


def _session(settings: Settings) -> botocore.session.Session:
    wide = registry_of(settings.registry).wide_credentials and not settings.accesskey
    # Elsewhere a profile that AWS_PROFILE names and nobody has would keep botocore from starting.
    session = botocore.session.Session(None if wide else {"profile": (None, None, None, None)})
    session.register_component("data_loader", _loader())
    session.set_config_variable("config_file", os.devnull)  # registries do not read ~/.aws/config
    if settings.accesskey:
        session.set_config_variable("credentials_file", os.devnull)
    elif not wide:
        # The chain of the 2.x driver: environment, ~/.aws/credentials, EC2 role. No container or web identity.
        fetcher = InstanceMetadataFetcher(timeout=1, num_attempts=1, user_agent=session.user_agent())
        shared = SharedCredentialProvider(
            creds_filename=session.get_config_variable("credentials_file"),
            profile_name=os.environ.get("AWS_PROFILE"),
        )
        chain = [EnvProvider(), shared, InstanceMetadataProvider(iam_role_fetcher=fetcher)]
        session.register_component("credential_provider", CredentialResolver(chain))
    return session


def _client(
    session: botocore.session.Session,
    settings: Settings,
    deadlines: Deadlines,
    verify: str | bool,
    *,
    anonymous: bool,
) -> Any:
    registry = registry_of(settings.registry)
    config = Config(
        signature_version=UNSIGNED if anonymous else "s3v4" if settings.v4auth else "s3",
        s3={
            "addressing_style": "path" if registry.path_style(settings) else "virtual",
            "us_east_1_regional_endpoint": "regional",
            "use_accelerate_endpoint": False,
            "payload_signing_enabled": None,
        },
        connect_timeout=deadlines.connect,
        read_timeout=deadlines.read,
        max_pool_connections=_POOL,
        retries={"total_max_attempts": 1, "mode": "standard"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        ignore_configured_endpoint_urls=True,
        use_dualstack_endpoint=False,
        use_fips_endpoint=False,
        user_agent_extra="storage-wizard",
    )
    client = boto3.Session(botocore_session=session).client(
        "s3",
        region_name=settings.region,
        endpoint_url=url_of(settings),
        verify=verify,
        aws_access_key_id=settings.accesskey or None,
        aws_secret_access_key=settings.secretkey.reveal() or None,
        config=config,
    )
    for operation in ("ListObjects", "ListObjectsV2"):  # no registry asks for URL-encoded keys
        client.meta.events.unregister(f"before-parameter-build.s3.{operation}", set_list_objects_encoding_type_url)
    client.meta.events.register_first("before-parse.*.*", _refuse_pages)  # the widest pattern is asked first
    client.meta.events.register("before-call.s3", _stay_in_the_region)
    client.meta.events.register("before-call.s3.DeleteObjects", _send_content_md5)
    client.meta.events.register_first("before-sign.s3", _sign_the_path_that_is_sent)
    return client


def _stay_in_the_region(params: dict[str, Any], **_: object) -> None:
    """Marks the request as one that was redirected already, so that botocore does not follow to another region."""
    params["context"].setdefault("s3_redirect", {})["redirected"] = True


def _refuse_pages(operation_model: Any, response_dict: dict[str, Any], **_: object) -> None:
    """A page with status 200 is not S3; botocore would make an error 500 of it, which nobody sent."""
    body = response_dict["body"]
    if response_dict["status_code"] >= 300 or not isinstance(body, bytes):
        return
    head = body[:2000].lstrip().lower()
    if head and (not head.startswith(b"<") or b"<html" in head or b"<!doctype" in head):
        raise NotS3(operation_model.name, body[:2000].decode(errors="replace"))


def _send_content_md5(params: dict[str, Any], **_: object) -> None:
    """DeleteObjects with the Content-MD5 that the registry's SDK sends, instead of botocore's CRC32."""
    params["context"].pop("checksum", None)
    for name in [
        name for name in params["headers"] if name.lower().startswith(("x-amz-checksum", "x-amz-sdk-checksum"))
    ]:
        del params["headers"][name]
    digest = hashlib.md5(params["body"], usedforsecurity=False).digest()
    params["headers"]["Content-MD5"] = base64.b64encode(digest).decode()


def _sign_the_path_that_is_sent(request: Any, signature_version: str, **_: object) -> None:
    """With V2 and path style botocore signs `/bucket/` and sends `/bucket`, which every strict store refuses."""
    if (
        signature_version == "s3"
        and request.auth_path
        and request.url.partition("?")[0].endswith(request.auth_path.rstrip("/"))
    ):
        request.auth_path = request.auth_path.rstrip("/")


def _read(stream: Any) -> bytes:
    """The body of an answer, whole; of one that is longer than anything we wrote, only the beginning."""
    body: bytes = stream.read(_LONGEST_BODY)
    stream.read(1)  # at the end of the body botocore compares its length with what was announced
    stream.close()
    return body


def _proxies(url: str) -> dict[str, str]:
    found: dict[str, str] = botocore.utils.get_environ_proxies(url)
    return found


# --- what went wrong, in our own words --------------------------------------------------------------------


@contextmanager
def _translated(operation: str) -> Iterator[None]:
    """Turns botocore's exceptions into those of `store.errors`; `from None`, for theirs can hold request headers."""
    try:
        yield
    except exceptions.ClientError as error:
        raise _refusal(operation, error.response) from None
    except ResponseParserError as error:
        raise NotS3(operation, str(error)[:2000]) from None
    except (
        exceptions.NoCredentialsError,
        exceptions.PartialCredentialsError,
        exceptions.CredentialRetrievalError,
        exceptions.ProfileNotFound,
        exceptions.ConfigParseError,
    ) as error:
        raise NoCredentials(operation, f"no credentials {_NOT_IN.get(type(error), _NOWHERE)}") from None
    except (exceptions.ConnectTimeoutError, exceptions.ProxyConnectionError) as error:
        raise NoAnswer(operation, error, while_connecting=True, timed_out=isinstance(error, TimeoutError)) from None
    except exceptions.ReadTimeoutError as error:
        raise NoAnswer(operation, error, timed_out=True) from None
    except (
        exceptions.HTTPClientError,
        exceptions.ConnectionError,
        exceptions.IncompleteReadError,
    ) as error:
        raise NoAnswer(operation, error, while_connecting=_is_connecting(error)) from None
    except OSError as error:  # such as a CA bundle that is not there
        raise NoAnswer(operation, error, while_connecting=True) from None
    except exceptions.BotoCoreError as error:
        raise NotS3(operation, str(error)[:2000]) from None


_NOWHERE = "in the environment, ~/.aws/credentials or an IAM role"
_NOT_IN = {
    exceptions.ProfileNotFound: "of the profile that AWS_PROFILE names",
    exceptions.ConfigParseError: "in ~/.aws/credentials that could be read",
}


def _is_connecting(error: Exception) -> bool:
    return isinstance(error, exceptions.EndpointConnectionError | exceptions.SSLError)


def _headers(answer: Mapping[str, Any]) -> Mapping[str, str]:
    found: Mapping[str, str] = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return found


def _refusal(operation: str, answer: Mapping[str, Any]) -> Refusal:
    error, headers = answer.get("Error", {}), _headers(answer)
    return Refusal(
        operation,
        status=int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)),
        code=str(error.get("Code") or ""),
        message=str(error.get("Message") or ""),
        headers=headers,
        region=str(error.get("Region") or headers.get("x-amz-bucket-region") or ""),
    )


_ELEMENT = re.compile(rb"<(Code|Message)>([^<]{0,500})</")


def _error_in(body: bytes) -> tuple[str, str]:
    """Code and message of an S3 error document; empty where the body is none."""
    found = {name: text.decode(errors="replace") for name, text in _ELEMENT.findall(body[:8192])}
    return found.get(b"Code", ""), found.get(b"Message", "")
