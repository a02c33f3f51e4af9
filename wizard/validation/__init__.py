"""Runs the checks: in parallel, with deadlines, cancellation, clean-up and one report at the end.

`runner` is the entry point. `quick_check` is the single request that is made while the user types, and `fix_verifier`
tests a fix before it is offered. What a check itself does belongs in `wizard.checks`.
"""
