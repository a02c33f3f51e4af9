"""The formats that registries read their storage settings in."""

from wizard.formats.base import Exported, Format, without_keys
from wizard.formats.distribution import DISTRIBUTION_2

__all__ = ["FORMATS", "Exported", "Format", "without_keys"]

FORMATS: dict[str, Format] = {f.id: f for f in (DISTRIBUTION_2,)}
