"""The line prompts offer to start from what was found on this machine."""

from __future__ import annotations

from pathlib import Path

from tests.prompts.conversation import CANARY, answer, line_prompts
from wizard.config import file as config_file
from wizard.model.settings import Settings

CONFIG = (
    "version: 0.1\nstorage:\n  s3: {bucket: images, region: us-east-1, accesskey: me, unknown: 1, "
    f"secretkey: '{CANARY}'}}\n"
)


def test_an_answer_starts_from_what_was_found(tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text(CONFIG, encoding="utf-8")
    with line_prompts(tmp_path) as screen:
        screen.wait_for("*1 config.yml: Distribution 2.x, bucket images")
        answer(screen, "Registry [dtr]: ", "*99")
        screen.wait_for("! Enter *1 to *")
        answer(screen, "Registry [dtr]: ", "*1")
        screen.wait_for("Imported from config.yml; nothing is saved yet.")
        screen.wait_for("unknown")  # is ignored
        answer(screen, "Registry [distribution-2]: ")
        answer(screen, "Storage [aws]: ")
        screen.wait_for("Bucket [images]: ")
        assert CANARY.encode() not in screen.stream
    assert not (tmp_path / "storage.toml").exists()


def test_with_a_settings_file_nothing_is_offered(tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text(CONFIG, encoding="utf-8")
    config_file.save(tmp_path / "storage.toml", Settings(bucket="mine"), None)
    with line_prompts(tmp_path) as screen:
        answer(screen, "Registry [dtr]: ", "*1")
        screen.wait_for("! Nothing was found on this machine.")
        assert b"config.yml" not in screen.stream
