"""The keys of the actions: one table for the bindings, the help and the documentation.

Some lines and browsers keep keys with Ctrl for themselves, so that each action but the shell's own Ctrl+Z also has a
function key.
"""

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
        "help": ActionKeys("f1,ctrl+g", "help for this field"),
        "reveal": ActionKeys("f3,ctrl+y", "reveal the secret for 3 seconds"),
        "fix": ActionKeys("ctrl+f", "apply the suggested fix", "f7"),
        "validate": ActionKeys("ctrl+r", "run validation again", "f2"),
        "save": ActionKeys("ctrl+s", "validate, and save if everything passes", "f10"),
        "ascii": ActionKeys("ctrl+t", "toggle ASCII", "f11"),
        "redraw": ActionKeys("ctrl+l", "redraw the screen, as F11 twice does"),
        "suspend": ActionKeys("ctrl+z", "suspend; type fg to return"),
        "leave": ActionKeys("ctrl+q,ctrl+c", "quit", "f12"),
        "more": ActionKeys("f4", "show more settings, or hide them"),
        "buckets": ActionKeys("ctrl+o", "list buckets, or what was found here", "f5"),
        "write_back": ActionKeys("f8", "write the settings back to their source"),
        "verify": ActionKeys("f9", "once saved: verify the running registry"),
        "policy": ActionKeys("ctrl+p", "show the policy for the registry", "f6"),
    }
)
POLICY_KEYS: Mapping[str, ActionKeys] = MappingProxyType(  # in the dialog of the policy
    {
        "switch": ActionKeys("ctrl+d", "switch policy", "f6"),
        "user": ActionKeys("ctrl+u", "attach the policy to an IAM user", "f5"),
    }
)
_MOVES = (
    ("Esc", "back; stops a running validation"),
    ("Tab, arrows", "move between fields and choices"),
    ("Space, Enter", "choose the option under the cursor"),
    ("PgUp, PgDn", "show other stores; or type to find one"),
    ("Enter", "on the keys below: list all actions"),
)
_PAIRS_WITH_OR = ("help", "reveal")


def label(keys: str, separator: str = ", ") -> str:
    """Keys as they are shown: `f1,ctrl+g` is `F1, Ctrl+G`."""
    return separator.join("+".join(part.capitalize() for part in key.split("+")) for key in keys.split(",") if key)


def help_rows(enter: str = "next step") -> Iterator[tuple[str, str]]:
    """Each key and its effect; after them the keys that have the same effect as another one.

    `enter` is what Enter does now; empty if it does nothing.
    """
    if enter:
        yield "Enter", enter
    yield from _MOVES
    for name, keys in KEYS.items():
        yield label(keys.first, " or " if name in _PAIRS_WITH_OR else ", "), keys.effect
    for keys in KEYS.values():
        if keys.also:
            yield label(keys.also), f"the same as {label(keys.first)}"
    for keys in POLICY_KEYS.values():
        yield f"{label(keys.first)} or {label(keys.also)}", f"below {label(KEYS['policy'].first)}: {keys.effect}"
