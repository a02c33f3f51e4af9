"""Turns errors of a store into findings: a cause, a sentence and, where possible, a fix.

To explain a new error, add it to `error_responses` (the store answered) or `connection_errors` (it did not). New causes
are declared in `model/findings`.
"""
