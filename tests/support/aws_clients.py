"""Plain botocore clients, independent of the program's own S3 client."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.support.live_store import REGION, LiveStore


def s3_client(store: LiveStore, **config: Any) -> Any:
    """A client that signs with V4, uses path style, makes one attempt, and adds no checksums."""
    return create_client("s3", store.endpoint, store.access_key, store.secret_key, region=store.region, **config)


@contextlib.contextmanager
def open_s3_client(store: LiveStore, **config: Any) -> Iterator[Any]:
    """Like `s3_client`; closed at the end."""
    with contextlib.closing(s3_client(store, **config)) as client:
        yield client


def create_client(
    service: str,
    endpoint: str,
    access_key: str,
    secret_key: str,
    verify: Path | None = None,
    region: str = REGION,
    **config: Any,
) -> Any:
    """A client of any AWS service; `verify` is a file of CA certificates."""
    defaults: dict[str, Any] = {
        "signature_version": "s3v4" if service == "s3" else "v4",
        "s3": {"addressing_style": "path"},
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
        "retries": {"total_max_attempts": 1},
        "connect_timeout": 5,
        "read_timeout": 20,
        "proxies": {},
    }
    return _session().create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        verify=str(verify) if verify else None,
        config=Config(**defaults | config),
    )


@functools.cache
def _session() -> botocore.session.Session:
    session = botocore.session.Session()
    session.set_config_variable("config_file", os.devnull)
    session.set_config_variable("credentials_file", os.devnull)
    return session


def error_response(call: Callable[..., Any], **arguments: Any) -> tuple[int, str]:
    """The HTTP status and the error code of a call that must fail."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response: Any = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]
