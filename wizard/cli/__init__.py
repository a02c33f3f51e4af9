"""The command line: the entry point, the argument parser and the commands.

`main` parses the arguments and runs one command, or starts the wizard. To add a command, add a module to
`cli/commands`, declare its flags in `flags` and its help in `arguments`, and dispatch it in `main`.
"""
