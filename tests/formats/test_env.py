"""Environment variables of the registry."""

from __future__ import annotations

import pytest

from tests.support.formats import FORMATS, MINIO
from wizard.formats.env import section_variables, settings_from_variables
from wizard.formats.format import FormatError
from wizard.model.secret import Secret

ENV = FORMATS["env"]


def test_a_value_is_quoted_if_yaml_would_read_another_type() -> None:
    lines = ENV.write(MINIO).text.splitlines()
    assert 'REGISTRY_STORAGE_S3_SECRETKEY=!!str "0123"' in lines
    assert "REGISTRY_STORAGE_S3_ACCESSKEY=me" in lines
    assert "REGISTRY_STORAGE=s3" in lines


def test_a_remark_explains_quotes_if_there_are_any() -> None:
    assert any("--env-file" in remark for remark in ENV.write(MINIO).remarks)
    plain = MINIO.replace({"regionendpoint": "https://m", "secretkey": Secret("plain")})
    assert ENV.write(plain).remarks == ()


def test_comments_blank_lines_and_exports_are_read() -> None:
    text = "# comment\n\n  export REGISTRY_STORAGE_S3_BUCKET=images\nPATH=/bin\n"
    assert ENV.read(text).settings.bucket == "images"


@pytest.mark.parametrize(
    ("values", "bucket", "registry"),
    [
        ({"REGISTRY_STORAGE": "s3", "REGISTRY_STORAGE_S3_BUCKET": "b"}, "b", "distribution-2"),
        ({"REGISTRY_STORAGE_S3AWS_BUCKET": "b"}, "b", "distribution-2"),
        ({"REGISTRY_STORAGE_S3_BUCKET": "b", "REGISTRY_STORAGE_S3_FORCEPATHSTYLE": "true"}, "b", "distribution-3"),
    ],
)
def test_driver_and_registry_follow_from_the_variables(values: dict[str, str], bucket: str, registry: str) -> None:
    settings = settings_from_variables(values).settings
    assert (settings.bucket, settings.registry) == (bucket, registry)


def test_a_list_in_a_configuration_has_no_variable() -> None:
    section = {"s3": {"bucket": "b", "regions": ["r"]}}
    assert section_variables(section) == {"REGISTRY_STORAGE": "s3", "REGISTRY_STORAGE_S3_BUCKET": "b"}


@pytest.mark.parametrize(
    ("driver", "drivers"),
    [
        ({}, "s3, filesystem"),
        ({"REGISTRY_STORAGE": "filesystem"}, "filesystem, s3"),
        ({"REGISTRY_STORAGE": "s3"}, "s3, filesystem"),
        ({"REGISTRY_STORAGE": "azure"}, "azure, s3, filesystem"),
    ],
)
def test_two_drivers_are_refused_as_by_the_registry(driver: dict[str, str], drivers: str) -> None:
    """It panics: multiple storage drivers specified in configuration or environment."""
    parameters = {"REGISTRY_STORAGE_S3_BUCKET": "b", "REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY": "/srv"}
    with pytest.raises(
        FormatError, match=rf"^The storage section has several drivers: {drivers}\. A registry supports exactly one"
    ):
        settings_from_variables(driver | parameters)


@pytest.mark.parametrize("value", ["[secret", "{a", "'open", '"open', "*alias", "a: b: c", "@x", "`x", "%x", "! x"])
def test_a_value_that_is_not_yaml_is_refused_with_its_line_and_variable(value: str) -> None:
    text = f"# comment\nREGISTRY_STORAGE_S3_BUCKET=b\nREGISTRY_STORAGE_S3_SECRETKEY={value}\n"
    with pytest.raises(FormatError) as refusal:
        ENV.read(text)
    message = str(refusal.value)
    assert message.startswith("Line 3: the value of REGISTRY_STORAGE_S3_SECRETKEY is not valid YAML")
    assert "quotes inside the value" in message
    assert value not in message


def test_a_value_of_the_environment_that_is_not_yaml_is_refused_with_its_variable() -> None:
    with pytest.raises(FormatError, match=r"^The value of REGISTRY_STORAGE_S3_SECRETKEY is not valid YAML") as refusal:
        settings_from_variables({"REGISTRY_STORAGE_S3_SECRETKEY": "[s3cr3t"})
    assert "s3cr3t" not in str(refusal.value)


def test_a_value_of_another_type_is_refused_with_its_line_and_variable() -> None:
    with pytest.raises(
        FormatError, match=r"^Line 2: REGISTRY_STORAGE_S3_ACCESSKEY must be a quoted string.*inside the value"
    ):
        ENV.read("REGISTRY_STORAGE_S3_BUCKET=b\nREGISTRY_STORAGE_S3_ACCESSKEY=0123\n")
    with pytest.raises(FormatError, match=r"^REGISTRY_STORAGE_S3_SECURE must be true or false\.$"):
        settings_from_variables({"REGISTRY_STORAGE_S3_SECURE": "no way"})


def test_a_value_that_ends_at_a_comment_has_a_remark() -> None:
    imported = ENV.read("REGISTRY_STORAGE_S3_BUCKET=b\nREGISTRY_STORAGE_S3_SECRETKEY=abc #def\n")
    assert imported.settings.secretkey.reveal() == "abc"
    assert imported.remarks == (
        'The registry ignores the part of REGISTRY_STORAGE_S3_SECRETKEY after " #". Put quotes inside the value.',
    )
    assert ENV.read("REGISTRY_STORAGE_S3_BUCKET=b\nREGISTRY_STORAGE_S3_SECRETKEY='abc #def'\n").remarks == ()


