"""A registry's own configuration in the place of the settings file is recognized."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.example_settings import MINIO
from wizard.config.toml import ConfigError
from wizard.formats.lookup import format_of
from wizard.session import loading

CANARY = "canaryCANARYcanary/0123456789+canaryCANA"


@pytest.mark.parametrize("format_id", ["distribution-2", "harbor", "gitlab", "dtr", "env", "kubernetes"])
def test_another_format_is_named_with_the_command_that_imports_it(tmp_path: Path, format_id: str) -> None:
    path = tmp_path / "config file"
    path.write_text(format_of(format_id).write(MINIO).text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        loading.load(path)
    assert format_of(format_id).title in str(caught.value)
    assert str(caught.value).endswith(f"storage-wizard import '{path}'")


@pytest.mark.parametrize("text", ["version = 1\n[storage\n", "bucket: x", f'secretkey = "{CANARY}', "\x00", "{}"])
def test_what_no_format_recognizes_is_an_invalid_settings_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "storage.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        loading.load(path)
    assert "import" not in str(caught.value)
    assert CANARY not in str(caught.value)


def test_a_name_that_no_file_can_have_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="could not be read: File name too long"):
        loading.load(tmp_path / ("x" * 300))
