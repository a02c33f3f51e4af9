"""`providers` lists the providers, or shows one."""

from __future__ import annotations

import json

import pytest

from wizard.catalog.providers import providers
from wizard.cli import main as cli


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(["providers", *arguments]) == 0
    return capsys.readouterr().out


def test_the_list_names_every_provider_and_fits_in_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(capsys).splitlines()
    assert max(map(len, lines)) < 80
    for provider in providers():
        assert any(line.startswith(provider) for line in lines)


@pytest.mark.parametrize("provider", providers())
def test_the_page_of_a_provider_fits_in_80_columns(provider: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, provider)
    assert providers()[provider].title in text
    assert all("http" in line for line in text.splitlines() if len(line) > 79)  # URLs are not broken


def test_the_json_of_one_provider_is_an_item_of_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(run(capsys, "--json"))
    assert [provider["id"] for provider in listed] == list(providers())
    minio = json.loads(run(capsys, "minio", "--json"))
    assert minio in listed
    assert minio["defaults"]["v4auth"]["value"] is True


@pytest.mark.parametrize(
    ("name", "hint"), [("minoi", 'Did you mean "minio"?'), ("nothing-like-it", "See: storage-wizard providers")]
)
def test_an_unknown_provider_is_a_usage_error(name: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["providers", name]) == 2
    assert hint in capsys.readouterr().err
