"""Manifests of Kubernetes: a registry's configuration in a Secret or ConfigMap, and variables of containers."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from hypothesis import given

from tests.support.formats import FOLDER, FORMATS, MINIO
from tests.support.fuzzing import SECRET, assert_refused, fuzz, mutations
from wizard.formats.detect import detect
from wizard.formats.format import FormatError, Imported
from wizard.formats.manifest import Manifest
from wizard.model.secret import Secret

KUBERNETES = FORMATS["kubernetes"]

CONFIGURATION = """version: 0.1
storage:
  s3:
    region: us-east-1
    bucket: images
    regionendpoint: http://minio:9000
    accesskey: me
    secretkey: canary-secret
"""


def holder(kind: str, **fields: object) -> str:
    return yaml.safe_dump({"apiVersion": "v1", "kind": kind, "metadata": {"name": "registry-config"}, **fields})


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def workload(env: object = None, kind: str = "Deployment", name: str = "registry", **container: object) -> str:
    """A workload with one container."""
    pod: Mapping[str, object] = {"containers": [{"name": "registry", "image": "registry:2", "env": env, **container}]}
    spec = {
        "Pod": pod,
        "CronJob": {"schedule": "@daily", "jobTemplate": {"spec": {"template": {"spec": pod}}}},
    }.get(kind, {"template": {"spec": pod}})
    return yaml.safe_dump({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": spec})


def variable(name: str, value: object) -> dict[str, object]:
    return {"name": f"REGISTRY_STORAGE_S3_{name}", "value": value}


def reference(name: str, key: str, kind: str = "secret", holder_name: str = "minio") -> dict[str, object]:
    return {
        "name": f"REGISTRY_STORAGE_S3_{name}",
        "valueFrom": {f"{kind}KeyRef": {"name": holder_name, "key": key}},
    }


def documents(*texts: str) -> str:
    return "---\n".join(texts)


def read(*texts: str) -> Imported:
    """What is read, also by its content alone."""
    text = documents(*texts)
    assert detect(text) == "kubernetes"
    return KUBERNETES.read(text)


def refusal(*texts: str) -> str:
    with pytest.raises(FormatError) as error:
        KUBERNETES.read(documents(*texts))
    assert "canary" not in str(error.value)
    return str(error.value)


BUCKET = variable("BUCKET", "images")
REGION = variable("REGION", "us-east-1")
MINIO_SECRET = holder("Secret", data={"user": encoded("me"), "password": encoded("canary-secret")}).replace(
    "registry-config", "minio"
)

# A configuration


@pytest.mark.parametrize(
    "text",
    [
        holder("Secret", stringData={"config.yml": CONFIGURATION}),
        holder("Secret", data={"config.yml": encoded(CONFIGURATION)}),
        holder("Secret", data={"config.yml": "\n".join(encoded(CONFIGURATION))}),
        holder("Secret", data={"config.yml": encoded("storage: {}")}, stringData={"config.yml": CONFIGURATION}),
        holder("ConfigMap", data={"config.yml": CONFIGURATION}),
        holder("ConfigMap", binaryData={"config.yml": encoded(CONFIGURATION)}),
        holder("ConfigMap", data={"registry.conf": CONFIGURATION, "nginx.conf": "server { }"}),
        holder("ConfigMap", data={"config.json": '{"version": 0.1,\n "storage": {"s3": {"bucket": "images"}}}'}),
        yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "List",
                "items": [yaml.safe_load(holder("ConfigMap", data={"config.yml": CONFIGURATION}))],
            }
        ),
        '{"apiVersion": "v1", "kind": "SecretList", "items": [{"stringData": {"c": "storage: {s3: {bucket: images}}"}}'
        "]}",
        documents(holder("Service"), holder("ConfigMap", data={"config.yml": CONFIGURATION})),
    ],
)
def test_a_configuration_in_a_secret_or_config_map_is_read(text: str) -> None:
    settings = read(text).settings
    assert (settings.bucket, settings.registry) == ("images", "distribution-2")


def test_the_storage_of_gitlab_s_chart_in_a_secret_is_read() -> None:
    text = holder("Secret", stringData={"config": "s3:\n  bucket: images\n  region: r\n  v4auth: true\n"})
    settings = read(text).settings
    assert (settings.bucket, settings.registry) == ("images", "gitlab")


@pytest.mark.parametrize(("image", "registry"), [("registry:3.1", "distribution-3"), ("registry:2", "distribution-2")])
def test_the_image_says_which_registry_reads_the_configuration(image: str, registry: str) -> None:
    text = holder("ConfigMap", data={"config.yml": CONFIGURATION})
    assert read(text, workload(image=image)).settings.registry == registry


def test_a_parameter_of_the_3_line_says_so_without_an_image() -> None:
    text = holder("ConfigMap", data={"config.yml": CONFIGURATION + "    forcepathstyle: true\n"})
    assert read(text).settings.registry == "distribution-3"


def test_the_same_configuration_twice_is_read_once() -> None:
    text = holder("ConfigMap", data={"config.yml": CONFIGURATION})
    assert read(text, text).settings.bucket == "images"


def test_configurations_that_differ_are_named() -> None:
    text = holder("ConfigMap", data={"config.yml": CONFIGURATION, "mirror.yml": CONFIGURATION + "# x\n"})
    assert refusal(text) == (
        'The file contains several registry configurations: "config.yml" in the ConfigMap registry-config, '
        '"mirror.yml" in the ConfigMap registry-config. Keep one of them.'
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            holder("Secret", data={"config.yml": "canary!"}),
            (
                '"config.yml" in the Secret registry-config is not valid Base64. Encode it again, or put it in '
                '"stringData".'
            ),
        ),
        (
            holder("ConfigMap", binaryData={"config.yml": "Y2Fu="}),
            '"config.yml" in the ConfigMap registry-config is not valid Base64. Encode it again.',
        ),
        (holder("Secret", data={"config.yml": "/w=="}), '"config.yml" in the Secret registry-config is not UTF-8 text'),
        (holder("Secret", stringData={"config.yml": {"storage": "canary"}}), "must be a quoted string"),
        (holder("Secret", stringData={"config.yml": None}), "neither a registry configuration in a Secret"),
        (
            documents(*[holder("Secret", stringData={"REGISTRY_STORAGE_S3_BUCKET": "canary"})] * 2),
            "REGISTRY_STORAGE_S3_BUCKET appears twice. Remove one of them",
        ),
        (
            documents(holder("Secret", stringData={"config": "s3:\n  bucket: canary\n"}), workload([BUCKET])),
            'The file contains "config" in the Secret registry-config and registry variables. Keep one of them',
        ),
        (
            holder("ConfigMap", data={f"{n}.yml": CONFIGURATION + "#" * 40_000 for n in range(2)}),
            "too large for a configuration",
        ),
        (
            holder("ConfigMap", data={"config.yml": "storage:\n\tcanary"}),
            '"config.yml" in the ConfigMap registry-config: Invalid YAML at line 2',
        ),
        (
            holder("ConfigMap", data={"config.yml": "storage: {azure: {accountkey: canary}}"}),
            '"config.yml" in the ConfigMap registry-config: The storage driver is "azure".',
        ),
        (
            holder("ConfigMap", data={"other": "canary"}),
            "The file contains neither a registry configuration in a Secret",
        ),
    ],
)
def test_a_refusal_names_the_key_and_the_object_and_no_value(text: str, sentence: str) -> None:
    assert sentence in refusal(text)


def test_a_manifest_without_a_registry_is_not_recognized() -> None:
    for text in (workload(), holder("Secret", data={"a": "!"}), holder("ConfigMap", data={"a": "x"}), holder("List")):
        with pytest.raises(FormatError, match="The file looks like a Kubernetes manifest, but no supported storage"):
            detect(text)


# Variables


@pytest.mark.parametrize(
    "kind",
    ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Pod"],
)
def test_the_variables_of_a_workload_are_read(kind: str) -> None:
    imported = read(workload([BUCKET, REGION, variable("SECURE", "false")], kind))
    assert (imported.settings.bucket, imported.settings.secure) == ("images", False)
    assert imported.remarks == ()


@pytest.mark.parametrize(("image", "registry"), [("registry:3", "distribution-3"), ("registry:2", "distribution-2")])
def test_the_image_says_which_registry_reads_the_variables(image: str, registry: str) -> None:
    assert read(workload([BUCKET, REGION], image=image)).settings.registry == registry


def test_values_in_a_secret_and_a_config_map_of_the_same_file_are_read() -> None:
    config_map = holder("ConfigMap", data={"bucket": "images"})
    imported = read(
        workload(
            [
                reference("BUCKET", "bucket", "configMap", "registry-config"),
                REGION,
                reference("ACCESSKEY", "user"),
                reference("SECRETKEY", "password"),
            ]
        ),
        MINIO_SECRET,
        config_map,
    )
    assert imported.settings.bucket == "images"
    assert (imported.settings.accesskey, imported.settings.secretkey) == ("me", Secret("canary-secret"))
    assert imported.remarks == ()


def test_a_value_that_is_in_no_object_of_the_file_is_named() -> None:
    imported = read(
        workload(
            [
                reference("BUCKET", "bucket", "configMap", "places"),
                REGION,
                reference("ACCESSKEY", "no-such-key"),
                reference("SECRETKEY", "password", holder_name="other"),
                {"name": "REGISTRY_STORAGE_S3_KEYID", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
            ]
        ),
        MINIO_SECRET,
    )
    assert (imported.settings.bucket, imported.settings.accesskey, imported.settings.secretkey) == ("", "", Secret())
    places = [
        'BUCKET comes from "bucket" in the ConfigMap places',
        'ACCESSKEY comes from "no-such-key" in the Secret minio',
        'SECRETKEY comes from "password" in the Secret other',
        'KEYID comes from cluster data ("fieldRef")',
    ]
    assert list(imported.remarks) == [
        f"REGISTRY_STORAGE_S3_{place}, which is not in the file. Add it to the file, or enter the value."
        for place in places
    ]


def test_all_variables_of_an_object_are_read_and_single_ones_win_over_them() -> None:
    config_map = holder("ConfigMap", data={"STORAGE_S3_BUCKET": "images", "STORAGE_S3_REGION": "old"})
    source = [{"prefix": "REGISTRY_", "configMapRef": {"name": "registry-config"}}, {"secretRef": {"name": "keys"}}]
    imported = read(workload([REGION], envFrom=source), config_map)
    assert (imported.settings.bucket, imported.settings.region) == ("images", "us-east-1")
    assert imported.remarks == ("The variables in the Secret keys could not be read because it is not in the file.",)


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("$(HOST)-x", "minio-x"),
        ("$$(HOST)", "$(HOST)"),
        ("$(LATER)", "$(LATER)"),
        ("$HOST", "$HOST"),
        ("$(HOST", "$(HOST"),
        ("a$$b", "a$b"),
    ],
)
def test_a_variable_in_a_value_is_replaced_as_by_kubernetes(value: str, result: str) -> None:
    env = [
        {"name": "HOST", "value": "minio"},
        BUCKET,
        REGION,
        variable("KEYID", value),
        {"name": "LATER", "value": "x"},
    ]
    assert read(workload(env)).settings.keyid == result


def test_a_variable_in_a_value_that_is_not_known_is_named() -> None:
    env = [
        {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "minio", "key": "password"}}},
        BUCKET,
        REGION,
        variable("SECRETKEY", "$(KEY)"),
    ]
    (remark,) = read(workload(env)).remarks
    assert remark.startswith(
        'REGISTRY_STORAGE_S3_SECRETKEY comes from "password" in the Secret minio, by $(KEY), which'
    )


def test_the_namespace_tells_objects_of_the_same_name_apart() -> None:
    secrets = [MINIO_SECRET.replace("name: minio", f"name: minio\n  namespace: {name}") for name in ("a", "b")]
    deployment = workload([BUCKET, REGION, reference("ACCESSKEY", "user")])
    assert "the Secret minio twice" in refusal(deployment, *secrets)
    in_a = deployment.replace("name: registry\nspec", "name: registry\n  namespace: a\nspec")
    assert read(in_a, *secrets).settings.accesskey == "me"


def test_a_job_with_the_variables_of_its_registry_does_not_count() -> None:
    env = [BUCKET, REGION]
    assert read(workload(env), workload(env, "CronJob", "garbage")).settings.bucket == "images"
    assert refusal(workload(env), workload([REGION], "CronJob", "garbage")).startswith(
        "The Deployment registry, the CronJob garbage set REGISTRY_STORAGE… to different values."
    )


@pytest.mark.parametrize(
    ("container", "sentence"),
    [
        ({"env": [variable("SECRETKEY", 123)]}, "REGISTRY_STORAGE_S3_SECRETKEY must be a quoted string"),
        ({"env": [variable("SECRETKEY", "[canary")]}, "REGISTRY_STORAGE_S3_SECRETKEY is not valid YAML"),
        ({"env": [BUCKET, BUCKET]}, "REGISTRY_STORAGE_S3_BUCKET appears twice in the Deployment registry"),
        ({"env": {"REGISTRY_STORAGE": "canary"}}, '"env" must be a list'),
        ({"env": [{"value": "canary"}]}, '"env" in the Deployment registry has an entry without a name'),
        ({"env": [BUCKET, reference("KEYID", "bad")]}, '"bad" in the Secret minio is not valid Base64'),
    ],
)
def test_a_variable_that_cannot_be_read_is_refused(container: dict[str, Any], sentence: str) -> None:
    secret = MINIO_SECRET.replace("\ndata:", "\ndata:\n  bad: canary!")
    assert sentence in refusal(workload(**container), secret)


def test_what_is_wrong_with_another_variable_does_not_matter() -> None:
    env = [BUCKET, REGION, {"name": "OTHER", "value": 1}, {"name": "REGISTRY_HTTP_SECRET", "value": "x"}]
    assert read(workload(env)).settings.bucket == "images"


def test_variables_without_a_workload_are_read() -> None:
    config_map = holder("ConfigMap", data={"REGISTRY_STORAGE_S3_BUCKET": "images", "REGISTRY_STORAGE_S3_REGION": "r"})
    secret = holder("Secret", stringData={"REGISTRY_STORAGE_S3_ACCESSKEY": "me"})
    settings = read(config_map, secret).settings
    assert (settings.bucket, settings.accesskey) == ("images", "me")


@pytest.mark.parametrize(
    ("pod", "title"),
    [
        ({"envFrom": [{"secretRef": {"name": "settings"}}]}, "the Secret settings"),
        ({"volumes": [{"name": "x", "secret": {"secretName": "settings"}}]}, "the Secret settings"),
        ({"volumes": [{"name": "x", "configMap": {"name": "settings"}}]}, "the ConfigMap settings"),
    ],
)
def test_what_a_registry_reads_and_the_file_lacks_is_named(pod: dict[str, Any], title: str) -> None:
    document = yaml.safe_load(workload())
    spec = document["spec"]["template"]["spec"]
    spec["volumes"] = [*pod.pop("volumes", []), {"name": "tls", "secret": {"secretName": "certificate"}}]
    mounts = {"x": "/etc/docker/registry", "y": "/etc/distribution", "tls": "/certs"}
    spec["containers"][0].update(pod, volumeMounts=[{"name": n, "mountPath": path} for n, path in mounts.items()])
    text = yaml.safe_dump(document)
    assert detect(text) == "kubernetes"
    assert refusal(text) == (
        f"The registry reads {title}, which is not in the file. To include everything, run: kubectl get "
        "secret,configmap,deployment -o yaml"
    )


def test_keys_alone_are_no_storage() -> None:
    secret = holder("Secret", stringData={"REGISTRY_STORAGE_S3_ACCESSKEY": "a", "REGISTRY_STORAGE_S3_SECRETKEY": "b"})
    with pytest.raises(FormatError, match="The file looks like a Kubernetes manifest"):
        detect(secret)


def test_a_key_that_ends_at_a_comment_has_a_remark() -> None:
    text = workload([BUCKET, REGION, variable("SECRETKEY", "canary")]).replace("canary", "canary #2")
    (remark,) = read(text).remarks
    assert remark.startswith('"REGISTRY_STORAGE_S3_SECRETKEY" is cut off at " #"')


# Both


def test_variables_win_over_the_configuration() -> None:
    config_map = holder("ConfigMap", data={"config.yml": CONFIGURATION + "  redirect: {disable: true}\n"})
    env = [reference("ACCESSKEY", "user"), variable("BUCKET", "other")]
    imported = read(config_map, workload(env, image="registry:3"), MINIO_SECRET)
    settings = imported.settings
    assert (settings.bucket, settings.accesskey, settings.secretkey) == ("other", "me", Secret("canary-secret"))
    assert (settings.regionendpoint, settings.redirect) == ("http://minio:9000", False)
    assert settings.registry == "distribution-3"
    assert imported.remarks == (
        '"config.yml" in the ConfigMap registry-config was also read. The variables override it, as in the registry.',
    )


def test_a_driver_in_the_variables_replaces_that_of_the_configuration() -> None:
    config_map = holder("ConfigMap", data={"config.yml": "version: 0.1\nstorage: {filesystem: {rootdirectory: /x}}\n"})
    settings = read(config_map, workload([{"name": "REGISTRY_STORAGE", "value": "s3"}, BUCKET, REGION])).settings
    assert (settings.type, settings.bucket) == ("s3", "images")


def test_a_value_that_is_not_known_is_not_that_of_the_configuration() -> None:
    config_map = holder("ConfigMap", data={"config.yml": CONFIGURATION})
    imported = read(config_map, workload([reference("SECRETKEY", "password")]))
    assert imported.settings.secretkey == Secret()
    assert any('"password" in the Secret minio' in remark for remark in imported.remarks)


def test_variables_that_the_file_lacks_beside_a_configuration_are_named() -> None:
    """Harbor's chart has the keys in such a Secret."""
    document = yaml.safe_load(workload(image="goharbor/registry-photon:v2.13.0"))
    spec = document["spec"]["template"]["spec"]
    spec["volumes"] = [{"name": "x", "configMap": {"name": "registry-config"}}]
    spec["containers"][0].update(
        envFrom=[{"secretRef": {"name": "keys"}}], volumeMounts=[{"name": "x", "mountPath": "/etc/registry/config.yml"}]
    )
    spec["containers"].append({"image": "redis:7", "envFrom": [{"secretRef": {"name": "of-redis"}}]})
    imported = read(holder("ConfigMap", data={"config.yml": CONFIGURATION}), yaml.safe_dump(document))
    assert imported.remarks == ("The variables in the Secret keys could not be read because it is not in the file.",)


