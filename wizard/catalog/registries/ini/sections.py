"""What the three parsers have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

Sections = dict[str, dict[str, str]]  # the values by section and name

# What Go calls space (unicode.IsSpace). Python's `isspace` also has four control characters.
SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"


class IniError(Exception):
    """The SDK cannot parse the file. Without text, because a line may hold a secret."""


class Dialect(NamedTuple):
    """How an SDK reads the files.

    - `parse`: the sections of a text. Raises `IniError`.
    - `headings`: the sections that a profile can be in, the one that counts first, by the profile's name and whether
      the file is the one of the configuration.
    """

    parse: Callable[[str], Sections]
    headings: Callable[[str, bool], tuple[str, ...]]

    def profiles(self, text: str, *, is_config: bool) -> Sections:
        """The values of each profile. Raises `IniError`."""
        sections = self.parse(text)
        names = {heading.removeprefix("profile ") for heading in sections}
        found = {name: [each for each in self.headings(name, is_config) if each in sections] for name in names}
        return {name: sections[headings[0]] for name, headings in found.items() if headings}
