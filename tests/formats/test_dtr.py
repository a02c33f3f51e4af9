"""The JSON of Docker Trusted Registry's settings API."""

from __future__ import annotations

import json

import pytest

from tests.support.formats import FORMATS, MINIO
from wizard.formats.format import FormatError
from wizard.model.secret import Secret

DTR = FORMATS["dtr"]


def test_the_command_reads_the_json_from_the_export_and_holds_no_key() -> None:
    exported = DTR.write(MINIO)
    assert json.loads(exported.text)["storage"]["s3"]["bucket"] == "images"
    assert exported.handover is not None
    assert exported.handover.of_input().startswith("curl -u ADMIN -X PUT")


def test_redirects_that_are_off_have_a_remark() -> None:
    assert DTR.write(MINIO.replace({"redirect": False})).remarks[-1].startswith("The documentation does not mention")
    assert DTR.write(MINIO.replace({"regionendpoint": "https://m"})).remarks == ()


def test_the_text_is_safe_on_a_terminal() -> None:
    text = DTR.write(MINIO.replace({"secretkey": Secret("a\u202eb\x9bc\U000e0001")})).text
    assert text.replace("\n", " ").isprintable()
    assert DTR.read(text).settings.secretkey.reveal() == "a\u202eb\x9bc\U000e0001"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"storage": {"s3": {"bucket": "canary", "bucket": "b"}}}', '"bucket" appears twice'),
        ('{"storage": 1, "storage": {"s3": {}}}', '"storage" appears twice'),
        ('{"x": NaN}', "NaN is not a valid JSON number"),
        ('{"x": -Infinity}', "-Infinity is not a valid JSON number"),
        ('{"x": 12345678901234567890}', "A number is too large"),
        ('\n{"x": canary}', "at line 2, column 7"),
    ],
)
def test_what_readers_of_json_read_differently_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(FormatError, match=sentence) as refusal:
        DTR.read(text)
    assert "canary" not in str(refusal.value)
