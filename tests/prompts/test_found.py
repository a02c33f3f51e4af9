"""The line prompts offer to start from what was found on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prompts.conversation import CANARY, answer, line_prompts
from wizard.config import file as config_file
from wizard.model.settings import Settings
from wizard.prompts.console import Console
from wizard.prompts.found import FoundList
from wizard.session import found
from wizard.session.found import Found
from wizard.session.state import WizardState

CONFIG = (
    "version: 0.1\nstorage:\n  s3: {bucket: images, region: us-east-1, accesskey: me, unknown: 1, "
    f"secretkey: '{CANARY}'}}\n"
)


def test_an_answer_starts_from_what_was_found(tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text(CONFIG, encoding="utf-8")
    with line_prompts(tmp_path) as screen:
        screen.wait_for("*1 config.yml: Distribution 2, bucket images")
        answer(screen, "Registry [dtr]: ", "*99")
        screen.wait_for("! Enter *1")  # the machine can have more
        answer(screen, "Registry [dtr]: ", "*1")
        screen.wait_for("Imported from config.yml; nothing is saved yet.")
        screen.wait_for("unknown")  # is ignored
        answer(screen, "Registry [distribution-2]: ")
        answer(screen, "Storage [aws]: ")
        screen.wait_for("Bucket [images]: ")
        assert CANARY.encode() not in screen.stream
    assert not (tmp_path / "storage.toml").exists()


@pytest.mark.parametrize(("names", "said"), [(("config.yml",), "it:"), (("config.yml", "harbor.yml"), "the first:")])
def test_the_offer_speaks_of_one_or_of_several(
    names: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(found, "search", lambda: [Found("distribution", name, "Distribution 2") for name in names])
    FoundList(WizardState.open(tmp_path / "storage.toml"), Console(is_ascii=False)).offer()
    assert f"Enter *1 to import {said}" in capsys.readouterr().err


def test_with_a_settings_file_nothing_is_offered(tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text(CONFIG, encoding="utf-8")
    config_file.save(tmp_path / "storage.toml", Settings(bucket="mine"), None)
    with line_prompts(tmp_path) as screen:
        answer(screen, "Registry [dtr]: ", "*1")
        screen.wait_for("! Nothing was found on this machine.")
        assert b"config.yml" not in screen.stream
