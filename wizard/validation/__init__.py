"""Runs the checks: side by side, with deadlines, cancellation, clean-up and one report at the end.

`runner` is the entry point. `quick_check` is the single request that is made while somebody types, and `fix_verifier`
tries a fix before it is offered.
"""
