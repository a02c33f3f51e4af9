"""`policy` prints the IAM policy, writes it to a file, or attaches it to an IAM user."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import stat
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from tests.support.command_line import TIMEOUT, run_here, running_wizard
from tests.support.moto_server import Moto
from tests.support.samples import sampled
from tests.support.terminals import terminal
from wizard.catalog import policy
from wizard.catalog.registries.dtr import DTR
from wizard.cli import main as cli
from wizard.cli.commands import policy as policy_command
from wizard.config import file as config_file
from wizard.model.settings import Settings
from wizard.session import user_policies
from wizard.validation import active_runs

SETTINGS = Settings(bucket="images", v4auth=True)
NAME = DTR.policy_name


def test_the_policy_is_printed(tmp_path: Path) -> None:
    result = run_here("policy", "--bucket", "images", folder=tmp_path)
    assert (result.returncode, json.loads(result.stdout)) == (0, policy.least_privilege(SETTINGS))


def test_a_bucket_is_required(tmp_path: Path) -> None:
    assert run_here("policy", folder=tmp_path).returncode == 2


@pytest.mark.parametrize("name", ["*", "images*", "image?", "${aws:username}"])
def test_a_bucket_name_that_a_policy_reads_as_a_pattern_is_refused(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["policy", "-c", "/nowhere/x.toml", "--bucket", name]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert "isn't allowed in a bucket name" in output.err


def test_the_documented_policy_is_written_to_a_file_and_the_aws_command_is_printed(tmp_path: Path) -> None:
    config_file.save(tmp_path / "storage.toml", SETTINGS, None)
    result = run_here("policy", "--documented", "-o", "TrustedRegistryUserPerms.json", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    file = tmp_path / "TrustedRegistryUserPerms.json"
    assert json.loads(file.read_text(encoding="utf-8")) == policy.documented(SETTINGS)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert result.stdout.startswith("aws iam put-user-policy --user-name USER --policy-name TrustedRegistryUserPerms")
    assert "file://TrustedRegistryUserPerms.json" in result.stdout


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (".", ". is a folder. Choose a file in it: -o policy.json"),
        ("-", "-o needs the name of a file. To print the policy, omit -o."),
        ("site.toml", "site.toml is a settings file of storage-wizard, so nothing was written."),
    ],
)
def test_an_output_that_is_no_file_for_a_policy_is_refused(output: str, message: str, tmp_path: Path) -> None:
    config_file.save(tmp_path / "site.toml", SETTINGS, None)
    previous = (tmp_path / "site.toml").read_bytes()
    result = run_here("policy", "--bucket", "images", "-o", output, folder=tmp_path)
    assert (result.returncode, message in result.stderr) == (2, True), result.stderr
    assert (tmp_path / "site.toml").read_bytes() == previous


# --put-user


class TypedLines(io.StringIO):
    """Lines that are typed at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("lines", "result"), [("help\ny\n", True), ("maybe\n\n", False), ("maybe\n", False)])
