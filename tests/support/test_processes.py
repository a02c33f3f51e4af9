"""Child processes."""

from __future__ import annotations

import signal
import subprocess
import sys

from tests.support.paths import ROOT

_AS_A_BACKGROUND_JOB = """
import signal, subprocess, sys
for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
import tests.conftest
subprocess.run([sys.executable, "-c", sys.argv[1]], check=True)
"""
_PRINT_IGNORED = """
import signal
print([number.name for number in signal.valid_signals() if signal.getsignal(number) is signal.SIG_IGN])
"""


def test_programs_started_by_tests_in_a_background_job_do_not_ignore_its_signals() -> None:
    expected = subprocess.check_output([sys.executable, "-c", _PRINT_IGNORED], text=True)  # SIGPIPE and SIGXFSZ
    assert signal.SIGINT.name not in expected
    command = [sys.executable, "-c", _AS_A_BACKGROUND_JOB, _PRINT_IGNORED]
    assert subprocess.check_output(command, cwd=ROOT, text=True) == expected
