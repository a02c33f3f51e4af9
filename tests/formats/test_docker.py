"""A container of Docker or Podman: command lines, and what `docker inspect` prints."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given

from tests.support.formats import FORMATS, MINIO
from tests.support.fuzzing import SECRET, assert_refused, fuzz, mutations
from wizard.formats import IMPORT_ONLY_NAMES, NAMES
from wizard.formats.detect import detect
from wizard.formats.docker import DOCKER
from wizard.formats.format import FormatError, Imported, no_writer


def read(text: str, files: dict[str, str] | None = None) -> Imported:
    assert detect(text) == "docker"
    assert DOCKER.read_with is not None
    imported = DOCKER.read_with(text, (files or {}).get)
    assert not any("canary" in remark for remark in imported.remarks)
    return imported


def bucket(text: str, files: dict[str, str] | None = None) -> str:
    imported = read(text, files)
    assert imported.remarks == ()
    return imported.settings.bucket


# Command lines

SCRIPT = """#!/bin/sh
# docker run old
set -e
docker rm -f registry || true
docker run -d --restart=always -p 5000:5000 --name registry \\
  -e REGISTRY_STORAGE=s3 \\
  -e REGISTRY_STORAGE_S3_BUCKET=images -e "REGISTRY_STORAGE_S3_REGION=us-east-1" \\
  --env REGISTRY_STORAGE_S3_ACCESSKEY='me' --env=REGISTRY_STORAGE_S3_SECRETKEY='canary/Secret+Key=0123456789' \\
  -eREGISTRY_STORAGE_S3_REGIONENDPOINT=https://minio:9000 \\
  -v /srv/auth:/auth:ro --rm registry:3 serve -e REGISTRY_STORAGE=filesystem
