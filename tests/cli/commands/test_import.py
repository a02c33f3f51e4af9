"""`import` saves the settings of a registry's configuration or of another program."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from wizard.cli import main as cli
from wizard.config import file as config_file
from wizard.model.settings import Settings
from wizard.session import found

CANARY = "canary+secret/key=that#may:not leak"
CONFIG_YML = (
    "version: 0.1\nstorage:\n  s3:\n    bucket: images\n    region: us-east-1\n"
    f"    regionendpoint: http://minio:9000\n    accesskey: me\n    secretkey: '{CANARY}'\n"
)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(found, "SYSTEM", ())


def messages(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    """What the command prints on stderr; nothing else, and no secret."""
    assert cli.main(["import", *arguments]) == status
    output = capsys.readouterr()
    assert output.out == ""
    assert CANARY not in output.err
    return output.err


def imported() -> Settings:
    return config_file.load(Path("storage.toml")).settings


def test_a_configuration_of_a_registry_is_imported(capsys: pytest.CaptureFixture[str]) -> None:
    Path("config.yml").write_text(CONFIG_YML, encoding="utf-8")
    assert "not validated" in messages(capsys, "config.yml")
    settings = imported()
    assert (settings.provider, settings.bucket, settings.v4auth) == ("minio", "images", True)
    assert settings.secretkey.reveal() == CANARY
    assert config_file.load(Path("storage.toml")).validation is None


def test_the_next_step_names_a_file_that_is_not_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    Path("config.yml").write_text(CONFIG_YML, encoding="utf-8")
    assert messages(capsys, "config.yml").endswith("Next: storage-wizard check\n")
    assert messages(capsys, "config.yml", "-c", "my site.toml").endswith("Next: storage-wizard check 'my site.toml'\n")


def test_a_dry_run_prints_the_file_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("config.yml").write_text(CONFIG_YML, encoding="utf-8")
    assert cli.main(["import", "config.yml", "--dry-run"]) == 0
    output = capsys.readouterr().out
    assert 'bucket = "images"' in output
    assert CANARY not in output
    assert not Path("storage.toml").exists()


def test_errors_of_the_imported_settings_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    Path("config.yml").write_text(CONFIG_YML.replace("    accesskey: me\n", ""), encoding="utf-8")
    output = messages(capsys, "config.yml")
    assert "\nerror: Enter the access key too" in output
    assert output.index("The registry will not work with these settings.\n") < output.index(
        "Next: storage-wizard check"
    )


def test_a_dry_run_with_errors_fails(capsys: pytest.CaptureFixture[str]) -> None:
    Path("config.yml").write_text(CONFIG_YML.replace("    accesskey: me\n", ""), encoding="utf-8")
    assert cli.main(["import", "config.yml", "--dry-run"]) == 1
    assert "error: Enter the access key too" in capsys.readouterr().err


def test_an_aws_profile_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(
        f"[work]\naws_access_key_id = AKIA\naws_secret_access_key = {CANARY}\n", encoding="utf-8"
    )
    config = "[profile work]\nregion = eu-west-1\nrole_arn = x\ns3 =\n  addressing_style = path\n"
    (folder / "config").write_text(config, encoding="utf-8")
    assert "uses a role or SSO" in messages(capsys, "--from", "aws", "work", "--bucket", "images")
    settings = imported()
    assert (settings.provider, settings.region, settings.bucket) == ("aws", "eu-west-1", "images")
    assert (settings.accesskey, settings.secretkey.reveal()) == ("AKIA", CANARY)
    assert settings.forcepathstyle
    assert "Available: work." in messages(capsys, "--from", "aws", "wrok", status=2)


def test_an_rclone_remote_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rclone.conf"
    monkeypatch.setenv("RCLONE_CONFIG", str(file))
    file.write_text(
        f"[store]\ntype = s3\nprovider = Minio\naccess_key_id = me\nsecret_access_key = {CANARY}\n"
        "endpoint = minio:9000\nacl = private\n[other]\ntype = sftp\n",
        encoding="utf-8",
    )
    messages(capsys, "--from", "rclone", "store:images/registry")
    settings = imported()
    assert (settings.provider, settings.bucket, settings.rootdirectory) == ("minio", "images", "/registry")
    assert settings.regionendpoint == "https://minio:9000"
    assert settings.secretkey.reveal() == CANARY
    messages(capsys, "--from", "rclone", "other", status=2)
    for source, command in (("store:", "store"), ("store:images", "store:images"), ("store", "store")):
        assert f"\n    storage-wizard import --from rclone {command}\n" in messages(capsys, source, status=2)


def test_a_name_without_from_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert "add --from aws, rclone, mc or s3cmd." in messages(capsys, "work", status=2)
    assert messages(capsys, "folder/config.yml", status=2).endswith("Check the path.\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "not found"),
        ("hello\n", "with --from"),
        ("", "with --from"),
        ("storage: [\n", "line"),
        ("storage:\n  gcs:\n    bucket: x\n", "gcs"),
    ],
)
def test_a_source_that_cannot_be_imported_is_a_usage_error(
    text: str | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        Path("source").write_text(text, encoding="utf-8")
    assert message in messages(capsys, "source", status=2)
    assert not Path("storage.toml").exists()


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("s3://me:canary@images", "run: storage-wizard import --from s3cmd s3://BUCKET"),
        ("https://me:canary@s3.example", "run: storage-wizard providers https://s3.example"),
    ],
)
def test_a_url_in_the_place_of_a_file_is_named_and_not_repeated(
    address: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = messages(capsys, address, status=2)
    assert "import needs a file, not a URL." in text
    assert message in text
    assert "canary" not in text


@pytest.mark.parametrize("secret", ["", "aws_secret_access_key = new\n"], ids=["half a pair", "a pair"])
def test_a_profile_replaces_the_store_of_the_file(
    secret: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("config.yml").write_text(CONFIG_YML, encoding="utf-8")
    messages(capsys, "config.yml")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    (tmp_path / "credentials").write_text(f"[work]\naws_access_key_id = AKIA\n{secret}", encoding="utf-8")
    output = messages(capsys, "--from", "aws", "work")
    assert "note: The settings file used a different store. Removed with it: " in output
    settings = imported()
    assert settings.regionendpoint == ""
    assert settings.secure
    assert (settings.accesskey, settings.secretkey.reveal()) == (("AKIA", "new") if secret else ("", ""))


def test_the_profile_with_a_password_in_its_endpoint_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    (tmp_path / "credentials").write_text("[work]\nendpoint_url = http://you:canary@minio\n", encoding="utf-8")
    text = messages(capsys, "--from", "aws", "work", status=2)
    assert 'AWS profile work: "regionendpoint" contains a user name or password' in text
    assert "canary" not in text


@pytest.mark.parametrize("flags", [(), ("--dry-run",)])
def test_a_source_with_a_password_in_its_endpoint_is_refused(
    flags: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("config.yml").write_text(CONFIG_YML.replace("http://minio", "http://you:canary@minio"), encoding="utf-8")
    text = messages(capsys, "config.yml", *flags, status=2)
    assert '"regionendpoint" contains a user name or password.' in text
    assert "you:canary" not in text
    assert not Path("storage.toml").exists()


@pytest.mark.parametrize("mark", ["@", "%40", "%2540", "\uff20", "\ufe6b"])
@pytest.mark.parametrize("name", ["regionendpoint", "rootdirectory"])
def test_credentials_in_an_address_are_refused_without_repeating_them(
    name: str, mark: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"storage: {{s3: {{bucket: images, region: us-east-1, {name}: 'https://user:canary-word{mark}minio'}}}}\n"
    Path("config.yml").write_text(text, encoding="utf-8")
    assert "canary-word" not in messages(capsys, "config.yml", status=2)
    assert not Path("storage.toml").exists()


def test_files_beside_a_compose_file_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / ".env").write_text(f"SECRET='{CANARY}'\n", encoding="utf-8")
    (folder / "registry.env").write_text("REGISTRY_STORAGE_S3_ACCESSKEY=me\n", encoding="utf-8")
    (folder / "compose.yml").write_text(
        "services:\n  registry:\n    image: registry:2\n    env_file: [registry.env, none.env]\n    environment:\n"
        "      - REGISTRY_STORAGE_S3_BUCKET=images\n      - REGISTRY_STORAGE_S3_REGION=us-east-1\n"
        "      - REGISTRY_STORAGE_S3_SECRETKEY='$SECRET'\n",
        encoding="utf-8",
    )
    output = messages(capsys, "site/compose.yml")
    assert "note: The file none.env was not read. It does not exist.\n" in output
    settings = imported()
    assert (settings.bucket, settings.accesskey, settings.secretkey.reveal()) == ("images", "me", CANARY)


# Where it came from


def test_an_import_from_a_file_remembers_the_file_and_its_format(tmp_path: Path) -> None:
    Path("config.yml").write_text(CONFIG_YML, encoding="utf-8")
    assert cli.main(["import", "config.yml"]) == 0
    source = config_file.ImportedFrom(str(tmp_path / "config.yml"), "distribution-2")
    assert config_file.load(Path("storage.toml")).source == source


def test_an_import_from_standard_input_or_a_program_remembers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    (tmp_path / "credentials").write_text("[work]\n", encoding="utf-8")
    Path("config.yml").write_text(CONFIG_YML, encoding="utf-8")
    for arguments in (("-",), ("--from", "aws", "work"), ("/dev/stdin",)):
        assert cli.main(["import", "config.yml"]) == 0
        with Path("config.yml").open(encoding="utf-8") as file:
            monkeypatch.setattr(sys, "stdin", file)
            if arguments == ("/dev/stdin",):
                with redirected_stdin(file.fileno()):
                    assert cli.main(["import", *arguments]) == 0
            else:
                assert cli.main(["import", *arguments]) == 0
        assert config_file.load(Path("storage.toml")).source is None
        assert "[source]" not in Path("storage.toml").read_text(encoding="utf-8")


@contextlib.contextmanager
def redirected_stdin(descriptor: int) -> Iterator[None]:
    """Descriptor 0 is that of the file."""
    saved = os.dup(0)
    os.dup2(descriptor, 0)
    try:
        yield
    finally:
        os.dup2(saved, 0)
        os.close(saved)


def test_an_import_of_a_format_that_can_only_be_read_remembers_nothing() -> None:
    Path("run.sh").write_text("docker run -e REGISTRY_STORAGE_S3_BUCKET=images registry:2\n", encoding="utf-8")
    assert cli.main(["import", "run.sh"]) == 0
    assert config_file.load(Path("storage.toml")).source is None


# Without a source


def test_what_is_on_this_machine_is_listed_with_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    Path("config.yml").write_text(CONFIG_YML, encoding="utf-8")
    Path("harbor.yml").write_text("storage_service: [\n", encoding="utf-8")
    assert cli.main(["import"]) == 0
    output = capsys.readouterr()
    assert output.err == ""
    first, command, second = output.out.splitlines()
    assert first == "config.yml: Distribution 2, bucket images"
    assert command == "    storage-wizard import config.yml"
    assert second.startswith("harbor.yml: Invalid YAML at line 2")
    assert CANARY not in output.out
    assert not Path("storage.toml").exists()


def test_a_machine_with_nothing_to_import_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert "found nothing to import" in messages(capsys, status=2)


def test_a_format_needs_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert "enter the file to import: storage-wizard import --from harbor FILE" in messages(
        capsys, "--from", "harbor", status=2
    )


def test_a_program_needs_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert "No AWS profiles are configured here." in messages(capsys, "--from", "aws", status=2)


def test_the_store_of_s3cmd_needs_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("S3CMD_CONFIG", str(tmp_path / "s3cfg"))
    text = f"[default]\naccess_key = me\nsecret_key = {CANARY}\nhost_base = minio:9000\nhost_bucket = minio:9000\n"
    (tmp_path / "s3cfg").write_text(text, encoding="utf-8")
    messages(capsys, "--from", "s3cmd", "--bucket", "images")
    settings = imported()
    assert (settings.bucket, settings.regionendpoint) == ("images", "https://minio:9000")
    assert (settings.accesskey, settings.secretkey.reveal()) == ("me", CANARY)


def test_an_mc_alias_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MC_CONFIG_DIR", str(tmp_path))
    (tmp_path / "config.json").write_text(
        '{"version": "10", "aliases": {"store": {"url": "http://minio:9000", "accessKey": "me", '
        f'"secretKey": "{CANARY}"}}}}}}',
        encoding="utf-8",
    )
    messages(capsys, "--from", "mc", "store/images/registry")
    settings = imported()
    assert (settings.provider, settings.bucket, settings.rootdirectory) == ("minio", "images", "/registry")
    assert settings.secretkey.reveal() == CANARY


def test_an_error_in_a_file_names_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.yml").write_text('storage: {s3: {bucket: b, secure: "maybe"}}\n', encoding="utf-8")
    assert cli.main(["import", "bad.yml"]) == 2
    assert 'bad.yml: "secure" must be true or false' in capsys.readouterr().err
