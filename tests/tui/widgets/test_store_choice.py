"""The choice of a store: the common ones, the pages behind them, and the filter."""

from __future__ import annotations

import pytest

from tests.support.pilot import WizardPilot, run_wizard
from wizard.catalog.providers import provider_entries, provider_titles
from wizard.catalog.store_pages import common_stores, groups
from wizard.catalog.unsuitable import UNSUITABLE_STORES
from wizard.session.state import WizardState
from wizard.tui.widgets.store_choice import StoreChoice

TOTAL = len(provider_titles())


def stores_of(pilot: WizardPilot) -> StoreChoice:
    control = pilot.field("provider").control
    assert isinstance(control, StoreChoice)
    return control


def in_view(pilot: WizardPilot) -> list[str]:
    """The ids of the stores in view."""
    return [store for store in stores_of(pilot).shown if store]


# Pages


@pytest.mark.sample
@pytest.mark.parametrize(("size", "columns", "count"), [((80, 24), 3, 20), ((60, 18), 2, 13), ((120, 40), 3, 20)])
async def test_the_first_page_has_the_common_stores(
    new_state: WizardState, size: tuple[int, int], columns: int, count: int
) -> None:
    async with run_wizard(new_state, size) as pilot:
        await pilot.focus("provider")
        assert stores_of(pilot).columns == columns
        assert in_view(pilot) == [*common_stores()[: count - 2], "other", "filesystem"]
        await pilot.until_text(f"+ {TOTAL - count} more")
        assert pilot.label("provider") == f"Storage   type to find one of {TOTAL}, or paste its address"


async def test_enter_on_the_last_cell_shows_each_group_and_then_the_common_stores(new_state: WizardState) -> None:
    seen: list[str] = []
    async with run_wizard(new_state) as pilot:
        await pilot.focus("provider")
        first = in_view(pilot)
        while True:
            await pilot.press("end")
            assert "Enter More" in pilot.row("keys")
            await pilot.press("enter")
            if in_view(pilot) == first:
                break
            seen += in_view(pilot)
            heading = next(heading for heading, stores in groups().items() if seen[-1] in stores)
            assert pilot.label("provider").startswith(f"Storage   {heading}, page ")
        assert sorted(seen) == sorted(provider_titles())
        assert pilot.state.settings.provider == "aws"


