"""The formats that registries read their storage settings in."""

from wizard.formats.base import Exported, Format, FormatError, Imported, without_keys
from wizard.formats.detect import detect
from wizard.formats.distribution import DISTRIBUTION_2, DISTRIBUTION_3
from wizard.formats.dtr import DTR
from wizard.formats.elsewhere import SOURCES
from wizard.formats.env import COMPOSE, ENV
from wizard.formats.gitlab import GITLAB, GITLAB_HELM
from wizard.formats.harbor import HARBOR, HARBOR_HELM

__all__ = ["FORMATS", "SOURCES", "Exported", "Format", "FormatError", "Imported", "detect", "without_keys"]

FORMATS: dict[str, Format] = {
    f.id: f for f in (DISTRIBUTION_2, DISTRIBUTION_3, ENV, COMPOSE, HARBOR, HARBOR_HELM, GITLAB, GITLAB_HELM, DTR)
}
