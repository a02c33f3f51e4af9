"""Whatever comes in, no traceback and no silence goes out: every field, every file, every flag."""

from __future__ import annotations

import contextlib
import io
import os
import pwd
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as fix_verifier
from hypothesis import strategies as st

from wizard import rules
from wizard.catalog.providers import providers
from wizard.catalog.registries import REGISTRIES
from wizard.cli import main as cli
from wizard.cli.flags import FLAGS
from wizard.config import file as config_file
from wizard.config.file import ConfigError
from wizard.config.render import render, render_redacted
from wizard.formats import NAMES, SOURCE_NAMES
from wizard.formats.format import FormatError
from wizard.formats.lookup import all_formats, source_of
from wizard.formats.yaml_splice import merge_into
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Settings
from wizard.session import draft
from wizard.session.state import WizardState
from wizard.text.sanitize import sanitize

SECRET = "canary/Secret+Key=0123456789"
quickly = fix_verifier(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# Texts that mean something to one reader or another, whole and in pieces
_PIECES = r"""
- -- -c é 😀 [/x] {region} %s %(x)s * ${x} $(id) `id` ' " \ # = , [ ] { } < > / : // 1e400 nan 0x1 true 10MiB
https:// http://u:p@h https://[::1 h:99999 https://h:x/p?q#f http://h/../b s3://b/p images a..b 127.0.0.1 us-east-1
"""
_ODD = ("", " ", "\n", "\r\n", "\t", "\x00", "\x1b[31m", "\u202e", "\ud800", "9" * 30, "AKIA" * 5)
WORDS = st.sampled_from([*_PIECES.split(), *_ODD, *providers(), *REGISTRIES, *NAMES])
TEXTS = st.one_of(
    WORDS, st.lists(WORDS, max_size=4).map("".join), st.text(max_size=30), st.text(st.characters(), max_size=300)
)


@pytest.fixture(autouse=True)
def _nobody_waits_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


@contextlib.contextmanager
def streams(stdin: str = "") -> Iterator[tuple[io.StringIO, io.StringIO]]:
    """Standard input with a text, and what goes to the other two."""
    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogatepass")), encoding="utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            yield out, err
    finally:
        sys.stdin = before


def is_sentence(text: str) -> bool:
    """Whether it can be shown, and says something."""
    return len(text) > 10 and sanitize(text, 10_000) == text


def assert_is_refusal(error: Exception) -> None:
    """It says something, and nothing of the secret."""
    assert is_sentence(str(error))
    assert SECRET not in str(error)


# Fields

TYPED = [name for name in DECLARATIONS if name != "provider"]  # which is only chosen


@pytest.mark.parametrize("name", TYPED)
def test_any_text_in_a_field_is_a_value_or_gets_a_line(name: str, tmp_path: Path) -> None:
    path = tmp_path / "storage.toml"

    @quickly
    @given(TEXTS, st.sampled_from(list(providers())), st.sampled_from(list(REGISTRIES)))
    def is_met(text: str, provider: str, registry: str) -> None:
        state = WizardState(path, Settings())
        state.set_value("provider", provider)
        state.set_value("registry", registry)
        state.enter_text(name, text)
        line = state.message(name)
        assert is_sentence(line.text)
        for finding in rules.findings(state.settings):
            assert is_sentence(finding.text)
            if finding.fix:
                state.apply_fix(finding.fix)
        assert state.save() or is_sentence(state.save_error)
        assert state.save_error or config_file.load(path).settings == stored(state.settings)
        state.field_text(name)
        path.unlink(missing_ok=True)

    is_met()


def stored(settings: Settings) -> Settings:
    """What of the settings a file holds."""
    if settings.type == "s3":
        return settings
    kept = {name: settings[name] for name in ("registry", "provider", "rootdirectory")}
    return Settings().replace(kept)


# Files

TOML = render(
    Settings(bucket="images", accesskey="AKIA", secretkey=Secret(SECRET), chunksize=20 << 20, redirect=False), None
)


def changed(text: str) -> st.SearchStrategy[str]:
    """The text with something put in, taken out, or in another's place."""
    places = st.integers(0, len(text))
    return st.tuples(places, places, TEXTS).map(lambda cut: text[: min(cut[:2])] + cut[2] + text[max(cut[:2]) :]) | (
        st.tuples(places, TEXTS).map(lambda put: text[: put[0]] + put[1] + text[put[0] :])
    )


@quickly
@given(st.one_of(changed(TOML).map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=200)))
def test_any_file_is_settings_or_gets_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "storage.toml"
    path.write_bytes(data)
    path.chmod(0o600)
    try:
        found = config_file.load(path)
        rules.findings(found.settings)
        if found.settings.secretkey.reveal() == SECRET:
            assert SECRET not in render_redacted(found.settings, found.validation, found.document)
        config_file.save(path, found.settings, found.validation)
        assert config_file.load(path).settings == found.settings
    except ConfigError as error:
        assert_is_refusal(error)


