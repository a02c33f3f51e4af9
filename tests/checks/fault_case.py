"""One fault of a store, and the one check that must report it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from tests.support.faulty_store import Fault, FaultyStore
from tests.support.reports import (
    REGISTRY_LINES,
    finding_of,
    is_sentence,
    keys_in_bucket,
    leftover_keys,
    report_of,
    result_of,
)
from wizard.model.findings import Cause
from wizard.model.settings import Value
from wizard.validation.results import Status

_CHECKS_THAT_DIFFER = ("list", "head", "delete")  # whose calls depend on the registry's line


@dataclass(frozen=True)
class FaultCase:
    """`faults` make `check` fail for `cause`, with `text` in the finding. `fix` is the offered change of settings."""

    check: str
    cause: Cause
    faults: tuple[Fault, ...]
    text: str = ""
    registries: tuple[str, ...] = ()  # empty: those whose calls differ
    fix: Mapping[str, Value] = field(default_factory=dict)
    settings: Mapping[str, Value] = field(default_factory=dict)

    def tested_registries(self) -> tuple[str, ...]:
        return self.registries or (tuple(REGISTRY_LINES) if self.check in _CHECKS_THAT_DIFFER else ("dtr",))


def for_each(cases: Mapping[str, FaultCase]) -> pytest.MarkDecorator:
    """Runs a test with `case` and `registry`: in CI with each registry of a case, elsewhere half the cases with one."""
    parameters = [
        pytest.param(
            case, registry, id=f"{name}, {registry}", marks=[pytest.mark.ci_only] if index % 2 or number else []
        )
        for index, (name, case) in enumerate(cases.items())
        for number, registry in enumerate(case.tested_registries())
    ]
    return pytest.mark.parametrize(("case", "registry"), parameters)


def assert_reported_once(case: FaultCase, registry: str) -> None:
    """Only the case's check fails, its fix works, and every key that is left in the bucket is named."""
    with FaultyStore(*case.faults) as store:
        settings = store.settings(**REGISTRY_LINES[registry], **case.settings)
        report = report_of(settings)
        assert report.failed == (case.check,), [each.finding for each in report.results if each.finding]
        finding = finding_of(report, case.check)
        assert finding.cause is case.cause
        assert case.text in finding.text
        assert is_sentence(finding.text)
        assert leftover_keys(report) == keys_in_bucket(store, store.bucket)
        assert (result_of(report, "cleanup").status is Status.WARNING) == bool(report.leftovers)
        changes = dict(finding.fix.set) if finding.fix else {}
        assert changes == case.fix
        if changes:
            assert report_of(settings.replace(changes)).passed
