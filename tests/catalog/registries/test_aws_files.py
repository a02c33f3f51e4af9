"""A value of a profile is found in the files of the AWS command line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wizard.catalog.registries.aws_files import CONFIG_FILE, CREDENTIALS_FILE, value_of_profile
from wizard.catalog.registries.ini.tokens import TOKENS


def write(name: str, text: str | bytes) -> None:
    """Writes `~/.aws/NAME`."""
    folder = Path(os.environ["HOME"], ".aws")
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize(
    ("text", "profile", "region"),
    [
        ("[default]\nregion = eu-west-1\n", "default", "eu-west-1"),
        ("[profile work]\nregion=eu-west-1\n", "work", "eu-west-1"),
        ("[work]\nregion = eu-west-1\n", "work", "eu-west-1"),
        ("[default]\nregion = eu-west-1 # Ireland\n", "default", "eu-west-1"),
        ("[default]\nregion = eu-west-1\n[default]\noutput = json\n", "default", ""),
        ("[default]\noutput = json\n", "default", ""),
        ("[default]\nregion =\n", "default", ""),
        ("[other]\nregion = eu-west-1\n", "default", ""),
        ("[[[", "default", ""),
        (b"[default]\nregion = eu-west-1\n# \xff\n", "default", "eu-west-1"),
    ],
)
def test_the_region_of_a_profile(text: str | bytes, profile: str, region: str) -> None:
    write("config", text)
    assert value_of_profile("region", profile, os.environ, TOKENS) == (region, "~/.aws/config" if region else "")


def test_the_credentials_file_counts_for_more() -> None:
    write("config", "[default]\nregion = eu-west-1\n")
    write("credentials", "[default]\nregion = eu-west-2\n")
    assert value_of_profile("region", "default", os.environ, TOKENS) == ("eu-west-2", "~/.aws/credentials")
    assert value_of_profile("region", "default", os.environ, TOKENS, (CONFIG_FILE,)) == ("eu-west-1", "~/.aws/config")


def test_a_missing_file_has_no_values() -> None:
    assert value_of_profile("region", "default", {"AWS_CONFIG_FILE": "/missing"}, TOKENS) == ("", "")


def test_a_file_elsewhere_has_the_name_of_its_variable(tmp_path: Path) -> None:
    environment = {"AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "keys")}
    assert CREDENTIALS_FILE.path_in(environment) == tmp_path / "keys"
    assert CREDENTIALS_FILE.path_in({"AWS_SHARED_CREDENTIALS_FILE": "~/keys"}) == Path("~/keys")
    assert CREDENTIALS_FILE.name_in(environment) == "AWS_SHARED_CREDENTIALS_FILE"
    assert CREDENTIALS_FILE.name_in({}) == "~/.aws/credentials"
