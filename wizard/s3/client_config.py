"""How the client is made: what is switched off in botocore, and what is put in its place."""

from __future__ import annotations

import base64
import functools
import hashlib
import os
from http import HTTPStatus
from typing import Any

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.credentials import (
    CredentialResolver,
    EnvProvider,
    InstanceMetadataFetcher,
    InstanceMetadataProvider,
    SharedCredentialProvider,
)
from botocore.handlers import set_list_objects_encoding_type_url
from botocore.loaders import Loader

from wizard.catalog.registries import registry_of
from wizard.model.endpoint import url_of
from wizard.model.settings import Settings
from wizard.s3.errors import NotS3
from wizard.s3.transport import DeclaredBody, HttpSession
from wizard.s3.xml_guard import BodyKind, classify_body


@functools.cache
def _loader() -> Loader:
    """The descriptions of the service, read from disk once for all clients of a program."""
    return Loader()


def session_for(settings: Settings) -> botocore.session.Session:
    """A botocore session that finds credentials where the registry would, and nothing else anywhere."""
    wide = registry_of(settings.registry).full_credential_chain and not settings.accesskey
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


def client_for(
    session: botocore.session.Session,
    settings: Settings,
    sending: HttpSession,
    *,
    anonymous: bool,
) -> Any:
    """An S3 client that signs and addresses as the registry does, and sends by `sending`."""
    registry = registry_of(settings.registry)
    config = Config(
        signature_version=UNSIGNED if anonymous else "s3v4" if settings.v4auth else "s3",
        s3={
            "addressing_style": "path" if registry.path_style(settings) else "virtual",
            "us_east_1_regional_endpoint": "regional",
            "use_accelerate_endpoint": False,
            "payload_signing_enabled": None,
        },
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
        aws_access_key_id=settings.accesskey or None,
        aws_secret_access_key=settings.secretkey.reveal() or None,
        config=config,
    )
    for operation in ("ListObjects", "ListObjectsV2"):  # no registry asks for URL-encoded keys
        client.meta.events.unregister(f"before-parameter-build.s3.{operation}", set_list_objects_encoding_type_url)
    client.meta.events.register("before-send.s3", sending.answer)
    client.meta.events.register_first("before-parse.*.*", _refuse_what_is_none)  # the widest pattern is asked first
    client.meta.events.register("before-call.s3", _stay_in_the_region)
    client.meta.events.register("before-call.s3", _send_bodies_at_once)
    for operation in ("DeleteObjects", *(("PutObject", "UploadPart") if registry.content_md5 else ())):
        client.meta.events.register(f"before-call.s3.{operation}", _send_content_md5)
    client.meta.events.register_first("before-sign.s3", _sign_the_path_that_is_sent)
    return client


def _stay_in_the_region(params: dict[str, Any], **_: object) -> None:
    """Marks the request as one that was redirected already, so that botocore does not follow to another region."""
    params["context"].setdefault("s3_redirect", {})["redirected"] = True


def _refuse_what_is_none(operation_model: Any, response_dict: dict[str, Any], **_: object) -> None:
    """A page with status 200 is not S3; botocore would make an error 500 of it, which nobody sent.

    Nor is XML that grows when it is read. Of an error like that only the status counts.
    """
    body = response_dict["body"]
    if not isinstance(body, bytes):
        return
    body = response_dict["body"] = body.lstrip()  # the registry reads past blanks before XML, botocore does not
    form = classify_body(body)
    if response_dict["status_code"] >= HTTPStatus.MULTIPLE_CHOICES:
        response_dict["body"] = b"" if form is BodyKind.GROWS else body
    elif form is not BodyKind.PLAIN:
        raise NotS3(operation_model.name, body[:2000].decode(errors="replace"), is_cut=form is BodyKind.BROKEN)


def _send_bodies_at_once(params: dict[str, Any], **_: object) -> None:
    """Without asking first (`Expect: 100-continue`), as the registry's SDK does with bodies below 2 MiB."""
    if not isinstance(params["body"], DeclaredBody):
        params["headers"].pop("Expect", None)


def _send_content_md5(params: dict[str, Any], **_: object) -> None:
    """The Content-MD5 that the registry's SDK sends with a body, instead of botocore's CRC32 of some.

    A bucket with a default retention refuses objects without one.
    """
    params["context"].pop("checksum", None)
    for name in [
        name for name in params["headers"] if name.lower().startswith(("x-amz-checksum", "x-amz-sdk-checksum"))
    ]:
        del params["headers"][name]
    body = params["body"]
    content = body if isinstance(body, bytes) else body.getvalue()  # botocore makes a file of what is an object
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    params["headers"]["Content-MD5"] = base64.b64encode(digest).decode()


def _sign_the_path_that_is_sent(request: Any, signature_version: str, **_: object) -> None:
    """With V2 and path style botocore signs `/bucket/` and sends `/bucket`, which every strict store refuses."""
    if (
        signature_version == "s3"
        and request.auth_path
        and request.url.partition("?")[0].endswith(request.auth_path.rstrip("/"))
    ):
        request.auth_path = request.auth_path.rstrip("/")
