"""Keys that come in one piece do what they do one by one."""

from __future__ import annotations

from pathlib import Path

from tests.support.live_store import LiveStore
from tests.support.terminals import terminal
from wizard.config import file as config_file


def test_a_whole_walk_may_be_typed_ahead(store: LiveStore, tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Which registry reads the settings")
        keys = [
            "\x1b[C\t\x1b[F\x1b[D",
            f"{store.bucket}\t\t/ahead",
            f"{store.access_key}\t{store.secret_key}",
            store.endpoint,
            " \t ",
        ]
        screen.press("\r".join([*keys, ""]).encode())
        screen.wait_for("All checks passed")
        screen.press(b"\r\r")
        screen.wait_for("is written")
        screen.press(b"\r")
        assert screen.wait_for_exit() == 0
    found = config_file.load(tmp_path / "storage.toml").settings
    assert (found.registry, found.bucket, found.rootdirectory) == ("distribution-2", store.bucket, "/ahead")
    assert (found.accesskey, found.secretkey.reveal()) == (store.access_key, store.secret_key)
    assert (found.regionendpoint, found.v4auth, found.secure) == (store.endpoint, True, False)
