"""The format of a text is detected from its content."""

from __future__ import annotations

import json

import pytest

from tests.support.formats import FOLDER, FORMATS, MINIO, registry_for
from wizard.formats import NAMES
from wizard.formats.detect import detect
from wizard.formats.format import FormatError
from wizard.model.settings import Settings


@pytest.mark.parametrize(
    ("name", "settings"),
    [(name, each) for name in NAMES for each in (MINIO, FOLDER) if each is MINIO or FORMATS[name].has_folders],
)
def test_every_export_is_detected_as_its_own_format(name: str, settings: Settings) -> None:
    text = FORMATS[name].write(settings.replace({"registry": registry_for(name)})).text
    assert detect(text) == name


@pytest.mark.parametrize(
    ("parameter", "format_id"),
    [
        ("accelerate: true", "distribution-3"),
        ("forcepathstyle: false", "distribution-3"),
        ("useragent: x", "distribution-2"),
    ],
)
def test_a_parameter_of_the_3_line_decides_the_version(parameter: str, format_id: str) -> None:
    assert detect(f"version: 0.1\nstorage:\n  s3:\n    bucket: b\n    {parameter}\n") == format_id


def test_the_default_configuration_of_the_3_line_is_detected() -> None:
    """2.8.2 refuses it: "must provide exactly one storage type. Provided: [filesystem tag]"."""
    text = """version: 0.1
log:
  fields:
    service: registry
storage:
  delete:
    enabled: true
  filesystem:
    rootdirectory: /var/lib/registry
  tag:
    concurrencylimit: 5
"""
    assert detect(text) == "distribution-3"


def test_a_folder_without_a_mark_of_a_version_is_that_of_the_2_line() -> None:
    assert detect("version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: /srv\n") == "distribution-2"


@pytest.mark.parametrize(
    ("text", "format_id"),
    [
        ('# {}\n\n  {"storage": {}}', "dtr"),
        ("external_url 'https://x'\nregistry[\"storage\"] = {}", "gitlab"),
        ("export REGISTRY_STORAGE_S3_BUCKET=b", "env"),
        ("imageChartStorage:\n  type: s3\n", "harbor-helm"),
        ("version: 0.1\nstorage: filesystem\nhttp: {addr: ':5000'}\n", "distribution-2"),
        (
            "apiVersion: v1\nkind: Service\n---\napiVersion: x/v1\nkind: Application\nspec: {imageChartStorage: {}}\n",
            "harbor-helm",
        ),
        ("s3:\n  bucket: b\n", "gitlab-helm"),
        ("s3aws:\n  bucket: b\n", "gitlab-helm"),
    ],
)
def test_other_shapes_of_a_format_are_detected(text: str, format_id: str) -> None:
    assert detect(text) == format_id


@pytest.mark.parametrize("text", ["", "# storage:\n", "hello", "x: 1\nstorages: {}\n"])
def test_a_text_of_no_format_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="--from"):
        detect(text)


def test_the_configuration_of_a_registry_as_json_is_not_that_of_dtr() -> None:
    assert detect('{"version": 0.1, "storage": {"s3": {"bucket": "images"}}}') == "distribution-2"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("apiVersion: v1\nkind: Service\nmetadata: {name: x}\n", "a Kubernetes manifest"),
        ("version: 0.1\nhttp: {addr: ':5000'}\n", "a registry configuration"),
        ("persistence: {enabled: true, size: 8Gi}\n", "values of a Helm chart"),
    ],
)
def test_what_a_file_without_a_known_storage_looks_like_is_said(text: str, title: str) -> None:
    with pytest.raises(FormatError, match=f"The file looks like {title}, but no supported storage section was found"):
        detect(text)


@pytest.mark.parametrize(
    ("key", "text", "title"),
    [
        ("config.yaml", "DISTRIBUTED_STORAGE_CONFIG: {a: [S3Storage, {s3_bucket: canary}]}\n", "config.yaml of Quay"),
        (
            "config.json",
            '{"storage": {"rootDirectory": "/x", "storageDriver": {"name": "s3"}}}',
            "configuration of zot",
        ),
    ],
)
def test_a_format_in_a_value_of_a_manifest_is_named(key: str, text: str, title: str) -> None:
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"x": "1", key: text}}
    with pytest.raises(FormatError, match=f'{title} in "{key}" in the ConfigMap c. Copy that') as error:
        detect(json.dumps(manifest))
    assert "canary" not in str(error.value)


def test_several_documents_that_are_no_manifest_are_refused() -> None:
    with pytest.raises(FormatError, match="The file contains several documents"):
        detect("version: 0.1\nstorage: {s3: {bucket: b}}\n---\nversion: 0.1\n")


def test_what_a_manifest_of_several_documents_looks_like_is_said() -> None:
    with pytest.raises(FormatError, match="The file looks like a Kubernetes manifest"):
        detect("---\napiVersion: v1\nkind: Service\n---\napiVersion: v1\nkind: Namespace\n")


def test_two_formats_in_one_text_are_named() -> None:
    text = "services: {registry: {image: registry}}\nstorage: {s3: {bucket: images}}\n"
    with pytest.raises(FormatError, match=r"\(distribution-2\) or .*\(compose\).*--from"):
        detect(text)


