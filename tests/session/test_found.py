"""What is on this machine to start from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.files import as_root
from wizard.session import found
from wizard.session.found import Found, importable, search

CANARY = "canary+secret/key=that#may:not leak"
CONFIG_YML = (
    f"version: 0.1\nstorage: {{s3: {{bucket: images, region: us-east-1, accesskey: me, secretkey: '{CANARY}'}}}}\n"
)
COMPOSE = "services: {registry: {image: 'registry:2', environment: {REGISTRY_STORAGE_S3_BUCKET: images}}}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder. The only file of the system is `etc/config.yml` in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(found, "SYSTEM", (str(tmp_path / "etc" / "config.yml"),))
    return tmp_path


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def test_nothing_is_found_where_nothing_is() -> None:
    assert search() == []


def test_configurations_are_found_with_their_format_and_bucket(folder: Path) -> None:
    write("config.yml", CONFIG_YML)
    write("harbor.yml", "hostname: h\ndata_volume: /data\nstorage_service: {s3: {bucket: b, region: us-east-1}}\n")
    write("compose.yaml", COMPOSE)
    write("etc/config.yml", "version: 0.1\nstorage: {filesystem: {rootdirectory: /data}}\n")
    system = str(folder / "etc/config.yml")
    assert search() == [
        Found("distribution-2", "config.yml", "Distribution 2, bucket images"),
        Found("harbor", "harbor.yml", "Harbor, bucket b"),
        Found("compose", "compose.yaml", "Distribution 2, bucket images"),
        Found("distribution-2", system, "Distribution 2, folder /data"),
    ]


def test_another_program_s_file_by_a_common_name_is_no_configuration() -> None:
    write("config.yml", "theme: dark\n")
    assert search() == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("storage: [\n", "Invalid YAML at line 2"),
        ("version: 0.1\nstorage: {gcs: {bucket: canary}}\n", 'The storage driver is "gcs".'),
        (CONFIG_YML.replace("bucket: images", "regionendpoint: 'https://u:canary@h'"), '"regionendpoint" contains'),
    ],
)
def test_a_configuration_that_cannot_be_imported_is_found_with_the_reason(text: str, problem: str) -> None:
    write("config.yml", text)
    (only,) = search()
    assert only.problem.startswith(problem)
    assert "canary" not in only.label
    assert importable([only]) == []


@as_root
def test_a_configuration_of_the_system_that_is_not_one_is_named(folder: Path) -> None:
    write("etc/config.yml", "theme: dark\n")
    assert search() == [
        Found("", str(folder / "etc/config.yml"), "", "It has no storage section that the wizard supports.")
    ]


def test_a_pipe_is_not_opened() -> None:
    os.mkfifo("config.yml")
    Path("harbor.yml").symlink_to("/dev/tty")
    assert search() == []


def test_stores_of_other_programs_are_found_by_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    write(".aws/credentials", f"[work]\naws_access_key_id = A\naws_secret_access_key = {CANARY}\n")
    write(".config/rclone/rclone.conf", "[a]\ntype = s3\n[b]\ntype = sftp\n")
    write(".mc/config.json", '{"version": "10", "aliases": {"minio": {"url": "http://h", "accessKey": "me"}}}')
    write(".s3cfg", "[default]\n")
    assert [(each.label, each.command()) for each in search()] == [
        ("work: AWS profile", "storage-wizard import --from aws work"),
        ("a: rclone remote", "storage-wizard import --from rclone a"),
        ("minio: mc alias", "storage-wizard import --from mc minio"),
        ("s3cmd: s3cmd configuration", "storage-wizard import --from s3cmd"),
    ]


def test_a_program_s_unreadable_configuration_is_found_with_the_reason(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(folder))
    write(".config/rclone/rclone.conf", "RCLONE_ENCRYPT_V0:\ncanary\n")
    (only,) = search()
    assert (only.name, only.command()) == ("rclone", "storage-wizard import --from rclone")
    assert "is encrypted by rclone" in only.problem


def test_names_that_the_program_itself_cannot_address_are_left_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(folder))
    alias = '{"url": "http://h", "accessKey": "me"}'
    write(".mc/config.json", f'{{"version": "10", "aliases": {{"": {alias}, "a/b": {alias}}}}}')
    write(".config/rclone/rclone.conf", "[a:b]\ntype = s3\n")
    assert search() == []


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("it's", "storage-wizard import -c x.toml --from aws 'it'\"'\"'s'"),
        ("-x", "storage-wizard import -c x.toml --from aws -- -x"),
        ("\x1b[31m", ""),
        ("a\u202eb", ""),
        ("a" * 400, ""),
    ],
)
def test_the_command_works_as_it_is_shown_or_is_left_out(name: str, command: str) -> None:
    assert Found("aws", name, "AWS profile").command(("-c", "x.toml")) == command


@pytest.mark.parametrize(
    ("file", "name"),
    [(".aws/config", "aws"), (".config/rclone/rclone.conf", "rclone"), (".mc/config.json", "mc"), (".s3cfg", "s3cmd")],
)
def test_a_pipe_of_another_program_is_not_waited_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch, file: str, name: str
) -> None:
    monkeypatch.setenv("HOME", str(folder))
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(folder / file)
    (only,) = search()
    assert only.name == name
    assert "is a pipe or a device" in only.problem


def test_a_link_to_nothing_is_named() -> None:
    Path("config.yml").symlink_to("missing")
    assert search() == [Found("", "config.yml", "", "It is a link to a file that does not exist.")]


def test_an_error_that_names_the_file_does_not_name_it_twice() -> None:
    Path("config.yml").write_bytes(b"\xff")
    (only,) = search()
    assert only.label.startswith("config.yml is not text in UTF-8")


def test_nothing_is_changed(folder: Path) -> None:
    write("config.yml", CONFIG_YML)
    before = Path("config.yml").stat().st_mtime_ns
    search()
    assert Path("config.yml").stat().st_mtime_ns == before
    assert [path.name for path in folder.iterdir()] == ["config.yml"]
