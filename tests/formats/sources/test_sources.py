"""What holds for all sources: any file of another program is read, or refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fuzzing import SECRET, TEXTS, assert_refused, encoded, fuzz, mutations
from wizard.formats import SOURCE_NAMES
from wizard.formats.format import FormatError
from wizard.formats.lookup import source_of
from wizard.model.settings import Settings

CONFIG = f"[work]\ntype = s3\naws_access_key_id = A\nsecret_access_key = {SECRET}\ns3 =\n  addressing_style = path\n"


@pytest.mark.parametrize("source", SOURCE_NAMES)
def test_any_file_is_read_or_refused(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config"
    for variable in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "RCLONE_CONFIG"):
        monkeypatch.setenv(variable, str(file))

    @fuzz
    @given(mutations(CONFIG), st.one_of(st.sampled_from(["work", "work:b/p", "work:"]), TEXTS))
    def is_read_or_refused(text: str, name: str) -> None:
        file.write_bytes(encoded(text))
        try:
            Settings().replace(source_of(source)(name).changes)
        except FormatError as error:
            assert_refused(error)

    is_read_or_refused()
