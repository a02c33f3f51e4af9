"""Verifies a running registry: pushes a tiny image through its API, looks for it in the store, and removes it.

`run` is the entry point. `steps` is what each check does, `storage` the look into the store, `cleaning` the removal,
and `answers` and `connections` explain what went wrong. The calls themselves are those of `wizard.oci`.
"""
