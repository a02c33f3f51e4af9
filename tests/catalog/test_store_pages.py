"""The stores in pages."""

from __future__ import annotations

import pytest

from wizard.catalog.providers import Group, provider_entries
from wizard.catalog.store_pages import GROUP_HEADINGS, common_stores, groups, store_pages

SIZES = (6, 13, 20)


def test_every_store_is_in_one_group() -> None:
    assert set(GROUP_HEADINGS) == set(Group)
    assert sorted(name for stores in groups().values() for name in stores) == sorted(provider_entries())


def test_the_common_stores_fill_the_first_page_at_80_columns() -> None:
    assert len(common_stores()) == 20
    assert store_pages(20, "aws")[0].stores == common_stores()


@pytest.mark.parametrize("size", SIZES)
def test_no_page_has_more_stores_than_fit(size: int) -> None:
    first, *others = store_pages(size, "garage")
    assert all(0 < len(page.stores) <= size for page in (first, *others))
    assert [name for page in others for name in page.stores] == [name for names in groups().values() for name in names]


@pytest.mark.parametrize("size", SIZES)
def test_whichever_store_is_chosen_it_is_on_the_first_page(size: int) -> None:
    for chosen in provider_entries():
        stores = store_pages(size, chosen)[0].stores
        assert chosen in stores
        assert len(set(stores)) == size
        assert stores[-2:] == ("other", "filesystem")


def test_an_unknown_store_of_a_file_is_on_the_first_page() -> None:
    assert store_pages(20, "no-such-store")[0].stores[-3:] == ("no-such-store", "other", "filesystem")
