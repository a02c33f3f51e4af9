"""What the commands and the line prompts share: standard streams, exit statuses, signals and the output of checks.

`terminal` decides which user interface suits the terminal. `typed_line` refuses what a terminal sends besides text.
"""
