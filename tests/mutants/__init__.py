"""Changes the program in one place at a time, and looks whether a test notices.

    python -m tests.mutants --count 400 --seed 1

`sites` finds what can be changed, `covering` which tests run a line, and `trial` runs them on a copy of the project.
"""
