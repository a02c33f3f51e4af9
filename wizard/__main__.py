"""The program, as it is started: `storage-wizard` and `python -m wizard`."""

import atexit
import sys


def main() -> int:
    """Runs the command line; returns the exit status. An interrupt is no crash, whenever it comes."""
    statuses: list[int] = []
    atexit.register(_leave_threads, statuses)  # before all other functions, so that it is called after them
    try:
        from wizard.cli.main import main as run

        statuses.append(run())
    except KeyboardInterrupt:
        statuses.append(130)  # as `ExitStatus.INTERRUPTED`, which may not be loaded yet
    except SystemExit as end:
        if not isinstance(end.code, int):
            raise
        statuses.append(end.code)
    finally:
        _ignore_interrupts()
    return statuses[0]


def _ignore_interrupts() -> None:
    """Everything is done but the end of the interpreter, which would print a traceback."""
    import signal  # imported here: it is not needed to start

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _leave_threads(statuses: list[int]) -> None:
    """Ends the process with its exit status if daemon threads are left, such as one that waits for a store.

    Such a thread can crash while the interpreter ends: https://docs.python.org/3.11/c-api/init.html (Py_FinalizeEx).
    """
    threading = sys.modules.get("threading")
    if not statuses or threading is None or not any(thread.daemon for thread in threading.enumerate()):
        return
    import contextlib  # imported here: not needed to start, as below
    import os

    for stream in filter(None, (sys.stdout, sys.stderr)):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(statuses[0])


if __name__ == "__main__":
    sys.exit(main())
