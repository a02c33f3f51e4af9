"""Things are found by their names."""

from __future__ import annotations

import pytest

from wizard.text.name_search import exactly_named, names_like, names_similar_to

NAMES = {
    "ceph": ("Ceph RGW, Rook", "radosgw", "ibm storage ceph"),
    "ibm": ("IBM COS", "cos", "softlayer"),
    "tencent": ("Tencent COS", "cos"),
    "costa": ("Rocket", "cost a lot"),
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ceph", ("ceph",)),
        ("cos", ("ibm", "tencent", "costa")),  # complete names before the start of one
        ("ibm", ("ibm", "ceph")),  # an id or a title before another name
        ("ro", ("costa", "ceph")),  # the start of a title before that of a word in it
        ("st ce", ("ceph",)),  # the starts of several words
        ("GW", ()),  # too short for a part within a word
        ("layer", ("ibm",)),
        *(("", ()), (" ,", ()), ("minio", ())),
    ],
)
def test_the_best_match_comes_first(text: str, found: tuple[str, ...]) -> None:
    assert names_like(text, NAMES) == found


@pytest.mark.parametrize(("text", "found"), [("tensent", ("tencent",)), ("sofltayer", ("ibm",)), ("ro", ()), ("", ())])
def test_a_misspelled_name_is_similar(text: str, found: tuple[str, ...]) -> None:
    assert names_similar_to(text, NAMES) == found


@pytest.mark.parametrize(
    ("text", "named"),
    [("IBM cos", "ibm"), ("cos", ""), ("Costa", "costa"), ("cep", ""), ("", ""), ("ibmstorage-ceph", "ceph")],
)
def test_a_complete_name_that_one_thing_has_names_it(text: str, named: str) -> None:
    assert exactly_named(text, NAMES) == named
