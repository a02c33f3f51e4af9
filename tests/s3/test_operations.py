"""The table of S3 operations."""

from __future__ import annotations

import re

import pytest

from tests.support.reports import is_sentence
from wizard.s3.operations import OPERATIONS, Operation


def test_an_operation_is_found_by_its_name() -> None:
    assert all(name == operation.name for name, operation in OPERATIONS.items())


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_an_operation_is_described(operation: Operation) -> None:
    assert re.fullmatch(r"s3:[A-Z][A-Za-z]+", operation.action)
    assert re.fullmatch(r"[a-z][A-Za-z ']+", operation.purpose)
    assert not operation.consequence or is_sentence(operation.consequence)


@pytest.mark.parametrize(("name", "resource"), [("ListObjects", "images"), ("PutObject", "images/*")])
def test_an_action_applies_to_the_bucket_or_to_its_objects(name: str, resource: str) -> None:
    assert OPERATIONS[name].resource("images") == resource
