"""`__main__.py` of the single file. Python 2.7 and later can read it, so that an old Python gets a sentence."""
# ruff: noqa: E402, PTH118, PTH120, UP031, UP036 - old Pythons have to understand it

import os
import sys


def newer_pythons():
    """The commands on PATH that start a Python that is new enough."""
    names = ["python3.%d" % minor for minor in range(14, 10, -1)]
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    return [name for name in names if any(os.access(os.path.join(folder, name), os.X_OK) for folder in folders)]


def is_standard(folder):
    """Whether a folder or zip file of the module search path belongs to the standard library."""
    standard = os.path.dirname(os.__file__)
    parent, name = os.path.split(folder)
    is_archive = parent == os.path.dirname(standard) and name == "python%d%d.zip" % sys.version_info[:2]
    is_compiled = name == "lib-dynload" and parent.startswith((sys.base_exec_prefix + os.sep, sys.base_prefix + os.sep))
    return folder == standard or is_archive or is_compiled


if sys.version_info < (3, 11):
    message = "storage-wizard: this is Python %d.%d, and the program needs Python 3.11 or later" % sys.version_info[:2]
    found = newer_pythons()
    message += ". Start it with: %s %s\n" % (found[0], sys.argv[0]) if found else ".\n"
    if sys.stderr is not None:
        sys.stderr.write(message)
    sys.exit(2)

# Only this file and the standard library: no PYTHONPATH, no folder of the user's packages, not the current folder.
sys.path[1:] = [folder for folder in sys.path[1:] if is_standard(folder)]

import zipapp_start

sys.exit(zipapp_start.main(__loader__))
