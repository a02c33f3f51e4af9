"""The TOML file: its shape, its sentences, and that saving it is whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tomllib
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from wizard.config.file import ConfigError, ConfigFile, ConflictError, NotFoundError, Saved, Validation, load, save
from wizard.config.render import difference, render, render_redacted
from wizard.files.reading import read_file
from wizard.model.findings import Value
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Kind, Settings
from wizard.text.sanitize import sanitize

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
AT = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)
PASSED = Validation(True, AT)

MINIO = Settings(
    provider="minio",
    bucket="images",
    accesskey="AKIAIOSFODNN7EXAMPLE",
    secretkey=Secret(SECRET),
    regionendpoint="https://minio.example:9000",
    v4auth=True,
)

MINIO_FILE = f"""\
# Where the registry keeps its images. Written by storage-wizard; the keys are the registry's own.
version = 1
registry = "dtr"
provider = "minio"

[storage]
type = "s3"

[storage.s3]
bucket = "images"
region = "us-east-1"
accesskey = "AKIAIOSFODNN7EXAMPLE"
secretkey = "{SECRET}"
regionendpoint = "https://minio.example:9000"
rootdirectory = ""
secure = true
v4auth = true
skipverify = false

[validation]
passed = true
at = 2026-11-23T10:00:00Z
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "storage.toml"


def not_the_default(name: str) -> Value:
    declaration = DECLARATIONS[name]
    match declaration.kind:
        case Kind.SWITCH:
            return not declaration.default
        case Kind.SIZE:
            return 64 << 20
        case Kind.SECRET:
            return Secret(SECRET)
        case _:
            return f"other-{name}"


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


# The shape


def test_the_file_is_the_one_that_is_promised() -> None:
    assert render(MINIO, PASSED) == MINIO_FILE


def test_a_filesystem_has_a_root_directory_and_nothing_else() -> None:
    settings = MINIO.replace({"provider": "filesystem", "rootdirectory": "/srv", "redirect": False})
    assert tomllib.loads(render(settings, None)) == {
        "version": 1,
        "registry": "dtr",
        "provider": "filesystem",
        "storage": {"type": "filesystem", "filesystem": {"rootdirectory": "/srv"}},
    }


@pytest.mark.parametrize("name", DECLARATIONS)
def test_each_setting_comes_back(path: Path, name: str) -> None:
    settings = Settings().replace({name: not_the_default(name)})
    save(path, settings, None)
    assert load(path).settings == settings


def test_all_settings_come_back_together(path: Path) -> None:
    settings = Settings().replace({name: not_the_default(name) for name in DECLARATIONS})
    save(path, settings, PASSED)
    assert load(path).settings == settings
    save(path, settings, PASSED)
    assert load(path).settings == settings


AWKWARD = [
    "",
    "\"quoted\" and 'quoted'",
    '"""',
    "back\\slash\\u0041\\n",
    "tab\tnewline\nreturn\rnul\x00escape\x1bdelete\x7f",
    "ünïcödé — 秘密 🔑",
    "c1\x9b31m right-to-left\u202e zero\u200bwidth",
    "no-break\u00a0space line\u2028end private\ue000 tag\U000e0041",
    "# no comment",
    "[storage.s3]",
    "  blanks around  ",
]


@pytest.mark.parametrize("text", AWKWARD)
@pytest.mark.parametrize("name", ["secretkey", "accesskey", "rootdirectory"])
def test_awkward_text_comes_back(path: Path, name: str, text: str) -> None:
    settings = Settings().replace({name: Secret(text) if name == "secretkey" else text})
    save(path, settings, None)
    assert load(path).settings == settings


@pytest.mark.parametrize("text", AWKWARD)
def test_no_line_of_the_file_can_steer_a_terminal(text: str) -> None:
    for whole in (render(Settings(bucket=text), None), render_redacted(Settings(bucket=text))):
        for line in whole.splitlines():
            assert "�" not in sanitize(line, 10_000)
            assert line.isprintable()


FOLDED = [
    *("forcepathstyle", "encrypt", "keyid", "storageclass", "objectacl"),
    *("chunksize", "multipartcopythresholdsize"),
]