INI = f"[work]\ntype = s3\naws_access_key_id = A\nsecret_access_key = {SECRET}\ns3 =\n  addressing_style = path\n"


@pytest.mark.parametrize("source", SOURCE_NAMES)
def test_any_file_of_another_program_is_settings_or_gets_a_sentence(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config"
    for variable in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "RCLONE_CONFIG"):
        monkeypatch.setenv(variable, str(file))

    @quickly
    @given(changed(INI), st.one_of(st.sampled_from(["work", "work:b/p", "work:"]), TEXTS))
    def is_met(text: str, name: str) -> None:
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            Settings().replace(source_of(source)(name).changes)
        except FormatError as error:
            assert_is_refusal(error)

    is_met()


@pytest.mark.parametrize("name", [name for name, each in all_formats().items() if each.section])
def test_any_file_gets_its_section_or_a_sentence(name: str) -> None:
    into = all_formats()[name]
    settings = Settings(bucket="images", accesskey="k", secretkey=Secret(SECRET), v4auth=True)
    text = into.write(settings.replace({"bucket": "old", "encrypt": True})).text + "# ours\nother: [1, 2]\n"

    @quickly
    @given(changed(text))
    def is_met(changed_text: str) -> None:
        try:
            after = merge_into(changed_text, into, settings)
        except FormatError as error:
            assert_is_refusal(error)
        else:
            assert into.read(after).settings.bucket == "images"

    is_met()


def test_a_user_without_a_home_is_met(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unknown(_: int) -> NoReturn:
        raise KeyError

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["import", "--from", "aws", "default"]) == 2
    assert "There are no profiles here at all." in capsys.readouterr().err
    state = WizardState(tmp_path / "storage.toml", Settings())
    state.enter_text("bucket", "images")
    assert draft.update_on_exit(state) is False
    assert draft.find(state.path) is None
    draft.delete(state.path)
    assert list(tmp_path.iterdir()) == []


# Flags

_FLAGS = """
--secretkey-file --json --offline --timeout --to --from --into --output -o --redact --documented --bucket --dry-run
--no-v4auth --config -c --help --version --plain
"""
FLAGS = st.sampled_from([*_FLAGS.split(), *(f"--{name}" for name in DECLARATIONS)])


def as_argument(text: str) -> str:
    """As a shell can pass it: any bytes but zeros. Nothing is written outside of the test's own folder."""
    return text.encode("utf-8", "surrogatepass").replace(b"\x00", b"").decode("utf-8", "surrogateescape").lstrip("/")


COMMANDS = {
    "configure": ("--dry-run",),
    "check": ("--offline",),
    "import": ("-", "--dry-run"),
    "export": ("--to", "env"),
    **dict.fromkeys(set(FLAGS) - {"configure", "check", "import", "export"}, ()),
}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_any_flags_are_met(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    @quickly
    @given(st.lists(st.one_of(FLAGS, TEXTS.map(as_argument)), max_size=4), TEXTS)
    def are_met(words: list[str], stdin: str) -> None:
        with contextlib.suppress(ConfigError):
            config_file.save(Path("storage.toml"), Settings(bucket="images", secretkey=Secret(SECRET)), None)
        with streams(stdin) as (out, err):
            try:
                status: int | str | None = cli.main([command, *COMMANDS[command], *words])
            except SystemExit as left:  # argparse's own way out
                status = left.code
        assert status in (0, 1, 2)
        assert status == 0 or out.getvalue() or err.getvalue().strip()
        assert status != 2 or err.getvalue().startswith(("storage-wizard", "note: "))
        if command != "export":
            assert SECRET not in out.getvalue() + err.getvalue()

    are_met()
