"""Runs a command of the program as another user, in the folder that is the first argument.

Run as `python -m tests.support.other_user FOLDER ARGUMENT...`. That user cannot read where Python is installed, so
everything that the commands import is imported before the process changes its user.
"""

from __future__ import annotations

import encodings.utf_8_sig  # noqa: F401
import fcntl  # noqa: F401
import hashlib  # noqa: F401
import os
import pwd  # noqa: F401
import shlex  # noqa: F401
import sys
import time  # noqa: F401
import zlib  # noqa: F401

import tomli_w  # noqa: F401

import wizard.cli.crash_report
import wizard.config.toml_edit  # noqa: F401
from tests.support.files import OTHER_USER
from wizard.cli import main as cli
from wizard.cli.commands import check, configure, export, import_, policy, show  # noqa: F401

if __name__ == "__main__":
    folder, *arguments = sys.argv[1:]
    os.setgroups([])
    os.setgid(OTHER_USER)
    os.setuid(OTHER_USER)
    os.chdir(folder)
    sys.exit(cli.main(arguments))
