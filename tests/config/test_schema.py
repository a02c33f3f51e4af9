"""The schema of a settings file: what is read from a document, what is written into one, and what is wrong."""

from __future__ import annotations

import time
import tomllib
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.config.complex_documents import NESTED
from tests.support.example_settings import (
    AT,
    AWKWARD_TEXTS,
    MINIO,
    MINIO_FILE,
    PASSED,
    SECRET,
    UNKNOWN,
    assert_is_a_sentence,
    other_than_default,
)
from wizard.config.schema import (
    ImportedFrom,
    Validation,
    build_document,
    hide_secrets,
    read_settings,
    read_source,
    read_validation,
    unknown_settings,
    validate_schema,
    written_settings,
)
from wizard.config.toml import ConfigError, dump_toml
from wizard.model.further_parameters import FURTHER_PARAMETERS
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, LARGEST, Settings, Value


def document_of(
    settings: Settings, validation: Validation | None = None, existing: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The document that is written, as it is read again."""
    return tomllib.loads(dump_toml(build_document(settings, validation, existing or {})))


# Settings


def test_the_document_has_the_documented_tables_and_keys() -> None:
    assert document_of(MINIO, PASSED) == tomllib.loads(MINIO_FILE)


def test_a_filesystem_has_a_root_directory_and_nothing_else() -> None:
    settings = MINIO.replace({"provider": "filesystem", "rootdirectory": "/srv", "redirect": False})
    assert document_of(settings) == {
        "version": 1,
        "registry": "dtr",
        "provider": "filesystem",
        "storage": {"type": "filesystem", "filesystem": {"rootdirectory": "/srv"}},
    }


@pytest.mark.parametrize("name", DECLARATIONS)
def test_each_setting_is_read_as_it_was_written(name: str) -> None:
    settings = Settings().replace({name: other_than_default(name)})
    assert read_settings(document_of(settings)) == settings


def test_all_settings_are_read_as_they_were_written() -> None:
    settings = Settings().replace({name: other_than_default(name) for name in DECLARATIONS})
    document = document_of(settings)
    assert read_settings(document) == settings
    assert document_of(settings, None, document) == document


@pytest.mark.parametrize("text", AWKWARD_TEXTS)
@pytest.mark.parametrize("name", ["secretkey", "accesskey", "rootdirectory"])
def test_an_awkward_text_is_read_as_it_was_written(name: str, text: str) -> None:
    settings = Settings().replace({name: Secret(text) if name == "secretkey" else text})
    assert read_settings(document_of(settings)) == settings


OPTIONAL = [
    *("forcepathstyle", "encrypt", "keyid", "storageclass", "objectacl"),
    *("chunksize", "multipartcopythresholdsize"),
]


@pytest.mark.parametrize("name", OPTIONAL)
def test_an_optional_setting_with_its_default_is_not_written(name: str) -> None:
    assert name not in document_of(Settings())["storage"]["s3"]


@pytest.mark.parametrize("name", OPTIONAL)
def test_an_optional_setting_is_written_when_it_differs_from_its_default(name: str) -> None:
    settings = Settings().replace({name: other_than_default(name)})
    assert document_of(settings)["storage"]["s3"][name] == settings.value(name)


@pytest.mark.parametrize("name", OPTIONAL)
def test_an_optional_setting_stays_in_a_file_that_has_it(name: str) -> None:
    existing = document_of(Settings().replace({name: other_than_default(name)}))
    assert document_of(Settings(), None, existing)["storage"]["s3"][name] == DECLARATIONS[name].default


@pytest.mark.parametrize(
    "settings",
    [MINIO.replace({"chunksize": 64 << 20, "redirect": False}), Settings(provider="filesystem", redirect=False)],
)
def test_the_written_settings_are_those_of_the_document(settings: Settings) -> None:
    storage = document_of(settings)["storage"]
    redirect = {"redirect"} if "redirect" in storage else set()
    assert set(written_settings(settings)) == {"registry", "provider", *storage[settings.type], *redirect}


FURTHER: dict[str, Value] = {
    "multipartcopychunksize": 5242880,
    "useragent": "me",
    "loglevel": "debug",
    "accelerate": True,
}


def test_further_parameters_of_the_driver_are_read_and_written() -> None:
    settings = MINIO.replace(FURTHER)
    document = document_of(settings)
    assert FURTHER.items() <= document["storage"]["s3"].items()
    assert read_settings(document) == settings
    assert set(FURTHER) <= set(written_settings(settings))


def test_further_parameters_are_those_of_the_settings_and_not_of_the_existing_file() -> None:
    existing = document_of(MINIO.replace(FURTHER))
    parameters = document_of(MINIO.replace({"accelerate": False, "maxretries": 2}), None, existing)["storage"]["s3"]
    assert {name: parameters[name] for name in FURTHER_PARAMETERS if name in parameters} == {
        "accelerate": False,
        "maxretries": 2,
    }


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("accelerate", "true", "true or false, without quotes"),
        ("multipartcopychunksize", "5 MiB", "a number, without quotes"),
        ("multipartcopychunksize", True, "a number, without quotes"),
        ("maxretries", -1, "a number, without quotes"),
        ("useragent", 1, "a quoted string"),
    ],
)
def test_a_further_parameter_of_another_type_is_refused(name: str, value: object, expected: str) -> None:
    with pytest.raises(ConfigError, match=f'"storage.s3.{name}" must be {expected}'):
        read_settings({"storage": {"s3": {name: value}}})


def test_a_further_parameter_is_displayed_unless_it_can_be_any_text() -> None:
    shown = hide_secrets(document_of(MINIO.replace(FURTHER)))["storage"]["s3"]
    assert (shown["loglevel"], shown["accelerate"]) == ("debug", True)
    assert shown["useragent"] != "me"


def test_unknown_tables_and_keys_are_kept_at_every_level() -> None:
    existing = tomllib.loads(UNKNOWN)
    expected = tomllib.loads(MINIO_FILE)
    expected |= {"color": "blue", "extra": existing["extra"]}
    expected["storage"] |= {"cache": {"blobdescriptor": "redis"}, "redirect": {"except": ["a"]}}
    expected["storage"]["s3"] |= {"unknownkey": "me", "deep": existing["storage"]["s3"]["deep"]}
    expected["validation"]["by"] = "cron"
    assert document_of(MINIO, PASSED, existing) == expected


@pytest.mark.parametrize(
    ("redirect", "before", "after"),
    [
        (True, None, None),
        (False, None, {"disable": True}),
        (True, {"disable": True}, None),
        (True, {"disable": False}, None),
        (True, {}, None),
        (False, {"disable": False}, {"disable": True}),
        (True, {"disable": True, "other": 1}, {"other": 1}),
        (False, {"other": 1}, {"disable": True, "other": 1}),
    ],
)
def test_redirects_are_disabled_by_the_table_of_the_registry(
    redirect: bool, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    existing = {"storage": {} if before is None else {"redirect": before}}
    assert document_of(Settings(redirect=redirect), None, existing)["storage"].get("redirect") == after


@pytest.mark.parametrize(("redirect", "after"), [(False, {"disable": True}), (True, None)])
def test_a_filesystem_keeps_the_redirect_table_of_an_existing_file(redirect: bool, after: object) -> None:
    settings = Settings(provider="filesystem", redirect=redirect)
    existing = {"storage": {"type": "filesystem", "redirect": {"disable": True}}}
    assert document_of(settings, None, existing)["storage"].get("redirect") == after


@pytest.mark.parametrize("redirect", [True, False])
def test_a_filesystem_gets_no_redirect_table(redirect: bool) -> None:
    assert "redirect" not in document_of(Settings(provider="filesystem", redirect=redirect))["storage"]


def test_the_table_of_the_other_storage_type_is_removed() -> None:
    filesystem = MINIO.replace({"provider": "filesystem", "rootdirectory": "/srv"})
    document = document_of(filesystem, None, document_of(MINIO))
    assert document["storage"] == {"type": "filesystem", "filesystem": {"rootdirectory": "/srv"}}
    assert document_of(MINIO, None, document) == document_of(MINIO)


@pytest.mark.parametrize(
    ("text", "provider", "storage_type"),
    [
        ("", "aws", "s3"),
        ("[storage.s3]\n", "aws", "s3"),
        ("[storage.filesystem]\n", "filesystem", "filesystem"),
        ("[storage]\ntype = 'filesystem'\n", "filesystem", "filesystem"),
        ("provider = 'filesystem'\n", "filesystem", "filesystem"),
        ("provider = 'garage'\n", "garage", "s3"),
        ("[storage.s3]\n[storage.filesystem]\n", "aws", "s3"),
    ],
)
def test_a_missing_setting_has_its_default(text: str, provider: str, storage_type: str) -> None:
    settings = read_settings(tomllib.loads(text))
    assert (settings.provider, settings.type) == (provider, storage_type)
    assert settings == Settings(provider=provider)


@pytest.mark.parametrize("name", ["bucket", "secretkey"])
def test_a_text_that_is_not_unicode_is_refused(name: str) -> None:
    text = f"{SECRET}\udcff"
    settings = Settings().replace({name: Secret(text) if name == "secretkey" else text})
    with pytest.raises(ConfigError) as caught:
        build_document(settings, None, {})
    assert str(caught.value) == f'"{name}" contains bytes that are not UTF-8. Enter it again.'
    assert_is_a_sentence(caught.value)


# The validation


@pytest.mark.parametrize(
    "validation",
    [None, PASSED, Validation(False, AT, ("write", "delete")), Validation(False, AT)],
)
def test_a_validation_is_read_as_it_was_written(validation: Validation | None) -> None:
    assert read_validation(document_of(MINIO, validation)) == validation


@pytest.mark.parametrize("text", ["", "[validation]\npassed = true", "[validation]\nat = 2026-01-01T00:00:00Z"])
def test_an_incomplete_validation_is_none(text: str) -> None:
    assert read_validation(tomllib.loads(text)) is None


def test_the_time_of_a_validation_is_in_utc_and_whole_seconds() -> None:
    at = datetime(2026, 11, 23, 11, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    assert "\nat = 2026-11-23T10:00:00Z\n" in dump_toml(build_document(MINIO, Validation.ended(at, passed=True), {}))


def test_a_time_without_a_zone_is_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        at = Validation.ended(datetime(2026, 11, 23, 10, 0), passed=True).at
    time.tzset()
    assert at == AT


FAILED = Validation(False, AT, ("write",))


def test_a_failed_validation_lists_what_failed() -> None:
    assert document_of(MINIO, FAILED)["validation"] == {"passed": False, "at": AT, "failed": ["write"]}


def test_a_passed_validation_replaces_a_failed_one() -> None:
    assert document_of(MINIO, PASSED, document_of(MINIO, FAILED))["validation"] == {"passed": True, "at": AT}


def test_without_a_validation_the_existing_one_is_removed() -> None:
    assert "validation" not in document_of(MINIO, None, document_of(MINIO, FAILED))


# Errors


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "version = 2",
            (
                'its "version" is the number 2, but this storage-wizard only supports version 1. Use a newer '
                "storage-wizard."
            ),
        ),
        ("version = '1'", '"version" must be the number 1, but is the string "1".'),
        ("version = true", '"version" must be the number 1, but is true.'),
        ("storage = 's3'", '"storage" must be a table. Write it as [storage].'),
        (f"storage.s3 = '{SECRET}'", '"storage.s3" must be a table. Write it as [storage.s3].'),
        ("storage.filesystem = 1", '"storage.filesystem" must be a table. Write it as [storage.filesystem].'),
        ("storage.redirect = true", '"storage.redirect" must be a table. Write it as [storage.redirect].'),
        (
            "storage.type = 1",
            '"storage.type" must be the string "s3" or "filesystem", but is the number 1.',
        ),
        ("storage.type = 'swift'", '"storage.type" is "swift". Make it "s3" or "filesystem".'),
        ('storage.type = "\\u001b[31m\\u202e"', '"storage.type" is "�[31m�". Make it "s3" or "filesystem".'),
        (
            "provider = 'filesystem'\nstorage.type = 's3'",
            '"provider" is "filesystem" but "storage.type" is "s3". Change one of them.',
        ),
        (
            "provider = 'minio'\nstorage.type = 'filesystem'",
            '"provider" is "minio" but "storage.type" is "filesystem". Change one of them.',
        ),
    ],
)
def test_a_document_of_another_shape_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        validate_schema(tomllib.loads(text))
    assert str(caught.value) == sentence
    assert_is_a_sentence(caught.value)


_S3 = "[storage.s3]\n"
_SIZE = '"storage.s3.chunksize" must be a number of bytes, without quotes, but is'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("registry = 1", '"registry" must be a quoted string, but is the number 1.'),
        ("provider = ['minio']", '"provider" must be a quoted string, but is a list.'),
        (_S3 + "bucket = 5", '"storage.s3.bucket" must be a quoted string, but is the number 5.'),
        (
            _S3 + "bucket = 2024-01-01",
            '"storage.s3.bucket" must be a quoted string, but is a date or time.',
        ),
        (
            _S3 + f"region = {{ x = '{SECRET}' }}",
            '"storage.s3.region" must be a quoted string, but is a table.',
        ),
        (_S3 + "secretkey = 1234567", '"storage.s3.secretkey" must be a quoted string.'),
        (_S3 + f"secretkey = ['{SECRET}']", '"storage.s3.secretkey" must be a quoted string.'),
        (_S3 + "accesskey = 1234567", '"storage.s3.accesskey" must be a quoted string.'),
        (
            _S3 + "v4auth = 'yes'",
            '"storage.s3.v4auth" must be true or false, without quotes, but is the string "yes".',
        ),
        (
            _S3 + "secure = 1",
            '"storage.s3.secure" must be true or false, without quotes, but is the number 1.',
        ),
        (_S3 + "chunksize = '10 MiB'", f'{_SIZE} the string "10 MiB".'),
        (_S3 + "chunksize = true", f"{_SIZE} true."),
        (_S3 + "chunksize = 1.5", f"{_SIZE} the number 1.5."),
        (_S3 + "chunksize = -1", f"{_SIZE} the number -1."),
        (_S3 + f"chunksize = {LARGEST + 1}", f"{_SIZE} a number that is out of range."),
        (_S3 + f"chunksize = 0x{'f' * 9000}", f"{_SIZE} a number that is out of range."),
        (
            "[storage.filesystem]\nrootdirectory = 1",
            '"storage.filesystem.rootdirectory" must be a quoted string, but is the number 1.',
        ),
        (
            "storage.redirect.disable = 'yes'",
            ('"storage.redirect.disable" must be true or false, without quotes, but is the string "yes".'),
        ),
    ],
)
def test_a_setting_of_a_wrong_type_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_settings(tomllib.loads(text))
    assert str(caught.value) == sentence
    assert_is_a_sentence(caught.value)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        (_S3 + "bucket = 'b'\nusedualstack = true", {}),
        (_S3 + "bucket = 'b'\nbuckte = 'x'\nzzzz = 1", {"buckte": ' Did you mean "bucket"?', "zzzz": ""}),
        ("[storage.filesystem]\nrootdirectory = '/x'\nbucket = 'b'", {"bucket": ""}),
        ("", {}),
    ],
)
def test_keys_that_are_no_settings_of_the_storage_are_found(text: str, unknown: dict[str, str]) -> None:
    assert unknown_settings(tomllib.loads(text)) == unknown


@pytest.mark.parametrize("size", [0, LARGEST])
def test_the_smallest_and_the_largest_size_of_a_file_are_read(size: int) -> None:
    assert read_settings(tomllib.loads(f"{_S3}chunksize = {size}")).chunksize == size


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("validation = true", '"validation" must be a table. Write it as [validation].'),
        (
            "[validation]\npassed = 1\nat = 2026-01-01T00:00:00Z",
            '"validation.passed" must be true or false, without quotes, but is the number 1.',
        ),
        (
            "[validation]\npassed = true\nat = 2026-01-01",
            (
                '"validation.at" must be a date and time such as 2026-11-23T10:00:00Z, without quotes, but is a '
                "date or time."
            ),
        ),
        (
            "[validation]\npassed = true\nat = 0001-01-01T00:00:00+10:00",
            '"validation.at" is out of range.',
        ),
        (
            "[validation]\npassed = false\nat = 2026-01-01T00:00:00Z\nfailed = 'write'",
            '"validation.failed" must be a list of quoted strings.',
        ),
        (
            "[validation]\npassed = false\nat = 2026-01-01T00:00:00Z\nfailed = [1]",
            '"validation.failed" must be a list of quoted strings.',
        ),
    ],
)
def test_a_validation_of_a_wrong_type_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_validation(tomllib.loads(text))
    assert str(caught.value) == sentence
    assert_is_a_sentence(caught.value)


# Display


def test_secrets_and_unknown_texts_are_hidden() -> None:
    document = {
        "http": {"secret": SECRET, "list": [SECRET, {"x": SECRET}], "port": 5000},
        "storage.s3.bucket": SECRET,
        "storage": {"s3": {"sessiontoken": SECRET, "secretkey": SECRET, "bucket": "images"}},
    }
    text = dump_toml(hide_secrets(document))
    assert SECRET not in text
    assert "sessiontoken = (hidden, 40 characters)" in text
    assert "secretkey = (hidden, 40 characters)" in text
    assert 'bucket = "images"' in text
    assert "port = 5000" in text


def test_a_document_that_nests_too_deeply_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        hide_secrets(NESTED)
    assert str(caught.value) == "a number is too long, or lists or tables are nested too deeply."


# The source


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"file": 1, "format": "harbor"}, '"source.file" must be a quoted string'),
        ({"file": "/x"}, '"source.format" must be a quoted string'),
        ({"file": "config.yml", "format": "harbor"}, '"source.file" must be an absolute path'),
        ({"file": "", "format": "harbor"}, '"source.file" must be an absolute path'),
        ({"file": "/x\n", "format": "harbor"}, '"source.file" must be an absolute path'),
        ({"file": "/x", "format": "--to x"}, '"source.format" must be a format'),
        ("/x", '"source" must be a table'),
    ],
)
def test_a_source_that_is_none_is_refused(table: object, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_source({"source": table})


def test_the_source_is_read_and_written() -> None:
    source = ImportedFrom("/etc/config.yml", "distribution-2")
    document = build_document(Settings(), None, {"source": {"file": "/old", "note": "mine"}}, source)
    assert document["source"] == {"file": "/etc/config.yml", "format": "distribution-2", "note": "mine"}
    assert read_source(document) == source
    assert list(document)[-1] == "source"


def test_without_a_source_only_unknown_keys_of_it_stay() -> None:
    source = {"file": "/old", "format": "harbor"}
    assert "source" not in build_document(Settings(), None, {"source": source})
    assert build_document(Settings(), None, {"source": source | {"note": "mine"}})["source"] == {"note": "mine"}
    assert read_source({"source": {"note": "mine"}}) is None
    assert read_source({}) is None
