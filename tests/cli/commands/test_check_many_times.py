"""`check --metrics`, again and again, while the store dies now and then: nothing is left that is not named.

There are two thousand runs, and the store dies in every fourth. A run over S3 takes a third of a second with its store,
so that the runs are in several tests, which can be side by side; within a test, one is after the other.
"""

from __future__ import annotations

import contextlib
import json
import random
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.files import names_in
from tests.support.processes import wait_for
from tests.support.s3_requests import Environ
from tests.support.settings_files import write_settings
from wizard.cli.main import main

TESTS, RUNS = 8, 250  # so many runs in each test
DYING = 4  # in one of so many runs
ALWAYS = ""  # so that no set is empty
CALLS = 45  # of a run that passes


class DyingStore:
    """A fault: after so many requests one has its effect and no answer, and all others have neither."""

    def __init__(self) -> None:
        self._left = sys.maxsize  # requests that are answered

    def live(self, requests: int = sys.maxsize) -> None:
        """Answers so many requests from now on; all of them by default."""
        self._left = requests

    def __call__(self, environ: Environ, call_next: CallNext) -> Response:
        self._left -= 1
        if self._left >= 0:
            return call_next(environ)
        die = faults.reset_mid_response() if self._left == -1 else faults.reset_connection()
        return die(environ, call_next)


def left_in(server: FaultyStore) -> frozenset[str] | None:
    """The keys of what is in the bucket, and one that is always named; None while moto fails, as a key is deleted."""
    with contextlib.suppress(ClientError):
        return frozenset({*server.contents(), *server.uploads(), ALWAYS})
    return None


@pytest.mark.ci_only
@pytest.mark.parametrize("seed", range(TESTS))
def test_thousands_of_runs_with_a_dying_store_leave_nothing_that_is_not_named(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance, dying, named, failed = random.Random(seed), DyingStore(), {ALWAYS}, 0
    with FaultyStore(dying) as server:
        path = write_settings(tmp_path / "storage.toml", server.settings())
        target = tmp_path / "registry.prom"
        for number in range(RUNS):
            dying.live(chance.randrange(CALLS) if number % DYING == DYING - 1 else sys.maxsize)
            status = main(["check", "--json", "--timeout", "2", "--metrics", str(target), str(path)])
            report = json.loads(capsys.readouterr().out)
            dying.live()
            failed += status
            named |= {leftover.partition(" (upload")[0] for leftover in report["leftovers"]}
            assert status == (0 if report["passed"] else 1)
            assert f"}} {1 - status}.0\n" in target.read_text().partition("storage_wizard_check_passed{")[2]
            assert names_in(tmp_path) == ["registry.prom", "storage.toml"]
            assert wait_for(lambda: left_in(server)) <= named
    assert failed >= RUNS / DYING / 2
