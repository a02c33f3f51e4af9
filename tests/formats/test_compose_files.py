"""A Compose file with variables, and with files beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from wizard.formats.compose import COMPOSE
from wizard.formats.format import FormatError, Imported

CANARY = "canary-secret"
IMAGES = {"REGISTRY_STORAGE_S3_BUCKET": "images"}


def beside(files: dict[str, str]) -> Callable[[str], str | None]:
    return files.get


def read(service: str, files: dict[str, str] | None = None, rest: str = "") -> Imported:
    assert COMPOSE.read_with is not None
    text = f"services:\n  registry: {{{service}}}\n{rest}"
    imported = COMPOSE.read_with(text, beside(files or {}))
    assert not any("canary" in remark for remark in imported.remarks)
    return imported


# Variables


def test_variables_come_from_the_file_beside() -> None:
    service = (
        "image: 'registry:${VERSION:-2}', environment: [REGISTRY_STORAGE_S3_BUCKET=$BUCKET, "
        "'REGISTRY_STORAGE_S3_REGIONENDPOINT=https://${HOST}:9000', 'REGISTRY_STORAGE_S3_REGION=${REGION:-r}']"
    )
    imported = read(service, {".env": "BUCKET=images\nHOST='minio'\nVERSION=3.1\n"})
    assert imported.settings.bucket == "images"
    assert imported.settings.regionendpoint == "https://minio:9000"
    assert (imported.settings.region, imported.settings.registry) == ("r", "distribution-3")
    assert imported.remarks == ()


def test_the_environment_of_the_wizard_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUCKET", CANARY)
    assert read("environment: [REGISTRY_STORAGE=s3, REGISTRY_STORAGE_S3_BUCKET=$BUCKET]").settings.bucket == ""


def test_a_variable_without_a_value_is_left_out_and_named() -> None:
    imported = read(
        "environment: [REGISTRY_STORAGE_S3_BUCKET=images, 'REGISTRY_STORAGE_S3_REGIONENDPOINT=https://$HOST:9000']"
    )
    assert imported.settings.regionendpoint == ""
    assert imported.remarks == (
        "REGISTRY_STORAGE_S3_REGIONENDPOINT was ignored because its value uses HOST, which is not set here.",
        "Set it in .env next to the file, or run: docker compose config | storage-wizard import -",
    )


@pytest.mark.parametrize("environment", ["[REGISTRY_STORAGE_S3_SECRETKEY]", "{REGISTRY_STORAGE_S3_SECRETKEY: }"])
def test_a_name_alone_gets_its_value_from_the_file_beside(environment: str) -> None:
    imported = read(f"environment: {environment}", {".env": f"REGISTRY_STORAGE_S3_SECRETKEY={CANARY}\n"})
    assert imported.settings.secretkey.reveal() == CANARY
    imported = read(f"environment: {environment}")
    assert not imported.settings.secretkey
    assert imported.remarks[0] == (
        "REGISTRY_STORAGE_S3_SECRETKEY was ignored because its value comes from outside the file."
    )


def test_a_driver_that_only_variables_without_a_value_name_is_read() -> None:
    assert read("environment: [REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY=$DIR]").settings.type == "filesystem"


def test_a_driver_without_a_value_is_refused() -> None:
    with pytest.raises(FormatError, match="sets neither REGISTRY_STORAGE"):
        read("environment: [REGISTRY_STORAGE=$DRIVER]")


def test_a_text_without_files_says_why_its_variables_have_no_value() -> None:
    imported = COMPOSE.read("services: {r: {environment: [REGISTRY_STORAGE_S3_BUCKET=$BUCKET]}}")
    assert imported.remarks[-1].endswith(
        ".env was not read. Other files cannot be read when the configuration comes from standard input."
    )
    assert COMPOSE.read("services: {r: {environment: [REGISTRY_STORAGE_S3_BUCKET=b]}}").remarks == ()


def test_a_file_of_variables_that_cannot_be_read_is_named() -> None:
    imported = read("environment: [REGISTRY_STORAGE_S3_BUCKET=$BUCKET]", {".env": f"BUCKET='{CANARY}"})
    assert imported.remarks[-1].endswith(".env was not read. Line 1: add the missing closing quote.")


# env_file

ENV_FILES = [
    "a.env",
    "[a.env]",
    "[{path: a.env}]",
    "[b.env, a.env]",
    "[{path: none.env, required: false}, a.env]",
    "$NAME.env",
]


@pytest.mark.parametrize("value", ENV_FILES)
def test_files_of_variables_are_read(value: str) -> None:
    files = {
        "a.env": "REGISTRY_STORAGE_S3_BUCKET=\"images\"\nREGISTRY_STORAGE_S3_KEYID=$KEY-'x'\n",
        "b.env": "REGISTRY_STORAGE_S3_BUCKET=other\n",
        ".env": "KEY=k\nNAME=a\n",
    }
    imported = read(f"env_file: {value}", files)
    assert (imported.settings.bucket, imported.settings.keyid) == ("images", "k-'x'")
    assert imported.remarks == ()


def test_the_environment_of_a_service_has_precedence_over_its_files() -> None:
    files = {"a.env": "REGISTRY_STORAGE_S3_BUCKET=other\nREGISTRY_STORAGE_S3_REGION=r\n"}
    settings = read("env_file: a.env, environment: {REGISTRY_STORAGE_S3_BUCKET: images}", files).settings
    assert (settings.bucket, settings.region) == ("images", "r")


def test_a_raw_file_is_read_as_by_docker() -> None:
    files = {"a.env": "REGISTRY_STORAGE_S3_BUCKET=images\nREGISTRY_STORAGE_S3_KEYID=a$b\n"}
    assert read("env_file: [{path: a.env, format: raw}]", files).settings.keyid == "a$b"


@pytest.mark.parametrize(
    ("value", "remark"),
    [
        ("none.env", "The file none.env was not read. It does not exist."),
        ("$NAME.env", "The file $NAME.env was not read. It does not exist."),
        ("$NONE.env", "The file $NONE.env was not read. Its name depends on variables that are not set here."),
        ("'${.env'", "The file ${.env was not read. It does not exist."),
        ("bad.env", "The file bad.env was not read. Line 1 is not NAME=VALUE."),
        ("[[1]]", "The file [1] was not read. Its name depends on variables that are not set here."),
    ],
)
def test_an_environment_file_that_cannot_be_read_is_named(value: str, remark: str) -> None:
    files = {".env": f"NAME={CANARY}\n", "bad.env": f"{CANARY} word\n"}
    imported = read(f"env_file: {value}, environment: {{REGISTRY_STORAGE_S3_BUCKET: images}}", files)
    assert imported.remarks == (remark,)
    with pytest.raises(FormatError, match="No service sets REGISTRY_STORAGE") as refusal:
        read(f"env_file: {value}", files)
    assert str(refusal.value).endswith(remark)


def test_an_error_about_a_file_whose_name_has_variables_does_not_repeat_it() -> None:
    def refuse(name: str) -> str | None:
        if name == ".env":
            return f"NAME={CANARY}\n"
        raise FormatError(f"{name} cannot be read.")

    assert COMPOSE.read_with is not None
    text = "services: {r: {env_file: $NAME, environment: {REGISTRY_STORAGE_S3_BUCKET: b}}}"
    assert COMPOSE.read_with(text, refuse).remarks == ("The file $NAME was not read.",)


def test_a_file_that_two_services_name_is_read_once() -> None:
    names = []

    def read_beside(name: str) -> str | None:
        names.append(name)
        return "REGISTRY_STORAGE_S3_BUCKET=images\n" if name == "a.env" else None

    assert COMPOSE.read_with is not None
    imported = COMPOSE.read_with("services: {a: {env_file: a.env}, b: {env_file: a.env}}", read_beside)
    assert imported.settings.bucket == "images"
    assert names == [".env", "a.env"]


def test_too_many_files_are_not_read() -> None:
    files = {f"{number}.env": "" for number in range(30)}
    imported = read(f"env_file: [{', '.join(files)}], environment: {{REGISTRY_STORAGE_S3_BUCKET: images}}", files)
    assert "too many other files" in imported.remarks[0]


# The configuration

CONFIG = """version: 0.1
storage:
  s3: {bucket: images, region: r, secretkey: canary-secret}
  redirect: {disable: true}
  delete: {enabled: true}
