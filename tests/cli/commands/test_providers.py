"""`providers` lists the providers, or shows one."""

from __future__ import annotations

import json
from datetime import date

import pytest

from wizard.catalog.providers import Provider, providers
from wizard.catalog.store_pages import groups
from wizard.cli import main as cli
from wizard.cli.commands import providers as command


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


def test_the_list_has_the_groups_as_headings(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = [block.splitlines() for block in run(capsys).split("\n\n")]
    assert [heading for heading, *_ in blocks] == [heading.upper() for heading in groups()]
    for (_, *rows), stores in zip(blocks, groups().values(), strict=True):
        assert [row.split()[0] for row in rows if not row.startswith(" ")] == list(stores)


@pytest.mark.parametrize(
    ("name", "store"),
    [
        ("Ceph RGW", "ceph"),
        ("Google Cloud", "gcs"),
        ("wasabisys.com", "wasabi"),
        ("TrueNAS", "other"),
        ("r2.cloudflarestorage.com", "r2"),
    ],
)
def test_a_store_is_found_by_a_part_of_its_title_or_its_address(
    name: str, store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, name) == run(capsys, store)


def test_the_region_and_the_bucket_of_an_address_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(capsys, "https://images.s3.eu-west-1.amazonaws.com").splitlines()
    assert "  region      eu-west-1 (from the address)" in lines
    assert "  bucket      images (from the address)" in lines
    assert "  region      us-east-1" not in lines


def test_a_name_of_several_words_needs_no_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "amazon", "s3").startswith("Amazon S3 (aws)")


def test_an_empty_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["providers", " "]) == 2
    assert "the name of the store is empty" in capsys.readouterr().err


def test_a_store_is_found_by_an_address_that_is_no_endpoint_with_a_note(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["providers", "https://dash.cloudflare.com"]) == 0
    output = capsys.readouterr()
    assert output.out.startswith("Cloudflare R2 (r2)")
    assert output.err.startswith("note: That is the web console of Cloudflare R2, not its S3 endpoint")


@pytest.mark.parametrize("name", ["rook", "Ceph RGW, Rook", "CEPH"])
def test_a_store_is_shown_by_any_of_its_names(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, name) == run(capsys, "ceph")


def test_the_page_has_the_day_and_the_sources_of_its_facts(capsys: pytest.CaptureFixture[str]) -> None:
    ceph = providers()["ceph"]
    text = run(capsys, "ceph")
    assert f"  checked     {ceph.read}" in text
    assert [f"  source      {url}" for url in ceph.sources] == [
        line for line in text.splitlines() if "  source " in line
    ]


def test_the_json_has_every_fact(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(json.loads(run(capsys, "ceph", "--json"))) == {*Provider._fields, "port"}


@pytest.mark.parametrize(("years", "is_stale"), [(0, False), (2, True)])
def test_stale_stores_are_listed_with_their_day_and_sources(
    years: int, is_stale: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later(date):
        @classmethod
        def today(cls) -> Later:
            newest = max(provider.read for provider in providers().values())
            return cls(newest.year + years, 1, 1) if years else cls.fromordinal(newest.toordinal())

    monkeypatch.setattr(command, "date", Later)
    text = run(capsys, "--stale")
    ceph = providers()["ceph"]
    assert (f"{ceph.read}  ceph\n    {next(iter(ceph.sources))}" in text) is is_stale
    assert ("within the last year" in text) is not is_stale
    assert len(json.loads(run(capsys, "--stale", "--json"))) == (len(providers()) if is_stale else 0)


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["minoi"], 'Did you mean "minio"?'),
        (["netapp"], 'Did you mean "storagegrid" or "ontap"?'),
        (["azure"], "Use the registry's azure driver."),
        (["nothing-like-it"], 'use "other". List them: storage-wizard providers'),
        (["ceph", "--stale"], "Use either --stale or the name of a store."),
    ],
)
def test_an_unknown_store_is_a_usage_error(arguments: list[str], hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["providers", *arguments]) == 2
    assert hint in capsys.readouterr().err
