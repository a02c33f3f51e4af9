"""`export` writes the settings in a registry's format, to stdout, to a file or into one."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from wizard.cli import main as cli
from wizard.cli.arguments import quick_parser
from wizard.config import file as config_file
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session.importing import MAX_BYTES

CANARY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SETTINGS = Settings(
    provider="minio",
    bucket="images",
    region="us-east-1",
    accesskey="AKIAIOSFODNN7EXAMPLE",
    secretkey=Secret(CANARY),
    regionendpoint="https://minio.example:9000",
    v4auth=True,
)
CONFIG_YML = Path("config.yml")


@pytest.fixture(autouse=True)
def _settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config_file.save(Path("storage.toml"), SETTINGS, None)


def export(*arguments: str, to: str = "distribution-2") -> int:
    return cli.main(["export", "--to", to, *arguments])


def test_further_parameters_of_the_file_are_kept_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    config_file.save(Path("storage.toml"), SETTINGS.replace({"useragent": "me"}), None)
    CONFIG_YML.write_text("storage:\n  s3:\n    bucket: b\n    multipartcopychunksize: 1048576\n", encoding="utf-8")
    assert export("--into", "config.yml") == 0
    section = yaml.safe_load(CONFIG_YML.read_text(encoding="utf-8"))["storage"]["s3"]
    assert (section["useragent"], section["multipartcopychunksize"], section["bucket"]) == ("me", 1048576, "images")
    output = capsys.readouterr().err
    assert "config.yml also has multipartcopychunksize: kept, but not in the settings that were validated." in output
    assert "error: The registry won't start: multipartcopychunksize" in output
    assert output.index("The registry will not work with these settings.") < output.index("docker restart NAME")


# To stdout and to a file


def test_the_text_goes_to_stdout_and_remarks_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    config_file.save(Path("storage.toml"), SETTINGS.replace({"region": ""}), None)
    assert export() == 0
    output = capsys.readouterr()
    assert yaml.safe_load(output.out)["storage"]["s3"]["bucket"] == "images"
    assert output.err.startswith("error: ")


_PATCH = "kubectl patch msrs.msr.mirantis.com NAME --type merge --patch-file"


@pytest.mark.parametrize(
    ("format_id", "arguments", "command"),
    [
        ("dtr", (), "storage-wizard export --to dtr | curl -u ADMIN -X PUT"),
        (
            "dtr",
            ("-o", "out.json"),
            "curl -u ADMIN -X PUT -H 'Content-Type: application/json' \\\n  --data-binary @out.json",
        ),
        ("openshift", ("-c", "my site.toml"), "storage-wizard export -c 'my site.toml' --to openshift | oc apply -f -"),
        ("openshift", ("-c", "my site.toml", "-o", "my os.yml"), "oc apply -f 'my os.yml'"),
        ("kubernetes", ("-o", "k8s.yml"), "kubectl apply -f k8s.yml"),
        ("msr-operator", (), f"storage-wizard export --to msr-operator | {_PATCH} /dev/stdin"),
        ("msr-operator", ("-o", "msr.yml"), f"{_PATCH} msr.yml"),
    ],
)
def test_the_command_that_gives_the_text_to_the_registry_names_the_files(
    format_id: str, arguments: tuple[str, ...], command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.save(Path("my site.toml"), SETTINGS, None)
    assert export(*arguments, to=format_id) == 0
    assert f"Next, run:\n{command}" in capsys.readouterr().err


def test_a_file_is_readable_only_by_its_owner(capsys: pytest.CaptureFixture[str]) -> None:
    assert export("-o", "config.yml") == 0
    assert capsys.readouterr() == ("", "config.yml saved.\n")
    assert stat.S_IMODE(CONFIG_YML.stat().st_mode) == 0o600
    assert yaml.safe_load(CONFIG_YML.read_text(encoding="utf-8"))["storage"]["s3"]["bucket"] == "images"


def test_redact_leaves_the_keys_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert export("--redact") == 0
    output = capsys.readouterr()
    assert "images" in output.out
    assert CANARY not in output.out + output.err
    assert SETTINGS.accesskey not in output.out + output.err


@pytest.mark.parametrize("format_id", ["distribution-2", "harbor"])
def test_redact_notes_nothing_about_the_hidden_keys(format_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    endpoint = {"regionendpoint": "https://s3.amazonaws.com", "provider": "aws"}
    config_file.save(Path("storage.toml"), SETTINGS.replace(endpoint), None)
    assert export(to=format_id) == 0
    notes = capsys.readouterr().err
    assert export("--redact", to=format_id) == 0
    output = capsys.readouterr()
    assert output.err == notes
    assert "accesskey: HIDDEN" in output.out.replace('"', "")


def test_redact_adds_no_keys_to_a_file_without(capsys: pytest.CaptureFixture[str]) -> None:
    config_file.save(Path("storage.toml"), SETTINGS.replace({"accesskey": "", "secretkey": Secret()}), None)
    assert export("--redact") == 0
    parameters = yaml.safe_load(capsys.readouterr().out)["storage"]["s3"]
    assert not {"accesskey", "secretkey"} & parameters.keys()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-o", "loop"), "loop was not saved: Too many levels of symbolic links."),
        (("-o", "."), ". is a folder. Choose a file in it: -o config.yml"),
        (("-o", "x" * 300), "was not saved: File name too long."),
        (("-o", "-"), "-o needs the name of a file. To print the configuration, omit -o."),
        (("-c", "missing.toml"), "missing.toml not found"),
        (("--into", "missing.yml"), "missing.yml not found"),
        (("--into", "config.yml", "--redact"), "--redact and --into cannot be combined"),
        (("--dry-run",), "--dry-run requires --into FILE."),
        (("--into", "invalid.yml"), "invalid.yml: "),
        (("--into", "text.toml"), "text.toml: The file must be YAML or JSON that contains names with values"),
    ],
)
def test_an_export_that_is_not_possible_is_a_usage_error(
    arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    previous = "storage: {s3: {secretkey: x}}\n"
    CONFIG_YML.write_text(previous, encoding="utf-8")
    Path("text.toml").write_text("words\n", encoding="utf-8")
    Path("invalid.yml").write_text("storage: [\n", encoding="utf-8")
    Path("loop").symlink_to("loop")
    assert export(*arguments) == 2
    assert message in capsys.readouterr().err
    assert CONFIG_YML.read_text(encoding="utf-8") == previous


@pytest.mark.parametrize("name", ["storage.toml", "other.toml"])
def test_an_output_does_not_overwrite_a_settings_file(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    config_file.save(Path("other.toml"), SETTINGS.replace({"bucket": "others"}), None)
    previous = Path(name).read_bytes()
    assert export("-o", name) == 2
    text = f"{name} is a settings file of storage-wizard, so nothing was written. Choose another file: -o config.yml"
    assert text in capsys.readouterr().err
    assert Path(name).read_bytes() == previous


def test_a_folder_is_answered_with_a_name_that_fits_the_format(capsys: pytest.CaptureFixture[str]) -> None:
    Path("out dir").mkdir()
    assert export("-o", "out dir", to="msr-helm") == 2
    assert "-o 'out dir/msr-helm.yaml'" in capsys.readouterr().err


# Into an existing file


def test_only_the_section_of_a_file_is_replaced_and_the_backup_has_the_previous_bytes() -> None:
    head, tail = "\ufeffversion: 0.1\r\n# é\r\nstorage:\r\n", "http: {addr:  ':5000'}  # x"
    previous = f"{head}  s3: {{bucket: old}}\r\n{tail}".encode()
    CONFIG_YML.write_bytes(previous)
    assert export("--into", "config.yml") == 0
    merged = CONFIG_YML.read_bytes()
    assert (merged.startswith(head.encode()), merged.endswith(tail.encode())) == (True, True)
    assert Path("config.yml.bak").read_bytes() == previous


def test_a_file_that_has_the_settings_already_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    CONFIG_YML.write_text("storage: {s3: {bucket: old}}\n", encoding="utf-8")
    assert export("--into", "config.yml") == 0
    merged, backup = CONFIG_YML.read_bytes(), Path("config.yml.bak")
    backup.unlink()
    assert export("--into", "config.yml") == 0
    assert "config.yml is already up to date." in capsys.readouterr().err
    assert (CONFIG_YML.read_bytes(), backup.exists()) == (merged, False)


def test_the_command_that_restarts_the_registry_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    CONFIG_YML.write_text("storage: {s3: {bucket: old}}\n", encoding="utf-8")
    assert export("--into", "config.yml") == 0
    assert "(in a container: docker restart NAME): sudo systemctl restart docker-registry\n" in capsys.readouterr().err


def test_images_that_are_not_moved_are_named_before_the_restart(capsys: pytest.CaptureFixture[str]) -> None:
    CONFIG_YML.write_text("storage: {s3: {bucket: old, region: eu-north-1}}\n", encoding="utf-8")
    assert export("--into", "config.yml") == 0
    output = capsys.readouterr().err
    assert 'note: Images in "old" are not moved to "images".' in output
    commands = (
        f"This prints the steps that move them:\nstorage-wizard import {CONFIG_YML.absolute()}.bak -c old.toml\n"
        "storage-wizard migrate old.toml storage.toml\n"
    )
    assert output.index(commands) < output.index("docker restart NAME")


def test_no_images_are_named_if_the_place_stays(capsys: pytest.CaptureFixture[str]) -> None:
    assert export("-o", "config.yml") == 0
    CONFIG_YML.write_text(CONFIG_YML.read_text(encoding="utf-8").replace("us-east-1", "eu-north-1"), encoding="utf-8")
    assert export("--into", "config.yml") == 0
    assert "Images in" not in capsys.readouterr().err


def test_a_dry_run_shows_the_difference_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    previous = "version: 0.1\nstorage:\n  s3:\n    bucket: old\n    secretkey: canary-old\n"
    CONFIG_YML.write_text(previous, encoding="utf-8")
    assert export("--into", "config.yml", "--dry-run") == 0
    output = capsys.readouterr()
    assert "-    bucket: old\n" in output.out
    assert '+    bucket: "images"\n' in output.out
    assert "canary-old" not in output.out + output.err
    assert CANARY not in output.out + output.err
    assert 'note: "delete: {enabled: true}" was added' in output.err
    assert CONFIG_YML.read_text(encoding="utf-8") == previous
    assert not Path("config.yml.bak").exists()


def test_a_file_that_others_can_read_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    CONFIG_YML.write_text("storage: {s3: {bucket: old}}\n", encoding="utf-8")
    CONFIG_YML.chmod(0o644)
    assert export("--into", "config.yml") == 0
    note = "note: other users can read config.yml, which contains the secret key. Run: chmod 600 config.yml"
    assert note in capsys.readouterr().err
    assert stat.S_IMODE(CONFIG_YML.stat().st_mode) == 0o644


def test_a_format_without_a_yaml_section_cannot_be_merged(capsys: pytest.CaptureFixture[str]) -> None:
    CONFIG_YML.write_text("a: 1\n", encoding="utf-8")
    assert export("--into", "config.yml", to="env") == 2
    assert (
        "Files of the format env can't be changed in place. Use export -o. It works with: " in capsys.readouterr().err
    )


def test_a_file_that_changes_meanwhile_is_not_overwritten(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from wizard.formats import yaml_splice

    CONFIG_YML.write_text("storage: {s3: {bucket: old}}\n", encoding="utf-8")
    merge = yaml_splice.merge_into

    def merge_and_edit(text: str, *arguments: object) -> yaml_splice.Merged:
        CONFIG_YML.write_text("edited: true\n", encoding="utf-8")
        return merge(text, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(yaml_splice, "merge_into", merge_and_edit)
    assert export("--into", "config.yml") == 2
    assert "config.yml was changed by another program, so nothing was written." in capsys.readouterr().err
    assert CONFIG_YML.read_text(encoding="utf-8") == "edited: true\n"


# Remarks


def test_errors_for_the_registry_of_the_format_are_reported_although_another_one_has_passed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = SETTINGS.replace(
        {"registry": "distribution-3", "provider": "aws", "region": "eu-north-1", "regionendpoint": ""}
    )
    passed = config_file.Validation(True, datetime(2026, 1, 1, tzinfo=UTC))
    config_file.save(Path("storage.toml"), settings, passed)
    assert export(to="distribution-3") == 0
    assert capsys.readouterr().err == ""
    assert export(to="harbor") == 0
    assert "Harbor predates eu-north-1" in capsys.readouterr().err


def test_a_redacted_export_has_no_credentials_of_the_endpoint(capsys: pytest.CaptureFixture[str]) -> None:
    endpoint = "https://minio.example?token=canary-word"
    config_file.save(Path("storage.toml"), SETTINGS.replace({"regionendpoint": endpoint}), None)
    assert export("--redact") == 0
    output = capsys.readouterr()
    assert "minio.example?(hidden)" in output.out
    assert "canary-word" not in output.out + output.err


@pytest.mark.parametrize("value", ["0x_", "0b_", '"\\U00110000"', '"\\UFFFFFFFF"'])
def test_a_file_with_a_value_that_stands_for_nothing_is_left_alone(
    value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"version: 0.1\nstorage: {{s3: {{bucket: x}}}}\nother: {value}\n"
    CONFIG_YML.write_text(text, encoding="utf-8")
    assert export("--into", "config.yml") in (0, 2)
    error = capsys.readouterr().err
    assert "should not have happened" not in error
    if "U" in value:
        assert "config.yml: Found an invalid character at line 3" in error
        assert CONFIG_YML.read_text(encoding="utf-8") == text


@pytest.mark.ci_only
def test_a_file_that_would_become_too_large_to_be_read_again_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    section = "storage:\n  s3:\n    bucket: b\n"
    text = f"# {'x' * (MAX_BYTES - len(section) - 10)}\n{section}"
    CONFIG_YML.write_text(text, encoding="utf-8")
    assert export("--into", "config.yml") == 2
    assert "config.yml would become too large to read again, so nothing was changed." in capsys.readouterr().err
    assert CONFIG_YML.read_text(encoding="utf-8") == text
    assert not list(Path().glob("config.yml.*"))


# Without a format


def test_the_format_is_that_of_the_import(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = config_file.ImportedFrom(str(tmp_path / "harbor.yml"), "harbor")
    config_file.save(Path("storage.toml"), SETTINGS, None, source=source)
    assert cli.main(["export"]) == 0
    assert "storage_service:" in capsys.readouterr().out
    Path("harbor.yml").write_text("hostname: h\ndata_volume: /d\nstorage_service: {}\n", encoding="utf-8")
    assert cli.main(["export", "--into", "harbor.yml"]) == 0
    assert "bucket:" in Path("harbor.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (None, "choose a format with --to: distribution-2, "),
        (config_file.ImportedFrom("/x", "canary"), '"source.format" is canary, which is not a supported format.'),
    ],
)
def test_without_a_known_format_it_must_be_named(
    source: config_file.ImportedFrom | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.save(Path("storage.toml"), SETTINGS, None, source=source)
    assert cli.main(["export"]) == 2
    assert message in capsys.readouterr().err


# The CA


@pytest.mark.parametrize(
    ("to", "what"),
    [
        ("compose", "mount the CA file into the container and set SSL_CERT_FILE to its path"),
        ("harbor", 'set "ca_bundle" in storage_service of harbor.yml to the path of the CA file'),
        (
            "harbor-helm",
            'put the CA into a Secret as ca.crt and set "caBundleSecretName" in imageChartStorage to its name',
        ),
        ("gitlab", "copy the CA file to /etc/gitlab/trusted-certs"),
        ("gitlab-helm", "put the CA into a Secret and list that Secret in global.certificates.customCAs"),
    ],
)
def test_a_ca_that_only_this_environment_trusts_is_named_with_its_place_in_the_registry(
    to: str, what: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(to=to) == 0
    assert "SSL_CERT_FILE is set here" not in capsys.readouterr().err
    monkeypatch.setenv("SSL_CERT_FILE", "/ca.pem")
    assert export(to=to) == 0
    error = capsys.readouterr().err
    assert f"SSL_CERT_FILE is set here. If it contains the store's CA, the registry needs it too: {what}." in error


@pytest.mark.parametrize(
    ("name", "format_id"),
    [("registry:3", "distribution-3"), ("MSR 4", "harbor"), ("msr4", "harbor"), ("k8s", "kubernetes")],
)
def test_a_format_has_the_names_of_its_registry(name: str, format_id: str) -> None:
    assert quick_parser().parse_args(["export", "--to", name]).to == format_id
    assert quick_parser().parse_args(["import", "--from", name, "file"]).format == format_id


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("msr3", "MSR 3 has several formats. Choose from msr-helm, msr-operator."),
        ("docker", 'unknown format "docker". Did you mean "dtr" or "distribution-2"?'),
    ],
)
def test_a_name_of_several_formats_is_refused_with_them(
    name: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["export", "--to", name])
    assert hint in capsys.readouterr().err
