"""The line prompts with a crash: `python -m tests.program.crashing_prompts ask|validate|save`."""

from __future__ import annotations

import sys

from tests.support.canary import raise_with_secret
from wizard.cli import main as cli
from wizard.prompts import question
from wizard.session import state
from wizard.validation import runner

_CRASHES = {
    "ask": (question.Question, "_read"),
    "validate": (runner, "run_checks"),
    "save": (state.WizardState, "save"),
}

if __name__ == "__main__":
    setattr(*_CRASHES[sys.argv[1]], raise_with_secret)
    sys.exit(cli.main(["--plain"]))