@pytest.mark.parametrize("name", FOLDED)
def test_a_folded_setting_stands_only_where_it_says_something(name: str) -> None:
    other = Settings().replace({name: not_the_default(name)})
    default = DECLARATIONS[name].default
    assert name not in tomllib.loads(render(Settings(), None))["storage"]["s3"]
    assert tomllib.loads(render(other, None))["storage"]["s3"][name] == other[name]
    was_there = tomllib.loads(render(other, None))
    assert tomllib.loads(render(Settings(), None, was_there))["storage"]["s3"][name] == default


UNKNOWN = """
color = "blue"
[extra]
made = 2024-02-29
[[extra.people]]
name = "Ann"
[storage.cache]
blobdescriptor = "redis"
[storage.s3]
secretkey = "old"
useragent = "me"
deep = { er = [1, 2.5, { a = 07:32:00 }] }
[storage.redirect]
disable = true
except = ["a"]
[validation]
passed = false
at = 2020-01-01T00:00:00Z
failed = ["write"]
by = "cron"
"""


def test_unknown_tables_and_keys_survive_at_every_level(path: Path) -> None:
    path.write_text(UNKNOWN)
    save(path, MINIO, PASSED)
    expected = tomllib.loads(MINIO_FILE)
    before = tomllib.loads(UNKNOWN)
    expected |= {"color": "blue", "extra": before["extra"]}
    expected["storage"] |= {"cache": {"blobdescriptor": "redis"}, "redirect": {"except": ["a"]}}
    expected["storage"]["s3"] |= {"useragent": "me", "deep": before["storage"]["s3"]["deep"]}
    expected["validation"]["by"] = "cron"
    assert tomllib.loads(path.read_text()) == expected


