"""The command line: the entry point, the argument parser and the commands.

To add a command, add a module to `cli/commands`, declare its flags in `flags` and its help in `arguments`, and name it
in `main`.
"""
