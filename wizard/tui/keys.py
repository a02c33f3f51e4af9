"""The keys of the actions: one table for the bindings, the help and the documentation.

Some lines and browsers keep keys with Ctrl for themselves, so that each action but the shell's own Ctrl+Z also has a
function key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple


class ActionKeys(NamedTuple):
    """`first` and `also` are keys by Textual's names, separated by commas; the help names `first` with the effect."""

    first: str
    effect: str
    also: str = ""

    @property
    def binding(self) -> str:
        """All keys, as a binding takes them."""
        return ",".join(filter(None, (self.first, self.also)))


KEYS: Mapping[str, ActionKeys] = MappingProxyType(
    {
        "help": ActionKeys("f1,ctrl+g", "explains the field"),
        "reveal": ActionKeys("f3,ctrl+y", "shows the secret for three seconds"),
        "fix": ActionKeys("ctrl+f", "applies the fix that is offered", "f7"),
        "validate": ActionKeys("ctrl+r", "validates, from every step", "f2"),
        "save": ActionKeys("ctrl+s", "validates, then saves if it passed", "f10"),
        "ascii": ActionKeys("ctrl+t", "switches between ASCII and all symbols", "f11"),
        "redraw": ActionKeys("ctrl+l", "draws everything again", "f9"),
        "suspend": ActionKeys("ctrl+z", "suspends the wizard; `fg` resumes it"),
        "leave": ActionKeys("ctrl+q,ctrl+c", "leave", "f12"),
        "more": ActionKeys("f4", "shows the settings that are folded away"),
        "buckets": ActionKeys("ctrl+o", "lists the buckets, or what to start from", "f5"),
        "write_back": ActionKeys("f8", "writes the settings back where they are from"),
        "policy": ActionKeys("ctrl+p", "shows the IAM policy for the registry", "f6"),
    }
)
POLICY_KEYS: Mapping[str, ActionKeys] = MappingProxyType(  # in the dialog of the policy
    {
        "switch": ActionKeys("ctrl+d", "shows the other policy", "f6"),
        "user": ActionKeys("ctrl+u", "puts the policy on a user", "f5"),
    }
)
_MOVES = (
    ("Enter", "goes on; a complete file takes nothing else"),
    ("Esc", "goes back, and stops checks that run"),
    ("Tab, arrows", "move between fields and choices"),
    ("Space, Enter", "choose what the cursor is on"),
    ("PgUp, PgDn", "show other stores; or type to find one"),
    ("Enter", "on the keys below: lists all actions"),
)
_PAIRS_WITH_OR = ("help", "reveal")


def label(keys: str, separator: str = ", ") -> str:
    """Keys as they are shown: `f1,ctrl+g` is `F1, Ctrl+G`."""
    return separator.join("+".join(part.capitalize() for part in key.split("+")) for key in keys.split(",") if key)


def help_rows() -> Iterator[tuple[str, str]]:
    """Each key and its effect; after them the keys that have the same effect as another one."""
    yield from _MOVES
    for name, keys in KEYS.items():
        yield label(keys.first, " or " if name in _PAIRS_WITH_OR else ", "), keys.effect
    for keys in KEYS.values():
        if keys.also:
            yield label(keys.also), f"the same as {label(keys.first)}"
    for keys in POLICY_KEYS.values():
        yield f"{label(keys.first)} or {label(keys.also)}", f"below {label(KEYS['policy'].first)}: {keys.effect}"