@pytest.mark.parametrize(
    ("redirect", "before", "after"),
    [
        (True, None, None),
        (False, None, {"disable": True}),
        (True, {"disable": True}, None),
        (True, {"disable": False}, None),
        (True, {}, None),
        (False, {"disable": False}, {"disable": True}),
        (True, {"disable": True, "other": 1}, {"other": 1}),
        (False, {"other": 1}, {"disable": True, "other": 1}),
    ],
)
def test_the_redirect_table_is_the_registrys(
    redirect: bool, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    document = {"storage": {} if before is None else {"redirect": before}}
    text = render(Settings(redirect=redirect), None, document)
    assert tomllib.loads(text)["storage"].get("redirect") == after


@pytest.mark.parametrize(("redirect", "kept"), [(False, {"disable": True}), (True, None)])
def test_a_filesystem_keeps_a_redirect_switch_but_gets_none(redirect: bool, kept: object) -> None:
    settings = Settings(provider="filesystem", redirect=redirect)
    document = {"storage": {"type": "filesystem", "redirect": {"disable": True}}}
    assert tomllib.loads(render(settings, None, document))["storage"].get("redirect") == kept
    assert "redirect" not in tomllib.loads(render(settings, None))["storage"]


def test_a_change_of_type_leaves_one_type(path: Path) -> None:
    save(path, MINIO, None)
    save(path, MINIO.replace({"provider": "filesystem", "rootdirectory": "/srv"}), None)
    assert tomllib.loads(path.read_text())["storage"] == {
        "type": "filesystem",
        "filesystem": {"rootdirectory": "/srv"},
    }
    save(path, MINIO, None)
    assert path.read_text() == render(MINIO, None)


@pytest.mark.parametrize(
    ("text", "provider", "kind"),
    [
        ("", "aws", "s3"),
        ("[storage.s3]\n", "aws", "s3"),
        ("[storage.filesystem]\n", "filesystem", "filesystem"),
        ("[storage]\ntype = 'filesystem'\n", "filesystem", "filesystem"),
        ("provider = 'filesystem'\n", "filesystem", "filesystem"),
        ("provider = 'garage'\n", "garage", "s3"),
        ("[storage.s3]\n[storage.filesystem]\n", "aws", "s3"),
    ],
)
def test_what_is_missing_is_taken_for_its_default(path: Path, text: str, provider: str, kind: str) -> None:
    path.write_text(text)
    settings = load(path).settings
    assert (settings.provider, settings.type) == (provider, kind)
    assert settings == Settings(provider=provider)


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_file_from_another_system_is_read(path: Path, start: str, newline: str) -> None:
    path.write_bytes((start + MINIO_FILE.replace("\n", newline)).encode())
    assert load(path).settings == MINIO


# The validation


@pytest.mark.parametrize(
    "validation",
    [None, PASSED, Validation(False, AT, ("write", "delete")), Validation(False, AT)],
)
def test_a_validation_comes_back(path: Path, validation: Validation | None) -> None:
    save(path, MINIO, validation)
    assert load(path).validation == validation


def test_the_time_is_written_in_utc_and_whole_seconds() -> None:
    at = datetime(2026, 11, 23, 11, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    assert "\nat = 2026-11-23T10:00:00Z\n" in render(MINIO, Validation(True, at))
    assert Validation(True, datetime(2026, 11, 23, 10, 0)).at == AT


def test_a_pass_lists_no_failures_and_no_verdict_leaves_no_old_one() -> None:
    failed = tomllib.loads(render(MINIO, Validation(False, AT, ("write",))))
    assert failed["validation"] == {"passed": False, "at": AT, "failed": ["write"]}
    assert tomllib.loads(render(MINIO, PASSED, failed))["validation"] == {"passed": True, "at": AT}
    assert "validation" not in tomllib.loads(render(MINIO, None, failed))


# What is shown


def test_the_screen_shows_no_secret() -> None:
    expected = MINIO_FILE.replace(f'"{SECRET}"', "(hidden, 40 characters)")
    expected = expected.replace("AKIAIOSFODNN7EXAMPLE", "AKIA…MPLE")
    assert render_redacted(MINIO, PASSED) == expected


def test_the_screen_shows_an_empty_secret_as_empty() -> None:
    assert '\nsecretkey = ""\n' in render_redacted(Settings())


def test_the_screen_shows_no_text_of_unknown_meaning() -> None:
    document = {
        "http": {"secret": SECRET, "list": [SECRET, {"x": SECRET}], "port": 5000},
        "storage.s3.bucket": SECRET,
        "storage": {"s3": {"sessiontoken": SECRET}},
    }
    text = render_redacted(Settings(), None, document)
    assert SECRET not in text
    assert "sessiontoken = (hidden, 40 characters)" in text
    assert "port = 5000" in text


@pytest.mark.parametrize(
    ("before", "after", "remarks"),
    [
        ({}, {}, {}),
        ({"region": "us-east-1"}, {"region": "eu-west-1"}, {"region": 'was "us-east-1"'}),
        ({"v4auth": False}, {"v4auth": True}, {"v4auth": "was off"}),
        ({"redirect": True}, {"redirect": False}, {"redirect": "was on"}),
        ({"chunksize": 10 << 20}, {"chunksize": 20 << 20}, {"chunksize": "was 10 MiB"}),
        ({"bucket": ""}, {"bucket": "images"}, {"bucket": "new"}),
        ({"bucket": "images"}, {"bucket": ""}, {"bucket": 'was "images"'}),
        ({"bucket": "a\x1b[31m"}, {"bucket": "b"}, {"bucket": 'was "a�[31m"'}),
        ({"accesskey": "AKIAIOSFODNN7EXAMPLE"}, {"accesskey": ""}, {"accesskey": 'was "AKIA…MPLE"'}),
        ({"secretkey": Secret()}, {"secretkey": Secret(SECRET)}, {"secretkey": "new"}),
        ({"secretkey": Secret(SECRET)}, {"secretkey": Secret("x")}, {"secretkey": "changed"}),
        ({"secretkey": Secret(SECRET)}, {"secretkey": Secret()}, {"secretkey": "removed"}),
    ],
)
def test_a_difference_is_a_remark(before: dict[str, Value], after: dict[str, Value], remarks: dict[str, str]) -> None:
    assert difference(Settings().replace(before), Settings().replace(after)) == remarks


@pytest.mark.parametrize(
    "settings",
    [
        MINIO.replace({"chunksize": 64 << 20, "redirect": False}),
        Settings(provider="filesystem", redirect=False),
    ],
)
def test_without_a_file_before_all_that_is_written_is_new(settings: Settings) -> None:
    document = tomllib.loads(render(settings, None))
    storage = document["storage"]
    written = {
        "registry",
        "provider",
        *storage[settings.type],
        *(["redirect"] if "redirect" in storage else []),
    }
    assert difference(None, settings) == dict.fromkeys(written, "new")


# What is wrong

S3 = "[storage.s3]\n"
PROBLEMS = [
    (
        "bucket = ",
        "not valid TOML at line 1, column 10: text needs quotes around it, a switch is true or false. ",
    ),
    ("\n\nbucket = images\n", "not valid TOML at line 3, column 10: text needs quotes around it, "),
    ("bucket 'x'", "not valid TOML at line 1, column 8: a key is followed by = and its value. Correct it"),
    ("a = 'x' b = 'y'", "not valid TOML at line 1, column 9: something follows the value on its line. "),
    (
        f'a = "{SECRET}\\d"',
        "not valid TOML at line 1, column 48: a backslash in quoted text is written twice",
    ),
    (f'a = "{SECRET}\n', "not valid TOML at line 1, column 46: quoted text does not end on its line. "),
    (f'a = "{SECRET}', "not valid TOML at line 1, column 46: quoted text does not end. Correct it there."),
    (
        f"{SECRET[:5]} = 1\n{SECRET[:5]} = 1",
        "not valid TOML at line 2, column 10: the same name is there twice. ",
    ),
    (S3 + S3, "not valid TOML at line 2, column 12: the same name is there twice. Correct it there."),
    (f"a = {{ b = '{SECRET}', b = 1 }}", ": the same name is there twice. Correct it there."),
    ("%", "not valid TOML at line 1, column 1. Correct it there."),
    ("a = " + "[" * 5000, "not TOML that can be read: a number is too long or lists nest too deeply. Corr"),
    ("a = " + "1" * 5000, "not TOML that can be read: a number is too long or lists nest too deeply. Corr"),
    (b"a = '\xff'", "not text in UTF-8. Check that it is the right file, or convert it."),
    (MINIO_FILE.encode("utf-16"), "not text in UTF-8. Check that it is the right file, or convert it."),
    ("version = 2", "its `version` is the number 2, and this storage-wizard knows only 1. Use the storage"),
    ("version = '1'", '`version` must be the number 1, but is the text "1". Correct it there.'),
    ("version = true", "`version` must be the number 1, but is true. Correct it there."),
    ("registry = 1", "`registry` must be text in quotes, but is the number 1. Correct it there."),
    ("provider = ['minio']", "`provider` must be text in quotes, but is a list. Correct it there."),
    ("storage = 's3'", "`storage` must be a table: write it as [storage]."),
    (f"storage.s3 = '{SECRET}'", "`storage.s3` must be a table: write it as [storage.s3]."),
    ("storage.filesystem = 1", "`storage.filesystem` must be a table: write it as [storage.filesystem]."),
    ("storage.redirect = true", "`storage.redirect` must be a table: write it as [storage.redirect]."),
    ("storage.type = 1", '`storage.type` must be the text "s3" or "filesystem", but is the number 1. '),
    ("storage.type = 'swift'", '`storage.type` is "swift". Make it "s3" or "filesystem".'),
    (
        "provider = 'filesystem'\nstorage.type = 's3'",
        '`provider` is "filesystem" but `storage.type` is "s3". Make the two agree.',
    ),
    (
        "provider = 'minio'\nstorage.type = 'filesystem'",
        '`provider` is "minio" but `storage.type` is "filesystem". Make the two agree.',
    ),
    (S3 + "bucket = 5", "`storage.s3.bucket` must be text in quotes, but is the number 5. Correct it there."),
    (S3 + "bucket = 2024-01-01", "`storage.s3.bucket` must be text in quotes, but is a date or a time. "),
    (S3 + f"region = {{ x = '{SECRET}' }}", "`storage.s3.region` must be text in quotes, but is a table. "),
    (S3 + "secretkey = 1234567", "`storage.s3.secretkey` must be text in quotes. Correct it there."),
    (S3 + f"secretkey = ['{SECRET}']", "`storage.s3.secretkey` must be text in quotes. Correct it there."),
    (S3 + "accesskey = 1234567", "`storage.s3.accesskey` must be text in quotes. Correct it there."),
    (
        S3 + "v4auth = 'yes'",
        '`storage.s3.v4auth` must be true or false without quotes, but is the text "yes". ',
    ),
    (S3 + "secure = 1", "`storage.s3.secure` must be true or false without quotes, but is the number 1. "),
    (
        S3 + "chunksize = '10 MiB'",
        "`storage.s3.chunksize` must be a number of bytes without quotes, but is the",
    ),
    (
        S3 + "chunksize = true",
        "`storage.s3.chunksize` must be a number of bytes without quotes, but is true. ",
    ),
    (
        S3 + "chunksize = 1.5",
        "`storage.s3.chunksize` must be a number of bytes without quotes, but is the num",
    ),
    (
        S3 + "chunksize = -1",
        "`storage.s3.chunksize` must be a number of bytes without quotes, but is the num",
    ),
    (
        S3 + f"chunksize = 0x{'f' * 9000}",
        "must be a number of bytes without quotes, but is a number out of all",
    ),
    (
        "[storage.filesystem]\nrootdirectory = 1",
        "`storage.filesystem.rootdirectory` must be text in quotes, but is the number 1. Correct it there.",
    ),
    (
        "storage.redirect.disable = 'yes'",
        "`storage.redirect.disable` must be true or false without quotes, but",
    ),
    ("validation = true", "`validation` must be a table: write it as [validation]."),
    (
        "[validation]\npassed = 1\nat = 2026-01-01T00:00:00Z",
        "`validation.passed` must be true or false without quotes, but is the number 1. Correct it there.",
    ),
    (
        "[validation]\npassed = true\nat = 2026-01-01",
        "`validation.at` must be a date and time such as 2026-11-23T10:00:00Z without quotes, but is a date",
    ),
    ("[validation]\npassed = true\nat = 0001-01-01T00:00:00+10:00", "`validation.at` is out of all bounds."),
    (
        "[validation]\npassed = false\nat = 2026-01-01T00:00:00Z\nfailed = 'write'",
        "`validation.failed` must be a list of texts in quotes. Correct it there.",
    ),
    ('storage.type = "\\u001b[31m\\u202e"', '`storage.type` is "�[31m�". Make it "s3" or "filesystem".'),
]


def assert_is_a_sentence(error: BaseException, *secrets: str) -> None:
    """The error is fit for the screen, and neither it nor its traceback tells a secret."""
    said = str(error)
    assert isinstance(error, ConfigError)
    assert said.isprintable()
    assert said.endswith((".", "`"))
    whole = "".join(traceback.format_exception(error)) + repr(error) + repr(error.args)
    for secret in (SECRET, SECRET[:5], "1234567", *secrets):
        assert secret not in whole


@pytest.mark.parametrize(("content", "sentence"), PROBLEMS)
def test_each_problem_of_a_file_has_its_sentence(path: Path, content: str | bytes, sentence: str) -> None:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{sanitize(path)}: ")
    assert sentence in str(caught.value)
    assert_is_a_sentence(caught.value)


def test_a_file_that_is_not_there(path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        load(path)
    assert str(caught.value) == f"There is no file {path}. Check the path after -c."


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} is a folder, not a file. Name a file in it, such as {tmp_path}/storage.toml."
    )


def test_a_path_below_a_file(path: Path) -> None:
    path.touch()
    with pytest.raises(ConfigError) as caught:
        load(path / "x.toml")
    assert str(caught.value) == (f"A part of the path {path}/x.toml is a file, not a folder. Check its path.")


def test_a_file_without_end() -> None:
    with pytest.raises(ConfigError) as caught:
        load(Path("/dev/zero"))
    assert str(caught.value) == "/dev/zero is too large for a file of settings. Check its path."


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EACCES, "may not be read by this user. Run as its owner, or name another file."),
        (errno.EIO, "could not be read: Input/output error. Name another file."),
    ],
)
def test_a_file_that_cannot_be_read(path: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value) == f"{path} {sentence}"


