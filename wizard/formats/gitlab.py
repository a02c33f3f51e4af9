"""GitLab's registry: `registry['storage']` of gitlab.rb, and the secret that its chart reads.

Its driver `s3_v2` says `pathstyle` for forcepathstyle, and knows version 4 signatures only
(gitlab-org/gitlab doc/administration/packages/container_registry.md).
"""

from __future__ import annotations

from collections.abc import Mapping

from wizard.formats import ruby, s3_parameters, storage_section
from wizard.formats import yaml as yaml_text
from wizard.formats.format import Exported, Format, FormatError, Imported
from wizard.model.settings import Settings

_NAMES = frozenset(s3_parameters.PARAMETERS) - {"v4auth"}
_ALWAYS = ("region", "bucket", "secure", "skipverify", "forcepathstyle")


def _driver(settings: Settings) -> dict[str, object]:
    if settings.type == "filesystem":
        return {"filesystem": {"rootdirectory": settings.rootdirectory}}
    parameters = s3_parameters.written(s3_parameters.with_effective_path_style(settings), _NAMES, _ALWAYS)
    parameters["pathstyle"] = parameters.pop("forcepathstyle")
    if settings.regionendpoint:  # GitLab 19 sends checksums that most compatible servers refuse
        parameters["checksum_disabled"] = True
    return {"s3_v2": parameters}


def _remarks(settings: Settings) -> list[str]:
    remarks = list(s3_parameters.effective_path_style_remarks(settings, "pathstyle"))
    if settings.type == "s3" and not settings.v4auth:
        remarks.append("GitLab's driver signs with version 4 only, so `v4auth` is left out.")
    return remarks


def _read_section(section: Mapping[str, object]) -> Imported:
    """A section as the registry has it, with GitLab's names."""
    renamed: dict[str, object] = {}
    for name, value in section.items():
        if name in ("s3", "s3_v2"):
            parameters = dict(yaml_text.mapping(value, name))
            parameters.pop("checksum_disabled", None)
            if "pathstyle" in parameters:
                parameters["forcepathstyle"] = parameters.pop("pathstyle")
            renamed["s3"] = parameters
        else:
            renamed[name] = value
    imported = storage_section.read(renamed, "gitlab")
    if imported.settings.type == "filesystem" or imported.settings.v4auth:
        return imported
    told = "`v4auth: false` was left aside: GitLab's driver signs with version 4 only."
    return imported._replace(settings=imported.settings.replace({"v4auth": True}), remarks=(*imported.remarks, told))


# gitlab.rb


def _write(settings: Settings) -> Exported:
    section = _driver(settings) | {"delete": {"enabled": True}}
    if not settings.redirect:
        section["redirect"] = {"disable": True}
    head = "# For /etc/gitlab/gitlab.rb, then: sudo gitlab-ctl reconfigure\n"
    return Exported(f"{head}registry['storage'] = {ruby.dump(section)}\n", tuple(_remarks(settings)))


def _read(text: str) -> Imported:
    value = ruby.load_assignment(text, "registry", "storage")
    if value is None:
        raise FormatError("It sets no registry['storage']. Check that it is the right gitlab.rb.")
    return _read_section(yaml_text.mapping(value, "registry['storage']"))


GITLAB = Format("gitlab", "registry['storage'] of gitlab.rb", _write, _read, _NAMES | {"redirect"}, "gitlab")


# The chart's secret


def _write_helm(settings: Settings) -> Exported:
    remarks = _remarks(settings)
    if settings.type == "s3" and not settings.redirect:
        remarks.append("Redirects are a value of the chart itself: --set registry.storage.redirect.disable=true")
    text = "# For the secret that registry.storage.secret and .key name.\n" + yaml_text.dump(_driver(settings))
    return Exported(text, tuple(remarks))


def _read_helm(text: str) -> Imported:
    return _read_section(yaml_text.mapping(yaml_text.load(text), "the secret"))


GITLAB_HELM = Format("gitlab-helm", "the storage secret of GitLab's chart", _write_helm, _read_helm, _NAMES, "gitlab")
