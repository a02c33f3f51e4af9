"""One module per screen or dialog of the full-screen wizard, with its style sheet beside it.

Every step derives from `StepScreen`. Screens read the wizard's state and post messages; they keep no settings.
The app finds each module as an attribute of this package, which imports it then: the first screen needs few of them.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.tui.screens import (
        action_menu,
        bucket_picker,
        dialogs,
        form,
        found,
        needed,
        policy,
        save,
        step_screen,
        validate,
        verify,
        write_back,
    )

__all__ = [
    "action_menu",
    "bucket_picker",
    "dialogs",
    "form",
    "found",
    "needed",
    "policy",
    "save",
    "step_screen",
    "validate",
    "verify",
    "write_back",
]


def __getattr__(name: str) -> ModuleType:
    if name not in __all__:
        raise AttributeError(name)
    return import_module(f"{__name__}.{name}")
