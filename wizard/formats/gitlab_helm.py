"""The secret with the registry's storage that GitLab's Helm chart reads.

https://docs.gitlab.com/charts/charts/registry/#storage
"""

from __future__ import annotations

from wizard.formats import yaml_reader, yaml_writer
from wizard.formats.format import Exported, Format, Imported
from wizard.formats.gitlab import PARAMETERS, driver_remarks, read_section, write_driver
from wizard.model.settings import Settings

_HEADER = "# For the secret that registry.storage.secret and .key name.\n"


def _write(settings: Settings) -> Exported:
    remarks = driver_remarks(settings)
    if settings.type == "s3" and not settings.redirect:
        remarks.append("Redirects are set in the chart's own values: --set registry.storage.redirect.disable=true")
    return Exported(_HEADER + yaml_writer.dump(write_driver(settings)), tuple(remarks))


def _read(text: str) -> Imported:
    imported = read_section(yaml_reader.require_mapping(yaml_reader.load(text), "the secret"))
    return imported._replace(remarks=(*imported.remarks, *yaml_reader.cut_key_remarks(text)))


_DRIVERS = ("s3", "s3_v2", "s3aws", "filesystem")

GITLAB_HELM = Format(
    "gitlab-helm",
    "the storage secret of GitLab's chart",
    _write,
    _read,
    PARAMETERS,
    lambda given: (
        not given.document.keys().isdisjoint(_DRIVERS) and "storage" not in given.document  # another chart's values
    ),
    "gitlab",
    trust="put the CA into a Secret and list that Secret in global.certificates.customCAs",
    limits="V2 signatures, redirects",
    checked_by="the parser of Distribution 2.8.3 reads it below `storage`",
)
