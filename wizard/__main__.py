"""The program, as it is started: `storage-wizard` and `python -m wizard`."""

import sys


def main() -> int:
    """Runs the command line; returns the exit status. An interrupt is no crash, whenever it comes."""
    try:
        from wizard.cli.main import main as run

        return run()
    except KeyboardInterrupt:
        return 130  # as `ExitStatus.INTERRUPTED`, which may not be loaded yet
    finally:
        _ignore_interrupts()


def _ignore_interrupts() -> None:
    """Everything is done but the end of the interpreter, which would print a traceback."""
    import signal  # imported here: it is not needed to start

    signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