def test_an_answer_that_is_neither_yes_nor_no_is_asked_again(
    lines: str, result: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", TypedLines(lines))
    assert policy_command._confirm("Attach it?") is result
    assert "Answer y to attach the policy that is shown above, or n to change nothing." in capsys.readouterr().err


@pytest.fixture
def iam(moto_with_iam: Moto, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An IAM client; the command finds the same credentials in the environment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", moto_with_iam.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", moto_with_iam.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", moto_with_iam.secret_key)
    with contextlib.closing(moto_with_iam.iam_client()) as client:
        yield client


@pytest.fixture
def user(iam: Any) -> str:
    """An IAM user without policies."""
    name = f"registry-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    return name


def test_the_policy_is_attached_and_the_diff_is_printed(iam: Any, user: str, tmp_path: Path) -> None:
    result = run_here("policy", "--bucket", "images", "--put-user", user, "--yes", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    assert '+        "s3:PutObject",' in result.stdout.splitlines()
    attached = iam.get_user_policy(UserName=user, PolicyName=NAME)["PolicyDocument"]
    assert attached == policy.least_privilege(SETTINGS)
    owner = f"the user arn:aws:iam::123456789012:user/{user} (account 123456789012)"
    assert result.stderr == f"Attached {NAME} to {owner}.\n"
    again = run_here("policy", "--bucket", "others", "--put-user", user, "--yes", folder=tmp_path)
    assert again.stderr == f"Attached {NAME} to {owner}. It has replaced the one that was there.\n"


def test_a_policy_that_is_attached_already_is_left_alone(user: str, tmp_path: Path) -> None:
    run_here("policy", "--bucket", "images", "--put-user", user, "--yes", folder=tmp_path)
    again = run_here("policy", "--bucket", "images", "--put-user", user, "--yes", folder=tmp_path)
    assert (again.returncode, again.stdout) == (0, "")
    assert again.stderr.startswith(f"{NAME} is already attached to the user ")
    assert again.stderr.endswith(" (account 123456789012). Nothing was changed.\n")


def test_the_diff_shows_what_is_replaced(user: str, tmp_path: Path) -> None:
    run_here("policy", "--bucket", "images", "--put-user", user, "--yes", folder=tmp_path)
    result = run_here("policy", "--bucket", "others", "--put-user", user, "--yes", folder=tmp_path)
    assert '-      "Resource": "arn:aws:s3:::images"' in result.stdout.splitlines()
    assert '+      "Resource": "arn:aws:s3:::others"' in result.stdout.splitlines()


def test_without_a_terminal_nothing_is_attached_unless_yes_is_given(iam: Any, user: str, tmp_path: Path) -> None:
    result = run_here("policy", "--bucket", "images", "--put-user", user, folder=tmp_path)
    assert result.returncode == 2
    assert "--yes" in result.stderr
    owner = f"the user arn:aws:iam::123456789012:user/{user} (account 123456789012)"
    assert f"this cannot be asked: Attach {NAME} to {owner}? Nothing was changed." in result.stderr
    assert iam.list_user_policies(UserName=user)["PolicyNames"] == []


@pytest.mark.sample
@pytest.mark.parametrize(("answer", "status"), [("y", 0), ("n", 1), ("", 1), ("\x04", 1)])
def test_the_question_names_the_user_and_the_account(
    iam: Any, user: str, tmp_path: Path, answer: str, status: int
) -> None:
    with terminal(
        tmp_path, "-m", "wizard", "policy", "--bucket", "images", "--put-user", user, size=(200, 60)
    ) as screen:
        owner = f"the user arn:aws:iam::123456789012:user/{user} (account 123456789012)"
        screen.wait_for(f"Attach {NAME} to {owner}? [y/N] ")
        screen.press(answer.encode() if answer == "\x04" else f"{answer}\r".encode())
        screen.wait_for(f"Attached {NAME} to {owner}." if status == 0 else "Nothing was changed.")
        assert screen.wait_for_exit() == status
    assert iam.list_user_policies(UserName=user)["PolicyNames"] == ([NAME] if status == 0 else [])


@pytest.mark.sample
@pytest.mark.usefixtures("iam")
@pytest.mark.parametrize("name", ["", " ", "a b", "arn:aws:iam::123456789012:user/registry", "a" * 65])
def test_what_is_no_name_of_a_user_is_refused(name: str, tmp_path: Path) -> None:
    result = run_here("policy", "--bucket", "images", "--put-user", name, "--yes", folder=tmp_path)
    assert (result.stdout, result.returncode) == ("", 2)
    assert "is not an IAM user name" in result.stderr


_USER = (
    "<GetUserResponse><GetUserResult><User><UserName>bob</UserName><Arn>arn:aws:iam::123456789012:user/bob</Arn>"
    "</User></GetUserResult></GetUserResponse>"
)
_NO_POLICY = "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>none</Message></Error></ErrorResponse>"


@contextlib.contextmanager
def hanging_iam() -> Iterator[tuple[str, threading.Event]]:
    """An IAM server that does not answer PutUserPolicy, and the event that such a call has come."""
    called, ended = threading.Event(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if "Action=PutUserPolicy" in body:
                called.set()
                ended.wait()
                return
            is_user = "Action=GetUser&" in body
            answer = (_USER if is_user else _NO_POLICY).encode()
            self.send_response(200 if is_user else 404)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Logs nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", called
        finally:
            ended.set()
            server.shutdown()


_UNKNOWN = (
    f"It is unknown whether {NAME} was attached to the user bob. "
    f"Check with: aws iam get-user-policy --user-name bob --policy-name {NAME}"
)


@pytest.mark.sample
@pytest.mark.parametrize(
    "number",
    sampled([signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT, signal.SIGUSR1, signal.SIGXCPU], 3),
)
def test_a_signal_while_the_policy_is_attached_says_that_the_outcome_is_unknown(
    number: signal.Signals, tmp_path: Path
) -> None:
    with hanging_iam() as (endpoint, called):
        variables = {"AWS_ENDPOINT_URL_IAM": endpoint, "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "x"}
        arguments = ("policy", "--bucket", "images", "--put-user", "bob", "--yes")
        with running_wizard(*arguments, folder=tmp_path, **variables) as process:
            assert called.wait(TIMEOUT)
            process.send_signal(number)
            _, errors = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, errors) == (128 + number, f"Stopping …\nThe program was stopped. {_UNKNOWN}\n")


def test_a_second_signal_while_the_policy_is_attached_says_that_too() -> None:
    stop = threading.Event()
    said: list[str] = []

    def write(_text: str, _stop: object) -> None:
        said.extend(active_runs.what_may_be_left())

    user_policies.attach(Mock(write=write, unknown_outcome=_UNKNOWN), "{}", stop)
    assert said == [_UNKNOWN]
    assert active_runs.what_may_be_left() == []


@pytest.mark.usefixtures("iam")
def test_an_unknown_user_is_reported(tmp_path: Path) -> None:
    result = run_here("policy", "--bucket", "images", "--put-user", "no-such-user", "--yes", folder=tmp_path)
    assert result.returncode == 2
    assert "IAM user no-such-user not found" in result.stderr


def test_without_credentials_of_the_aws_command_line_nothing_is_attached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", os.fspath(tmp_path))
    result = run_here("policy", "--bucket", "images", "--put-user", "x", "--yes", folder=tmp_path)
    assert result.returncode == 2
    assert "aws configure" in result.stderr


# Settings for which there is no policy


@pytest.mark.parametrize(
    ("settings", "arguments", "message"),
    [
        (Settings(provider="filesystem", rootdirectory="/srv"), (), "does not need an IAM policy"),
        (Settings(), (), "the settings file has no bucket. Specify --bucket NAME."),
        (SETTINGS, ("-o", "no-such-folder/policy.json"), "Folder "),
        (SETTINGS.replace({"rootdirectory": "/a\tb"}), (), "isn't allowed in a path"),
        (SETTINGS.replace({"rootdirectory": "/a?b"}), (), "cannot contain this bucket name and root directory"),
        (None, (), "invalid.toml"),
    ],
)
def test_settings_without_a_policy_are_a_usage_error(
    settings: Settings | None,
    arguments: tuple[str, ...],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    file = Path("invalid.toml" if settings is None else "storage.toml")
    if settings is None:
        file.write_text("bucket = [", encoding="utf-8")
    else:
        config_file.save(file, settings, None)
    assert cli.main(["policy", "-c", str(file), *arguments]) == 2
    output = capsys.readouterr()
    assert message in output.err
    assert output.out == ""


@pytest.mark.parametrize(
    ("changes", "way"),
    [
        ({"provider": "garage"}, "note: Garage has no such policies. Use "),
        ({"provider": "ceph"}, "note: On Ceph, the owner of a bucket needs no policy."),
        ({"regionendpoint": "https://s3.wasabisys.com"}, "note: In the Wasabi console, create this policy"),
        ({"provider": "hetzner"}, "note: This policy is in the format of AWS IAM. If Hetzner doesn't accept it, "),
        ({"provider": "other"}, "note: This policy is in the format of AWS IAM. If your store doesn't accept it, "),
    ],
)
def test_for_another_store_its_own_way_is_named_and_no_command_of_aws(
    changes: dict[str, str],
    way: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    config_file.save(Path("storage.toml"), SETTINGS.replace(changes), None)
    assert cli.main(["policy", "-o", "policy.json"]) == 0
    output = capsys.readouterr()
    assert output.err.splitlines()[-1].startswith(way)
    assert output.out == ""
    assert cli.main(["policy", "--put-user", "bob"]) == 2
    assert way.removeprefix("note: ") in capsys.readouterr().err


def test_on_minio_the_commands_are_those_of_mc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    config_file.save(Path("storage.toml"), SETTINGS.replace({"provider": "minio"}), None)
    assert cli.main(["policy", "-o", "policy.json"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"mc admin policy create ALIAS {NAME} policy.json",
        f"mc admin policy attach ALIAS {NAME} --user USER",
    ]
    assert cli.main(["policy", "--put-user", "bob"]) == 2
    remedy = "--put-user works only with AWS. Users of MinIO, AIStor are not in AWS IAM. Use -o FILE, and then run: mc "
    assert remedy in capsys.readouterr().err


def test_a_path_in_the_aws_command_has_no_control_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["policy", "--bucket", "images", "-o", "\x1b[31m.json"]) == 0
    output = capsys.readouterr()
    assert "\x1b" not in output.out + output.err


@pytest.mark.parametrize("text", ["images/registry", "s3://images/registry", "arn:aws:s3:::images", "s3://images"])
def test_what_is_more_than_the_name_of_a_bucket_is_refused_with_the_flag_to_use(tmp_path: Path, text: str) -> None:
    run = run_here("policy", "--bucket", text, folder=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == "storage-wizard: --bucket takes only the name of a bucket. Use: --bucket images\n"


@pytest.mark.parametrize("name", ["My Images", "a", "images?"])
def test_no_policy_is_made_for_a_name_that_no_bucket_can_have(tmp_path: Path, name: str) -> None:
    run = run_here("policy", "--bucket", name, folder=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
