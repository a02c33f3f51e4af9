"""Text for terminals: made safe to print, converted to ASCII, plurals, suggestions for misspelled words.

Nothing here depends on the rest of the program.
"""
