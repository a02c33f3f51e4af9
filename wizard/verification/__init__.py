"""Verifies a running registry: pushes a tiny image through its API, looks for it in the store, and removes it.

`run` is the entry point. `steps` is what each check does, `storage` the search in the store, `cleaning` the removal,
and `answers` and `connections` explain what went wrong. The calls themselves are those of `wizard.oci`.
To add a check, declare it and its group in `all_checks`, write its step in `steps` and list it in `STEPS`.
"""
