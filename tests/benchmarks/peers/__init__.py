"""What other programs notice of a store that fails a registry, and what they need for it.

`python -m tests.benchmarks.peers` installs them, lets each do its job on one store with and without faults, and prints
the tables of docs/reference/peers.md. One program, one file: `programs` says what each is asked to do.
"""
