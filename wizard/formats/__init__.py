"""The formats that registries read their storage settings in."""

from wizard.formats.base import Exported, Format, FormatError, Imported, without_keys
from wizard.formats.detect import detect
from wizard.formats.distribution import DISTRIBUTION_2
from wizard.formats.elsewhere import SOURCES

__all__ = ["FORMATS", "SOURCES", "Exported", "Format", "FormatError", "Imported", "detect", "without_keys"]

FORMATS: dict[str, Format] = {f.id: f for f in (DISTRIBUTION_2,)}
