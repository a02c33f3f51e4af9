"""The prefix of test data names the process that created it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from wizard.checks.prefix import KEY_PREFIX, is_owner_alive, new_prefix, prefix_in, process_tag

HOST = process_tag().partition("-")[0]


def test_a_prefix_belongs_to_this_process() -> None:
    prefix = new_prefix()
    assert prefix.startswith(f"{KEY_PREFIX}{process_tag()}-")
    assert is_owner_alive(f"root/{prefix}/write") is True


def test_prefixes_are_unique() -> None:
    assert new_prefix() != new_prefix()


def test_a_process_that_has_ended_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        process.wait()
    assert is_owner_alive(f"{KEY_PREFIX}{HOST}-{process.pid}-00000000/write") is False


def test_an_impossible_process_id_is_not_alive() -> None:
    assert is_owner_alive(f"{KEY_PREFIX}{HOST}-{2**70}-00000000/write") is False


def test_a_process_of_another_user_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(pid: int, number: int) -> None:
        raise PermissionError(pid, number)

    monkeypatch.setattr(os, "kill", kill)
    assert is_owner_alive(f"{KEY_PREFIX}{HOST}-1-00000000/write") is True


@pytest.mark.parametrize("key", [f"{KEY_PREFIX}ffffff-1-0/write", f"{KEY_PREFIX}{HOST}-none-0/write", "docker/x"])
def test_the_owner_of_other_keys_is_unknown(key: str) -> None:
    assert is_owner_alive(key) is None


@pytest.mark.parametrize("root", ["", "a/", "a/.storage-wizard-fake/b/"])
def test_the_prefix_in_a_key_includes_the_root_directory(root: str) -> None:
    prefix = f"{root}{new_prefix()}"
    assert prefix_in(f"{prefix}/write") == prefix
    assert prefix_in(f"{prefix}/resume (upload 12/3)") == prefix
