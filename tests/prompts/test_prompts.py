"""The line prompts, driven through a terminal; and that both faces end with the same file."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from tests.support.faults import deny
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.terminals import Terminal, terminal
from tests.tui.test_wizard import wizard
from wizard.config import file as config_file
from wizard.session import draft
from wizard.session.state import WizardState

TYPED = "wJalrXUtnFEMI/K7MDENG+canary"


def answer(screen: Terminal, prompt: str, text: str = "") -> None:
    """Waits for a prompt, and answers it."""
    screen.wait_for(prompt)
    screen.press(f"{text}\r".encode())


def state(screen: Terminal, store: LiveStore) -> None:
    """The whole walk on a store."""
    answer(screen, "Registry [", "distribution-2")
    answer(screen, "Storage [aws]: ", "other")
    answer(screen, "Bucket []: ", store.bucket)
    answer(screen, "Region [us-east-1]: ")
    answer(screen, "Root directory []: ", "/plain")
    answer(screen, "Access key []: ", store.access_key)
    answer(screen, "Secret key (not shown) []: ", f" {store.secret_key} ")
    answer(screen, "Region endpoint []: ", store.endpoint)
    answer(screen, "V4 auth [", "on")
    answer(screen, "HTTPS [", "off")
    answer(screen, "Skip verification [off]: ")
    answer(screen, "Redirect pulls [on]: ")
    answer(screen, "More: ", "n")
    screen.wait_for("Validation passed")
    answer(screen, "Save it as storage.toml?")
    assert screen.wait_for_exit() == 0


def without_time(path: Path) -> str:
    return re.sub(r"(?m)^at = .*$", "", path.read_text(encoding="utf-8"))


async def test_both_faces_end_with_the_same_file(store: LiveStore, tmp_path: Path) -> None:
    (tmp_path / "storage.toml").write_text("version = 1\n", encoding="utf-8")
    (tmp_path / "storage.toml").chmod(0o644)
    with terminal(tmp_path, "-m", "wizard", "--plain") as screen:
        state(screen, store)
        assert b"Now others may read it (mode 0644)." in screen.stream
        assert b"Until now others could read it (mode 0644)" in screen.stream
        assert store.secret_key.encode() not in screen.stream
        assert f"{len(store.secret_key)} characters, ends in {store.secret_key[-4:]}".encode() in screen.stream
        assert b"\x1b" not in screen.stream
        assert b"  ok    Delete objects" in screen.stream
    other = tmp_path / "other.toml"
    async with wizard(WizardState.open(other)) as face:
        await face.press("right", "tab", "end", "left")
        await face.enter("bucket")
        await face.fill("bucket", store.bucket)
        await face.fill("rootdirectory", "/plain")
        await face.enter("keys")
        await face.fill("accesskey", store.access_key)
        await face.fill("secretkey", store.secret_key)
        await face.enter("endpoint")
        await face.fill("regionendpoint", store.endpoint)
        await face.enter("advanced")
        await face.fill("v4auth", "space")
        await face.fill("secure", "space")
        await face.enter("validate")
        await face.validated()
        await face.enter("save")
        await face.press("enter")
        await face.until(lambda: face.state.has_saved)
    assert without_time(other) == without_time(tmp_path / "storage.toml")


def test_slips_are_told_and_asked_again(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", "--plain") as screen:
        answer(screen, "Registry [dtr]: ", "habor")
        screen.wait_for("Did you mean harbor?")
        answer(screen, "Registry [dtr]: ", "4")
        answer(screen, "Storage [aws]: ", "<")
        answer(screen, "Registry [harbor]: ")
        answer(screen, "Storage [aws]: ", "?")
        screen.wait_for("A preset fills in")
        answer(screen, "Storage [aws]: ")
        answer(screen, "Bucket []: ", "s3://My_Bucket/x")
        screen.wait_for("! ")
        screen.wait_for("Enter again goes on regardless.")
        answer(screen, "]: ", "-")
        answer(screen, "]: ", "images")
        answer(screen, "Region [us-east-1]: ", "eu-west-1")
        answer(screen, "Root directory []: ")
        answer(screen, "Access key []: ", "AKIAIOSFODNN7EXAMPLE")
        answer(screen, "Secret key", TYPED)
        screen.wait_for("ends in nary")
        screen.wait_for("Region endpoint []: ")
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 130
        assert b"Traceback" not in screen.stream
        assert TYPED.encode() not in screen.stream


@pytest.mark.parametrize("end", [b"\x03", b"\x04", signal.SIGHUP, signal.SIGTERM])
def test_a_line_that_drops_leaves_a_draft(
    end: bytes | signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with terminal(tmp_path, "-m", "wizard", "--plain") as screen:
        answer(screen, "Registry [dtr]: ", "harbor")
        answer(screen, "Storage [aws]: ")
        answer(screen, "Bucket []: ", "images")
        answer(screen, "Region [us-east-1]: ")
        answer(screen, "Root directory []: ")
        answer(screen, "Access key []: ", "AKIAIOSFODNN7EXAMPLE")
        answer(screen, "Secret key", TYPED)
        screen.wait_for("ends in nary")
        screen.wait_for("Region endpoint []: ")
        if isinstance(end, bytes):
            screen.press(end)
        else:
            screen.process.send_signal(end)
        assert screen.wait_for_exit() == (128 + end if isinstance(end, signal.Signals) else 130)
        assert b"kept as a draft" in screen.stream
        assert b"Traceback" not in screen.stream
    (kept,) = (tmp_path / "state" / "storage-wizard").iterdir()
    assert kept.stat().st_mode & 0o7777 == 0o600
    assert TYPED not in kept.read_text(encoding="utf-8")
    with terminal(tmp_path, "-m", "wizard", "--plain") as screen:
        answer(screen, "Go on with it? [Y/n] ")
        screen.wait_for("enter it again")
        answer(screen, "Secret key (not shown) []: ", TYPED)
        screen.wait_for("ends in nary")
        screen.wait_for("Region endpoint")
        answer(screen, "]: ", "<")
        answer(screen, "Secret key (not shown) [28 characters, ends in nary]: ", "<")
        screen.wait_for("Access key [AKIA")
        screen.press(b"\x04")
        screen.wait_for_exit()


def test_where_all_was_answered_a_draft_goes_on_with_the_validation(
    store: LiveStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    left = WizardState.open(tmp_path / "storage.toml")
    left.settings, left.current_step = store.settings(), "save"
    assert draft.update_on_exit(left)
    with terminal(tmp_path, "-m", "wizard", "--plain") as screen:
        answer(screen, "Go on with it? [Y/n] ")
        answer(screen, "Secret key (not shown) []: ", store.secret_key)
        screen.wait_for("Validation passed")


def test_a_secret_stays_unseen_after_ctrl_z_and_fg(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", "--plain") as screen:
        for prompt in ("Registry [", "Storage [", "Bucket [", "Region [", "Root directory [", "Access key ["):
            answer(screen, prompt, "images" if prompt == "Bucket [" else "")
        screen.wait_for("Secret key (not shown) []: ")
        screen.press(b"\x1a")
        screen.wait_until_stopped()
        screen.resume()
        answer(screen, "Secret key (not shown) []: ", TYPED)
        screen.wait_for("ends in nary")
        assert TYPED.encode() not in screen.stream


def test_a_line_that_is_gone_costs_nothing_that_was_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that are no text in the locale among it, which a strict reader would fail at."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8:strict")  # as in a locale with a language
    with terminal(tmp_path, "-m", "wizard", "--plain") as screen:
        answer(screen, "Registry [dtr]: ")
        answer(screen, "Storage [aws]: ")
        screen.wait_for("Bucket []: ")
        screen.press(b"im\xe9ages\r")
        screen.wait_for("Enter again goes on regardless.")
        screen.wait_for("]: ")
        assert screen.hang_up() == 129
    found = draft.find(tmp_path / "storage.toml")
    assert found is not None
    assert found.settings.bucket == "im\ufffdages"


def test_a_failure_offers_its_fix(tmp_path: Path) -> None:
    with FaultyStore(deny("PutObject")) as server:
        config_file.save(tmp_path / "storage.toml", server.settings(), None)
        with terminal(tmp_path, "-m", "wizard", "--plain") as screen:
            for _ in range(12):
                answer(screen, "]: ")
            answer(screen, "More: ")
            screen.wait_for("Validation FAILED")
            answer(screen, "s saves unproven", "s")
            answer(screen, "Save it as storage.toml?")
            assert screen.wait_for_exit() == 0
    found = config_file.load(tmp_path / "storage.toml").validation
    assert found is not None
    assert not found.passed
    assert draft.find(tmp_path / "storage.toml") is None


def test_the_buckets_are_listed_on_request_and_one_is_chosen_by_its_number(tmp_path: Path) -> None:
    with FaultyStore(deny("PutObject")) as server:
        names = [server.create_bucket() for _ in range(25)]
        config_file.save(tmp_path / "storage.toml", server.settings(), None)
        with terminal(tmp_path, "-m", "wizard", "--plain") as screen:
            answer(screen, "Registry [")
            answer(screen, "Storage [")
            screen.wait_for("* lists the buckets that these keys may see.")
            answer(screen, f"Bucket [{server.bucket}]: ", "*")
            screen.wait_for("  20 bucket-")
            screen.wait_for("*PART lists those with PART in their name.")
            answer(screen, f"Bucket [{server.bucket}]: ", f"*{names[7][-9:].upper()}")
            screen.wait_for(f"   1 {names[7]}\r\n")
            answer(screen, f"Bucket [{server.bucket}]: ", "2")
            screen.wait_for("! ")  # of one there is no second: it is a name like any other
            answer(screen, "Bucket [2]: ", "1")
            answer(screen, "Region [", "<")
            screen.wait_for(f"Bucket [{names[7]}]: ")


def test_why_the_buckets_cannot_be_listed_is_told(tmp_path: Path) -> None:
    with FaultyStore(deny("ListBuckets")) as server, terminal(tmp_path, "-m", "wizard", "--plain") as screen:
        answer(screen, "Registry [")
        answer(screen, "Storage [", "other")
        answer(screen, "Bucket []: ", "*")
        screen.wait_for("The buckets cannot be listed yet: ")
        screen.wait_for("Bucket []: ")
        screen.press(b"\x03")
        screen.wait_for_exit()
        config_file.save(tmp_path / "storage.toml", server.settings(bucket="images"), None)
        with terminal(tmp_path, "-m", "wizard", "--plain") as other:
            answer(other, "Go on with it? [Y/n] ", "n")
            answer(other, "Registry [")
            answer(other, "Storage [")
            answer(other, "Bucket [images]: ", "*")
            other.wait_for("s3:ListAllMyBuckets")
            other.wait_for("Bucket [images]: ")
