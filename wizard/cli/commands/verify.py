"""`verify`: pushes a tiny image to a running registry, looks for it in the store of the settings, and removes it."""

from __future__ import annotations

import argparse
import contextlib
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from wizard.cli import metrics_file, settings_file
from wizard.cli.secret_source import read_secret
from wizard.config import DEFAULT_FILE
from wizard.config import file as config_file
from wizard.config.file import NotFoundError
from wizard.console.check_output import verification_lines
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.progress_line import events_of_thread
from wizard.console.signals import stop_on_signals
from wizard.console.stdio import is_stdout_closed, print_data, print_json, print_message
from wizard.files.reading import is_regular_file
from wizard.model.secret import Secret
from wizard.oci.address import Address, AddressError
from wizard.oci.authentication import Credentials
from wizard.session.registry_access import PASSWORD
from wizard.text.sanitize import sanitize
from wizard.text.shell_path import shell_path
from wizard.validation import active_runs
from wizard.validation.metrics import Measured
from wizard.validation.results import Report
from wizard.validation.summary import left_behind
from wizard.validation.time_limit import TimeLimit
from wizard.verification.run import Target, verify

_NOTICE = "Stopping and removing the test image …\n"


def run(given: argparse.Namespace) -> int:
    """Verifies the registry and prints the report. A signal stops the run within a second, cleaned up."""
    if given.metrics:
        metrics_file.require(given.metrics, [given.config])
        if given.password_file and metrics_file.is_same_file(given.metrics, Path(given.password_file)):
            raise CommandError("--metrics and --password-file name the same file. Choose another one for the metrics.")
    target = _target(given)
    with stop_on_signals(_NOTICE) as stop:
        for event in events_of_thread(lambda: verify(target, stop.event, TimeLimit(given.timeout)), stop.event):
            if isinstance(event, Report):
                if stop.is_set():
                    return _print_after_signal(given, target, event, stop.exit_status)
                return _end(given, target, event)
    raise TypeError("the last event of a verification is its report")


def _target(given: argparse.Namespace) -> Target:
    _refuse_file(given.url)
    try:
        address = Address.parse(given.url)
    except AddressError as error:
        raise CommandError(str(error)) from None
    deadline = time.monotonic() + given.timeout  # for files that are pipes
    target = _with_settings(Target(address, insecure=given.insecure), given, deadline)
    if bool(given.username) != bool(given.password_file):
        raise CommandError("--username and --password-file belong together. Add the other one.")
    if not given.username:
        return target
    if ":" in given.username:  # RFC 7617
        raise CommandError("--username cannot contain a colon. Check it.")
    password = Secret(read_secret(PASSWORD, given.password_file, deadline))
    if not password:
        raise CommandError("--password-file contains no password. Write it into that file, on one line.")
    return target.with_credentials(Credentials(given.username, password))


def _refuse_file(text: str) -> None:
    """Raises `CommandError` for a settings file in the place of the URL, with the command that has both."""
    is_file = text.endswith(".toml") or is_regular_file(Path(text))
    if is_file and not re.search("://|@", text):
        file = shell_path(text, 300)
        command = f"storage-wizard verify -c {file} https://registry.example"
        raise CommandError(f"verify needs the URL of a registry, and {sanitize(text)} is a file. Run: {command}")


def _with_settings(target: Target, given: argparse.Namespace, deadline: float) -> Target:
    """The target with the settings of the file that is named. Unnamed, the default file is used if it is there."""
    is_named = given.config is not DEFAULT_FILE  # the object that is the flag's default, not an equal path
    try:
        settings = settings_file.load(given.config, deadline).settings
    except NotFoundError as error:
        if is_named:
            raise CommandError(str(error)) from None
        return target.with_note("No settings file was used, so the store was not looked into. Name one with -c FILE.")
    except config_file.ConfigError as error:
        raise CommandError(str(error)) from None
    target = target.with_settings(settings, given.config)
    note = f"Used the settings in {sanitize(given.config)} in the current folder."
    return target if is_named else target.with_note(note)


def _end(given: argparse.Namespace, target: Target, report: Report) -> int:
    try:
        _print_report(given, target, report)
    finally:  # a full disk behind stdout is no reason to keep the metrics of the last run
        if given.metrics:
            files = [target.config] if target.config else []
            metrics_file.write(given.metrics, "verify", [_measured(target, report)], files)
    return ExitStatus.DONE if report.passed else ExitStatus.FAILED


def _print_report(given: argparse.Namespace, target: Target, report: Report) -> None:
    with _named_in_any_case(report):
        if given.json:
            print_json({"registry": str(target.address), **report.as_json(str(target.config or ""))})
        else:
            for line in _lines(target, report):
                print_data(line)


@contextlib.contextmanager
def _named_in_any_case(report: Report) -> Iterator[None]:
    """Names on stderr what may be left if the report cannot be printed, or the program ends before it is."""

    def describe() -> str:
        return "\n".join(left_behind(report))

    active_runs.register(describe)
    try:
        yield
    except (OSError, CommandError):
        _print_left(report)
        raise
    else:
        if is_stdout_closed():
            _print_left(report)
    finally:
        active_runs.unregister(describe)


def _print_left(report: Report) -> None:
    for line in left_behind(report):
        print_message(line)


def _lines(target: Target, report: Report) -> Iterable[str]:
    return verification_lines(str(target.address), report)


def _measured(target: Target, report: Report) -> Measured:
    config, registry = str(target.config or ""), str(target.address)
    return Measured(config, registry, report.passed, report.seconds, len(report.leftovers), report.results)


def _print_after_signal(given: argparse.Namespace, target: Target, report: Report, exit_status: int) -> int:
    """Prints the report. Returns the exit status, whatever can be printed. Metrics are left as they were."""
    with contextlib.suppress(OSError, CommandError):  # the terminal may be gone
        _print_report(given, target, report)
    return exit_status
