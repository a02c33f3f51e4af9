"""The files of the AWS command line, as the SDKs read them: where they are, and which one a value is in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from wizard.catalog.registries.ini.sections import Dialect, IniError, Sections
from wizard.files.errors import FileError
from wizard.files.reading import read_file

_MAX_BYTES = 1 << 20


class AwsFile(NamedTuple):
    """A file at a usual place, or where a variable of the environment says."""

    variable: str
    usual_path: str

    def name_in(self, environment: Mapping[str, str]) -> str:
        """The name that is displayed: the variable, or the usual path."""
        return self.variable if environment.get(self.variable) else self.usual_path

    def path_in(self, environment: Mapping[str, str]) -> Path:
        """The path. In the variable, `~` is a name as any other."""
        if path := environment.get(self.variable):
            return Path(path)
        return Path(os.path.expanduser(self.usual_path))  # noqa: PTH111 - Path fails without a home

    def profiles_in(self, environment: Mapping[str, str], dialect: Dialect) -> Sections:
        """The profiles in it; none if it cannot be read, as in the SDKs. Raises `IniError`."""
        return profiles_at(self.path_in(environment), dialect, is_config=self == CONFIG_FILE)


CREDENTIALS_FILE = AwsFile("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
CONFIG_FILE = AwsFile("AWS_CONFIG_FILE", "~/.aws/config")


def profiles_at(path: Path, dialect: Dialect, *, is_config: bool) -> Sections:
    """The profiles in a file, by name; none if it cannot be read. Raises `IniError`."""
    try:
        content = read_file(path, _MAX_BYTES)
    except FileError:
        return {}
    return dialect.profiles(content.data.decode(errors="replace") if content else "", is_config=is_config)


def value_of_profile(
    name: str,
    profile: str,
    environment: Mapping[str, str],
    dialect: Dialect,
    files: tuple[AwsFile, ...] = (CREDENTIALS_FILE, CONFIG_FILE),
) -> tuple[str, str]:
    """A value of a profile, and the name of the file that it is in; both empty if there is none.

    The credentials file counts for more, as in `loadSharedConfig` of aws-sdk-go. A file that cannot be read has none.
    """
    for file in files:
        try:
            profiles = file.profiles_in(environment, dialect)
        except IniError:
            continue
        if value := profiles.get(profile, {}).get(name, ""):
            return value, file.name_in(environment)
    return "", ""
