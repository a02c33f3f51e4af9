"""What the reader of an exported configuration will not accept."""

from __future__ import annotations

import pytest

from wizard.formats.lookup import format_of
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session.export_remarks import export_remarks

SETTINGS = Settings(
    registry="distribution-3", bucket="images", accesskey="me", secretkey=Secret("canary"), v4auth=True
).replace({"storageclass": "GLACIER_IR"})


@pytest.mark.parametrize(("format_id", "expected"), [("distribution-3", False), ("distribution-2", True)])
def test_settings_that_have_passed_with_another_driver_are_examined_again(format_id: str, expected: bool) -> None:
    remarks = export_remarks(SETTINGS, format_of(format_id), has_passed=True)
    assert any('doesn\'t support "GLACIER_IR"' in remark for remark in remarks) == expected


def test_what_the_format_cannot_hold_is_named() -> None:
    settings = SETTINGS.replace({"forcepathstyle": True})
    assert any(
        "forcepathstyle" in remark for remark in export_remarks(settings, format_of("distribution-2"), has_passed=True)
    )