def test_at_most_500_objects_that_the_file_lacks_are_named() -> None:
    sources = [{"secretRef": {"name": f"s{number}"}} for number in range(501)]
    assert len(read(workload([BUCKET, REGION], envFrom=sources[:500])).remarks) == 500
    assert "too many parameters" in refusal(workload([BUCKET, REGION], envFrom=sources))


def test_a_configuration_that_the_file_lacks_beside_variables_is_named() -> None:
    document = yaml.safe_load(workload([BUCKET, REGION], image="example.com/registry:latest"))
    spec = document["spec"]["template"]["spec"]
    spec["volumes"] = [{"name": "x", "configMap": {"name": "registry-config"}}]
    spec["containers"][0]["volumeMounts"] = [{"name": "x", "mountPath": "/etc/docker/registry"}]
    assert read(yaml.safe_dump(document)).remarks == (
        "The configuration in the ConfigMap registry-config could not be read because it is not in the file.",
    )


def test_a_configuration_without_a_driver_is_read_with_variables_that_have_it() -> None:
    """So the docker-registry chart renders it."""
    config_map = holder(
        "ConfigMap", data={"config.yml": "version: 0.1\nstorage: {cache: {blobdescriptor: inmemory}}\n"}
    )
    assert read(config_map, workload([BUCKET, REGION])).settings.bucket == "images"


