"""One module per command, each with a `run` function that takes the parsed arguments and returns an exit status.

Data goes to stdout, messages go to stderr. What several commands share lies below, in `console` and `session`.
"""
