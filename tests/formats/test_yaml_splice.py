"""The storage section of a YAML file is replaced, and nothing else in the file changes."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
import yaml
from hypothesis import given

from tests.support.formats import FORMATS, registry_for, valid_settings
from tests.support.fuzzing import SECRET, assert_refused, fuzz, mutations
from tests.support.samples import sampled
from wizard.formats.format import FormatError
from wizard.formats.yaml_splice import merge_into, with_kept_parameters
from wizard.model.secret import Secret
from wizard.model.settings import Settings

SETTINGS = Settings(bucket="images", accesskey="NEW", secretkey=Secret("s"), v4auth=True)
NAMES = [name for name, each in FORMATS.items() if each.sections]

FILES = {
    "distribution-2": """# header
version: 0.1
storage:    # the storage
  # old comment
  cache: {blobdescriptor: redis}
  s3:
    # the key
    accesskey: OLD  # old key
    useragent: keep-me
    encrypt: true
  maintenance:
    uploadpurging:
      enabled: true   # keep
  delete:
    enabled: false
  redirect: {disable: true}

# the server
http: {addr: ':5000'}
""",
    "distribution-3": "storage: {filesystem: {rootdirectory: /x}, cache: {blobdescriptor: inmemory}}\n"
    "http:\n  addr: :5000\n",
    "harbor": "hostname: x\n# data_volume: /data\nstorage_service:\n  ca_bundle: /ca.crt\n"
    "  filesystem:\n    maxthreads: 9\n  redirect:\n    disable: false\nlog:\n- a\n- b  # two\n",
    "harbor-helm": "expose: {type: ingress}\npersistence:\n  enabled: true # yes\n  imageChartStorage:\n"
    "    caBundleSecretName: ca\n    disableredirect: true\n    type: filesystem\n    filesystem:\n"
    "      rootdirectory: /storage\n\nlogLevel: info\n",
    "quay": """SERVER_HOSTNAME: quay.example  # kept
FEATURE_PROXY_STORAGE: false
DISTRIBUTED_STORAGE_CONFIG:
  archive:
    - LocalStorage
    - storage_path: /archive  # stays
  minio:
    - RHOCSStorage
    - access_key: OLD   # of last year
      secret_key: OLD
      bucket_name: old
      hostname: old.example
      is_secure: true
      port: 443
      storage_path: /datastorage
      maximum_chunk_size_mb: 100  # stays, too
DISTRIBUTED_STORAGE_PREFERENCE:
  - minio
BUILDLOGS_REDIS: {host: redis}
USER_EVENTS_REDIS:
  host: redis
""",
    "zot": """distSpecVersion: 1.1.1
http: {address: 127.0.0.1}
storage:
  rootDirectory: /tmp/zot  # local
  dedupe: true
  storageDriver:
    name: s3
    # until now
    bucket: old
    keyid: old
  gc: true
log:
  level: debug
""",
    "msr-helm": """license: ""
registry:   # the registry
  replicaCount: 2
  storage:
    backend: persistentVolume  # until now
    persistentVolume:
      size: 5Gi
    azure: {accountname: x}
rethinkdb: {cluster: {replicaCount: 3}}
nginx:
  replicaCount: 2
""",
    "msr-operator": """apiVersion: msr.mirantis.com/v1
kind: MSR
metadata:
  name: msr  # kept
spec:
  registry: {replicaCount: 2, storage: {backend: s3, s3: {bucket: old, keyid: old}}}
  nginx:
    replicaCount: 2
  logLevel: info
""",
    "openshift": """# from the cluster
apiVersion: imageregistry.operator.openshift.io/v1
kind: Config
metadata:
  name: cluster
spec:
  logLevel: Normal  # kept
  managementState: Managed
  replicas: 1
  disableRedirect: true
  storage:
    managementState: Managed
    s3:
      bucket: old
      region: us-east-1
      keyID: old   # of last year
      chunkSizeMiB: 64
      trustedCA:
        name: corp-ca  # stays
  rolloutStrategy: Recreate
status:
  storage: {s3: {bucket: old}}
