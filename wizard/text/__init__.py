"""Text for terminals: made safe to print, made ASCII, and suggestions for misspelled words."""
