"""The wizard as line prompts, for screen readers, serial lines and scripts.

`wizard` walks through the steps of `session/steps`, and `question` asks for one setting. Another setting or step needs
no change here: both are read from their declarations.
"""
