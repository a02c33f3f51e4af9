"""Install the programs of this package that are missing, or only those that are named."""

from __future__ import annotations

import sys

from tests.support.servers.all_servers import PROGRAMS


def main(names: list[str]) -> None:
    """Install the programs with these names, or all."""
    if unknown := set(names) - PROGRAMS.keys():
        sys.exit(f"unknown: {', '.join(sorted(unknown))}. Choose from: {', '.join(PROGRAMS)}")
    for name in names or PROGRAMS:
        sys.stderr.write(f"{PROGRAMS[name].path}\n")
        PROGRAMS[name].install()


if __name__ == "__main__":
    main(sys.argv[1:])
