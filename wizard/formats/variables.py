"""The variables of a container, of which some have no value in the files that were read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from wizard.text.sanitize import sanitize


class Variables(NamedTuple):
    """Variables by name.

    `missing` has those without a value, each with the names of the variables that would give it one. A variable that is
    only named gets its value from the variable of the same name, outside.
    """

    values: dict[str, str]
    missing: dict[str, tuple[str, ...]]

    def __repr__(self) -> str:
        return f"Variables({len(self.values)}, {len(self.missing)} without a value)"  # the values can be secret

    def names(self) -> set[str]:
        """All names, with and without a value."""
        return {*self.values, *self.missing}

    def set(self, name: str, value: str, missing: tuple[str, ...] = ()) -> None:
        """Sets a variable to a value or, if the value is incomplete, to none."""
        self.values.pop(name, None)
        self.missing.pop(name, None)
        if missing:
            self.missing[name] = missing
        else:
            self.values[name] = value

    def update(self, others: Variables) -> None:
        """Sets all variables of `others`."""
        for name, value in others.values.items():
            self.set(name, value)
        for name, missing in others.missing.items():
            self.set(name, "", missing)

    def below(self, prefix: str) -> Variables:
        """Those whose name starts with the prefix."""
        return Variables(
            {name: value for name, value in self.values.items() if name.startswith(prefix)},
            {name: missing for name, missing in self.missing.items() if name.startswith(prefix)},
        )

    def remarks(self) -> Iterator[str]:
        """A sentence for each variable without a value."""
        for name, missing in self.missing.items():
            if missing == (name,):
                yield f"{sanitize(name, 60)} was ignored because its value comes from outside the file."
            else:
                listed = ", ".join(sanitize(each, 60) for each in missing)
                yield f"{sanitize(name, 60)} was ignored because its value uses {listed}, which is not set here."


def no_variables() -> Variables:
    """An empty one."""
    return Variables({}, {})
