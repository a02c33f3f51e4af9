"""Random inputs, and what must be true of the answer to each: a result, or a sentence that can be shown."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.support.programs import is_ci
from wizard.catalog.providers import providers
from wizard.catalog.registries import REGISTRIES
from wizard.formats import NAMES
from wizard.text.sanitize import sanitize

SECRET = "canary/Secret+Key=0123456789"

# Few and always the same examples: these tests are for regressions.
fuzz = settings(
    max_examples=40 if is_ci() else 15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# Texts that are syntax to a shell, TOML, YAML, printf, a URL or a number parser.
_SYNTAX = r"""
- -- -c é 😀 [/x] {region} %s %(x)s * ${x} $(id) `id` ' " \ # = , [ ] { } < > / : // 1e400 nan 0x1 true 10MiB
https:// http://u:p@h https://[::1 h:99999 https://h:x/p?q#f http://h/../b s3://b/p images a..b 127.0.0.1 us-east-1
"""
_EXTREME = ("", " ", "\n", "\r\n", "\t", "\x00", "\x1b[31m", "\u202e", "\ud800", "9" * 30, "AKIA" * 5)
_WORDS = st.sampled_from([*_SYNTAX.split(), *_EXTREME, *providers(), *REGISTRIES, *NAMES])
TEXTS = st.one_of(
    _WORDS, st.lists(_WORDS, max_size=4).map("".join), st.text(max_size=30), st.text(st.characters(), max_size=300)
)


def mutations(text: str) -> st.SearchStrategy[str]:
    """`text` with a random text inserted, or in place of a part of it."""
    positions = st.integers(0, len(text))
    replaced = st.tuples(positions, positions, TEXTS).map(
        lambda cut: text[: min(cut[:2])] + cut[2] + text[max(cut[:2]) :]
    )
    inserted = st.tuples(positions, TEXTS).map(lambda cut: text[: cut[0]] + cut[1] + text[cut[0] :])
    return replaced | inserted


def encoded(text: str) -> bytes:
    """The text as a file can contain it, with lone surrogates."""
    return text.encode("utf-8", "surrogatepass")


def is_printable_sentence(text: str) -> bool:
    """Whether a message says something and has no control characters."""
    return len(text) > 10 and sanitize(text, 10_000) == text


def assert_refused(error: Exception) -> None:
    """The error is a sentence that can be shown, and it does not contain the secret."""
    assert is_printable_sentence(str(error))
    assert SECRET not in str(error)
