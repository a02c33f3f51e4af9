"""What holds for all formats: settings survive a round trip, and any text can be read or is refused in a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.formats import FOLDER, FORMATS, MINIO, registry_for, valid_settings
from tests.support.fuzzing import assert_refused, fuzz, mutations
from tests.support.program_objects import objects_of_program
from wizard.catalog.registries import REGISTRIES
from wizard.formats import IMPORT_ONLY_NAMES, NAMES, SOURCE_NAMES
from wizard.formats.detect import detect
from wizard.formats.format import Exported, FormatError, redact_keys
from wizard.formats.lookup import all_formats, format_of, source_of
from wizard.formats.s3_parameters import PARAMETERS
from wizard.formats.yaml_splice import merge_into
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Settings

each_format = pytest.mark.parametrize("name", NAMES)
each_format_of_folders = pytest.mark.parametrize("name", [name for name in NAMES if FORMATS[name].has_folders])


def test_every_name_has_its_format_and_every_source_a_reader() -> None:
    assert [each.id for each in all_formats().values()] == [*NAMES, *IMPORT_ONLY_NAMES]
    assert all(callable(source_of(name).read) for name in SOURCE_NAMES)


def test_an_unknown_name_has_neither_a_format_nor_a_reader() -> None:
    with pytest.raises(KeyError):
        format_of("aws")
    with pytest.raises(KeyError):
        source_of("env")


@pytest.mark.sample
@each_format
def test_settings_survive_a_round_trip(name: str) -> None:
    """The settings that the format carries come back; a remark names every other one that changes."""

    @fuzz
    @given(valid_settings(registry_for(name)))
    def survive(settings: Settings) -> None:
        exported = FORMATS[name].write(settings)
        imported = FORMATS[name].read(exported.text).settings
        carried = FORMATS[name].carried_settings
        assert {n: imported.value(n) for n in carried} == {n: settings.value(n) for n in carried}
        lost = [n for n in (*PARAMETERS, "redirect") if imported.value(n) != settings.value(n)]
        assert all(any(n in remark for remark in exported.remarks) for n in lost), (lost, exported.remarks)

    survive()


@each_format
def test_a_format_names_a_registry_that_exists_or_none(name: str) -> None:
    assert FORMATS[name].registry in ("", *REGISTRIES)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        *(("distribution-2", "SSL_CERT_FILE"), ("env", "SSL_CERT_FILE"), ("msr-helm", "SSL_CERT_FILE")),
        *(("harbor", '"ca_bundle" in storage_service'), ("harbor-helm", '"caBundleSecretName"')),
        *(("gitlab", "/etc/gitlab/trusted-certs"), ("gitlab-helm", "global.certificates")),
        *(("dtr", "Root CA certificate"), ("openshift", '"trustedCA.name"'), ("quay", "extra_ca_certs")),
    ],
)
def test_a_format_says_where_its_registry_gets_a_ca(name: str, place: str) -> None:
    assert place in FORMATS[name].trust


@each_format
def test_only_names_of_settings_are_said_to_come_back(name: str) -> None:
    assert FORMATS[name].carried_settings <= DECLARATIONS.keys()


@each_format_of_folders
def test_a_local_folder_survives_a_round_trip(name: str) -> None:
    folder = FOLDER.replace({"registry": registry_for(name)})
    imported = FORMATS[name].read(FORMATS[name].write(folder).text).settings
    assert (imported.type, imported.rootdirectory) == ("filesystem", folder.rootdirectory)


@pytest.mark.parametrize("name", [name for name in NAMES if not FORMATS[name].has_folders])
def test_a_format_without_folders_says_where_one_is_chosen(name: str) -> None:
    with pytest.raises(FormatError, match='Set "'):
        FORMATS[name].write(FOLDER)


@pytest.mark.sample(4)
@each_format
def test_any_text_is_read_or_refused(name: str) -> None:
    @fuzz
    @given(st.one_of(st.text(max_size=200), mutations(FORMATS[name].write(MINIO).text)))
    def is_read_or_refused(text: str) -> None:
        for function in (FORMATS[name].read, detect):
            try:
                function(text)
            except FormatError as error:
                assert_refused(error)

    is_read_or_refused()


@each_format
def test_a_host_name_with_an_underscore_comes_back(name: str) -> None:
    """Docker Compose names containers so."""
    settings = MINIO.replace({"registry": registry_for(name), "regionendpoint": "http://project_minio_1:9000"})
    settings = settings.replace({"secure": False, "forcepathstyle": True})
    assert FORMATS[name].read(FORMATS[name].write(settings).text).settings.regionendpoint == settings.regionendpoint


# Text, and what a refusal says about it. No refusal quotes a value.
REFUSED = [
    ("distribution-2", "storage: {s3: {}, gcs: {}}", "several drivers: s3, gcs. A registry supports exactly one"),
    ("distribution-2", "storage: {cache: {}}", "no driver"),
    ("distribution-2", "storage: {azure: {}}", '"azure". Only s3 and filesystem'),
    ("distribution-2", "http: {}", '"storage" section not found'),
    ("distribution-2", "storage: {s3: {accesskey: 0123}}", '"accesskey" must be a quoted string'),
    ("distribution-2", "storage: {s3: {secure: maybe}}", '"secure" must be true or false'),
    ("distribution-2", "storage: {s3: {chunksize: 10MB}}", "a number of bytes"),
    ("distribution-2", 'storage: {s3: {}, redirect: {disable: "true"}}', "without quotes"),
    ("env", "REGISTRY_STORAGE_S3_SECRETKEY=0123", "a quoted string"),
    ("env", "hello", "Line 1"),
    ("env", "PATH=/bin", "REGISTRY_STORAGE"),
    ("env", "REGISTRY_STORAGE=[s3]", "REGISTRY_STORAGE"),
    ("compose", "services: {}", "No service"),
    ("harbor", "hostname: x", "does not contain a store"),
    ("gitlab", "registry['enable'] = true", "not found"),
    ("gitlab", "registry['storage'] = { 's3' => { 'bucket' => ENV['X'] } }", "Line 1"),
    ("dtr", "{", "line 1"),
    ("dtr", "[" * 100_000, "nested"),
    ("dtr", '{"x": ' + "9" * 5000 + "}", "A number is too large"),
    ("dtr", "{}", "no driver"),
]


@pytest.mark.parametrize(("name", "text", "sentence"), REFUSED, ids=lambda value: value[:30])
def test_a_refusal_says_what_is_wrong(name: str, text: str, sentence: str) -> None:
    with pytest.raises(FormatError) as refusal:
        FORMATS[name].read(text)
    assert sentence in str(refusal.value)


# Secrets


def test_an_exported_text_is_not_in_its_representation() -> None:
    assert repr(Exported("secretkey: canary")) == "Exported(17 characters)"


_ENV = "-e REGISTRY_STORAGE_S3_BUCKET=b -e REGISTRY_STORAGE_S3_SECRETKEY=canary-secret"
TEXTS_OF_IMPORTS = {"docker": f"docker run {_ENV} registry:2"}


@pytest.mark.parametrize("name", [*NAMES, *IMPORT_ONLY_NAMES])
def test_no_record_shows_the_secret_key_while_a_file_is_read_and_changed(name: str) -> None:
    """A debugger and an error report show the representation of what a function has in its variables."""
    chosen = format_of(name)
    settings = MINIO.replace({"registry": registry_for(name), "secretkey": Secret("canary-secret")})
    text = TEXTS_OF_IMPORTS.get(name) or chosen.write(settings).text
    with objects_of_program() as found:
        detect(text)
        chosen.read(text)
        if chosen.sections:
            merge_into(text, chosen, settings)
    assert found
    assert {type(each) for each in found if "canary" in repr(each)} == set()


@each_format
def test_redacted_keys_are_not_exported(name: str) -> None:
    keys = MINIO.replace({"accesskey": "AKIAIOSFODNN7EXAMPLE", "secretkey": Secret("canary-secret")})
    text = FORMATS[name].write(redact_keys(keys)).text
    assert "canary" not in text
    assert "AKIAIOSF" not in text


@each_format
@pytest.mark.parametrize(
    "endpoint",
    [
        *("https://minio.example?X-Amz-Signature=canary-word", "https://minio.example#canary-word"),
        *("https://minio.example:canary-word", "https://me:canary/word?x", "https://me:canary-word%40minio.example"),
    ],
)
def test_redacted_credentials_in_the_endpoint_are_not_exported(name: str, endpoint: str) -> None:
    text = FORMATS[name].write(redact_keys(MINIO.replace({"regionendpoint": endpoint}))).text
    assert "canary" not in text


def test_an_absent_secret_key_stays_absent_when_redacted() -> None:
    assert redact_keys(Settings()).secretkey == Secret()