def test_a_name_that_is_no_text_in_the_configuration_is_refused() -> None:
    config_map = holder("ConfigMap", data={"config.yml": "storage: {s3: {1: canary}}"})
    assert '"s3" must contain names with values' in refusal(config_map, workload([BUCKET]))


def test_a_driver_that_is_no_plain_word_is_refused() -> None:
    config_map = holder("ConfigMap", data={"config.yml": "storage: {'a: [b': {}}"})
    assert "several drivers: a: [b, s3" in refusal(config_map, workload([BUCKET]))


# Limits


@pytest.mark.parametrize(
    "values",
    [
        [{"name": f"A{n}", "value": f"$(A{n - 1})$(A{n - 1})" if n else "xx"} for n in range(60)],
        [{"name": "A", "value": "x" * 10_000}, {"name": "B", "value": "$(A)" * 10_000}],
    ],
)
def test_values_cannot_grow_without_bounds(values: list[dict[str, object]]) -> None:
    named = [{**value, "name": f"REGISTRY_STORAGE_{value['name']}"} for value in values]
    text = workload([*named, BUCKET]).replace("$(", "$(REGISTRY_STORAGE_")
    assert "too large for a configuration" in refusal(text)


def test_any_manifest_is_read_or_refused() -> None:
    manifest = documents(
        MINIO_SECRET.replace(encoded("canary-secret"), encoded(SECRET)),
        holder("ConfigMap", data={"config.yml": CONFIGURATION, "STORAGE_S3_REGION": "r"}),
        workload(
            [BUCKET, reference("SECRETKEY", "password"), variable("KEYID", "$(HOST)")],
            envFrom=[{"prefix": "REGISTRY_", "configMapRef": {"name": "registry-config"}}],
            volumeMounts=[{"name": "x", "mountPath": "/etc/docker/registry"}],
        ),
    )

    @fuzz
    @given(mutations(manifest))
    def is_read_or_refused(text: str) -> None:
        for function in (KUBERNETES.read, detect):
            try:
                function(text)
            except FormatError as error:
                assert_refused(error)

    is_read_or_refused()


