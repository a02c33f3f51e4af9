"""The `registry['storage']` of GitLab's gitlab.rb, and the driver section that GitLab's chart shares with it.

GitLab's driver `s3_v2` calls forcepathstyle `pathstyle`, and supports only signature version 4
(doc/administration/packages/container_registry.md of gitlab-org/gitlab).
"""

from __future__ import annotations

from collections.abc import Mapping

from wizard.catalog.registries import registry_of
from wizard.formats import ruby, ruby_settings, s3_parameters, storage_section, yaml_reader
from wizard.formats.format import Exported, Format, FormatError, Imported
from wizard.formats.path_style import effective_path_style_remarks, with_effective_path_style
from wizard.model.endpoint import with_scheme
from wizard.model.settings import Settings

PARAMETERS = frozenset(s3_parameters.PARAMETERS) - {"v4auth"}
_ALL_PARAMETERS = PARAMETERS | registry_of("gitlab").further_parameters
_SPELLINGS = {"forcepathstyle": "pathstyle"}
_ALWAYS_WRITTEN = ("region", "bucket", "secure", "skipverify", "forcepathstyle")
_HEADER = "# For /etc/gitlab/gitlab.rb, then: sudo gitlab-ctl reconfigure\n"


def write_driver(settings: Settings) -> dict[str, object]:
    """The driver by name, with its parameters."""
    if settings.type == "filesystem":
        return {"filesystem": {"rootdirectory": settings.rootdirectory}}
    complete = with_scheme(with_effective_path_style(settings))  # its SDK accepts nothing else as an endpoint
    parameters = s3_parameters.write(complete, _ALL_PARAMETERS, _ALWAYS_WRITTEN)
    parameters["pathstyle"] = parameters.pop("forcepathstyle")
    # GitLab 19 sends checksums by default, which most compatible stores refuse.
    if registry_of("gitlab").checksum_disabled(settings):
        parameters["checksum_disabled"] = True
    return {"s3_v2": parameters}


def driver_remarks(settings: Settings) -> list[str]:
    """What the driver cannot do that the settings ask for."""
    remarks = list(effective_path_style_remarks(settings, "pathstyle"))
    if settings.type == "s3" and not settings.v4auth:
        remarks.append('GitLab\'s driver only supports Signature V4, so "v4auth" was omitted.')
    remarks += s3_parameters.dropped_further_remarks(settings, _ALL_PARAMETERS, "GitLab's driver")
    if settings.type == "s3" and settings.regionendpoint:
        remarks.append("GitLab 19.0 and 19.1 send a checksum with deletes, which some stores refuse. Use 19.2.")
    return remarks


def read_section(section: Mapping[str, object]) -> Imported:
    """The settings of a storage section with GitLab's names."""
    renamed: dict[str, object] = {}
    for name, value in section.items():
        if name in ("s3", "s3_v2"):
            renamed["s3"] = _with_our_names(yaml_reader.require_mapping(value, name))
        else:
            renamed[name] = value
    imported = storage_section.read(renamed, "gitlab", _ALL_PARAMETERS | {"v4auth"}, _SPELLINGS)
    if imported.settings.type == "s3":
        imported = imported._replace(settings=_with_checksums(imported.settings))
    if imported.settings.type == "filesystem" or imported.settings.v4auth:
        return imported
    remark = '"v4auth: false" was ignored because GitLab\'s driver only supports Signature V4.'
    return imported._replace(settings=imported.settings.replace({"v4auth": True}), remarks=(*imported.remarks, remark))


def _with_our_names(parameters: Mapping[str, object]) -> dict[str, object]:
    """The parameters with our name for `pathstyle`. GitLab does not read `forcepathstyle`."""
    ours = {_OURS.get(name, name): value for name, value in parameters.items() if name != "forcepathstyle"}
    if parameters.get("regionendpoint"):
        ours.setdefault("forcepathstyle", True)  # GitLab's default where an endpoint is set
    if "forcepathstyle" in parameters:
        ours["force_path_style"] = parameters["forcepathstyle"]  # unknown, so that the hint names the right word
    return ours


_OURS = {theirs: ours for ours, theirs in _SPELLINGS.items()}


def _with_checksums(settings: Settings) -> Settings:
    """The settings with the value of `checksum_disabled` that GitLab uses, if it is not the one of our exports."""
    further = dict(settings.further)
    given = further.pop("checksum_disabled", False) is True
    if registry_of("gitlab").checksum_disabled(settings.with_further(further)) is not given:
        further["checksum_disabled"] = given
    return settings.with_further(further)


def _write(settings: Settings) -> Exported:
    section = write_driver(settings) | {"delete": {"enabled": True}}
    if not settings.redirect:
        section["redirect"] = {"disable": True}
    return Exported(f"{_HEADER}registry['storage'] = {ruby.dump(section)}\n", tuple(driver_remarks(settings)))


def _read(text: str) -> Imported:
    value = ruby_settings.load_setting(text, "registry", "storage")
    if value is None:
        raise FormatError("registry['storage'] not found. Check that this is the right gitlab.rb.")
    return read_section(yaml_reader.require_mapping(value, "registry['storage']"))


GITLAB = Format(
    "gitlab",
    "registry['storage'] of gitlab.rb",
    _write,
    _read,
    PARAMETERS | {"redirect"},
    lambda given: given.has_line(r"[ \t]*registry\[['\"]"),
    "gitlab",
    is_on_host=True,
    trust=registry_of("gitlab").trust,
    limits="V2 signatures",
    checked_by="Ruby evaluates it as GitLab does, and the parser of Distribution 2.8.3 reads the result",
)
