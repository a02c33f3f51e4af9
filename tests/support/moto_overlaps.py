"""Whether requests overlap in moto, which is not thread-safe: it reads an object while another thread does the same."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

_REQUESTS = 8  # at the same time


def most_writes_at_once(client: Any, bucket: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many of the writes that `client` makes at the same time were in moto at once."""
    from moto.s3.models import S3Backend

    put_object = S3Backend.put_object
    running, most = 0, 0
    counting = threading.Lock()

    def count(*arguments: Any, **named: Any) -> Any:
        nonlocal running, most
        with counting:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.01)  # lets the other requests in, if anything does
        try:
            return put_object(*arguments, **named)
        finally:
            with counting:
                running -= 1

    monkeypatch.setattr(S3Backend, "put_object", count)
    keys = [f"overlap-{number}" for number in range(_REQUESTS)]
    with ThreadPoolExecutor(_REQUESTS) as pool:
        list(pool.map(lambda key: client.put_object(Bucket=bucket, Key=key, Body=b""), keys))
    return most
