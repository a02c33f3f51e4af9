"""The files of the AWS command line, as the SDKs read them: where they are, and which one a value is in."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from wizard.files.errors import FileError
from wizard.files.reading import read_file

_MAX_BYTES = 1 << 20
_COMMENT = re.compile(r"\s[#;].*")  # on the line of a value


class AwsFile(NamedTuple):
    """A file at a usual place, or where a variable of the environment says."""

    variable: str
    usual_path: str

    def name_in(self, environment: Mapping[str, str]) -> str:
        """The name that is displayed: the variable, or the usual path."""
        return self.variable if environment.get(self.variable) else self.usual_path

    def path_in(self, environment: Mapping[str, str]) -> Path:
        """The path; `~` is the home directory if there is one."""
        path = environment.get(self.variable) or self.usual_path
        return Path(os.path.expanduser(path))  # noqa: PTH111 - Path fails without a home


CREDENTIALS_FILE = AwsFile("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
CONFIG_FILE = AwsFile("AWS_CONFIG_FILE", "~/.aws/config")


def value_of_profile(
    name: str,
    profile: str,
    environment: Mapping[str, str],
    files: tuple[AwsFile, ...] = (CREDENTIALS_FILE, CONFIG_FILE),
) -> tuple[str, str]:
    """A value of a profile, and the name of the file that it is in; both empty if there is none.

    The credentials file counts for more, as in `loadSharedConfig` of aws-sdk-go. A file that cannot be read has none.
    """
    for file in files:
        for section in _sections(file.path_in(environment), profile):
            if value := _COMMENT.sub("", section.get(name, "")).strip():
                return value, file.name_in(environment)
    return "", ""


def _sections(path: Path, profile: str) -> Iterator[Mapping[str, str]]:
    """The sections of the profile in a file, under both of their names."""
    import configparser  # imported here: few environments need it

    parser = configparser.RawConfigParser(default_section="", strict=False)
    try:
        content = read_file(path, _MAX_BYTES)
        parser.read_string(content.data.decode() if content else "")
    except (FileError, UnicodeDecodeError, configparser.Error):
        return
    yield from (parser[name] for name in (profile, f"profile {profile}") if name in parser)
