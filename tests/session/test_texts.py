"""Sentences that several user interfaces show."""

from __future__ import annotations

from pathlib import Path

from wizard.session.texts import demo_notice


def test_the_notice_of_the_demo_names_the_file_that_it_writes() -> None:
    notices = [demo_notice(Path(path)) for path in ("demo-storage.toml", "/tmp/other.toml")]
    assert [notice.partition(". Saving ")[2] for notice in notices] == [
        "writes demo-storage.toml here, and nothing else.",
        "writes /tmp/other.toml, and nothing else.",
    ]