---
apiVersion: v1
kind: Namespace
metadata: {name: x}
""",
    "docker-registry-helm": """# values
replicaCount: 2  # two
secrets:
  htpasswd: "x"
  s3:
    accessKey: OLD   # of last year
    secretKey: OLD
s3:
  region: eu-west-1  # near
  regionEndpoint: old.example
  bucket: old
  secure: true
extraEnvVars:
- name: REGISTRY_LOG_LEVEL
  value: debug   # for now
storage: s3
configData:
  version: 0.1
  storage:
    cache: {blobdescriptor: inmemory}
    filesystem: {rootdirectory: /x}
  http:
    addr: :5000  # kept
# the end
service: {port: 5000}
ingress:
  enabled: true
""",
}


# What changes in these files begins before the first "storage" in them.
SECTIONS_BEFORE_THE_WORD = ("harbor-helm", "docker-registry-helm", "openshift", "msr-operator", "quay")
# What makes a file one of its kind
OTHER_KEYS = {
    "distribution-2": "version: 0.1",
    "distribution-3": "version: 0.1",
    "harbor": "storage_service: {}",
    "harbor-helm": "logLevel: info",
    "docker-registry-helm": "configData: {}",
    "quay": "SERVER_HOSTNAME: x\nSECRET_KEY: y",
    "zot": "distSpecVersion: 1.1.1",
    "msr-helm": "rethinkdb: {}",
    "msr-operator": "apiVersion: msr.mirantis.com/v1\nkind: MSR",
    "openshift": "apiVersion: imageregistry.operator.openshift.io/v1\nkind: Config",
}


def merge(text: str, name: str = "distribution-2", settings: Settings = SETTINGS) -> str:
    return merge_into(text, FORMATS[name], settings).text


def assert_holds(text: str, name: str, settings: Settings = SETTINGS) -> None:
    """The file has the same settings as an export of its own, and the further parameters that it had.

    Keys do not count in a format that has them in another file.
    """
    exported = FORMATS[name].read(FORMATS[name].write(settings).text).settings
    found = FORMATS[name].read(text).settings
    if FORMATS[name].keys_elsewhere({}):
        found, exported = (each.replace({"accesskey": "", "secretkey": Secret()}) for each in (found, exported))
    assert found == exported.with_further({**found.further, **exported.further})


@pytest.mark.sample
@pytest.mark.parametrize(("name", "newline"), sampled(itertools.product(FILES, ["\n", "\r\n"]), 5))
def test_the_section_is_replaced_and_nothing_else(name: str, newline: str) -> None:
    before = FILES[name].replace("\n", newline)

    @fuzz
    @given(valid_settings(registry_for(name)))
    def is_replaced(settings: Settings) -> None:
        after = merge(before, name, settings)
        assert_holds(after, name, settings)
        assert "\n" not in after.replace(newline, "")
        head, tail = before.split("storage", 1)[0], before.rsplit(newline, 3)[1:]
        assert after.startswith(head) or name in SECTIONS_BEFORE_THE_WORD
        assert after.endswith(newline.join(tail)) or name == "distribution-3"
        assert merge(after, name, settings) == after

    is_replaced()


def test_further_parameters_are_written_and_those_of_the_file_stay() -> None:
    before = "storage:\n  s3:\n    bucket: b\n    useragent: keep\n    multipartcopymaxconcurrency: 7\n"
    settings = SETTINGS.replace({"multipartcopymaxconcurrency": 9, "multipartcopychunksize": 5242880})
    after = merge(before, settings=settings)
    storage = yaml.safe_load(after)["storage"]["s3"]
    assert (storage["useragent"], storage["multipartcopymaxconcurrency"]) == ("keep", 9)
    assert storage["multipartcopychunksize"] == 5242880
    kept = with_kept_parameters(before, FORMATS["distribution-2"], settings).further
    assert dict(kept) == {"multipartcopychunksize": 5242880, "multipartcopymaxconcurrency": 9, "useragent": "keep"}


def test_comments_and_other_keys_of_the_section_stay() -> None:
    before, after = FILES["distribution-2"], merge(FILES["distribution-2"])
    changed = ("OLD", "encrypt", "redirect")
    kept = [line for line in before.splitlines() if not any(word in line for word in changed)]
    lines = iter(after.splitlines())
    assert all(any(line == other for other in lines) for line in kept)  # all of them, in their order
    assert '    accesskey: "NEW"  # old key' in after
    assert "encrypt" not in after
    assert "redirect" not in after


# Documents without entries

EMPTY = {
    "nothing": "",
    "a line break": "\n",
    "a comment": "# comment\n",
    "a comment without a line break": "# comment",
    "comments with CRLF": "# one\r\n# two\r\n",
    "an empty mapping": "{}",
    "an empty mapping and a line break": "{}\n",
    "an empty mapping on two lines": "{\n}\n",
    "an empty mapping after a blank": "  {}\n",
    "an empty mapping with a comment": "{} # comment\n",
    "an empty mapping between comments": "# one\n{}\n# comment\n",
    "an anchor": "&a {}\n",
    "a tag": "!!map {}\n",
    "null": "null\n",
    "a tilde": "~",
    "a tilde with a comment": "~ # comment\n",
    "a document start": "---",
    "a document start and a line break": "---\n",
    "a document start with a comment": "--- # comment\n",
    "an empty mapping on the line of the document start": "--- {}\n",
    "null on the line of the document start": "--- null # comment\n",
    "a directive": "%YAML 1.1\n---\n",
    "a document end": "{}\n...\n",
    "a byte order mark": "\ufeff{}\n",
}


@pytest.mark.sample(11)
@pytest.mark.parametrize(("text", "name"), sampled(itertools.product(EMPTY.values(), NAMES), 3))
def test_a_file_without_entries_gets_all_that_the_registry_needs(text: str, name: str) -> None:
    after = merge(text, name)
    assert_holds(after, name)
    assert yaml.safe_load(after) == next(yaml.safe_load_all(FORMATS[name].write(SETTINGS).text))
    assert ("# comment" in after) is ("# comment" in text)
    assert after.endswith("\n")
    assert merge(after, name) == after


@pytest.mark.parametrize(("text", "before"), [("", ""), ("{}", ""), ("# one\n", "# one\n"), ("# one", "# one\n")])
def test_no_blank_line_is_added_to_a_file_without_entries(text: str, before: str) -> None:
    assert merge(text).startswith(f"{before}version: 0.1\n")


def test_a_file_without_entries_keeps_its_line_endings() -> None:
    assert "\n" not in merge("# one\r\n# two\r\n").replace("\r\n", "")


# Files with entries


@pytest.mark.sample
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text", ["x: 1", "x: 1\n", "x:\n  - 1\n  - {a: b}\n", "x: |\n  text\n", "{x: 1}\n", "# c\nx:\n"]
)
def test_a_file_without_the_section_gets_it(text: str, name: str) -> None:
    keys = OTHER_KEYS[name]
    text = text.replace("{", "{" + keys.replace("\n", ", ") + ", ", 1) if text[0] == "{" else f"{keys}\n{text}"
    after = merge(text, name)
    assert_holds(after, name)
    assert yaml.safe_load(after)["x"] == yaml.safe_load(text)["x"]


DELETE = '"delete: {enabled: true}" was added, because the registry does not delete images without it.'


def test_it_is_said_that_deleting_images_is_allowed() -> None:
    text = "version: 0.1\nstorage: {filesystem: {rootdirectory: /x}}\n"
    assert merge_into(text, FORMATS["distribution-2"], SETTINGS).remarks == (DELETE,)


@pytest.mark.parametrize(
    "style", ["{delete: {enabled: false}, s3: {bucket: a}}", "\n  delete: {enabled: false}\n  s3: {}"]
)
def test_the_file_decides_whether_images_are_deleted(style: str) -> None:
    merged = merge_into(f"version: 0.1\nstorage: {style}\n", FORMATS["distribution-2"], SETTINGS)
    assert yaml.safe_load(merged.text)["storage"]["delete"] == {"enabled": False}
    assert merged.remarks == ()


# Files of another kind

MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n"
COMPOSE = "version: '3'\nservices: {registry: {image: registry:2}}\n"
HARBOR = "hostname: x\ndata_volume: /data\n"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (MANIFEST, "The file is a Kubernetes manifest, not "),
        (COMPOSE, "The file is a Compose file, not "),
        ("x: 1\n", "The file does not appear to be "),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_another_kind_is_refused(text: str, what: str, name: str) -> None:
    with pytest.raises(FormatError, match=re.escape(what)):
        merge(text, name)


@pytest.mark.parametrize(
    ("text", "name", "what"),
    [
        (HARBOR, "distribution-2", "Harbor's harbor.yml"),
        (HARBOR, "harbor-helm", "Harbor's harbor.yml"),
        ("version: 0.1\n", "harbor", "a registry configuration"),
        ("storage: {s3: {}}\n", "harbor-helm", "a registry configuration"),
        ("expose: {type: ingress}\n", "harbor", "values of a Helm chart"),
        ("persistence: {enabled: true}\n", "distribution-3", "values of a Helm chart"),
    ],
)
def test_a_file_of_another_registry_is_refused(text: str, name: str, what: str) -> None:
    with pytest.raises(FormatError, match=f"The file is {what}, not "):
        merge(text, name)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("storage: {s3: {}}\n---\nstorage: {s3: {}}\n", "2 times. Keep one of them"),
        ("x: 1\n---\ny: 1\n", "The file contains several documents. Keep only the one with the storage section"),
    ],
)
def test_a_file_with_several_documents_is_refused_unless_one_has_the_section(text: str, sentence: str) -> None:
    with pytest.raises(FormatError, match=re.escape(sentence)):
        merge(text)


# Keys in a Secret


def test_the_keys_are_not_written_beside_the_name_of_a_secret_that_has_them() -> None:
    text = "persistence:\n  imageChartStorage:\n    type: s3\n    s3:\n      existingSecret: old\n      accesskey: a\n"
    merged = merge_into(text, FORMATS["harbor-helm"], SETTINGS)
    section = yaml.safe_load(merged.text)["persistence"]["imageChartStorage"]["s3"]
    assert section["existingSecret"] == "old"
    assert not {"accesskey", "secretkey"} & section.keys()
    assert section["bucket"] == SETTINGS.bucket
    assert '"existingSecret"' in merged.remarks[0]
    assert "REGISTRY_STORAGE_S3_SECRETKEY" in merged.remarks[0]


def test_an_empty_name_of_a_secret_does_not_matter() -> None:
    text = "persistence:\n  imageChartStorage:\n    type: s3\n    s3: {existingSecret: ''}\n"
    assert yaml.safe_load(merge(text, "harbor-helm"))["persistence"]["imageChartStorage"]["s3"]["accesskey"]


@pytest.mark.parametrize("section", ["storage:", "storage: ~", "storage: {}", "storage:  # comment", "storage: null\n"])
def test_an_empty_section_is_filled(section: str) -> None:
    after = merge(f"version: 0.1\n{section}\nhttp: {{addr: ':5000'}}\n")
    assert_holds(after, "distribution-2")
    assert yaml.safe_load(after)["http"] == {"addr": ":5000"}


def test_another_driver_is_removed_with_its_parameters() -> None:
    after = merge("storage:\n  azure:\n    accountkey: x  # secret\n    container: y\n  cache: {blobdescriptor: a}\n")
    assert set(yaml.safe_load(after)["storage"]) == {"s3", "cache", "delete"}


def test_a_driver_that_is_only_a_name_is_replaced() -> None:
    text = "version: 0.1\nstorage: filesystem # ours\nhttp: {}\n"
    merged = merge(text, "distribution-2")
    assert_holds(merged, "distribution-2")
    assert "storage:\n  s3:\n" in merged


def test_another_driver_in_flow_style_is_removed() -> None:
    after = merge("storage: {azure: {accountkey: x}, cache: {blobdescriptor: a}}\n")
    assert set(yaml.safe_load(after)["storage"]) == {"s3", "cache", "delete"}


@pytest.mark.parametrize("name", [name for name in NAMES if FORMATS[name].has_folders])
def test_a_store_is_replaced_by_a_folder_and_a_folder_by_a_store(name: str) -> None:
    store = SETTINGS.replace({"registry": registry_for(name), "regionendpoint": "https://minio.example"})
    folder = Settings(registry=store.registry, provider="filesystem", rootdirectory="/srv")
    for before, after in ((store, folder), (folder, store)):
        merged = merge_into(FORMATS[name].write(before).text, FORMATS[name], after).text
        assert FORMATS[name].read(merged).settings.type == after.type


def test_parameters_that_the_settings_do_not_have_are_removed() -> None:
    after = merge("storage:\n  s3: {keyid: old, useragent: keep}\n  redirect: {disable: true}\n")
    storage = yaml.safe_load(after)["storage"]
    assert storage["s3"]["useragent"] == "keep"
    assert "keyid" not in storage["s3"]
    assert "redirect" not in storage


def test_other_names_of_parameters_are_removed() -> None:
    after = merge("storage:\n  s3: {pathstyle: true, disableredirect: true, useragent: keep}\n")
    assert yaml.safe_load(after)["storage"]["s3"].keys() & {"pathstyle", "disableredirect", "useragent"} == {
        "useragent"
    }


def test_a_parameter_with_the_name_of_a_driver_stays() -> None:
    after = merge("storage:\n  s3:\n    bucket: old\n    swift: keep\n")
    assert yaml.safe_load(after)["storage"]["s3"]["swift"] == "keep"


def test_a_key_of_another_section_with_the_name_of_a_parameter_stays() -> None:
    text = "storage:\n  s3:\n    bucket: old\n  maintenance:\n    encrypt: {enabled: true}\nsecure: 1\n"
    after = yaml.safe_load(merge(text))
    assert after["storage"]["maintenance"] == {"encrypt": {"enabled": True}}
    assert after["secure"] == 1


def test_delete_of_the_file_is_kept() -> None:
    assert yaml.safe_load(merge(FILES["distribution-2"]))["storage"]["delete"] == {"enabled": False}


@pytest.mark.parametrize("value", ['"true"', "1", "1.0"])
def test_a_value_of_another_type_is_replaced(value: str) -> None:
    assert "secure: true" in merge(f"storage:\n  s3:\n    secure: {value}\n")


@pytest.mark.parametrize("value", ["1", "'true'", '"true"', "1.0"])
def test_a_value_that_only_means_the_same_is_replaced(value: str) -> None:
    """The driver reads 1 as true, but other programs that read the file do not."""
    assert "secure: true\n" in merge(f"storage:\n  s3:\n    secure: {value}\n")


def test_an_absent_value_is_filled_in_on_its_line() -> None:
    assert '    bucket: "images"\n' in merge("storage:\n  s3:\n    bucket:\n    region: us-east-1\n")


def test_a_block_scalar_is_replaced() -> None:
    after = merge("storage:\n  s3:\n    secretkey: |\n      old\n    region: us-east-1\nhttp: {}\n")
    assert_holds(after, "distribution-2")
    assert yaml.safe_load(after)["http"] == {}


def test_the_last_entry_can_be_removed() -> None:
    after = merge("storage:\n  s3:\n    bucket: images\n    keyid: old")
    assert_holds(after, "distribution-2")


# Refusals


def test_a_section_with_a_merge_key_is_replaced() -> None:
    text = "base: &b {accesskey: canary}\nstorage:\n  s3:\n    <<: *b\n"
    after = merge(text)
    assert_holds(after, "distribution-2")
    assert without_storage(after) == without_storage(text)


@pytest.mark.parametrize(
    "text",
    [
        "x: &a {secretkey: canary}\nstorage:\n  s3: *a\n",  # the section is an alias of another value
        "storage:\n  s3: &a\n    bucket: canary\nother: *a\n",  # another value is an alias of the section
        "---\n...\n",
    ],
)
def test_a_file_with_no_safe_place_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match=r"Cannot safely edit this file, so nothing was changed") as refusal:
        merge(text)
    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize("text", ["storage: 5\n", "storage: [canary]\n"])
def test_a_section_that_is_no_mapping_is_replaced(text: str) -> None:
    assert_holds(merge(text), "distribution-2")


def without_storage(text: str) -> dict[str, Any]:
    return {name: value for name, value in yaml.safe_load(text).items() if name != "storage"}


@pytest.mark.parametrize("text", ["- storage\n", "canary", "''", "[]\n", "0\n", "false\n"])
def test_a_file_that_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="The file must be YAML or JSON that contains names with values"):
        merge(text)


# Any file


@pytest.mark.sample
@pytest.mark.parametrize("name", NAMES)
def test_any_file_is_changed_or_refused(name: str) -> None:
    exported = FORMATS[name].write(SETTINGS.replace({"bucket": "old", "encrypt": True})).text
    settings = SETTINGS.replace({"secretkey": Secret(SECRET)})

    @fuzz
    @given(mutations(exported + "# comment\nother: [1, 2]\n"))
    def is_changed_or_refused(text: str) -> None:
        try:
            after = merge(text, name, settings)
        except FormatError as error:
            assert_refused(error)
        else:
            assert_holds(after, name, settings)

    is_changed_or_refused()


def test_comments_in_braces_stay() -> None:
    text = (
        "version: 0.1\nstorage: {\n  # the old bucket\n  s3: {bucket: old, # ours\n       keyid: x, # gone\n"
        "       region: r}, # near\n  delete: {enabled: false}, # never\n}\nhttp: {}\n"
    )
    merged = merge_into(text, FORMATS["distribution-2"], SETTINGS).text
    for comment in ("# the old bucket\n", "# ours\n", "# near\n", "# never\n"):
        assert comment in merged
    assert yaml.safe_load(merged)["storage"]["s3"]["bucket"] == "images"
    assert yaml.safe_load(merged)["storage"]["delete"] == {"enabled": False}
    assert "keyid" not in merged


def test_entries_that_are_merged_in_braces_are_replaced_with_the_others() -> None:
    text = "version: 0.1\nstorage: {s3: {<<: {accesskey: canary, sessiontoken: canary}, bucket: old}}\n"
    after = merge(text)
    assert_holds(after, "distribution-2")
    assert "canary" not in after


@pytest.mark.parametrize("style", ["block", "flow"])
def test_a_parameter_that_has_the_default_stays_with_its_comment(style: str) -> None:
    block = "storage:\n  s3:\n    bucket: old\n    chunksize: 10485760 # ops decided this\n    encrypt: false\n"
    flow = "version: 0.1\nstorage: {s3: {bucket: old, chunksize: 10485760, encrypt: false}}\n"
    merged = merge_into({"block": block, "flow": flow}[style], FORMATS["distribution-2"], SETTINGS).text
    assert "chunksize: 10485760" in merged
    assert "encrypt: false" in merged
    assert ("# ops decided this" in merged) == (style == "block")


@pytest.mark.parametrize("chunksize", ["20971520", "canary"])
def test_a_parameter_that_has_another_value_than_the_default_is_removed(chunksize: str) -> None:
    text = f"version: 0.1\nstorage: {{s3: {{bucket: old, chunksize: {chunksize}, encrypt: true}}}}\n"
    merged = merge_into(text, FORMATS["distribution-2"], SETTINGS).text
    assert "chunksize" not in merged
    assert "encrypt" not in merged


BRACES = {
    "quay": "{SERVER_HOSTNAME: q, DISTRIBUTED_STORAGE_CONFIG: {a: [RadosGWStorage, # kept\n"
    "  {bucket_name: old, hostname: old}]}, FEATURE_PROXY_STORAGE: false}\n",
    "zot": "{distSpecVersion: 1.1.1, http: {port: 5000}, storage: {rootDirectory: /x, dedupe: true, # kept\n"
    "  storageDriver: {name: s3, bucket: old}}}\n",
    "harbor-helm": "persistence: {enabled: true, # kept\n  imageChartStorage: {type: filesystem}}\n",
}


@pytest.mark.parametrize("name", BRACES)
def test_sections_below_braces_are_changed_in_place(name: str) -> None:
    after = merge(BRACES[name], name)
    assert_holds(after, name)
    assert "# kept\n" in after