def test_broken_yaml_is_named_with_its_line() -> None:
    with pytest.raises(FormatError, match=r"[Ll]ine 2"):
        detect("storage:\n\ts3: {}\n")


@pytest.mark.parametrize(
    "text", ["# services:\nstorage: {s3: {bucket: b}}\n", "http: {note: 'services: x'}\nstorage: {s3: {}}\n"]
)
def test_a_word_of_another_format_in_a_comment_or_a_value_does_not_matter(text: str) -> None:
    assert detect(text) == "distribution-2"


OTHER_TOOLS = {
    "a shell script with a here-document": [
        "#!/bin/sh\ncat > /etc/docker/registry/config.yml <<EOF\nversion: 0.1\nstorage:\n  s3:\n    bucket: b\nEOF\n",
        "sudo tee registry.env <<'EOF'\nREGISTRY_STORAGE_S3_BUCKET=b\nEOF\n",
        "kubectl apply -f - <<-EOF\napiVersion: v1\nkind: Secret\nEOF\n",
        "cat <<EOF >>/etc/gitlab/gitlab.rb\nregistry['storage'] = {}\nEOF\n",
    ],
    "a Nomad job": [
        'job "registry" {\n  group "g" {\n    env {\n      REGISTRY_STORAGE_S3_BUCKET = "b"\n    }\n  }\n}\n'
    ],
    "Terraform": [
        'resource "helm_release" "harbor" {\n  set {\n    name = "persistence.imageChartStorage.type"\n  }\n}\n',
        'terraform {\n}\nresource "docker_container" "r" {\n  env = ["REGISTRY_STORAGE_S3_BUCKET=b"]\n}\n',
    ],
    "an Ansible playbook or task": [
        "- hosts: all\n  tasks:\n    - docker_container:\n        env:\n          REGISTRY_STORAGE_S3_BUCKET: b\n",
        "- community.docker.docker_container:\n    env: {REGISTRY_STORAGE_S3_BUCKET: '{{ bucket }}'}\n",
    ],
    "a Salt state": [
        "registry:\n  docker_container.running:\n    - environment:\n      - REGISTRY_STORAGE_S3_BUCKET: b\n",
        "{% set bucket = 'b' %}\n/etc/docker/registry/config.yml:\n  file.managed:\n    - source: salt://x\n",
    ],
    "a systemd unit": [
        "[Service]\nEnvironment=REGISTRY_STORAGE_S3_BUCKET=b\n",
        '[Container]\nImage=registry:2\nEnvironment="REGISTRY_STORAGE_S3_BUCKET=b"\n',
    ],
    "a template": ["version: 0.1\nstorage:\n  s3:\n    bucket: {{ bucket }}\n"],
}


@pytest.mark.parametrize(
    ("tool", "text"),
    [(tool, text) for tool, texts in OTHER_TOOLS.items() for text in texts],
    ids=lambda text: text[:25],
)
def test_what_a_file_of_another_tool_looks_like_is_said(tool: str, text: str) -> None:
    with pytest.raises(
        FormatError, match=f"The file looks like {tool}, which cannot be imported. Copy the registry's configuration"
    ):
        detect(text)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("# mine\n[minio]\ntype = s3\nprovider = Minio\n", "--from rclone REMOTE:BUCKET"),
        ("[default]\naws_access_key_id = a\naws_secret_access_key = canary\n", "--from aws PROFILE"),
        ("[default]\naccess_key = a\nhost_base = minio.example\n", "--from s3cmd s3://BUCKET"),
        ('{"version":"10","aliases":{"m":{"secretKey":"canary"}}}', "--from mc ALIAS/BUCKET"),
        ('{\n  "version": "10",\n  "aliases": {}\n}', "--from mc ALIAS/BUCKET"),
        ('version = 1\n[storage]\ntype = "s3"\n[storage.s3]\nbucket = "b"\n', "Open it with -c"),
    ],
)
def test_how_the_file_of_a_program_is_imported_is_said(text: str, remedy: str) -> None:
    with pytest.raises(FormatError, match=rf"The file looks like an? .*(configuration|settings).*{remedy}") as error:
        detect(text)
    assert "canary" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "format_id"),
    [
        ("cat > config.yml <<EOF\nx\nEOF\ndocker run -e REGISTRY_STORAGE_S3_BUCKET=b registry:2\n", "docker"),
        ("# {{ x }}\nversion: 0.1\nstorage: {s3: {bucket: b}}\n", "distribution-2"),
        ("gitlab_rails['ldap_servers'] = YAML.load <<-'EOS'\nmain:\nEOS\nregistry['storage'] = {}\n", "gitlab"),
    ],
)
def test_a_known_format_with_a_line_of_another_tool_is_read(text: str, format_id: str) -> None:
    assert detect(text) == format_id


def test_a_manifest_that_cannot_be_read_is_not_detected() -> None:
    text = """apiVersion: v1
kind: Pod
metadata: {name: registry}
spec:
  containers:
    - name: registry
      image: registry:3
      env: {REGISTRY_STORAGE_S3_BUCKET: images}
"""
    with pytest.raises(FormatError):
        detect(text)
