"""The files of the AWS command line as three SDKs parse them: each by its own rules, and none as Python does.

`sections` has what they share: each dialect parses a text, and knows which sections a profile can be in. A dialect is
loaded when a file is read: the light commands start sooner without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.catalog.registries.ini.sections import Dialect


def go_ini() -> Dialect:
    """The dialect of AWS SDK for Go 1.15."""
    from wizard.catalog.registries.ini.go_ini import GO_INI

    return GO_INI


def tokens() -> Dialect:
    """The dialect of AWS SDK for Go 1.55."""
    from wizard.catalog.registries.ini.tokens import TOKENS

    return TOKENS


def lines() -> Dialect:
    """The dialect of AWS SDK for Go v2."""
    from wizard.catalog.registries.ini.lines import LINES

    return LINES
