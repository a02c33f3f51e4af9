"""The wizard as line prompts, for screen readers, serial lines and expect scripts.

It walks through the same steps as the full-screen wizard and shares its state (`session`) and output (`console`).
"""