def test_a_hostile_path_is_printed_safely(tmp_path: Path) -> None:
    for use in (load, lambda path: save(path, MINIO, None)):
        with pytest.raises(ConfigError) as caught:
            use(tmp_path / "no\x1b[31m\udcff" / "x")
        assert_is_a_sentence(caught.value)


def test_nothing_prints_a_secret(path: Path) -> None:
    path.write_text(UNKNOWN.replace('"me"', f'"{SECRET}"').replace('"old"', f'"{SECRET}"'))
    file = load(path)
    assert file.settings.secretkey.reveal() == SECRET
    assert SECRET not in repr(file)
    assert SECRET not in str(file)
    assert SECRET not in repr(read_file(path, 1 << 20))


@pytest.mark.parametrize("name", ["bucket", "secretkey"])
def test_bytes_that_are_not_text_are_refused(path: Path, name: str) -> None:
    text = f"{SECRET}\udcff"
    settings = Settings().replace({name: Secret(text) if name == "secretkey" else text})
    with pytest.raises(ConfigError) as caught:
        save(path, settings, None)
    assert str(caught.value) == f"{path}: `{name}` holds bytes that are not text in UTF-8. Enter it anew."
    assert_is_a_sentence(caught.value)
    assert not path.exists()


@pytest.mark.parametrize("shape", [render, render_redacted])
@pytest.mark.parametrize("text", [f"[{'a.' * 5000}a]\nx = 'y'", f"a = 0x{'f' * 9000}"])
def test_a_document_that_cannot_be_written_again(
    shape: Callable[[Settings, None, dict[str, Any]], str], text: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        shape(Settings(), None, tomllib.loads(text))
    assert str(caught.value) == "a number is too long, or lists or tables nest too deeply. Correct it."


# Saving


@pytest.fixture
def umask() -> Iterator[Callable[[int], None]]:
    before = os.umask(0o022)

    def change(mask: int) -> None:
        os.umask(mask)

    yield change
    os.umask(before)


@pytest.mark.parametrize("mask", [0, 0o022, 0o777])
@pytest.mark.parametrize("before", [None, 0o644, 0o666, 0o400])
def test_only_the_owner_can_read_what_is_saved(
    path: Path, umask: Callable[[int], None], mask: int, before: int | None
) -> None:
    if before is not None:
        path.write_text("[extra]\n")
        path.chmod(before)
        assert bool(load(path).exposure) is bool(before & 0o066)
    umask(mask)
    saved = save(path, MINIO, PASSED)
    assert mode_of(path) == 0o600
    assert saved.backup is None or mode_of(saved.backup) == 0o600
    assert load(path).exposure == ""
    assert bool(saved.remarks) is bool((before or 0) & 0o066)


def test_a_first_save_leaves_one_file(path: Path) -> None:
    assert save(path, MINIO, PASSED) == Saved(path, None, load(path).fingerprint)
    assert path.read_text() == MINIO_FILE
    assert names_in(path.parent) == [path.name]


def test_the_backup_is_the_old_file_to_the_byte(path: Path) -> None:
    old = b"# a comment\r\n[extra]\r\nx = 1\r\n"
    path.write_bytes(old)
    saved = save(path, MINIO, PASSED)
    assert saved.backup == path.with_name("storage.toml.bak")
    assert saved.backup.read_bytes() == old
    assert names_in(path.parent) == ["storage.toml", "storage.toml.bak"]


def test_saving_the_same_again_keeps_the_older_backup(path: Path) -> None:
    path.write_text("[extra]\n")
    save(path, MINIO, PASSED)
    assert save(path, MINIO, PASSED).backup is None
    assert path.with_name("storage.toml.bak").read_text() == "[extra]\n"


def test_a_link_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    real, link = tmp_path / "etc" / "real.toml", tmp_path / "link.toml"
    real.write_text("[extra]\n")
    link.symlink_to("etc/real.toml")
    real.chmod(0o600)
    backup = tmp_path / "etc" / "real.toml.bak"
    assert save(link, MINIO, PASSED) == Saved(real, backup, load(real).fingerprint)
    assert link.is_symlink()
    assert load(link).settings == load(real).settings == MINIO
    assert names_in(tmp_path) == ["etc", "link.toml"]


def test_a_link_to_nothing_gets_its_file(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "link.toml"
    link.symlink_to(real)
    assert save(link, MINIO, PASSED) == Saved(real, None, load(real).fingerprint)
    assert link.is_symlink()


def test_a_link_in_the_backups_place_is_replaced_and_not_followed(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("precious")
    path.with_name("storage.toml.bak").symlink_to(other)
    path.write_text("[extra]\n")
    save(path, MINIO, PASSED)
    assert other.read_text() == "precious"
    assert not path.with_name("storage.toml.bak").is_symlink()


def test_what_was_added_since_the_load_survives(path: Path) -> None:
    save(path, MINIO, None)
    load(path)
    path.write_text(path.read_text() + "[added]\nx = 1\n")
    save(path, MINIO, None)
    assert load(path).document["added"] == {"x": 1}


@pytest.mark.parametrize("content", ["%", "version = 2", "storage.type = 'swift'", "validation = 1"])
def test_a_file_that_is_not_understood_is_not_overwritten(path: Path, content: str) -> None:
    path.write_text(content)
    with pytest.raises(ConfigError) as caught:
        save(path, MINIO, PASSED)
    assert_is_a_sentence(caught.value)
    assert path.read_text() == content
    assert names_in(path.parent) == [path.name]


# An edit in between


def test_the_fingerprint_is_that_of_the_bytes(path: Path) -> None:
    path.write_text(MINIO_FILE)
    assert load(path).fingerprint == hashlib.sha256(MINIO_FILE.encode()).hexdigest()
    assert ConfigFile(Settings()).fingerprint == ""


@pytest.mark.parametrize(("seen", "now"), [("", "x = 1\n"), ("x = 1\n", "x = 2\n"), ("x = 1\n", None), ("", "")])
def test_a_file_that_changed_meanwhile_is_not_overwritten(path: Path, seen: str, now: str | None) -> None:
    expected = hashlib.sha256(seen.encode()).hexdigest() if seen else ""
    if now is not None:
        path.write_text(now)
    with pytest.raises(ConflictError) as caught:
        save(path, MINIO, PASSED, expected=expected)
    assert_is_a_sentence(caught.value)
    assert str(caught.value).startswith(f"{path} was changed by somebody else")
    assert names_in(path.parent) == ([] if now is None else [path.name])
    save(path, MINIO, PASSED)
    assert load(path).settings == MINIO


def test_a_file_that_is_as_expected_is_overwritten(path: Path) -> None:
    save(path, MINIO, None, expected="")
    save(path, MINIO, PASSED, expected=load(path).fingerprint)
    assert load(path).validation == PASSED


# What fails while saving


def failing(call: Callable[..., Any], number: int, when: Callable[..., bool]) -> Callable[..., Any]:
    def attempt(*arguments: Any) -> Any:
        if when(*arguments):
            raise OSError(number, os.strerror(number))
        return call(*arguments)

    return attempt


FULL = "was not saved: the disk is full. Make room, or name another place."
DENIED = "was not saved: this user may not write there. Run as its owner, or name another place."


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace", "fchmod"])
@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, FULL),
        (errno.EDQUOT, "was not saved: the quota is used up. Make room, or name another place."),
        (errno.EROFS, "was not saved: the file system is read-only. Name another place."),
        (errno.EACCES, DENIED),
        (errno.EPERM, DENIED),
        (errno.EIO, "was not saved: Input/output error. Name another place."),
    ],
)
@pytest.mark.parametrize("old", ["[extra]\n", None])
def test_a_failure_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, sentence: str, old: str | None
) -> None:
    if old is not None:
        path.write_text(old)
    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing(getattr(os, call), number, lambda *_: True))
        with pytest.raises(ConfigError) as caught:
            save(path, MINIO, PASSED)
    assert_is_a_sentence(caught.value)
    told = f"{path} {sentence}" if old is None else f"{path}.bak {sentence} {path} is as it was."
    assert str(caught.value) == told
    assert names_in(path.parent) == ([] if old is None else [path.name])
    assert old is None or path.read_text() == old


