"""A user of the line prompts on a terminal."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from tests.support.live_store import LiveStore
from tests.support.terminals import Terminal, terminal

CANARY = "wJalrXUtnFEMI/K7MDENG+canary"


def line_prompts(folder: Path, *flags: str, job_control: bool = False) -> AbstractContextManager[Terminal]:
    """The line prompts in a folder."""
    return terminal(folder, "-m", "wizard", "--plain", *flags, job_control=job_control)


def answer(screen: Terminal, prompt: str, text: str = "") -> None:
    """Wait for a prompt and answer it."""
    screen.wait_for(prompt)
    screen.press(f"{text}\r".encode())


def answer_until_validation(screen: Terminal, store: LiveStore) -> None:
    """Answer all questions for a store."""
    answer(screen, "Registry [", "distribution-2")
    answer(screen, "Storage [aws]: ", "other")
    answer(screen, "Bucket []: ", store.bucket)
    answer(screen, "Region [us-east-1]: ")
    answer(screen, "Root directory []: ", "/plain")
    answer(screen, "Access key []: ", store.access_key)
    answer(screen, "Secret key (not shown) []: ", f" {store.secret_key} ")
    answer(screen, "Region endpoint []: ", store.endpoint)
    answer(screen, "V4 auth [", "on")
    answer(screen, "HTTPS [", "off")
    answer(screen, "Skip verification [off]: ")
    answer(screen, "Redirect pulls [on]: ")
    answer(screen, "Show 7 more settings", "n")