"""


def test_a_script_is_read() -> None:
    imported = read(SCRIPT)
    settings = imported.settings
    assert (settings.bucket, settings.region, settings.accesskey) == ("images", "us-east-1", "me")
    assert (settings.secretkey.reveal(), settings.regionendpoint) == (SECRET, "https://minio:9000")
    assert (settings.registry, imported.remarks) == ("distribution-3", ())


@pytest.mark.parametrize(
    "command",
    [
        "docker run -e REGISTRY_STORAGE_S3_BUCKET=images registry:2",
        "podman run -dite REGISTRY_STORAGE_S3_BUCKET=images registry:2",
        "sudo podman container run -e=REGISTRY_STORAGE_S3_BUCKET=images registry:2",
        "  501  /usr/bin/docker run -e REGISTRY_STORAGE_S3_BUCKET=images registry:2",
        "user@host:~# docker run -e REGISTRY_STORAGE_S3_BUCKET=images registry:2",
        "$ docker -H tcp://h:1 create --env REGISTRY_STORAGE_S3_BUCKET=images registry:2 && docker ps",
        "docker service create --mode global -e REGISTRY_STORAGE_S3_BUCKET=images registry:2",
        "docker --version; docker run -e REGISTRY_STORAGE_S3_BUCKET=images registry:2",
        "docker stop r; docker run --unknown -e REGISTRY_STORAGE_S3_BUCKET=images registry:2",
        "ExecStart=/usr/bin/docker run --rm -e REGISTRY_STORAGE_S3_BUCKET=images registry:2",
        "docker run -e REGISTRY_STORAGE_S3_BUCKET=images -e 'X=a: b' registry:2",
        "docker run -e REGISTRY_STORAGE_S3_BUCKET=images",
        "docker run $OPTIONS -e REGISTRY_STORAGE_S3_BUCKET=images registry:2",
        "docker run -e REGISTRY_STORAGE_S3_BUCKET=other -e REGISTRY_STORAGE_S3_BUCKET=images registry:2",
        "BUCKET=images\ndocker run -e REGISTRY_STORAGE_S3_BUCKET=$BUCKET registry:2",
        "export BUCKET='images'; docker run -e \"REGISTRY_STORAGE_S3_BUCKET=${BUCKET}\" registry:2",
        "export REGISTRY_STORAGE_S3_BUCKET=images\ndocker run -e REGISTRY_STORAGE_S3_BUCKET registry:2",
        "REGISTRY_STORAGE_S3_BUCKET=images docker run -e REGISTRY_STORAGE_S3_BUCKET registry:2",
        "docker run -e REGISTRY_STORAGE_S3_BUCKET=images registry:2\n" * 2,
    ],
)
def test_the_variables_of_a_command_are_read(command: str) -> None:
    assert bucket(command) == "images"


@pytest.mark.parametrize(("image", "registry"), [("registry:2", "2"), ("registry:3.1", "3"), ("registry", "2")])
def test_the_image_of_a_command_says_which_registry_it_is(image: str, registry: str) -> None:
    text = f"docker run -p 5000:5000 -d -e REGISTRY_STORAGE_S3_BUCKET=images --name r --rm {image} x:3"
    assert read(text).settings.registry == f"distribution-{registry}"


@pytest.mark.parametrize(
    "switch",
    [
        *("-d", "-i", "-t", "-P", "-q", "-dit"),
        *("--detach", "--disable-content-trust", "--env-host", "--help", "--init", "--interactive"),
        *("--no-healthcheck", "--no-hosts", "--no-resolve-image", "--oom-kill-disable", "--privileged"),
        *("--publish-all", "--quiet", "--read-only", "--replace", "--rm", "--rmi", "--sig-proxy", "--tls-verify"),
        *("--tty", "--use-api-socket", "--with-registry-auth"),
    ],
)
def test_a_switch_takes_no_value_from_the_next_word(switch: str) -> None:
    text = f"docker run -e REGISTRY_STORAGE_S3_BUCKET=images {switch} registry:3.1"
    assert read(text).settings.registry == "distribution-3"


def test_a_file_of_variables_is_read_as_by_docker() -> None:
    files = {"r.env": "# x\nREGISTRY_STORAGE_S3_BUCKET=other\nREGISTRY_STORAGE_S3_KEYID=a$b\n"}
    imported = read(
        "docker run -e REGISTRY_STORAGE_S3_BUCKET=images --env-file ./r.env registry:2", {"./r.env": files["r.env"]}
    )
    assert (imported.settings.bucket, imported.settings.keyid) == ("images", "a$b")
    assert (
        bucket("BUCKET=r\ndocker run --env-file=$BUCKET.env registry:2", {"r.env": "REGISTRY_STORAGE_S3_BUCKET=b"})
        == "b"
    )


@pytest.mark.parametrize(
    ("option", "remark"),
    [
        ("--env-file r.env", "The file r.env was not read. It does not exist."),
        (
            "--env-file $X",
            (
                "The file whose name contains a variable was not read. Its name depends on variables that are not set "
                "here."
            ),
        ),
        ("--env-file $SECRET.env", "The file whose name contains a variable was not read. It does not exist."),
        (
            "-v=$SECRET:/etc/distribution/config.yml",
            "The file whose name contains a variable was not read. It does not exist.",
        ),
        ("--env-file bad.env", "The file bad.env was not read. Line 1 is not NAME=VALUE."),
        (
            "-v $(pwd)/config.yml:/etc/docker/registry/config.yml:ro",
            "The file ./config.yml was not read. It does not exist.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_named(option: str, remark: str) -> None:
    text = f"SECRET={SECRET}\ndocker run {option} -e REGISTRY_STORAGE_S3_BUCKET=images registry:2"
    assert read(text, {"bad.env": "canary word"}).remarks == (remark,)


@pytest.mark.parametrize(
    ("option", "remark"),
    [
        (
            "-e REGISTRY_STORAGE_S3_SECRETKEY",
            "REGISTRY_STORAGE_S3_SECRETKEY was ignored because its value comes from outside the file.",
        ),
        (
            "-e REGISTRY_STORAGE_S3_SECRETKEY=$SECRET",
            "REGISTRY_STORAGE_S3_SECRETKEY was ignored because its value uses SECRET, which is not set here.",
        ),
        (
            "-e REGISTRY_STORAGE_S3_SECRETKEY=$FROM_FILE",
            "REGISTRY_STORAGE_S3_SECRETKEY was ignored because its value uses FROM_FILE, which is not set here.",
        ),
        (
            '-e REGISTRY_STORAGE_S3_SECRETKEY="$(cat canary)"',
            "REGISTRY_STORAGE_S3_SECRETKEY was ignored because its value uses $(…), which is not set here.",
        ),
    ],
)
def test_a_variable_without_a_value_is_named(option: str, remark: str) -> None:
    text = f"FROM_FILE=$(cat canary)\ndocker run -e REGISTRY_STORAGE_S3_BUCKET=images {option} registry:2"
    imported = read(text)
    assert not imported.settings.secretkey
    assert imported.remarks == (
        remark,
        "To import the container's actual values, run: docker inspect CONTAINER | storage-wizard import -",
    )


def test_the_environment_of_the_wizard_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", SECRET)
    text = "docker run -e REGISTRY_STORAGE_S3_BUCKET=images -e REGISTRY_STORAGE_S3_SECRETKEY=$SECRET registry:2"
    assert not read(text).settings.secretkey


@pytest.mark.parametrize(
    "option",
    [
        "-v ./config.yml:/etc/docker/registry/config.yml:ro",
        "--volume $PWD/config.yml:/etc/distribution/config.yml",
        "--mount type=bind,source=./config.yml,target=/etc/docker/registry/config.yml,readonly",
        "--mount type=bind,src=./config.yml,dst=/etc/docker/registry/config.yml",
    ],
)
def test_a_configuration_that_is_mounted_is_read(option: str) -> None:
    files = {"./config.yml": "storage: {s3: {bucket: images, region: r}}"}
    assert bucket(f"docker run {option} registry:2", files) == "images"


def test_two_containers_with_different_storage_are_refused_by_name() -> None:
    commands = [f"docker run {name} -e REGISTRY_STORAGE_S3_BUCKET=canary{name} registry:2" for name in ("", "--name=b")]
    commands.append("docker run --name $NAME -e REGISTRY_STORAGE_S3_BUCKET=c registry:2")
    with pytest.raises(
        FormatError, match=r"Several containers set REGISTRY_STORAGE… to different values: line 2, b, line 4\."
    ):
        read("NAME=canary\n" + "\n".join(commands))


def test_a_command_without_storage_is_refused() -> None:
    with pytest.raises(FormatError, match="No container sets REGISTRY_STORAGE"):
        read("docker run -d -p 5000:5000 registry:2")


# The output of `docker inspect`


def inspected(**config: object) -> dict[str, object]:
    env = ["PATH=/bin", "REGISTRY_STORAGE_S3_BUCKET=images", f"REGISTRY_STORAGE_S3_SECRETKEY={SECRET}"]
    return {"Id": "0" * 64, "Name": "/registry", "Config": {"Env": env, "Image": "registry:3"} | config}


@pytest.mark.parametrize("indent", [None, 4])
@pytest.mark.parametrize("is_list", [True, False])
def test_what_docker_inspect_prints_is_read(indent: int | None, is_list: bool) -> None:
    document = [inspected()] if is_list else inspected()
    imported = read(json.dumps(document, indent=indent))
    assert (imported.settings.bucket, imported.settings.secretkey.reveal()) == ("images", SECRET)
    assert (imported.settings.registry, imported.remarks) == ("distribution-3", ())


def test_many_inspected_containers_are_read() -> None:
    others = [inspected(Env=["A=b"], Labels={str(n): "x" for n in range(500)})] * 50
    assert bucket(json.dumps([*others, inspected()])) == "images"


def test_inspected_containers_with_different_storage_are_named() -> None:
    other = inspected(Env=["REGISTRY_STORAGE_S3_BUCKET=canary"]) | {"Name": "other"}
    with pytest.raises(FormatError, match="to different values: registry, other") as refusal:
        read(json.dumps([inspected(), other]))
    assert "canary" not in str(refusal.value)


def test_the_image_can_be_beside_the_configuration() -> None:
    document = inspected(Image=None) | {"ImageName": "docker.io/library/registry:3"}
    assert read(json.dumps([document])).settings.registry == "distribution-3"


def test_a_mounted_configuration_is_named_where_it_is_not_here() -> None:
    mounts = [{"Type": "bind", "Source": "/srv/config.yml", "Destination": "/etc/docker/registry/config.yml"}]
    document = inspected() | {"Mounts": mounts}
    assert read(json.dumps([document])).remarks == ("The file /srv/config.yml was not read. It does not exist.",)


@pytest.mark.parametrize(
    "text", ["[", "[]", "[1]", '[{"Config": 1}]', '{"Config": {"Env": 1}}', "[" * 100_000, "9" * 5000]
)
def test_other_json_is_not_that_of_a_container(text: str) -> None:
    with pytest.raises(FormatError):
        detect(text)


@pytest.mark.parametrize("source", [SCRIPT, json.dumps([inspected()], indent=2)], ids=["script", "inspect"])
def test_any_text_is_read_or_refused(source: str) -> None:
    @fuzz
    @given(mutations(source))
    def is_read_or_refused(text: str) -> None:
        for function in (DOCKER.read, detect):
            try:
                function(text)
            except FormatError as error:
                assert_refused(error)

    is_read_or_refused()


@pytest.mark.ci_only
@pytest.mark.sample
@pytest.mark.parametrize("text", ["docker run -e A=b x;", "docker x ", "X=1\n", "docker run $X\n"])
def test_a_long_text_is_read_in_little_time(text: str) -> None:
    start = time.process_time()
    with pytest.raises(FormatError):
        DOCKER.read(text * (100_000 // len(text)))
    assert time.process_time() - start < 5


# Import only


@pytest.mark.parametrize("name", FORMATS)
def test_only_formats_that_are_listed_so_have_no_writer(name: str) -> None:
    assert (FORMATS[name].write is no_writer) == (name in IMPORT_ONLY_NAMES) == (name not in NAMES)


@pytest.mark.parametrize("name", IMPORT_ONLY_NAMES)
def test_a_format_that_can_only_be_imported_refuses_to_write(name: str) -> None:
    with pytest.raises(FormatError, match="can only be imported"):
        FORMATS[name].write(MINIO)
