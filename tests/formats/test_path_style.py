"""The request style that was validated is the one that every format asks for."""

from __future__ import annotations

import pytest

from tests.support.formats import FOLDER, FORMATS, MINIO
from wizard.formats.path_style import derived_path_style_remarks, with_effective_path_style
from wizard.model.settings import Value


@pytest.mark.parametrize(
    ("name", "parameter"),
    [("distribution-3", "forcepathstyle"), ("gitlab", "pathstyle"), ("gitlab-helm", "pathstyle")],
)
@pytest.mark.parametrize(
    ("registry", "endpoint", "forcepathstyle", "effective"),
    [
        ("dtr", "https://m:9000", False, True),
        ("dtr", "", True, False),
        ("distribution-3", "https://m:9000", False, False),
        ("distribution-3", "https://m:9000", True, True),
    ],
)
def test_a_format_with_the_setting_gets_the_style_that_the_registry_uses(
    name: str, parameter: str, registry: str, endpoint: str, forcepathstyle: bool, effective: bool
) -> None:
    changes: dict[str, Value] = {"registry": registry, "regionendpoint": endpoint, "forcepathstyle": forcepathstyle}
    exported = FORMATS[name].write(MINIO.replace(changes))
    assert FORMATS[name].read(exported.text).settings.forcepathstyle is effective
    assert any(parameter in remark for remark in exported.remarks) is (forcepathstyle != effective)


def test_a_folder_has_no_style() -> None:
    dtr = FOLDER.replace({"registry": "dtr", "regionendpoint": "https://m"})
    assert with_effective_path_style(dtr).forcepathstyle is False
    distribution_3 = FOLDER.replace({"registry": "distribution-3", "regionendpoint": "https://m"})
    assert list(derived_path_style_remarks(distribution_3)) == []


@pytest.mark.parametrize(
    ("registry", "endpoint", "forcepathstyle", "style"),
    [
        ("dtr", "https://m:9000", False, ""),
        ("dtr", "", True, ""),
        ("distribution-3", "https://m:9000", True, ""),
        ("distribution-3", "https://m:9000", False, "path style (host/bucket)"),
        ("distribution-3", "", True, "virtual-hosted-style (bucket.host)"),
    ],
)
def test_a_remark_says_where_the_2_line_uses_another_style(
    registry: str, endpoint: str, forcepathstyle: bool, style: str
) -> None:
    changes: dict[str, Value] = {"registry": registry, "regionendpoint": endpoint, "forcepathstyle": forcepathstyle}
    remarks = list(derived_path_style_remarks(MINIO.replace(changes)))
    expected = f"Distribution 2 does not support forcepathstyle. With this endpoint, the registry uses {style}."
    assert remarks == ([expected] if style else [])
