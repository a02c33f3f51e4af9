"""Finds things by their names, or by a part or a misspelling of a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

_WORD = r"[\w&+.-]+"
_MIN_SIMILARITY = 0.75  # as `difflib` measures it, from 0 to 1
_LETTERS_PER_SLIP = 5  # a misspelled name has one letter too many or too few, or one in so many
_MIN_LENGTH = 3  # characters of a part within a word, and of a misspelled name


def names_like(text: str, names: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The ids that have a name with `text` in it, the best match first; none if it is blank.

    `names` has the title and any other names of each id. A complete name counts more than its start, that more than a
    part within it, and a title more than another name.
    """
    wanted = _plain(text)
    ranks = {each: _rank(wanted, each, list(map(_plain, others))) for each, others in names.items()} if wanted else {}
    found = ((rank, each) for each, rank in ranks.items() if rank is not None)
    return tuple(each for _, each in sorted(found, key=lambda pair: pair[0]))


def names_within(text: str, names: Mapping[str, Sequence[str]], generic: frozenset[str]) -> tuple[str, ...]:
    """The ids whose names are in `text`, among other words: those that cover most of it; none below half of its words.

    `generic` words count neither in the text nor in a name. A word of two letters counts only if all words are covered.
    """
    wanted = set(_specific(text, generic))
    covered = {each: _covered(wanted, map(_plain, (each, *others)), generic) for each, others in names.items()}
    shares = {each: words for each, words in covered.items() if _is_enough(words, wanted)}
    most = max(map(len, shares.values()), default=0)
    return tuple(each for each, words in shares.items() if len(words) == most)


def without_words(text: str, generic: frozenset[str]) -> str:
    """The words of a text that are not `generic`."""
    return " ".join(_specific(text, generic))


def names_similar_to(text: str, names: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The ids of which `text` can be a misspelled name, the most similar first."""
    wanted = _plain(text)
    if len(wanted) < _MIN_LENGTH:
        return ()
    import difflib  # imported here: only needed after a mistake

    ids: dict[str, list[str]] = {}
    for each, others in names.items():
        for word in {each, *_spellings(map(_plain, others))}:
            ids.setdefault(word, []).append(each)
    of_like_length = [word for word in ids if abs(len(word) - len(wanted)) <= max(1, len(wanted) // _LETTERS_PER_SLIP)]
    similar = difflib.get_close_matches(wanted, of_like_length, 3, _MIN_SIMILARITY)
    return tuple(dict.fromkeys(each for word in similar for each in ids[word]))


def are_similar(ids: Sequence[str]) -> str:
    """The sentence above the things that have a similar name."""
    return "This one is similar." if len(ids) == 1 else "These are similar."


def exactly_named(text: str, names: Mapping[str, Sequence[str]]) -> str:
    """The one id that has `text` as a complete name; empty if there is none, or more than one.

    Case, blanks and punctuation make no difference.
    """
    wanted = _squeezed(text)
    found = [each for each, others in names.items() if wanted in map(_squeezed, (each, *others))] if wanted else []
    return next((each for each in found if _squeezed(each) == wanted), found[0] if len(found) == 1 else "")


def _plain(text: str) -> str:
    """The words of a text in lower case."""
    return " ".join(re.findall(_WORD, text.casefold()))


def _squeezed(text: str) -> str:
    """The letters and digits of a text in lower case."""
    return "".join(filter(str.isalnum, text.casefold()))


def _specific(text: str, generic: frozenset[str]) -> list[str]:
    return [word for word in _plain(text).split() if word not in generic]


def _covered(wanted: set[str], names: Iterable[str], generic: frozenset[str]) -> set[str]:
    """The words of all names that `wanted` contains completely."""
    within = (words for name in names if (words := set(_specific(name, generic))) <= wanted)
    return set().union(*within)


def _is_enough(words: set[str], wanted: set[str]) -> bool:
    long = [word for word in words if len(word) >= _MIN_LENGTH]
    return bool(words) and (words == wanted or 2 * len(long) >= len(wanted))


def _rank(wanted: str, name: str, names: Sequence[str]) -> int | None:
    """How well a thing matches, 0 best; None if it does not."""
    title, others = names[0], names[1:]
    tests = (
        wanted in (name, *names),
        title.startswith(wanted),
        _starts_words(wanted, title),
        any(each.startswith(wanted) or _starts_words(wanted, each) for each in others),
        name.startswith(wanted),
        _starts_words(wanted, " ".join((name, *names))),
        len(wanted) >= _MIN_LENGTH and any(wanted in each for each in (name, *names)),
    )
    return next((rank for rank, is_met in enumerate(tests) if is_met), None)


def _starts_words(wanted: str, name: str) -> bool:
    """Whether each word that is wanted begins a word of the name."""
    words = name.split()
    return all(any(word.startswith(part) for word in words) for part in wanted.split())


def _spellings(names: Iterable[str]) -> Iterator[str]:
    """Each name, and each of its words that is long enough to be recognised."""
    for name in names:
        yield name
        yield from (word for word in name.split() if len(word) > _MIN_LENGTH)


def nearest_named(text: str, names: Mapping[str, Sequence[str]]) -> str:
    """The id that `text` most probably means; empty if it can mean several as it is, or none however it is read."""
    if found := exactly_named(text, names):
        return found
    like = names_like(text, names)
    return next(iter(like if len(like) == 1 else () if like else names_similar_to(text, names)), "")
