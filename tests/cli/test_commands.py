"""The commands without a screen: configure, show, providers, import, completion, and finding one's way."""

from __future__ import annotations

import io
import json
import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.faults import deny
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.paths import ROOT
from wizard.catalog.endpoints import detect_provider
from wizard.catalog.presets import apply_edit, apply_preset
from wizard.catalog.providers import providers
from wizard.cli import arguments, flags
from wizard.cli.commands import configure
from wizard.cli.parser import Parser
from wizard.config import file as config_file
from wizard.console import stdio
from wizard.model.findings import Value
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Settings
from wizard.session import equivalent_command

CANARY = "canary+secret/key=that#may:not leak"


def run(*arguments: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """The command in a folder."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "wizard", *arguments],
        cwd=cwd,
        env={**environment, "PYTHONPATH": str(ROOT)},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def configuring(settings: Settings) -> list[str]:
    """`configure` with the settings of a store in a test."""
    command = equivalent_command.configure_command(settings, Path("storage.toml")).split()
    return command[1:]


# configure


def test_configure_validates_and_saves(store: LiveStore, tmp_path: Path) -> None:
    settings = store.settings()
    done = run(*configuring(settings), cwd=tmp_path, stdin=f"{settings.secretkey.reveal()}\n")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "  ok    List the bucket" in done.stderr
    assert "storage.toml is written" in done.stderr
    file = tmp_path / "storage.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = config_file.load(file)
    assert found.settings == settings
    assert found.validation is not None
    assert found.validation.passed


def test_configure_saves_nothing_that_failed(tmp_path: Path) -> None:
    with FaultyStore(deny("PutObject")) as server:
        settings = server.settings()
        done = run(*configuring(settings), "--json", cwd=tmp_path, stdin=settings.secretkey.reveal())
    assert done.returncode == 1
    assert json.loads(done.stdout)["passed"] is False
    assert "Nothing was saved" in done.stderr
    assert not (tmp_path / "storage.toml").exists()


def test_configure_takes_the_rest_from_the_file_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / "storage.toml"
    before = apply_preset(Settings(), "minio").replace(
        {"bucket": "images", "regionendpoint": "http://m:9000", "accesskey": "me", "secretkey": Secret(CANARY)}
    )
    config_file.save(file, before, None)
    done = run("configure", "--bucket", "others", "--chunksize", "20 MiB", "--no-validate", cwd=tmp_path)
    assert done.returncode == 0
    assert config_file.load(file).settings == before.replace({"bucket": "others", "chunksize": 20 << 20})
    assert "storage.toml.bak" in done.stderr


def test_configure_makes_a_bucket_on_request(moto: Moto, tmp_path: Path) -> None:
    settings = moto.store().settings(bucket=f"made-{os.getpid()}")
    without = run(*configuring(settings), cwd=tmp_path, stdin="secret")
    assert without.returncode == 1
    assert "no-bucket" in without.stderr
    done = run(*configuring(settings), "--create-bucket", cwd=tmp_path, stdin="secret")
    assert done.returncode == 0, done.stderr
    assert "Making the bucket" in done.stderr


def test_a_dry_run_shows_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{CANARY}\n", encoding="utf-8")
    done = run(
        *("configure", "--bucket", "images", "--accesskey", "AKIAIOSFODNN7EXAMPLE", "--secretkey-file", "key"),
        "--dry-run",
        cwd=tmp_path,
    )
    assert done.returncode == 0
    assert 'bucket = "images"' in done.stdout
    assert "(hidden, 35 characters)" in done.stdout
    assert CANARY not in done.stdout + done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    shape = run("configure", "--bucket", "images", "--secretkey-file", "key", "--dry-run", "--json", cwd=tmp_path)
    found = json.loads(shape.stdout)
    assert (list(found), found["settings"]["bucket"]) == (["config", "type", "settings", "validation"], "images")
    assert CANARY not in shape.stdout + shape.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--provider", "mino"), "Did you mean minio?"),
        (("--registry", "habor"), "Did you mean harbor?"),
        (("--chunksize", "large"), "`chunksize` is a size such as 10 MiB"),
        (("--secretkey-file", "not-there"), "there is no file with that name"),
        (("--secretkey-file", "."), "is a folder"),
        (("--secretkey", CANARY), "there is no --secretkey here. Did you mean --secretkey-file?"),
        (("--buckt", "x"), "Did you mean --bucket?"),
        (("--secretkey-file", "-"), "standard input ended before the secret came"),
        (("--json", "--no-validate"), "--json prints the validation, and --no-validate leaves it out"),
    ],
)
def test_what_configure_cannot_take_gets_a_sentence(words: tuple[str, str], said: str, tmp_path: Path) -> None:
    done = run("configure", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert CANARY not in done.stderr
    assert done.stdout == ""


def test_there_is_a_flag_for_every_setting() -> None:
    text = pages()["configure"].format_help()
    for name in DECLARATIONS:
        assert f"--{name}" in text


@pytest.mark.parametrize("provider", providers())
def test_the_equivalent_command_gives_the_same_settings(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Value] = {
        "accesskey": "me",
        "secretkey": Secret(CANARY),
        "bucket": "images",
        "objectacl": "public-read",
    }
    chosen = apply_preset(Settings(), provider)
    settings = apply_edit(chosen, {**asked, "redirect": False, "region": "eu-west-1"})
    if settings.type == "filesystem":
        settings = chosen.replace({"rootdirectory": "/var/lib/my registry"})
    command = equivalent_command.configure_command(settings, Path("my storage.toml"))
    assert CANARY not in command
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{CANARY}\n"))
    given = arguments.parser().parse_args(shlex.split(command)[1:])
    assert given.config == Path("my storage.toml")
    assert configure.settings_from(given, apply_preset(Settings(), "aws")) == settings


# show


def test_show_hides_secrets(tmp_path: Path) -> None:
    settings = Settings(bucket="images", accesskey="AKIAIOSFODNN7EXAMPLE", secretkey=Secret(CANARY))
    config_file.save(tmp_path / "storage.toml", settings, None)
    table, shape = run("show", cwd=tmp_path), run("show", "--json", cwd=tmp_path)
    for done in (table, shape):
        assert (done.returncode, done.stderr) == (0, "")
        assert CANARY not in done.stdout
        assert "AKIA…MPLE" in done.stdout
    found = json.loads(shape.stdout)
    assert list(found) == ["config", "type", "settings", "validation"]
    assert found["settings"]["bucket"] == "images"
    assert set(found["settings"]) == set(DECLARATIONS)
    assert max(map(len, table.stdout.splitlines())) < 80
    assert "never; now: storage-wizard check storage.toml" in table.stdout


# providers


def test_the_providers_fit_the_terminal(tmp_path: Path) -> None:
    table = run("providers", cwd=tmp_path).stdout.splitlines()
    assert max(map(len, table)) < 80
    for provider in providers():
        assert any(line.startswith(provider) for line in table)
        page = run("providers", provider, cwd=tmp_path).stdout
        assert providers()[provider].title in page
        words = [line for line in page.splitlines() if len(line) > 79]
        assert all("http" in line for line in words)  # only a long address is longer


def test_the_providers_as_json(tmp_path: Path) -> None:
    found = json.loads(run("providers", "--json", cwd=tmp_path).stdout)
    assert [provider["id"] for provider in found] == list(providers())
    one = json.loads(run("providers", "minio", "--json", cwd=tmp_path).stdout)
    assert one in found
    assert one["defaults"]["v4auth"]["value"] is True
    assert run("providers", "minoi", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize(
    ("endpoint", "provider"),
    [
        ("", "aws"),
        ("https://s3.eu-west-1.amazonaws.com", "aws"),
        ("https://s3.amazonaws.com", "aws"),
        ("http://minio:9000", "minio"),
        ("http://garage:3900/", "garage"),
        ("https://abc.r2.cloudflarestorage.com", "r2"),
        ("https://s3.wasabisys.com", "wasabi"),
        ("https://storage.googleapis.com", "gcs"),
        ("https://NYC3.digitaloceanspaces.com", "digitalocean"),
        ("https://s3.example", "other"),
    ],
)
def test_a_store_is_told_by_its_endpoint(endpoint: str, provider: str) -> None:
    assert detect_provider(endpoint) == provider


# import


def test_import_takes_over_what_a_registry_has(tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text(
        "version: 0.1\nstorage:\n  s3:\n    bucket: images\n    region: us-east-1\n"
        f"    regionendpoint: http://minio:9000\n    accesskey: me\n    secretkey: '{CANARY}'\n",
        encoding="utf-8",
    )
    done = run("import", "config.yml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = config_file.load(tmp_path / "storage.toml")
    assert (found.settings.provider, found.settings.bucket, found.settings.v4auth) == ("minio", "images", True)
    assert found.settings.secretkey.reveal() == CANARY
    assert found.validation is None
    assert CANARY not in done.stderr
    assert "not validated" in done.stderr


def test_import_from_an_aws_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(
        f"[work]\naws_access_key_id = AKIA\naws_secret_access_key = {CANARY}\n", encoding="utf-8"
    )
    config = "[profile work]\nregion = eu-west-1\nrole_arn = x\ns3 =\n  addressing_style = path\n"
    (folder / "config").write_text(config, encoding="utf-8")
    done = run("import", "--from", "aws", "work", "--bucket", "images", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = config_file.load(tmp_path / "storage.toml").settings
    assert (found.provider, found.region, found.bucket, found.accesskey) == ("aws", "eu-west-1", "images", "AKIA")
    assert found.secretkey.reveal() == CANARY
    assert found.forcepathstyle
    assert "takes a role" in done.stderr
    missing = run("import", "--from", "aws", "wrok", cwd=tmp_path)
    assert missing.returncode == 2
    assert "There are: work." in missing.stderr


def test_import_from_an_rclone_remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "rclone.conf"
    monkeypatch.setenv("RCLONE_CONFIG", str(file))
    file.write_text(
        f"[store]\ntype = s3\nprovider = Minio\naccess_key_id = me\nsecret_access_key = {CANARY}\n"
        "endpoint = minio:9000\nacl = private\n[other]\ntype = sftp\n",
        encoding="utf-8",
    )
    done = run("import", "--from", "rclone", "store:images/registry", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = config_file.load(tmp_path / "storage.toml").settings
    assert (found.provider, found.bucket, found.rootdirectory) == ("minio", "images", "/registry")
    assert found.regionendpoint == "https://minio:9000"
    assert found.secretkey.reveal() == CANARY
    assert run("import", "--from", "rclone", "other", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "there is no file"),
        ("hello\n", "Say it with --from"),
        ("", "Say it with --from"),
        ("storage: [\n", "line"),
        ("storage:\n  gcs:\n    bucket: x\n", "gcs"),
    ],
)
def test_what_cannot_be_imported_gets_a_sentence(text: str | None, said: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "source").write_text(text, encoding="utf-8")
    done = run("import", "source", cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "storage.toml").exists()


# Streams


class LatinTerminal(io.TextIOWrapper):
    """A terminal that does not know every character."""

    def __init__(self) -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding="latin-1", errors="strict")

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_terminal_of_few_characters_gets_a_likeness(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = LatinTerminal()
    monkeypatch.setattr(sys, name, terminal)
    stdio.prepare_streams()
    (stdio.print_data if name == "stdout" else stdio.print_message)("AKIA…MPLE ✓")
    assert terminal.bytes.getvalue() == b"AKIA...MPLE ok\n"


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        ("show > /dev/full", 2, b"the output could not be written: No space left on device."),
        ("--help > /dev/full", 2, b"the output could not be written: No space left on device."),
        ("chek 2> /dev/full", 2, b""),
        ("show >&- 2>&-", 0, b""),
        ("import - <&-", 2, b"Say it with --from"),
        ("show", 0, "AKIA…MPLE".encode()),
    ],
)
def test_streams_that_take_or_give_nothing_are_met(command: str, status: int, said: bytes, tmp_path: Path) -> None:
    config_file.save(tmp_path / "storage.toml", Settings(bucket="images", accesskey="AKIAIOSFODNN7EXAMPLE"), None)
    done = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -W error -m wizard {command}"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "latin-1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (status, False), done.stderr
    assert said in done.stdout + done.stderr
    assert not said or done.stderr.count(b"\n") <= 1  # nothing more when Python ends


# Finding one's way


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("chek",), "there is no command chek. Did you mean check?"),
        (("check", "--jsn"), "there is no --jsn here. Did you mean --json?"),
        (("export", "--to", "harbour"), "there is no choice harbour. Did you mean harbor?"),
        (("export",), "--to"),
        (("completion", "tcsh"), "There are: bash, zsh, fish."),
        (("configure", "--v4auth", "false"), "a switch takes no value such as false: say --NAME or --no-NAME."),
        (("configure", "--secure=No"), "a switch takes no value such as No: say --NAME or --no-NAME."),
    ],
)
def test_a_slip_gets_a_suggestion(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        arguments.parser().parse_args(words)
    assert left.value.code == 2
    assert said in capsys.readouterr().err


def test_help_is_grouped_and_has_examples() -> None:
    text = arguments.parser().format_help()
    heads = [f"\n  {head}\n" for head in arguments.COMMANDS]
    assert [text.index(head) for head in heads] == sorted(text.index(head) for head in heads)
    for page in (text, *(parser.format_help() for parser in pages().values())):
        assert "example" in page
        assert max(map(len, page.splitlines())) <= 80


def pages() -> dict[str, Parser]:
    """The parser of each command."""
    (commands,) = (action for action in arguments.parser()._actions if action.dest == "command")
    assert isinstance(commands.choices, dict)
    return commands.choices


@pytest.mark.parametrize("shell", flags.SHELLS)
def test_the_shells_complete_commands_flags_and_words(shell: str, tmp_path: Path) -> None:
    script = run("completion", shell, cwd=tmp_path).stdout
    for word in (*pages(), "regionendpoint", "create-bucket", "minio", "distribution-3"):
        assert word in script
    if shell == "bash":
        (tmp_path / "completions.bash").write_text(script, encoding="utf-8")
        calling = f"COMP_WORDS=(storage-wizard exp); COMP_CWORD=1; {_function(script)}; echo ${{COMPREPLY[@]}}"
        asking = f"source ./completions.bash; {calling}"
        done = subprocess.run(["bash", "-c", asking], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.stdout.split() == ["export"], done.stderr


def _function(script: str) -> str:
    """The function that bash calls to complete."""
    return next(line for line in script.splitlines() if line.startswith("complete ")).split()[-2]


@pytest.mark.parametrize(
    "words", [("--version",), ("--help",), ("show",), ("providers",), ("policy",), ("export", "--to", "env")]
)
def test_light_commands_bring_nothing_heavy(words: tuple[str, ...], tmp_path: Path) -> None:
    config_file.save(tmp_path / "storage.toml", Settings(bucket="images"), None)
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "wizard", *words],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-500:]
    brought = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert {"boto3", "botocore", "urllib3", "textual", "rich", "cryptography"} & brought == set()
    assert "argparse" in brought
