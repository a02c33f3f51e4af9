"""The sentences and fixes that findings share."""

from __future__ import annotations

import pytest

from wizard.diagnosis.wording import not_s3_finding, scheme_fix
from wizard.model.findings import Cause
from wizard.model.settings import Settings


@pytest.mark.parametrize(
    ("endpoint", "scheme", "text", "changes"),
    [
        ("", "https", "Turn HTTPS on.", {"secure": True}),
        ("", "http", "Turn HTTPS off.", {"secure": False}),
        ("store.test:9000", "http", "Use http://store.test:9000.", {"regionendpoint": "http://store.test:9000"}),
        ("http://store.test", "https", "Use https://store.test.", {"regionendpoint": "https://store.test"}),
    ],
)
def test_a_scheme_is_changed_in_the_endpoint_and_in_the_setting(
    endpoint: str, scheme: str, text: str, changes: dict[str, str | bool]
) -> None:
    fix = scheme_fix(Settings(regionendpoint=endpoint), scheme)
    assert fix.text == text
    assert fix.set == {"secure": scheme == "https"} | changes


@pytest.mark.parametrize(("is_html", "text"), [(True, "a web page"), (False, "something that isn't S3")])
def test_another_server_is_described(is_html: bool, text: str) -> None:
    finding = not_s3_finding(Settings(regionendpoint="http://store.test:9001"), is_html=is_html)
    assert (finding.cause, finding.setting) == (Cause.NOT_S3, "regionendpoint")
    assert finding.text.startswith(f"store.test, port 9001 returned {text}.")
