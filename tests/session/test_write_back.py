"""Writing the settings into the file that they were imported from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.files import mode_of, names_in
from wizard.config.schema import ImportedFrom
from wizard.files.errors import ChangedError, FileError
from wizard.formats.format import FormatError
from wizard.formats.lookup import format_of
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session import write_back
from wizard.session.importing import take_over_file
from wizard.session.write_back import Change, plan_of_source, write_back_command

OLD, NEW, OTHER = "canary-old-secret/key", "canary-new+secret", "canary-of-another-part"
CONFIG = f"""version: 0.1
log: {{level: info, token: {OTHER}}}
storage:
  # canary-comment
  s3:
    bucket: images   # canary-remark
    region: us-east-1
    accesskey: AKIAIOSFODNN7EXAMPLE
    secretkey: {OLD}
http:
  secret: {OTHER}
"""


def ignore(note: str) -> None:
    """Nobody else could have written the file."""
    raise AssertionError(note)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A registry's configuration."""
    path = tmp_path / "etc" / "config.yml"
    path.parent.mkdir()
    path.write_text(CONFIG, encoding="utf-8")
    path.chmod(0o640)
    return path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The settings file, which is not there."""
    return tmp_path / "storage.toml"


def settings_of(file: Path, **changes: str) -> Settings:
    settings = take_over_file(file, ignore).settings
    return settings.replace({"secretkey": Secret(NEW), **changes})


def planned(file: Path, format_id: str = "distribution-2", **changes: str) -> Change:
    return plan_of_source(file, format_id, settings_of(file, **changes), ignore)


def test_the_difference_shows_what_changes_and_no_secret(file: Path) -> None:
    diff = "\n".join(planned(file, region="eu-west-1").diff())
    assert "-    region: us-east-1" in diff
    assert '+    region: "eu-west-1"' in diff
    assert "-    secretkey: (hidden)" in diff
    assert "+    secretkey: (hidden)" in diff
    assert "canary" not in diff
    assert "AKIAIOSFODNN7EXAMPLE" not in diff


def test_the_representation_of_a_change_has_its_path_alone(file: Path) -> None:
    assert repr(planned(file, region="eu-west-1")) == f"Change({file})"


@pytest.mark.parametrize(
    "text",
    [
        f"storage: {{s3: {{bucket: b, region: us-east-1, accesskey: me, secretkey: {OLD}}}}}\n",
        f"storage:\n  s3:\n    bucket: b\n    region: us-east-1\n    'secretkey': {OLD}\n    accesskey: me\n",
        f"storage:\n  s3:\n    bucket: b\n    region: us-east-1\n    accesskey: me\n    secretkey: >-\n      {OLD}\n",
        f"http: {OTHER}\nstorage:\n  s3: {{bucket: b, region: us-east-1}}\nredis:\n - {OTHER}\n - addr: {OTHER}\n",
    ],
)
def test_no_way_to_write_a_file_shows_a_secret(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    diff = planned(file, region="eu-west-1", accesskey="other").diff()
    assert len(diff) > 3
    assert "canary" not in "\n".join(diff)


def test_the_difference_of_json_shows_values_too(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(
        '{\n  "storage": {\n    "storageDriver": {\n      "name": "s3",\n      "bucket": "images",\n'
        f'      "region": "us-east-1","secretkey": "{OLD}",\n      "accesskey": "AKIAIOSFODNN7EXAMPLE",\n'
        f'      "encrypt": true,"password":"{OTHER}"\n    }}\n  }}\n}}\n',
        encoding="utf-8",
    )
    diff = "\n".join(planned(path, "zot", bucket="other").diff())
    assert '-      "bucket": "images",' in diff
    assert '+      "bucket": "other",' in diff
    assert "canary" not in diff


@pytest.mark.parametrize(
    ("line", "is_shown"),
    [
        ("addr: :5000", True),
        ("addr: registry.example:5000", True),
        ("port: 9000", True),
        ("regionEndpoint: https://minio.example:9000", True),
        ("s3_bucket: images", True),
        ("enabled: true", True),
        ("disable: true", True),
        ("address: 10.0.0.1", True),
        ("address: canary", False),
        ("addr: canary", False),
        ("addr: me:canary@registry.example:5000", False),
        ("regionEndpoint: https://me:canary@minio.example", False),
        ("secret_key: canary", False),
    ],
)
def test_addresses_and_the_names_of_other_programs_are_shown(line: str, is_shown: bool) -> None:
    diff = "\n".join(Change(Path("f"), Settings(), "", f"  {line}\n").diff())
    assert (line in diff) is is_shown
    assert "canary" not in diff


@pytest.mark.parametrize(
    "line", ["region: x,'secretkey':'canary'", "region: x,secretkey:canary", "region: 'x','canary'"]
)
def test_a_line_with_more_than_one_value_is_hidden(line: str) -> None:
    diff = "\n".join(Change(Path("f"), Settings(), "", f"  {line}\n").diff())
    assert "region: (hidden)" in diff


def test_the_file_is_written_with_a_backup_and_keeps_its_mode(file: Path, config: Path) -> None:
    written = write_back.write(planned(file), config)
    text = file.read_text(encoding="utf-8")
    assert NEW in text
    assert OTHER in text
    assert "# canary-comment" in text
    assert written.backup == file.with_name("config.yml.bak")
    assert written.backup.read_text(encoding="utf-8") == CONFIG
    assert mode_of(file) == 0o640


def test_a_file_that_has_the_settings_already_does_not_change(file: Path) -> None:
    settings = take_over_file(file, ignore).settings
    first = plan_of_source(file, "distribution-2", settings, ignore)
    file.write_text(first.after, encoding="utf-8")
    assert plan_of_source(file, "distribution-2", settings, ignore).is_empty


def test_a_file_that_was_changed_since_is_left_alone(file: Path, config: Path) -> None:
    change = planned(file)
    file.write_text(f"{CONFIG}# edited\n", encoding="utf-8")
    with pytest.raises(ChangedError, match="was changed by another program, so nothing was written"):
        write_back.write(change, config)
    assert file.read_text(encoding="utf-8") == f"{CONFIG}# edited\n"
    assert names_in(file.parent) == ["config.yml"]


def test_a_file_that_is_gone_is_not_created(file: Path, config: Path) -> None:
    change = planned(file)
    file.unlink()
    with pytest.raises(FileError, match=r"config\.yml not found\. Check the path\."):
        write_back.write(change, config)
    with pytest.raises(FormatError, match=r"config\.yml not found"):
        plan_of_source(file, "distribution-2", Settings(), ignore)
    assert names_in(file.parent) == []


def test_a_pipe_is_not_waited_for(file: Path) -> None:
    settings = settings_of(file)
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(FormatError, match="is not a regular file"):
        plan_of_source(file, "distribution-2", settings, ignore)


def test_the_settings_file_itself_is_not_written(file: Path) -> None:
    with pytest.raises(FileError, match="is the settings file itself"):
        write_back.write(planned(file), file)


@pytest.mark.parametrize(
    ("text", "format_id", "message"),
    [
        (
            "services: {registry: {image: 'registry:2'}}\n",
            "distribution-2",
            "The file is a Compose file, not config.yml",
        ),
        ("storage: [\n", "distribution-2", r"config\.yml: Invalid YAML"),
        (CONFIG, "gitlab", "gitlab can't be changed in place. Use export -o. It works with: .*distribution-2"),
        (CONFIG, "canary", "names canary as the format of its source, which is not supported"),
        (CONFIG, "docker", "which is not supported"),
    ],
)
def test_what_cannot_be_written_back_is_said(file: Path, text: str, format_id: str, message: str) -> None:
    settings = settings_of(file)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=message):
        plan_of_source(file, format_id, settings, ignore)
    assert file.read_text(encoding="utf-8") == text


def test_the_command_does_the_same(config: Path) -> None:
    source = ImportedFrom("/etc/my registry/config.yml", "distribution-2")
    command = write_back_command(source, Path("storage.toml"))
    assert command == "storage-wizard export --to distribution-2 --into '/etc/my registry/config.yml'"
    assert write_back_command(source._replace(file="/a  b.yml"), config).endswith(" --into '/a  b.yml'")
    assert write_back_command(source, Path("a\x1b.toml")) == ""
    assert write_back_command(source._replace(format="gitlab"), config) == ""
    assert write_back_command(source._replace(format="canary"), config) == ""


def test_the_section_of_every_format_that_has_one_can_be_planned(tmp_path: Path) -> None:
    settings = Settings(bucket="images", accesskey="me", secretkey=Secret(OLD), v4auth=True)
    for name in ("distribution-2", "distribution-3", "harbor", "harbor-helm"):
        path = tmp_path / name
        path.write_text(format_of(name).write(settings).text, encoding="utf-8")
        change = plan_of_source(path, name, settings.replace({"bucket": "other"}), ignore)
        assert any('bucket: "other"' in line or "bucket: other" in line for line in change.diff())
