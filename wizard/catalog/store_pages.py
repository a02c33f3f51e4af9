"""The stores in pages: the common ones first, then the groups."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from wizard.catalog.providers import Group, provider_entries

GROUP_HEADINGS: Mapping[Group, str] = MappingProxyType(
    {
        Group.OWN: "On your own machines",
        Group.WORLD: "Clouds, worldwide",
        Group.EUROPE: "Clouds, Europe",
        Group.MORE: "Clouds, other regions",
    }
)
_LAST = ("other", "filesystem")  # at the end of the first page, however few stores it has room for


class StorePage(NamedTuple):
    """A page of a list of stores: its heading, empty for the common ones, and the ids on it."""

    heading: str
    stores: tuple[str, ...]


def groups() -> Mapping[str, tuple[str, ...]]:
    """The ids of the stores of each group, by its heading."""
    entries = provider_entries()
    return {
        heading: tuple(name for name, each in entries.items() if each.group is group)
        for group, heading in GROUP_HEADINGS.items()
    }


def common_stores() -> tuple[str, ...]:
    """The ids of the stores that most people choose, those that are for any other store last."""
    return tuple(name for name, each in provider_entries().items() if each.common and name not in _LAST) + _LAST


def store_pages(size: int, chosen: str) -> Sequence[StorePage]:
    """All pages, of at most `size` stores each. The first page has the chosen store, even an unknown one."""
    return [StorePage("", _first_page(size, chosen)), *_group_pages(size)]


def _first_page(size: int, chosen: str) -> tuple[str, ...]:
    *common, other, folder = common_stores()
    shown = common[: size - len(_LAST)]
    if chosen not in (*shown, *_LAST):
        shown[size - len(_LAST) - 1 :] = [chosen]
    return (*shown, other, folder)


def _group_pages(size: int) -> Iterator[StorePage]:
    for heading, stores in groups().items():
        for first in range(0, len(stores), size):
            yield StorePage(heading, stores[first : first + size])
