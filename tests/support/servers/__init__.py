"""Stores, registries and readers of formats that Python's package index does not have, in pinned versions, on loopback.

`python -m tests.support.servers` builds or downloads them once, into ~/.cache/storage-wizard. Without them the tests
that need them are skipped or, in CI, fail.
"""
