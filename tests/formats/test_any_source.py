"""Whatever a file of a registry or another program contains, it is read, edited or refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fuzzing import SECRET, TEXTS, assert_refused, encoded, fuzz, mutations
from wizard.formats import SOURCE_NAMES
from wizard.formats.format import FormatError
from wizard.formats.lookup import all_formats, source_of
from wizard.formats.yaml_splice import merge_into
from wizard.model.secret import Secret
from wizard.model.settings import Settings

INI = f"[work]\ntype = s3\naws_access_key_id = A\nsecret_access_key = {SECRET}\ns3 =\n  addressing_style = path\n"


@pytest.mark.parametrize("source", SOURCE_NAMES)
def test_a_file_of_another_program_is_read_or_refused(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config"
    for variable in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "RCLONE_CONFIG"):
        monkeypatch.setenv(variable, str(file))

    @fuzz
    @given(mutations(INI), st.one_of(st.sampled_from(["work", "work:b/p", "work:"]), TEXTS))
    def check(text: str, name: str) -> None:
        file.write_bytes(encoded(text))
        try:
            Settings().replace(source_of(source)(name).changes)
        except FormatError as error:
            assert_refused(error)

    check()


@pytest.mark.parametrize("name", [name for name, each in all_formats().items() if each.section])
def test_a_yaml_file_is_edited_or_refused(name: str) -> None:
    target = all_formats()[name]
    settings = Settings(bucket="images", accesskey="k", secretkey=Secret(SECRET), v4auth=True)
    text = target.write(settings.replace({"bucket": "old", "encrypt": True})).text + "# ours\nother: [1, 2]\n"

    @fuzz
    @given(mutations(text))
    def check(mutated: str) -> None:
        try:
            merged = merge_into(mutated, target, settings)
        except FormatError as error:
            assert_refused(error)
        else:
            assert target.read(merged).settings.bucket == "images"

    check()
