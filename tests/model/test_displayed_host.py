"""How sentences name the store's host."""

from __future__ import annotations

from wizard.model.displayed_host import display_address, display_host
from wizard.model.endpoint import host_of
from wizard.model.secret import Secret
from wizard.model.settings import Settings

LONG_HOST = f"{'a' * 60}.{'b' * 60}.test"


def test_a_long_host_is_displayed_cut_and_used_complete() -> None:
    settings = Settings(regionendpoint=f"https://{LONG_HOST}:9000")
    assert host_of(settings) == LONG_HOST
    assert display_host(settings) == f"{LONG_HOST[:79]}…"


def test_a_host_is_displayed_sanitized() -> None:
    settings = Settings(regionendpoint="https://a\u202eb.test")
    assert display_host(settings) == "a�b.test"


def test_the_last_dot_of_a_complete_name_does_not_end_a_sentence_twice() -> None:
    assert display_host(Settings(regionendpoint="https://store.test.:9000")) == "store.test"


def test_a_key_that_was_typed_as_a_host_is_not_displayed() -> None:
    settings = Settings(regionendpoint="https://Kq7wYv3zLxX9TbR2mNfH:9000", secretkey=Secret("Kq7wYv3zLxX9TbR2mNfH"))
    assert display_address(settings) == "(hidden), port 9000"


def test_an_address_is_a_host_and_a_port() -> None:
    assert display_address(Settings(regionendpoint="https://store.test")) == "store.test, port 443"
