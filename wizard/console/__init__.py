"""What the commands and the line prompts share: the standard streams, exit statuses, signals and progress output.

It also decides which user interface suits the terminal.
"""
