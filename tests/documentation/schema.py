"""The JSON Schema of what `check --json` and `verify --json` print. Its words come from the declarations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.checks.all_checks import S3_CHECKS
from wizard.checks.filesystem import FILESYSTEM_CHECKS
from wizard.model.findings import Cause, Severity
from wizard.validation.results import Status
from wizard.verification.all_checks import VERIFY_CHECKS

_ALL_CHECKS = (*S3_CHECKS, *FILESYSTEM_CHECKS, *VERIFY_CHECKS)


def report_schema() -> dict[str, Any]:
    """The schema. Other members can be added by later versions; the ones here stay."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The output of `storage-wizard check --json` and `storage-wizard verify --json`",
        "description": "A report, or a list of them for several settings files. Each line of --jsonl is a report. "
        "Later versions can add members.",
        "oneOf": [
            {"$ref": "#/$defs/file"},
            {"type": "array", "items": {"$ref": "#/$defs/file"}, "minItems": 2},
        ],
        "$defs": {
            "file": {"oneOf": [{"$ref": "#/$defs/report"}, {"$ref": "#/$defs/unreadable"}]},
            "report": _report(),
            "unreadable": _unreadable(),
            "check": _check(),
            "finding": _finding(),
            "fix": _fix(),
        },
    }


def _report() -> dict[str, Any]:
    return _object(
        "The result for one settings file, or for a registry.",
        {
            "config": _text("The settings file, as it was given; empty for a registry without one."),
            "passed": _flag("Whether the registry can work with these settings, or works."),
            "seconds": _seconds("How long the validation took."),
            "checks": {
                "type": "array",
                "items": {"$ref": "#/$defs/check"},
                "description": "In the order of the report.",
            },
            "leftovers": _texts("Full keys (or paths) of test data that could not be removed."),
            "removed": _texts("Full keys of test data of earlier runs that this run has removed."),
            "notes": _texts("Sentences on what this run did beyond the usual."),
            "environment": _texts(
                "Names of what the result depends on, and the registry needs too, such as a proxy variable."
            ),
        },
        {"registry": _text("The URL of the registry; only of `verify`.")},
    )


def _unreadable() -> dict[str, Any]:
    return _object(
        "A settings file that cannot be read.",
        {
            "config": _text("The settings file, as it was given."),
            "passed": {"const": False},
            "error": _text("Why it cannot be read, as a sentence."),
            "checks": {"type": "array", "maxItems": 0},
        },
    )


def _check() -> dict[str, Any]:
    words = sorted({word for check in _ALL_CHECKS for word in check.needed_for})
    return _object(
        "The result of one check.",
        {
            "id": _one_of("The check.", dict.fromkeys(check.id for check in _ALL_CHECKS)),
            "title": _text("The check as a title for people."),
            "status": _one_of("How the check ended.", [status.value for status in Status]),
            "seconds": _seconds("How long the check took."),
            "calls": _texts("The S3 calls of the check; none of `verify`."),
            "actions": _texts("The IAM actions that these calls require."),
            "needed_for": {
                "type": "array",
                "items": {"enum": words},
                "description": "What the registry cannot do when the check fails.",
            },
            "finding": {"oneOf": [{"$ref": "#/$defs/finding"}, {"type": "null"}]},
        },
        {
            "reason": _text("Why the check was skipped; only then."),
            "findings": {
                "type": "array",
                "items": {"$ref": "#/$defs/finding"},
                "description": "With --offline: all findings of the check `settings`, the gravest first.",
            },
        },
    )


def _finding() -> dict[str, Any]:
    return _object(
        "A problem, or advice.",
        {
            "cause": _one_of("The cause; docs/reference/causes.md explains each.", [cause.value for cause in Cause]),
            "severity": _one_of("An error fails the validation.", [severity.value for severity in Severity]),
            "text": _text("What is wrong, as a sentence."),
            "fix": {"oneOf": [{"$ref": "#/$defs/fix"}, {"type": "null"}]},
        },
    )


def _fix() -> dict[str, Any]:
    return _object(
        "How to fix the problem.",
        {
            "text": _text("What to do, as a sentence."),
            "set": {
                "type": "object",
                "additionalProperties": {"type": ["string", "boolean", "integer"]},
                "description": "The new value of each setting that solves the problem. Empty if no setting does, or if "
                "that could not be tested.",
            },
        },
    )


def _object(description: str, required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": required | (optional or {}),
        "required": list(required),
    }


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


def _texts(description: str) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def _flag(description: str) -> dict[str, Any]:
    return {"type": "boolean", "description": description}


def _seconds(description: str) -> dict[str, Any]:
    return {"type": "number", "minimum": 0, "description": description}


def _one_of(description: str, words: Iterable[str]) -> dict[str, Any]:
    return {"enum": list(words), "description": description}
