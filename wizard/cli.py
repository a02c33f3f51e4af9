"""The way in, and exit codes. A face or a command is imported only when it is the one that was asked for."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from wizard.arguments import parser, quick_parser
from wizard.commands.streams import DEFAULT_FILE, CommandError, Exit, give_up, open_streams, say
from wizard.face import Face, Look, Terminal, choose_colours, choose_face, is_light

DEMO_FILE = Path("demo-storage.toml")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program; returns its exit status."""
    open_streams()
    try:
        given = quick_parser().parse_args(arguments)
        return _RUN[given.command](given)
    except CommandError as error:
        say(f"storage-wizard: {error}")
        return Exit.USAGE
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EIO):
            raise
        give_up(sys.stdout)  # the reader of our output has gone, as with `| head`, or the terminal
        return Exit.INTERRUPTED


def _wizard(given: argparse.Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise CommandError(
            "the wizard needs a terminal. Without one: storage-wizard configure --bucket NAME …, "
            "and to validate a file: storage-wizard check FILE"
        )
    terminal = Terminal.ours()
    face, reason = (Face(given.face), "") if given.face else choose_face(terminal)
    config = DEMO_FILE if given.demo and given.config == DEFAULT_FILE else given.config
    if face is Face.PLAIN:
        if reason:
            say(f"Line prompts, as {reason}. For the screens all the same: --rich or --ascii.")
        from wizard import plain

        return plain.start(config, demo=given.demo, is_ascii=not terminal.is_utf8)
    from wizard import tui

    look = Look(
        choose_colours(terminal),
        is_light=is_light(terminal) if given.light is None else given.light,
        is_ascii=face is Face.ASCII,
    )
    return tui.start(config, look, demo=given.demo, mouse=given.mouse)


def _check(given: argparse.Namespace) -> int:
    from wizard.commands import check

    return check.run(given)


def _completion(given: argparse.Namespace) -> int:
    from wizard.commands import completion

    return completion.run(parser(), given.shell)


def _configure(given: argparse.Namespace) -> int:
    from wizard.commands import configure

    return configure.run(given)


def _export(given: argparse.Namespace) -> int:
    from wizard.commands import export

    return export.run(given)


def _import(given: argparse.Namespace) -> int:
    from wizard.commands import imports

    return imports.run(given)


def _policy(given: argparse.Namespace) -> int:
    from wizard.commands import policy

    return policy.run(given)


def _providers(given: argparse.Namespace) -> int:
    from wizard.commands import providers

    return providers.run(given)


def _show(given: argparse.Namespace) -> int:
    from wizard.commands import show

    return show.run(given)


_RUN: dict[str | None, Callable[[argparse.Namespace], int]] = {
    None: _wizard,
    "check": _check,
    "completion": _completion,
    "configure": _configure,
    "export": _export,
    "import": _import,
    "policy": _policy,
    "providers": _providers,
    "show": _show,
}
