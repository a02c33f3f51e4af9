"""`configure` validates and saves the settings of its flags."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import stat
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.command_line import COMMAND, environment, run_here, running_wizard
from tests.support.faults import deny, hang
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.processes import READY_SECONDS, load_factor, wait_for
from tests.support.terminals import terminal
from wizard.catalog.presets import apply_preset
from wizard.cli import main as cli
from wizard.config import file as config_file
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session.equivalent_command import configure_command

CANARY = "canary+secret/key=that#may:not leak"


def arguments_for(settings: Settings) -> list[str]:
    """The arguments that configure these settings, with the secret key on standard input."""
    return shlex.split(configure_command(settings, Path("storage.toml")))[1:]


def test_settings_that_pass_are_saved_with_their_validation(store: LiveStore, tmp_path: Path) -> None:
    settings = store.settings()
    result = run_here(*arguments_for(settings), folder=tmp_path, stdin=f"{settings.secretkey.reveal()}\n")
    assert (result.returncode, result.stdout) == (0, ""), result.stderr
    assert "  ok    List the bucket" in result.stderr
    assert "storage.toml saved" in result.stderr
    path = tmp_path / "storage.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    file = config_file.load(path)
    assert file.settings == settings
    assert file.validation is not None
    assert file.validation.passed


@pytest.mark.parametrize("name", ["-c.toml", "--into", "a b;id"])
def test_the_command_that_is_shown_works_with_any_name(name: str, tmp_path: Path) -> None:
    result = run_here("configure", f"--config={name}", "--bucket", "images", "--no-validate", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    (command,) = re.findall("To validate them, run: (.*)", result.stderr)
    program, *arguments = shlex.split(command)
    assert program == "storage-wizard"
    assert run_here(*arguments, "--offline", folder=tmp_path).returncode in (0, 1)


def test_no_message_contains_control_characters_of_a_path(tmp_path: Path) -> None:
    name = "a\x1b[31m\r\x08.toml"
    for bucket in ("images", "others"):
        result = run_here("configure", "-c", name, "--bucket", bucket, "--no-validate", folder=tmp_path)
        assert result.returncode == 0
        assert not {"\x1b", "\r", "\x08"} & set(result.stderr)


def test_settings_that_fail_are_not_saved(tmp_path: Path) -> None:
    with FaultyStore(deny("PutObject")) as server:
        settings = server.settings()
        result = run_here(*arguments_for(settings), "--json", folder=tmp_path, stdin=settings.secretkey.reveal())
    assert result.returncode == 1
    assert json.loads(result.stdout)["passed"] is False
    assert "Nothing was saved" in result.stderr
    assert not (tmp_path / "storage.toml").exists()


def test_settings_without_a_flag_keep_their_value_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "storage.toml"
    previous = apply_preset(Settings(), "minio").replace(
        {"bucket": "images", "regionendpoint": "http://m:9000", "accesskey": "me", "secretkey": Secret(CANARY)}
    )
    config_file.save(path, previous, None)
    result = run_here("configure", "--bucket", "others", "--chunksize", "20 MiB", "--no-validate", folder=tmp_path)
    assert result.returncode == 0
    assert config_file.load(path).settings == previous.replace({"bucket": "others", "chunksize": 20 << 20})
    assert "storage.toml.bak" in result.stderr


def test_create_bucket_creates_a_missing_bucket_and_validates_again(moto: Moto, tmp_path: Path) -> None:
    settings = moto.store().settings(bucket=f"made-{os.getpid()}")
    without_flag = run_here(*arguments_for(settings), folder=tmp_path, stdin="secret")
    assert without_flag.returncode == 1
    assert "no-bucket" in without_flag.stderr
    result = run_here(*arguments_for(settings), "--create-bucket", folder=tmp_path, stdin="secret")
    assert result.returncode == 0, result.stderr
    assert "Creating bucket" in result.stderr
    assert "The bucket was created.\n" in result.stderr
    assert result.stderr.count("[no-bucket]") == result.stderr.count("List the bucket") == 1  # one validation
    assert "If you didn't create it" not in result.stderr


def test_a_bucket_whose_public_access_was_not_blocked_is_created_and_used(tmp_path: Path) -> None:
    with FaultyStore(deny("PutPublicAccessBlock")) as server:
        settings = server.settings(bucket=f"open-{os.getpid()}")
        result = run_here(*arguments_for(settings), "--create-bucket", folder=tmp_path, stdin="secret")
    assert result.returncode == 0, result.stderr
    assert "The bucket was created. Public access was not blocked. These keys aren't allowed to" in result.stderr


def test_a_bucket_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    with FaultyStore(deny("CreateBucket")) as server:
        settings = server.settings(bucket=f"denied-{os.getpid()}")
        result = run_here(*arguments_for(settings), "--create-bucket", folder=tmp_path, stdin="secret")
    assert result.returncode == 1
    assert "The bucket was not created. These keys aren't allowed to create a bucket" in result.stderr


@pytest.mark.sample
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_does_not_wait_for_a_bucket_that_is_being_created(number: signal.Signals, tmp_path: Path) -> None:
    with FaultyStore(hang("CreateBucket")) as server:
        (tmp_path / "key").write_text("secret", encoding="utf-8")
        arguments = [*arguments_for(server.settings(bucket="new")), "--secretkey-file", "key", "--create-bucket"]
        with running_wizard(*arguments, folder=tmp_path) as process:
            wait_for(lambda: "CreateBucket" in server.calls or None)
            started = time.monotonic()
            process.send_signal(number)
            _, err = process.communicate(timeout=READY_SECONDS)
    assert process.returncode == 128 + number
    assert "It is unknown whether the bucket was created" in err
    assert time.monotonic() - started < 1.5 * load_factor()  # 0.3 s on an idle machine; the call would wait for 20 s


def test_what_is_saved_without_a_validation_is_said_with_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["configure", "--bucket", "a", "--no-validate"]) == 0
    printed = capsys.readouterr().err
    assert "error: " in printed
    assert "The settings were not validated. To validate them, run: storage-wizard check storage.toml" in printed


def test_a_dry_run_prints_the_file_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{CANARY}\n", encoding="utf-8")
    flags = ("--bucket", "images", "--accesskey", "AKIAIOSFODNN7EXAMPLE", "--secretkey-file", "key")
    result = run_here("configure", *flags, "--dry-run", folder=tmp_path)
    assert result.returncode == 1  # Amazon has no secret key like this
    assert 'bucket = "images"' in result.stdout
    assert "(hidden, 35 characters)" in result.stdout
    assert CANARY not in result.stdout + result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_dry_run_can_print_json(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(CANARY, encoding="utf-8")
    flags = ("--bucket", "images", "--secretkey-file", "key")
    result = run_here("configure", *flags, "--dry-run", "--json", folder=tmp_path)
    printed = json.loads(result.stdout)
    assert list(printed) == ["config", "type", "settings", "validation"]
    assert printed["settings"]["bucket"] == "images"
    assert CANARY not in result.stdout + result.stderr


def test_a_dry_run_shows_what_changes_and_what_is_wrong(tmp_path: Path) -> None:
    config_file.save(tmp_path / "storage.toml", Settings(bucket="images"), None)
    result = run_here("configure", "--bucket", "my images", "--dry-run", folder=tmp_path)
    assert 'note: bucket was "images"' in result.stderr
    assert "error: A space isn't allowed in a bucket name" in result.stderr
    assert result.returncode == 1


def test_a_dry_run_shows_the_fix(tmp_path: Path) -> None:
    result = run_here("configure", "--bucket", "s3://images", "--dry-run", folder=tmp_path)
    assert "error: Enter only the bucket name, not a URL.\nfix: Use images: --bucket images\n" in result.stderr


def test_a_local_folder_is_not_kept_as_a_folder_in_the_bucket(tmp_path: Path) -> None:
    run_here("configure", "--provider", "filesystem", "--rootdirectory", "/srv/x", "--no-validate", folder=tmp_path)
    flags = ("--provider", "minio", "--bucket", "images", "--dry-run")
    result = run_here("configure", *flags, folder=tmp_path)
    assert "note: rootdirectory was removed because it was a folder on this machine." in result.stderr
    assert "/srv/x" not in result.stdout
    result = run_here("configure", *flags, "--rootdirectory", "/srv/x", folder=tmp_path)
    assert "rootdirectory was removed" not in result.stderr
    assert "/srv/x" in result.stdout


def test_a_value_is_cleaned_and_the_note_says_so(tmp_path: Path) -> None:
    result = run_here("configure", "--bucket", " images ", "--no-validate", folder=tmp_path)
    assert "note: --bucket: Removed spaces." in result.stderr
    assert config_file.load(tmp_path / "storage.toml").settings.bucket == "images"


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("flag", "name", "chosen"),
    [
        ("--provider", "Rook", "ceph (Ceph RGW, Rook)"),
        ("--provider", "Ceph RGW", "ceph (Ceph RGW, Rook)"),
        ("--provider", "aliyun", "alibaba (Alibaba OSS)"),
        ("--registry", "registry:3", "distribution-3 (Distribution 3)"),
        ("--registry", "MSR 4", "harbor (Harbor, MSR 4)"),
    ],
)
def test_another_name_is_accepted_and_what_it_means_is_said(
    flag: str, name: str, chosen: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = str(tmp_path / "storage.toml")
    cli.main(["configure", "-c", file, flag, name, "--bucket", "images", "--dry-run"])
    output = capsys.readouterr()
    assert f"note: {flag}: using {chosen}." in output.err
    assert f'{flag.removeprefix("--")} = "{chosen.partition(" ")[0]}"' in output.out


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--provider", "mino"), 'Did you mean "minio"?'),
        (("--provider", "netapp"), 'unknown store "netapp". Did you mean "storagegrid" or "ontap"?'),
        (("--provider", "azure"), "Use the registry's azure driver."),
        (("--provider", "https://s3.nl-1.wasabisys.com"), "Use: --provider wasabi --region eu-central-1"),
        (
            ("--provider", "https://me:pass@images.fra1.digitaloceanspaces.com"),
            "--provider digitalocean --bucket images --region fra1 --regionendpoint https://fra1.digitaloceanspaces.com\n",
        ),
        (("--registry", "habor"), 'Did you mean "harbor"?'),
        (("--registry", "nexus"), 'unknown registry "nexus". Choose from dtr, msr-3,'),
        (("--registry", "nexus"), "openshift, zot, quay.\n"),
        (("--chunksize", "large"), '"chunksize" must be a size, such as 10 MiB'),
        (("--secretkey-file", "not-there"), "file for --secretkey-file not found: not-there."),
        (("--secretkey-file", "."), "is a folder"),
        (("--secretkey-file", "latin-1"), "is not UTF-8 text"),
        (("--secretkey", CANARY), 'unknown option: --secretkey. Did you mean "--secretkey-file"?'),
        (("--buckt", "x"), 'Did you mean "--bucket"?'),
        (("--secretkey-file", "-"), "standard input ended before the secret"),
        (("--json", "--no-validate"), "--json and --no-validate cannot be combined"),
    ],
)
def test_an_invalid_flag_is_refused_with_a_sentence(flags: tuple[str, str], message: str, tmp_path: Path) -> None:
    (tmp_path / "latin-1").write_bytes(b"\xe9")
    result = run_here("configure", *flags, folder=tmp_path)
    assert result.returncode == 2
    assert message in result.stderr
    assert CANARY not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("flag", ["-c", "--secretkey-file"])
def test_a_pipe_is_waited_for_no_longer_than_the_time_limit(flag: str, tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe", 0o600)
    result = run_here("configure", "--timeout", "0.1", "--no-validate", flag, pipe, folder=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"{pipe} did not end in time." in result.stderr


def test_an_invalid_settings_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "storage.toml").write_text("bucket = [")
    result = run_here("configure", "--bucket", "images", folder=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("storage-wizard: storage.toml: ")


def test_on_a_terminal_the_secret_is_prompted_for_and_not_shown(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", "configure", "--secretkey-file", "-", "--no-validate") as screen:
        screen.wait_for("Secret key (not shown): ")
        screen.press(f"{CANARY}\r".encode())
        assert screen.wait_for_exit() == 0
        assert CANARY.encode() not in screen.stream
    assert config_file.load(tmp_path / "storage.toml").settings.secretkey == Secret(CANARY)


def test_the_end_of_the_input_at_the_prompt_interrupts_it(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", "configure", "--secretkey-file", "-", "--no-validate") as screen:
        screen.wait_for("Secret key (not shown): ")
        screen.press(b"\x04")
        assert screen.wait_for_exit() == 130
    assert list(tmp_path.iterdir()) == []


def test_standard_input_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    result = subprocess.run(
        [*COMMAND, "configure", "--secretkey-file", "-"],
        cwd=tmp_path,
        env=environment({"PYTHONIOENCODING": "utf-8:strict"}),
        input=b"\xe9\n",
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert result.returncode == 2
    assert b"standard input is not UTF-8 text" in result.stderr


def test_several_lines_at_the_prompt_for_a_secret_are_refused_and_not_shown(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", "configure", "--secretkey-file", "-", "--no-validate") as screen:
        screen.wait_for("Secret key (not shown): ")
        screen.press(b"canary-one\rcanary-two\r")
        assert screen.wait_for_exit() == 2
        assert b"The input had more than one line, so it was ignored." in screen.stream
        assert b"canary" not in screen.stream
    assert not (tmp_path / "storage.toml").exists()


def test_what_another_bucket_means_for_images_is_said(tmp_path: Path) -> None:
    run_here("configure", "--bucket", "old", "--no-validate", folder=tmp_path)
    result = run_here("configure", "--bucket", "new", "--no-validate", folder=tmp_path)
    assert 'note: Images in "old" are not moved to "new".' in result.stderr
    assert (
        "This prints the steps that move them:\nstorage-wizard migrate storage.toml.bak storage.toml\n" in result.stderr
    )


def test_a_folder_is_no_file_with_a_secret(tmp_path: Path) -> None:
    result = run_here("configure", "--secretkey-file", ".", folder=tmp_path)
    text = "--secretkey-file: . is a folder. Enter the path of a file with only the secret."
    assert (result.returncode, text in result.stderr) == (2, True)


@pytest.mark.parametrize(
    "command", [["configure", "--provider"], ["configure", "--registry"], ["export", "--to"], ["providers"]]
)
def test_a_name_that_is_an_address_with_a_password_is_not_repeated(command: list[str], tmp_path: Path) -> None:
    result = run_here(*command, f"me:{CANARY}@images.fra1.digitaloceanspaces.com", folder=tmp_path)
    assert result.returncode == 2
    assert CANARY not in result.stdout + result.stderr


def test_all_that_is_wrong_with_the_settings_is_said_at_once(tmp_path: Path) -> None:
    flags = ("--provider", "aws", "--bucket", "images", "--region", "eu-west-1a", "--chunksize", "1MB")
    run = run_here("configure", *flags, "--accesskey", "AKIAIOSFODNN7EXAMPLE", folder=tmp_path)
    texts = ("Unknown Amazon S3 region", "Enter the secret key too", "Chunk size must be between 5 MiB and 5 GiB.")
    assert [text in run.stderr for text in texts] == [True] * 3
