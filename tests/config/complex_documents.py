"""Documents that TOML can express and that cannot be written again."""

from __future__ import annotations

import functools
import tomllib
from typing import Any

# Of tables within each other: one key with 5,000 dots is refused by Python 3.14 itself.
NESTED: dict[str, Any] = functools.reduce(lambda inner, _: {"a": inner}, range(5000), {"x": "y"})
LONG_NUMBER: dict[str, Any] = tomllib.loads(f"a = 0x{'f' * 9000}")
