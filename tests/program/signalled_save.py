"""The demo of the wizard, which gets a signal while it saves: `python -m tests.program.signalled_save SIGNAL FLAGS`."""

from __future__ import annotations

import os
import sys
from typing import Any

from wizard.cli import main as cli
from wizard.files.target import Target

_COMMIT = Target._commit


def _commit_after_signal(target: Target, *arguments: Any) -> bool:
    if target.path.name.startswith("demo-"):
        os.kill(os.getpid(), int(sys.argv[1]))
    return _COMMIT(target, *arguments)


if __name__ == "__main__":
    setattr(Target, "_commit", _commit_after_signal)  # noqa: B010 - its type is another
    sys.exit(cli.main(["--demo", *sys.argv[2:]]))
