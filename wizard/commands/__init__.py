"""The commands without a screen, one module each. Data goes to stdout, words to stderr."""
