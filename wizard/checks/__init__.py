"""What is checked: one small function per check, and the list of all checks.

To add a check, write its function in the module of its subject and list it in `all_checks`. A check makes the same
calls as the registry and compares what comes back.
"""
