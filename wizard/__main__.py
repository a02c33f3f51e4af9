"""The program, as it is started: `storage-wizard` and `python -m wizard`."""

import sys


def main() -> int:
    """Runs the command line; returns the exit status. An interrupt while modules are loaded is no crash, either."""
    try:
        from wizard.cli.main import main as run
    except KeyboardInterrupt:
        return 130  # as `ExitStatus.INTERRUPTED`, which may not be loaded yet
    return run()


if __name__ == "__main__":
    sys.exit(main())
