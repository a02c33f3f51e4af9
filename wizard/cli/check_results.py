"""The results of `check` on stdout: as lines, as one JSON value, or as one JSON object a line."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from wizard import rules
from wizard.console.check_output import offline_lines, report_lines
from wizard.console.stdio import print_data, print_json, print_json_line, print_json_list, print_message
from wizard.model.findings import Finding
from wizard.model.settings import Settings
from wizard.session.correction import correction_of
from wizard.validation.results import Report


class CheckedFile(NamedTuple):
    """A settings file: its settings and later the report on them, or why it cannot be read, as a sentence."""

    path: Path
    settings: Settings | None = None
    error: str = ""
    report: Report | None = None

    @property
    def passed(self) -> bool:
        """Whether the validation has passed."""
        return bool(self.report and self.report.passed)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will be known."""
        return bool(self.report or self.error)


class ResultPrinter:
    """Prints the results of `files`, a list in which each file is replaced as its validation ends.

    Lines are in the order of the files, each file's as soon as all before it have ended. Objects on one line are
    printed as each file ends, and the JSON value at the end.
    """

    def __init__(self, given: argparse.Namespace, files: Sequence[CheckedFile]) -> None:
        self._given = given
        self._files = files
        self._next = 0  # the index of the first file whose lines are not printed
        self._printed: set[int] = set()  # the indexes of the files whose objects are printed on a line

    def print_ended(self, index: int) -> None:
        """Prints what can be printed now that the file at `index` has ended."""
        if self._given.jsonl:
            self._print_object(index)
        elif not self._given.json:
            self._print_lines()

    def print_rest(self) -> None:
        """Prints what has not been printed when all files have ended."""
        if self._given.jsonl:
            for index in range(len(self._files)):
                self._print_object(index)
        elif self._given.json:
            self._print_value()
        else:
            self._print_lines()

    def _print_value(self) -> None:
        shown = [file for file in self._files if self._is_shown(file)]
        objects = (self._as_json(file) for file in shown)
        if len(self._files) > 1:
            print_json_list(objects)
        elif shown:
            print_json(next(objects))
        for file in shown:
            if file.error:
                print_message(file.error)

    def _print_object(self, index: int) -> None:
        file = self._files[index]
        if index in self._printed or not self._is_shown(file):
            return
        self._printed.add(index)
        print_json_line(self._as_json(file))
        if file.error:
            print_message(file.error)

    def _print_lines(self) -> None:
        while self._next < len(self._files) and (file := self._files[self._next]).has_ended:
            self._next += 1
            if file.error:
                print_message(file.error)
            elif file.report and self._is_shown(file):
                print_data("\n".join(self._lines(file.path, file.report)))

    def _is_shown(self, file: CheckedFile) -> bool:
        return not (self._given.quiet and file.passed)

    def _lines(self, path: Path, report: Report) -> Iterable[str]:

        def correction(finding: Finding) -> str:
            return correction_of(finding, path, report.settings)

        if self._given.offline:
            return offline_lines(path, report, rules.gravest_first(report.settings), correction)
        return report_lines(path, report, correction)

    def _as_json(self, file: CheckedFile) -> dict[str, object]:
        """The object of one file. With --offline, its only check has all `findings` too, the gravest first."""
        report = file.report
        if report is None:
            return {"config": str(file.path), "passed": False, "error": file.error, "checks": []}
        result = report.as_json(str(file.path))
        if self._given.offline and isinstance(checks := result["checks"], list):
            findings = [finding.as_json() for finding in rules.gravest_first(report.settings)]
            result["checks"] = [
                check | {"findings": findings} if check["id"] == "settings" else check for check in checks
            ]
        return result
