"""The configuration of Distribution."""

from __future__ import annotations

import yaml

from tests.support.formats import FORMATS, MINIO


def test_the_configuration_is_complete_enough_to_start_from() -> None:
    document = yaml.safe_load(FORMATS["distribution-2"].write(MINIO).text)
    assert (document["version"], document["http"]) == (0.1, {"addr": ":5000"})


def test_version_3_always_states_path_style() -> None:
    text = FORMATS["distribution-3"].write(MINIO.replace({"registry": "distribution-3"})).text
    assert "forcepathstyle: false" in text


def test_version_2_ignores_path_style_with_a_remark() -> None:
    imported = FORMATS["distribution-2"].read("storage: {s3: {bucket: b, forcepathstyle: true}}")
    assert imported.settings.forcepathstyle is False
    assert imported.remarks == ("`forcepathstyle` is not among the settings, and was left aside.",)
