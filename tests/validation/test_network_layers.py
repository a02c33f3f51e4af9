"""Which layer a failed call is attributed to."""

from __future__ import annotations

import pytest

from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.validation.network_layers import LAYERS, failed_layer, uses_plain_http


@pytest.mark.parametrize(
    ("cause", "layer"),
    [
        (Cause.DNS, "resolve"),
        (Cause.REFUSED, "connect"),
        (Cause.TLS_EXPIRED, "tls"),
        (Cause.HTTPS_REQUIRED, "tls"),
        (Cause.CLOCK_SKEW, "clock"),
        (Cause.ACCESS_DENIED, ""),
    ],
)
def test_a_cause_belongs_to_one_layer(cause: Cause, layer: str) -> None:
    assert failed_layer(Finding(cause, ""), while_connecting=False) == layer
    assert layer in (*LAYERS, "")


@pytest.mark.parametrize(("while_connecting", "layer"), [(True, "connect"), (False, "")])
def test_a_timeout_belongs_to_the_connection_only_while_connecting(while_connecting: bool, layer: str) -> None:
    assert failed_layer(Finding(Cause.TIMEOUT, ""), while_connecting=while_connecting) == layer


@pytest.mark.parametrize(
    ("endpoint", "secure", "expected"),
    [("http://store:9000", True, True), ("https://store", False, False), ("store", False, True), ("", True, False)],
)
def test_plain_http_is_recognized_by_scheme_or_setting(endpoint: str, secure: bool, expected: bool) -> None:
    assert uses_plain_http(Settings(regionendpoint=endpoint, secure=secure)) is expected
