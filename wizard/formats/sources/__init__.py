"""Settings in the configuration of other programs, which contain some of what a registry needs.

To add a program, write a module with a `Source`, add its name to `SOURCE_NAMES` and the module to `lookup`.
"""
