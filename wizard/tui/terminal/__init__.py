"""What lies between Textual and the terminal: the driver, the key queue, and what keeps the output small.

`textual_internals` is the only module that uses private parts of Textual.
"""
