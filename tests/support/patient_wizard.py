"""The program with more time to clean up after a signal: `python -m tests.support.patient_wizard ARGUMENTS`.

Beside other tests a second is short. That the program takes no longer is a fact of its own, with tests of its own.
"""

from __future__ import annotations

import sys

from wizard.cli import main as cli
from wizard.console import signals
from wizard.validation import cleanup

if __name__ == "__main__":
    cleanup.CANCELLED, cleanup._SILENCE, signals.GRACE = 4.0, 2.0, 6.0
    sys.exit(cli.main(sys.argv[1:]))