async def test_page_up_and_down_turn_the_pages_and_esc_shows_the_first_one(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("provider")
        await pilot.press("pagedown")
        assert in_view(pilot)[0] == groups()["On your own machines"][0]
        await pilot.press("pageup", "pageup")
        assert in_view(pilot)[-1] == groups()["Clouds, other regions"][-1]
        await pilot.press("escape")
        assert in_view(pilot)[0] == "aws"


async def test_a_store_of_a_later_page_is_on_the_first_one_once_it_is_chosen(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("provider")
        await pilot.type("garage")
        await pilot.press("enter")
        assert in_view(pilot)[-3:] == ["garage", "other", "filesystem"]
        assert "● Garage" in pilot.text
        await pilot.enter("bucket")
        await pilot.press("escape")
        await pilot.until_step("storage")
        assert "● Garage" in pilot.text


async def test_a_smaller_screen_keeps_the_cursor_on_the_chosen_store(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("provider")
        await pilot.type("linode")
        await pilot.press("enter")
        await pilot.resize(60, 18)
        assert stores_of(pilot).value_at_cursor == "linode"
        await pilot.press("pagedown", "end")
        await pilot.resize(80, 24)
        assert stores_of(pilot).value_at_cursor in ("", *provider_titles())
        await pilot.press("enter")


async def test_a_store_that_is_changed_elsewhere_leaves_the_first_page_as_it_should_be(new_state: WizardState) -> None:
    new_state.choose_store("garage")
    async with run_wizard(new_state) as pilot:
        assert "● Garage" in pilot.text
        pilot.state.choose_store("aws")
        pilot.form.update_view()
        await pilot.until_text("● Amazon S3")
        assert "Garage" not in pilot.text.split("Registry", 1)[1]
        assert in_view(pilot) == list(common_stores())


async def test_an_unknown_store_of_a_file_stays_chosen(new_state: WizardState) -> None:
    new_state.settings = new_state.settings.replace({"provider": "no-such-store"})
    async with run_wizard(new_state) as pilot:
        assert "● no-such-store" in pilot.text
        await pilot.focus("provider")
        await pilot.press("enter")
        assert pilot.state.settings.provider == "no-such-store"
        assert pilot.message("provider").startswith("✗ Unknown store")


# The filter


async def test_typing_filters_and_enter_chooses_the_best_match(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("provider")
        await pilot.type("rook")
        assert in_view(pilot) == ["ceph"]
        title = provider_entries()["ceph"].title
        assert pilot.label("provider") == f"Storage   rook▏   1 of 1: {title} · Esc shows all"
        assert pilot.state.settings.provider == "aws"
        await pilot.press("enter")
        assert pilot.state.settings.provider == "ceph"
        assert pilot.message("provider").startswith(f"{title} selected.")
        assert in_view(pilot)[0] == "aws"
        await pilot.enter("bucket")


async def test_esc_is_named_where_the_store_does_not_fit_beside_the_filter(new_state: WizardState) -> None:
    async with run_wizard(new_state, (60, 18)) as pilot:
        await pilot.focus("provider")
        await pilot.type("virtuozzo storage")
        label = pilot.label("provider")
        assert label.endswith("storage▏   1 of 1 · Esc shows all")
        assert len(label) <= pilot.field("provider").size.width


async def test_typing_on_the_registries_finds_a_store(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("registry")
        await pilot.type("digital oc")
        assert (pilot.focused, in_view(pilot)) == ("provider", ["digitalocean"])


async def test_backspace_takes_back_and_esc_clears_the_filter_before_it_goes_back(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.enter("bucket")
        await pilot.press("escape")
        await pilot.until_step("storage")
        await pilot.focus("provider")
        await pilot.type("minx")
        await pilot.press("backspace")
        assert in_view(pilot) == ["minio"]
        await pilot.press("escape")
        assert (pilot.step, in_view(pilot)[0]) == ("storage", "aws")
        await pilot.type("r")
        await pilot.press("backspace", "backspace")
        assert in_view(pilot)[0] == "aws"


async def test_a_store_that_no_registry_works_with_is_named_and_cannot_be_chosen(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("provider")
        await pilot.type("azure")
        assert pilot.message("provider") == UNSUITABLE_STORES[0].reason
        await pilot.press("enter", "enter")
        assert (pilot.step, pilot.state.settings.provider) == ("storage", "aws")


async def test_the_chosen_store_counts_as_found(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("provider")
        await pilot.type("aws")
        assert pilot.label("provider").endswith(f"1 of {len(in_view(pilot))}: Amazon S3 · Esc shows all")


async def test_other_stays_where_nothing_has_the_name(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("provider")
        await pilot.type("xyzzy")
        assert in_view(pilot) == ["other"]
        said = 'No store is called "xyzzy". For a store that isn\'t listed, choose Other S3-compatible.'
        assert " ".join(pilot.message("provider").split()) == said


async def test_a_pasted_address_chooses_its_store_and_fills_in_endpoint_and_region(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("registry")
        await pilot.paste(" https://s3.nl-1.wasabisys.com\n")
        assert in_view(pilot) == ["wasabi"]
        await pilot.press("enter")
        settings = pilot.state.settings
        endpoint = "https://s3.nl-1.wasabisys.com"
        assert (settings.provider, settings.regionendpoint, settings.region) == ("wasabi", endpoint, "eu-central-1")
        assert " ".join(pilot.message("provider").split()) == (
            f"Wasabi selected. Also changed: Region to eu-central-1, Region endpoint to {endpoint}, "
            "Force path style to on."
        )


async def test_a_pasted_address_replaces_what_was_typed_before(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("provider")
        await pilot.type("mini")
        await pilot.paste("https://s3.nl-1.wasabisys.com")
        assert in_view(pilot) == ["wasabi"]
        await pilot.press("escape")
        await pilot.type("mini")
        await pilot.paste("o")  # no address: a part of a name
        assert "minio" in in_view(pilot)


async def test_keys_in_a_pasted_address_are_removed_and_that_is_said(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("registry")
        await pilot.paste("https://me:canary@minio.example:9000")
        assert "canary" not in pilot.text
        assert pilot.message("provider").startswith("Removed the user name and password from the address.")
        await pilot.press("enter")
        assert "Removed" not in pilot.message("provider")


async def test_a_page_says_where_it_is_once_and_its_last_cell_is_not_cut(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("provider")
        while True:
            last = stores_of(pilot).cell_text("")
            assert f"{last} " in f"{pilot.text} ".replace("\n", " ")
            await pilot.press("pagedown")
            if stores_of(pilot).is_reset:
                break
            heading = pilot.label("provider")
            assert heading.count(" of ") == 1
            assert last.removeprefix("+ ") in ("50 more", "More of these", *groups())
            assert stores_of(pilot).cell_text("").removeprefix("+ ") not in heading


async def test_an_unknown_address_becomes_the_endpoint_of_other(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.paste("https://s3.storage.example")
        assert in_view(pilot) == ["other"]
        await pilot.press("enter")
        settings = pilot.state.settings
        assert (settings.provider, settings.regionendpoint) == ("other", "https://s3.storage.example")


async def test_keys_in_a_pasted_address_are_neither_shown_nor_kept(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.paste("https://me:canary-word@minio.example:9000")
        assert "canary" not in pilot.text
        await pilot.press("enter")
        assert pilot.state.settings.regionendpoint == "https://minio.example:9000"


async def test_the_filter_ends_when_the_focus_leaves(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("provider")
        await pilot.type("wasabi")
        await pilot.press("shift+tab")
        assert in_view(pilot)[0] == "aws"
        await pilot.enter("bucket")
        assert pilot.state.settings.provider == "aws"
