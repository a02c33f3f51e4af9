"""One module per command, each with a function `run` that accepts the parsed arguments and returns the exit status.

Data goes to stdout, messages go to stderr. What several commands share is in `wizard.cli`, `console` and `session`.
"""
