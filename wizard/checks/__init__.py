"""The checks: what each one calls, compares and reports.

To add a check, write its function in the module of its subject and list it in `all_checks.S3_CHECKS` (a check of a
folder: in `filesystem.FILESYSTEM_CHECKS`). A check makes the same calls as the registry and compares the data that
comes back.
"""
