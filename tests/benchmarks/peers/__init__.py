"""What other programs notice of a store that fails a registry, and what they need for it.

`python -m tests.benchmarks.peers` installs them, lets each do its job on one store without a fault and on forty with
one, and prints the tables. `programs` says what each is asked to do.
"""
