"""Typing slips in the name of a region: which known region was meant, if that is beyond doubt.

A name in the form of the store's regions is never a slip: it can be a region that is newer than the list, or one of
another store, and a fix would move the registry to another place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from wizard.catalog.providers import Provider, providers

_SHORT = 3  # letters; codes such as `fra` and `ber` differ by a letter or two and are other places
_LONG = 5  # letters from which two edits are a slip
_MOST_EDITS = 2


def meant_region(name: str, provider: Provider) -> str:
    """The region of `provider` that `name` is another spelling of, the place of, or a slip of; empty if none is."""
    regions, lower = provider.regions, name.lower()
    finders = (_other_spelling, _within_text, _without_zone, _without_number, _place, _slip)
    found = next(filter(None, (find(lower, regions) for find in finders)), "")
    is_shared_place = found and regions.get(provider.region) == regions[found] and _place(lower, regions) == found
    return provider.region if is_shared_place else found


def owners(name: str, but: Provider) -> list[Provider]:
    """The other providers that have a region of this name; none if it has only words of the provider's own regions.

    Many stores have names such as `eu-east-1`: it is then more likely a region that is newer than the list.
    """
    own_words = {word for known in but.regions for word in _words(known)}
    if own_words.issuperset(_words(name)):
        return []
    return [provider for provider in providers().values() if name in provider.regions and provider.id != but.id]


def _other_spelling(name: str, regions: Mapping[str, str]) -> str:
    """`useast1`, `us_east_1` and `US-EAST-1`."""
    return next((known for known in regions if _compact(known) == _compact(name)), "")


def _within_text(name: str, regions: Mapping[str, str]) -> str:
    """`Europe (Ireland) eu-west-1`, as the console shows it."""
    found = {word for word in re.findall(r"[a-z0-9-]+", name) if word in regions and "-" in word}
    return found.pop() if len(found) == 1 else ""


def _without_zone(name: str, regions: Mapping[str, str]) -> str:
    """`us-east-1a` is an availability zone."""
    region = re.sub(r"(?<=\d)[a-f]$", "", name)
    return region if region in regions else ""


def _without_number(name: str, regions: Mapping[str, str]) -> str:
    """`eu-north` for `eu-north-1`, where no other number exists."""
    found = [known for known in regions if re.fullmatch(rf"{re.escape(name)}-?\d+", known)]
    return found[0] if len(found) == 1 else ""


def _place(name: str, regions: Mapping[str, str]) -> str:
    """`Ireland`, `EU (Ireland)`, `Virginia` for N. Virginia, `Sao Paulo`, and a place with one letter wrong."""
    for part in reversed(re.split(r"[()]", name)):  # the console shows: US East (Ohio)
        typed = _letters(part)
        exact = [region for region, place in regions.items() if typed and typed in _spellings(place)]
        close = {
            place: region
            for region, place in reversed(list(regions.items()))
            if len(typed) >= _LONG and any(edits(typed, spelling) == 1 for spelling in _spellings(place))
        }
        if exact:
            return exact[0]
        if len(close) == 1:
            return next(iter(close.values()))
    return ""


def _slip(name: str, regions: Mapping[str, str]) -> str:
    """One word of the name is misspelled, and everything else is as in exactly one region."""
    found: dict[str, int] = {}
    for known in regions:
        distance = _slip_distance(_words(name), _words(known))
        if distance:
            found[known] = distance
    nearest = [known for known, distance in found.items() if distance == min(found.values())]
    return nearest[0] if len(nearest) == 1 else ""


def _slip_distance(typed: list[str], known: list[str]) -> int:
    """The edits between two names that differ in one word, if that is a slip; else 0."""
    different = [pair for pair in zip(typed, known, strict=False) if pair[0] != pair[1]]
    if len(typed) != len(known) or len(different) != 1:
        return 0
    word, meant = different[0]
    if word.isdigit() or meant.isdigit() or word in _all_words():
        return 0
    distance = edits(word, meant)
    if len(meant) <= _SHORT and len(word) == len(meant) and sorted(word) != sorted(meant):
        return 0
    return distance if distance <= (_MOST_EDITS if len(meant) >= _LONG else 1) else 0


def edits(one: str, other: str) -> int:
    """The number of letters to add, remove, replace or swap with the next one (optimal string alignment).

    Where the lengths differ more than a slip can explain, it is that difference: the number is at least as great.
    """
    if abs(len(one) - len(other)) > _MOST_EDITS:
        return abs(len(one) - len(other))
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != wanted)))
            if i > 1 and j > 1 and char == other[j - 2] and one[i - 2] == wanted:
                row[j] = min(row[j], last[j - 2] + 1)
    return row[-1]


@cache
def _all_words() -> frozenset[str]:
    """Every word in the name of a region of any provider."""
    return frozenset(word for provider in providers().values() for name in provider.regions for word in _words(name))


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z]+|[0-9]+", name)


def _compact(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in plain if char.isalnum())


@cache
def _spellings(place: str) -> tuple[str, ...]:
    """A place, also without a direction before it and without what follows a comma."""
    texts = (place, re.sub(r"^[NSEW]\. ", "", place), place.partition(",")[0])
    return tuple(dict.fromkeys(map(_letters, texts)))