def test_no_representation_holds_a_value() -> None:
    manifest = Manifest(yaml.safe_load_all(documents(MINIO_SECRET, workload([variable("SECRETKEY", "canary")]))))
    variables = manifest.variables(manifest.containers[0], "REGISTRY")
    shown = repr((manifest.holders, manifest.containers, variables))
    assert "canary" not in shown
    assert encoded("canary-secret") not in shown


# Export


@pytest.mark.parametrize(
    ("registry", "format_id", "folder"),
    [
        ("distribution-2", "distribution-2", "/etc/docker/registry"),
        ("harbor", "distribution-2", "/etc/docker/registry"),
        ("distribution-3", "distribution-3", "/etc/distribution"),
    ],
)
def test_a_secret_holds_the_configuration_of_the_version_that_the_settings_are_for(
    registry: str, format_id: str, folder: str
) -> None:
    settings = MINIO.replace({"registry": registry})
    exported = KUBERNETES.write(settings)
    document = yaml.safe_load(exported.text)
    assert (document["apiVersion"], document["kind"], document["type"]) == ("v1", "Secret", "Opaque")
    assert document["metadata"] == {"name": "registry-config"}
    assert document["stringData"] == {"config.yml": FORMATS[format_id].write(settings).text}
    assert any(f"at {folder}, as its comment" in remark for remark in exported.remarks)
    assert f"mountPath: {folder}," in exported.text
    assert exported.handover is not None
    assert exported.handover.of_input() == "kubectl apply -f -"
    assert KUBERNETES.read(exported.text).settings.registry == format_id


def test_it_is_said_that_the_chart_of_gitlab_reads_another_secret() -> None:
    assert "Use --to gitlab-helm" in KUBERNETES.write(MINIO.replace({"registry": "gitlab"})).remarks[0]


def test_a_local_folder_needs_a_volume() -> None:
    assert any("persistent volume" in remark for remark in KUBERNETES.write(FOLDER).remarks)
    assert not any("persistent volume" in remark for remark in KUBERNETES.write(MINIO).remarks)