"""
INLINE = "configs:\n  c:\n    content: |\n" + "".join(f"      {line}\n" for line in CONFIG.splitlines())


@pytest.mark.parametrize(
    ("service", "rest"),
    [
        ("configs: [{source: c, target: /etc/docker/registry/config.yml}]", INLINE),
        ("configs: [{source: c, target: /etc/distribution/config.yml}]", INLINE),
        ("configs: [c], command: [serve, /c]", INLINE),
        ("configs: [c], command: serve /c", INLINE),
        ("configs: [{source: c, target: /etc/docker/registry/config.yml}]", "configs: {c: {file: config.yml}}\n"),
        ("volumes: ['./config.yml:/etc/docker/registry/config.yml:ro', data:/x]", ""),
        (
            "volumes: [data:/x, {type: volume, source: data, target: /y}, './x:/z',"
            " './config.yml:/etc/distribution/config.yml']",
            "",
        ),
        ("configs: [other, {source: c, target: /etc/distribution/config.yml}]", INLINE),
        ("volumes: ['${DIR:-./x}/../config.yml:/etc/distribution/config.yml']", ""),
        ("volumes: [{type: bind, source: config.yml, target: /etc/distribution/config.yml}]", ""),
    ],
)
def test_a_configuration_that_is_mounted_is_read(service: str, rest: str) -> None:
    imported = read(
        f"image: registry:3, {service}",
        {"config.yml": CONFIG, "./config.yml": CONFIG, "./x/../config.yml": CONFIG},
        rest,
    )
    settings = imported.settings
    assert (settings.bucket, settings.region, settings.redirect) == ("images", "r", False)
    assert (settings.secretkey.reveal(), settings.registry) == (CANARY, "distribution-3")
    assert imported.remarks == ()


def test_variables_change_the_mounted_configuration() -> None:
    service = "environment: {REGISTRY_STORAGE_S3_BUCKET: b}, volumes: ['./config.yml:/etc/distribution/config.yml']"
    settings = read(service, {"./config.yml": CONFIG}).settings
    assert (settings.bucket, settings.region) == ("b", "r")


def test_a_variable_for_the_driver_replaces_the_storage_of_the_configuration() -> None:
    service = "environment: {REGISTRY_STORAGE: s3}, volumes: ['./config.yml:/etc/distribution/config.yml']"
    assert read(service, {"./config.yml": CONFIG}).settings.bucket == ""


def test_variables_in_a_configuration_are_replaced() -> None:
    service = "configs: [{source: c, target: /etc/distribution/config.yml}]"
    inline = "configs: {c: {content: 'storage: {s3: {bucket: $B, region: $R}}'}}\n"
    imported = read(service, {".env": "B=images\n"}, inline)
    assert (imported.settings.bucket, imported.settings.region) == ("images", "")
    assert imported.remarks[0].startswith("The config c uses R, which is not set here.")


def test_a_configuration_that_is_not_there_is_named() -> None:
    with pytest.raises(FormatError, match=r"The file \./config\.yml was not read\. It does not exist\."):
        read("volumes: ['./config.yml:/etc/distribution/config.yml']")


def test_a_mirror_is_known_by_its_configuration() -> None:
    mirror = "proxy: {remoteurl: https://hub}\nstorage: {filesystem: {rootdirectory: /m}}\n"
    rest = "  m: {volumes: ['./m.yml:/etc/distribution/config.yml']}\n"
    imported = read("environment: {REGISTRY_STORAGE_S3_BUCKET: images}", {"./m.yml": mirror}, rest)
    assert imported.settings.bucket == "images"
    assert imported.remarks == ("Ignored because it only mirrors another registry: m.",)
