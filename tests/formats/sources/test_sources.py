"""What holds for all sources: any file of another program is read, or refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fuzzing import SECRET, TEXTS, assert_refused, encoded, fuzz, mutations
from tests.support.program_objects import objects_of_program
from wizard.formats import SOURCE_NAMES
from wizard.formats.format import FormatError
from wizard.formats.lookup import source_of
from wizard.model.secret import Secret
from wizard.model.settings import Settings

_KEYS = "".join(f"{aws}access_key_id = A\n{aws}secret_access_key = {SECRET}\n" for aws in ("", "aws_"))
CONFIG = f"[work]\ntype = s3\n{_KEYS}s3 =\n  addressing_style = path\n"
CONFIGS = {
    "mc": '{"version": "10", "aliases": {"work": {"url": "https://minio.example:9000", "accessKey": "A",\n'
    f'"secretKey": "{SECRET}", "api": "S3v4", "path": "on"}}}}}}',
    "s3cmd": f"[default]\naccess_key = A\nsecret_key = {SECRET}\nhost_base = minio:9000\nuse_https = True\n",
}
NAMES = ["work", "work:b/p", "work:", "work/b/p", "s3://b/p", ""]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that every program has its configuration in."""
    file = tmp_path / "config"
    for variable in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "RCLONE_CONFIG", "S3CMD_CONFIG"):
        monkeypatch.setenv(variable, str(file))
    monkeypatch.setenv("MC_CONFIG_DIR", str(tmp_path))
    (tmp_path / "config.json").symlink_to(file)
    return file


@pytest.mark.parametrize(
    ("source", "name"), [("aws", "work"), ("rclone", "work:b"), ("mc", "work/b"), ("s3cmd", "s3://b")]
)
def test_no_record_shows_the_secret_key_while_a_file_is_read(source: str, name: str, file: Path) -> None:
    file.write_text(CONFIGS.get(source, CONFIG), encoding="utf-8")
    with objects_of_program() as found:
        assert source_of(source).read(name).changes["secretkey"] == Secret(SECRET)
    assert {type(each) for each in found if SECRET in repr(each)} == set()


@pytest.mark.sample
@pytest.mark.parametrize("source", SOURCE_NAMES)
def test_any_file_is_read_or_refused(source: str, file: Path) -> None:
    @fuzz
    @given(mutations(CONFIGS.get(source, CONFIG)), st.one_of(st.sampled_from(NAMES), TEXTS))
    def is_read_or_refused(text: str, name: str) -> None:
        file.write_bytes(encoded(text))
        try:
            assert all(isinstance(each, str) for each in source_of(source).names())
            Settings().replace(source_of(source).read(name).changes)
        except FormatError as error:
            assert_refused(error)

    is_read_or_refused()
