"""Whatever a settings file contains, it is loaded or refused with a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fuzzing import SECRET, assert_refused, encoded, fuzz, mutations
from wizard import rules
from wizard.config import file as config_file
from wizard.config.file import ConfigError
from wizard.config.render import render, render_redacted
from wizard.model.secret import Secret
from wizard.model.settings import Settings

SETTINGS = Settings(bucket="images", accesskey="AKIA", secretkey=Secret(SECRET), chunksize=20 << 20, redirect=False)


@pytest.fixture(autouse=True)
def _no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


@fuzz
@given(st.one_of(mutations(render(SETTINGS, None)).map(encoded), st.binary(max_size=200)))
def test_a_file_is_loaded_and_saved_or_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "storage.toml"
    path.write_bytes(data)
    path.chmod(0o600)
    try:
        file = config_file.load(path)
        rules.findings(file.settings)
        if file.settings.secretkey.reveal() == SECRET:
            assert SECRET not in render_redacted(file.settings, file.validation, file.document)
        config_file.save(path, file.settings, file.validation)
        assert config_file.load(path).settings == file.settings
    except ConfigError as error:
        assert_refused(error)
