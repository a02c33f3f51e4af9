"""The equivalent command saves the same settings as the wizard."""

from __future__ import annotations

import io
import shlex
import sys
from pathlib import Path

import pytest

from wizard.catalog.presets import apply_edit, apply_preset
from wizard.cli import arguments
from wizard.cli.commands import configure
from wizard.model.secret import Secret
from wizard.model.settings import Settings, Value
from wizard.session.equivalent_command import configure_command, display_command, display_heading

CANARY = "canary+secret/key=that#may:not leak"


@pytest.mark.parametrize("provider", ["aws", "minio", "r2", "gcs", "wasabi", "ionos", "tencent", "other", "filesystem"])
def test_the_command_has_the_same_settings(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entered: dict[str, Value] = {
        "accesskey": "me",
        "secretkey": Secret(CANARY),
        "bucket": "images",
        "objectacl": "public-read",
    }
    preset = apply_preset(Settings(), provider)
    settings = apply_edit(preset, {**entered, "redirect": False, "region": "eu-west-1"})
    if settings.type == "filesystem":
        settings = preset.replace({"rootdirectory": "/var/lib/my registry"})
    command = configure_command(settings, Path("my storage.toml"))
    assert CANARY not in command
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((f"{CANARY}\n").encode())))
    given = arguments.parser().parse_args(shlex.split(command)[1:])
    assert given.config == Path("my storage.toml")
    assert configure.settings_from(given, apply_preset(Settings(), "aws")) == settings


def test_the_default_file_is_not_named() -> None:
    assert "storage.toml" not in configure_command(Settings(), Path("storage.toml"))


def test_the_displayed_command_has_a_word_for_the_access_key_and_no_control_characters() -> None:
    settings = Settings(bucket="images", accesskey="AKIAIOSFODNN7EXAMPLE", secretkey=Secret(CANARY))
    command = display_command(settings, Path("\x1b[31m.toml"))
    assert "--accesskey YOUR-ACCESS-KEY --" in command
    assert "AKIA" not in command
    assert "--secretkey-file -" in command
    assert "\x1b" not in command


@pytest.mark.parametrize(
    ("settings", "source"),
    [
        (Settings(secretkey=Secret(CANARY)), " (secret key on stdin)"),
        (Settings(), ""),
        (Settings(provider="filesystem", secretkey=Secret(CANARY)), ""),
    ],
)
def test_the_heading_names_what_the_command_does_without_and_where_it_reads_the_key(
    settings: Settings, source: str
) -> None:
    assert display_heading(settings, "a screen") == f"Run the same setup without a screen{source}:"