def test_a_failure_after_the_backup_leaves_the_old_file_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text("[extra]\n")
    fails = failing(os.replace, errno.ENOSPC, lambda _source, target: target == path)
    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(ConfigError) as caught:
        save(path, MINIO, PASSED)
    assert str(caught.value) == f"{path} {FULL} {path} is as it was."
    assert path.read_text() == path.with_name("storage.toml.bak").read_text() == "[extra]\n"
    assert names_in(path.parent) == ["storage.toml", "storage.toml.bak"]


def test_an_interrupt_leaves_no_temporary_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save(path, MINIO, PASSED)
    assert names_in(path.parent) == []


def test_writes_that_take_a_byte_at_a_time_write_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:1]))
    save(path, MINIO, PASSED)
    assert path.read_text() == MINIO_FILE


def test_a_folder_that_cannot_be_synced_is_no_failure(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_folder(descriptor: int) -> bool:
        return stat.S_ISDIR(os.fstat(descriptor).st_mode)

    monkeypatch.setattr(os, "fsync", failing(os.fsync, errno.EINVAL, is_folder))
    save(path, MINIO, PASSED)
    assert path.read_text() == MINIO_FILE


def test_file_and_folder_are_synced_around_the_replacement(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    fsync, replace = os.fsync, os.replace

    def note_fsync(descriptor: int) -> None:
        calls.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def note_replace(source: Path, target: Path) -> None:
        calls.append("replace")
        assert source.parent == target.parent
        assert mode_of(source) == 0o600
        replace(source, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(os, "replace", note_replace)
    save(path, MINIO, PASSED)
    assert calls == ["file", "replace", "folder"]


def test_the_temporary_file_is_created_by_us_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoy = path.with_name(".storage-wizard-guessed.tmp")
    decoy.write_text("precious")
    monkeypatch.setattr("wizard.files.replacing.temporary_name", lambda _target: ".storage-wizard-guessed.tmp")
    with pytest.raises(ConfigError):
        save(path, MINIO, PASSED)
    assert decoy.read_text() == "precious"
    assert not path.exists()


def folder_in_place(tmp_path: Path) -> Path:
    (tmp_path / "storage.toml").mkdir()
    return tmp_path / "storage.toml"


def folder_for_backup(tmp_path: Path) -> Path:
    (tmp_path / "storage.toml.bak").mkdir()
    (tmp_path / "storage.toml").touch()
    return tmp_path / "storage.toml"


def no_regular_file(tmp_path: Path) -> Path:
    # A socket stands for a device such as /dev/null: root must not lose that when the guard is broken.
    os.mknod(tmp_path / "storage.toml", stat.S_IFSOCK | 0o600)
    return tmp_path / "storage.toml"


def below_a_file(tmp_path: Path) -> Path:
    (tmp_path / "file").touch()
    return tmp_path / "file" / "storage.toml"


def link_to_itself(tmp_path: Path) -> Path:
    (tmp_path / "loop").symlink_to("loop")
    return tmp_path / "loop"


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (folder_in_place, "it is a folder. Name a file in it, such as {path}/storage.toml."),
        (folder_for_backup, "storage.toml.bak was not saved: it is a folder."),
        (below_a_file, "a part of its path is a file. Name another place."),
        (link_to_itself, "Too many levels of symbolic links. Name another place."),
        (lambda _: Path("/proc/storage.toml"), "/proc/storage.toml was not saved: "),
        (no_regular_file, "storage.toml is not a regular file. Name another file."),
        (
            lambda folder: folder / "a b" / "c" / "x",
            "so nothing was saved. Make it with `mkdir -p '{folder}/a b/c'`",
        ),
        (
            lambda folder: folder / "new" / "x",
            "no folder {folder}/new, so nothing was saved. Make it with `mkdir -p ",
        ),
        (lambda folder: folder / ("x" * 300), "File name too long. Name another place."),
    ],
)
def test_a_place_that_takes_no_file(tmp_path: Path, place: Callable[[Path], Path], sentence: str) -> None:
    path = place(tmp_path)
    before = names_in(tmp_path)
    with pytest.raises(ConfigError) as caught:
        save(path, MINIO, PASSED)
    assert sentence.format(path=path, folder=tmp_path) in str(caught.value)
    assert_is_a_sentence(caught.value)
    assert names_in(tmp_path) == before
