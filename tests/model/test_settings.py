"""The declarations of the settings: defaults, and values converted from and to text."""

from __future__ import annotations

import pytest

from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, GIB, MIB, Kind, Settings, Value, format_size, format_value

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize("name", DECLARATIONS)
def test_a_declaration_has_the_name_and_the_default_of_its_field(name: str) -> None:
    assert DECLARATIONS[name].name == name
    assert Settings().value(name) == DECLARATIONS[name].default


@pytest.mark.parametrize("name", [name for name, each in DECLARATIONS.items() if each.kind is not Kind.SECRET])
def test_a_formatted_default_parses_to_the_default(name: str) -> None:
    declaration = DECLARATIONS[name]
    assert declaration.parse(format_value(declaration.default)) == declaration.default


@pytest.mark.parametrize("name", DECLARATIONS)
def test_a_help_text_is_one_line_of_at_most_57_characters(name: str) -> None:
    assert 0 < len(DECLARATIONS[name].help) <= 57


@pytest.mark.parametrize(
    "size", [0, 1, 999, 1 << 10, 1000, 1025, 5 * MIB, 10 * MIB, 10 * MIB + 1, GIB, 5 * GIB, 1 << 40]
)
def test_a_formatted_size_parses_to_the_size(size: int) -> None:
    assert DECLARATIONS["chunksize"].parse(format_size(size)) == size
    assert DECLARATIONS["chunksize"].parse(str(size)) == size


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        *(("secure", text, True) for text in ("true", "on", "yes", "1", " TRUE ", "On")),
        *(("secure", text, False) for text in ("false", "off", "no", "0", "False\n")),
        *(
            ("chunksize", text, 10 * MIB)
            for text in ("10 MiB", "10MiB", "10 mb", "10M", "10240k", " 10485760 ", "10485760 B")
        ),
        ("chunksize", "5g", 5 * GIB),
        ("bucket", " as it is ", " as it is "),
        ("storageclass", "any word", "any word"),
        ("secretkey", SECRET, Secret(SECRET)),
        ("secretkey", "", Secret()),
    ],
)
def test_a_text_is_converted_to_a_value(name: str, text: str, value: Value) -> None:
    assert DECLARATIONS[name].parse(text) == value


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("secure", '"secure" must be true or false.'),
        ("chunksize", '"chunksize" must be a size, such as 10 MiB or 10485760.'),
    ],
)
@pytest.mark.parametrize(
    "text", ["", "maybe", "-1", "1.5 GiB", "10 TiB", "MiB", "10 MiB 5", "9" * 19, "9" * 12 + "G", "0x10"]
)
def test_an_invalid_text_is_refused_with_a_sentence(name: str, sentence: str, text: str) -> None:
    with pytest.raises(ValueError) as caught:
        DECLARATIONS[name].parse(text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((True, "on"), (False, "off"), (10 * MIB, "10 MiB"), (0, "0 B"), (1000, "1000 B"), (3 << 10, "3 KiB")),
        *((5 * GIB, "5 GiB"), ("images", "images"), (Secret(SECRET), "(hidden, 40 characters)"), (Secret(), "(empty)")),
    ],
)
def test_a_value_is_formatted_for_display(value: Value, text: str) -> None:
    assert format_value(value) == text


@pytest.mark.parametrize(("provider", "storage_type"), [("aws", "s3"), ("minio", "s3"), ("filesystem", "filesystem")])
def test_a_compatible_server_has_the_storage_type_s3(provider: str, storage_type: str) -> None:
    assert Settings(provider=provider).type == storage_type
