"""Whatever is entered in a field becomes a value or gets a message, and can be saved or not with a reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fuzzing import TEXTS, fuzz, is_printable_sentence
from tests.support.samples import sampled
from wizard import rules
from wizard.catalog.providers import providers
from wizard.catalog.registries import REGISTRIES
from wizard.config import file as config_file
from wizard.model.settings import DECLARATIONS, Settings
from wizard.session.state import WizardState

TYPED = [name for name in DECLARATIONS if name != "provider"]  # the provider is only chosen


@pytest.fixture(autouse=True)
def _no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


def stored(settings: Settings) -> Settings:
    """The settings that a file holds: for a folder, only those of a folder."""
    if settings.type == "s3":
        return settings
    return Settings().replace({name: settings.value(name) for name in ("registry", "provider", "rootdirectory")})


@pytest.mark.sample
@pytest.mark.parametrize("name", sampled(TYPED, 3))
def test_a_text_becomes_a_value_or_gets_a_message(name: str, tmp_path: Path) -> None:
    path = tmp_path / "storage.toml"

    @fuzz
    @given(TEXTS, st.sampled_from(list(providers())), st.sampled_from(list(REGISTRIES)))
    def check(text: str, provider: str, registry: str) -> None:
        state = WizardState(path, Settings())
        state.set_value("provider", provider)
        state.set_value("registry", registry)
        state.enter_text(name, text)
        assert is_printable_sentence(state.message(name).text)
        for finding in rules.findings(state.settings):
            assert is_printable_sentence(finding.text)
            if finding.fix:
                state.apply_fix(finding.fix)
        assert state.save() or is_printable_sentence(state.save_error)
        assert state.save_error or config_file.load(path).settings == stored(state.settings)
        state.field_text(name)
        path.unlink(missing_ok=True)

    check()
