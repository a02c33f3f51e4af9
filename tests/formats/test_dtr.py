"""The JSON of Docker Trusted Registry's settings API."""

from __future__ import annotations

import json

from tests.support.formats import FORMATS, MINIO

DTR = FORMATS["dtr"]


def test_the_command_reads_the_json_from_the_export_and_holds_no_key() -> None:
    exported = DTR.write(MINIO)
    assert json.loads(exported.text)["storage"]["s3"]["bucket"] == "images"
    assert exported.command.startswith("storage-wizard export --to dtr | curl -u ADMIN -X PUT")
    assert "0123" not in exported.command


def test_redirects_that_are_off_have_a_remark() -> None:
    assert DTR.write(MINIO.replace({"redirect": False})).remarks[-1].startswith("No page says that the API takes")
    assert DTR.write(MINIO.replace({"regionendpoint": "https://m"})).remarks == ()