def test_parameters_of_distribution_3_name_the_registry() -> None:
    values = {"REGISTRY_STORAGE_S3_BUCKET": "b", "REGISTRY_STORAGE_S3_ACCELERATE": "true"}
    settings = settings_from_variables(values).settings
    assert (settings.registry, dict(settings.further)) == ("distribution-3", {"accelerate": True})


@pytest.mark.parametrize(("value", "redirect"), [("true", False), ("false", True), ("", True)])
def test_redirects_are_read(value: str, redirect: bool) -> None:
    values = {"REGISTRY_STORAGE_S3_BUCKET": "b", "REGISTRY_STORAGE_REDIRECT_DISABLE": value}
    assert settings_from_variables(values).settings.redirect is redirect


def test_a_name_that_resembles_a_parameter_has_a_suggestion() -> None:
    text = "REGISTRY_STORAGE=s3\nREGISTRY_STORAGE_S3_ACCESS_KEY=AKIA\nREGISTRY_STORAGE_S3_UNRELATED=x\n"
    misspelled, unknown = ENV.read(text).remarks
    assert misspelled.endswith('Did you mean "accesskey"?')
    assert "Did you mean" not in unknown


# A file for Docker, and one for a shell


def bucket(text: str) -> str:
    return ENV.read(text).settings.bucket


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("REGISTRY_STORAGE_S3_BUCKET=a$b", "a$b"),
        ("REGISTRY_STORAGE_S3_BUCKET='a$b'", "a$b"),
        ('REGISTRY_STORAGE_S3_BUCKET="a\\\\b"', "a\\b"),
        ("REGISTRY_STORAGE_S3_BUCKET=b\r\n", "b"),
        ("\tREGISTRY_STORAGE_S3_BUCKET=b \n", "b"),
        ("REGISTRY_STORAGE_S3_BUCKET=a\u2028b", "a\u2028b"),
        ("export REGISTRY_STORAGE_S3_BUCKET='b'", "b"),
        ('export REGISTRY_STORAGE_S3_BUCKET="b"', "b"),
        ("export A=1\nREGISTRY_STORAGE_S3_BUCKET='a$b'", "a$b"),
        ("export A=`id`\nREGISTRY_STORAGE_S3_BUCKET=b", "b"),
    ],
)
def test_a_value_is_read_as_its_reader_does(text: str, value: str) -> None:
    assert bucket(text) == value


@pytest.mark.parametrize(
    "value",
    [
        *(
            "$KEY",
            "${KEY}",
            '"a$KEY"',
            "`id`",
            '"`id`"',
            "$(id)",
            '"a\\nb"',
            "a\\",
            "a b",
            "a;id",
            "a&",
            "a|b",
            "a>b",
            "~",
        ),
        *(
            "'a'b",
            "'a'\"b\"",
            "'a'\\''b'",
            "'open",
            '"open',
            "a # b",
            "a#b",
            "(a)",
            "a*",
            "a?",
            "[a]",
            "{a,b}",
            "!x",
            "\u00a0",
        ),
    ],
)
def test_a_value_that_a_shell_changes_is_refused_with_its_line(value: str) -> None:
    with pytest.raises(FormatError, match="Line 2 is not a plain shell value"):
        ENV.read(f"# comment\nexport REGISTRY_STORAGE_S3_SECRETKEY={value}\n")


def test_a_file_with_one_export_is_one_for_a_shell() -> None:
    with pytest.raises(FormatError, match="Line 2 is not a plain shell value"):
        ENV.read("export A=1\nREGISTRY_STORAGE_S3_SECRETKEY=$KEY\n")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("A=1\nREGISTRY_STORAGE_S3_BUCKET=b\\\nc=d\n", "Line 2 ends with a backslash"),
        (
            "REGISTRY_STORAGE_S3_BUCKET=b\nREGISTRY_STORAGE_S3_BUCKET=c\n",
            "Line 2 sets REGISTRY_STORAGE_S3_BUCKET again",
        ),
        ("REGISTRY_STORAGE_S3_BUCKET\n", "Line 1 is not NAME=VALUE"),
        ("REGISTRY_STORAGE_S3_BUCKET =b\n", "Line 1 is not NAME=VALUE"),
        ("\u00a0REGISTRY_STORAGE_S3_BUCKET=b\n", "Line 1 is not NAME=VALUE"),
        ("A=1\nset -e\n", "Line 2 is not NAME=VALUE"),
        ("REGISTRY_STORAGE_S3={bucket: b}\n", "REGISTRY_STORAGE_S3 sets a complete section"),
        (
            "REGISTRY_STORAGE_S3_BUCKET=b\nREGISTRY_STORAGE_REDIRECT={disable: true}\n",
            "REDIRECT sets a complete section",
        ),
    ],
)
def test_a_line_that_is_not_understood_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(FormatError, match=sentence):
        ENV.read(text)


def test_too_many_parameters_are_refused() -> None:
    with pytest.raises(FormatError, match="too many parameters"):
        ENV.read("".join(f"REGISTRY_STORAGE_S3_K{number}=1\n" for number in range(501)))
