"""What can keep the demo from starting."""

from __future__ import annotations


class DemoNotInstalledError(Exception):
    """The extra that brings moto is not installed; the text shows how to install it."""
