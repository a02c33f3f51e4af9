"""Parameters of the `s3` driver are read as the driver reads them."""

from __future__ import annotations

import pytest

from wizard.formats import s3_parameters
from wizard.formats.format import FormatError, Reread
from wizard.model.secret import Secret
from wizard.model.settings import MIB, Settings, Value

SETTINGS = Settings(bucket="images", v4auth=True)


def read(**parameters: object) -> Settings:
    return s3_parameters.read(parameters, "distribution-3").settings


# Writing


def test_a_default_is_left_out_unless_it_is_always_written() -> None:
    assert set(s3_parameters.write(SETTINGS)) == set(s3_parameters.ALWAYS_WRITTEN)
    assert "keyid" not in s3_parameters.write(SETTINGS, always=())


def test_blank_keys_are_left_out_so_that_an_iam_role_is_used() -> None:
    assert not {"accesskey", "secretkey"} & s3_parameters.write(SETTINGS).keys()


def test_a_parameter_that_the_reader_does_not_support_is_left_out() -> None:
    settings = SETTINGS.replace({"forcepathstyle": True})
    assert s3_parameters.write(settings)["forcepathstyle"] is True
    assert "forcepathstyle" not in s3_parameters.write(settings, s3_parameters.PARAMETERS_2)


def test_values_are_written_with_their_types() -> None:
    settings = SETTINGS.replace({"chunksize": 20 * MIB, "encrypt": True, "secretkey": Secret("s")})
    parameters = s3_parameters.write(settings)
    assert (parameters["chunksize"], parameters["encrypt"], parameters["secretkey"]) == (20 * MIB, True, "s")


def test_a_dropped_setting_has_a_remark_if_it_is_not_the_default() -> None:
    settings = SETTINGS.replace({"keyid": "x", "redirect": False})
    remarks = list(s3_parameters.dropped_setting_remarks(settings, {"bucket", "v4auth"}, "The chart"))
    assert remarks == [f'The chart does not support "{name}", so it was omitted.' for name in ("keyid", "redirect")]


# Reading


def test_an_absent_parameter_has_the_default_of_the_driver() -> None:
    settings = read(bucket="b")
    assert (settings.region, settings.v4auth, settings.registry) == ("", True, "distribution-3")
    assert read(bucket="b", v4auth=None).v4auth is True


@pytest.mark.parametrize(("secure", "endpoint"), [(True, "http://minio:9000"), (False, "https://minio:9000")])
def test_an_explicit_secure_is_kept_although_the_scheme_contradicts_it(secure: bool, endpoint: str) -> None:
    """It is what the file says; a rule reports the contradiction."""
    assert read(secure=secure, regionendpoint=endpoint).secure is secure


@pytest.mark.parametrize(
    ("endpoint", "secure"),
    [("http://minio:9000", False), ("https://minio:9000", True), ("minio:9000", True), ("", True)],
)
def test_an_absent_secure_agrees_with_the_scheme(endpoint: str, secure: bool) -> None:
    assert read(regionendpoint=endpoint).secure is secure


@pytest.mark.parametrize("name", s3_parameters.PARAMETERS)
def test_a_parameter_without_a_value_is_as_good_as_absent(name: str) -> None:
    """`secure:` in YAML; the driver looks for nil."""
    assert read(**{"bucket": "b", "regionendpoint": "http://minio:9000", name: None}) == read(
        **{key: value for key, value in (("bucket", "b"), ("regionendpoint", "http://minio:9000")) if key != name}
    )


@pytest.mark.parametrize("name", ["region", "bucket", "accesskey", "secretkey", "keyid", "storageclass"])
def test_an_empty_text_is_read_as_it_is(name: str) -> None:
    """And not replaced by the default of the setting."""
    value = read(**{name: ""}).value(name)
    assert value in ("", Secret())


@pytest.mark.parametrize("name", ["secure", "v4auth", "skipverify", "encrypt", "chunksize"])
def test_an_empty_text_is_no_truth_value_and_no_size(name: str) -> None:
    with pytest.raises(FormatError, match=f'"{name}" must be'):
        read(**{name: ""})


def test_more_parameters_than_any_driver_has_are_refused() -> None:
    assert len(s3_parameters.read(dict.fromkeys(map(str, range(500))), "dtr").remarks) == 500
    with pytest.raises(FormatError, match="too many parameters"):
        read(**dict.fromkeys(map(str, range(501))))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        *(("secure", word, True) for word in (True, 1, "1", "t", "T", "TRUE", "true", "True")),
        *(("secure", word, False) for word in (False, 0, "0", "f", "F", "FALSE", "false", "False")),
        ("chunksize", 5, 5),
        ("chunksize", "5242880", 5242880),
        ("chunksize", "9" * 18, 10**18 - 1),
        ("secretkey", "s", Secret("s")),
        ("bucket", "b", "b"),
        ("storageclass", "NONE", "NONE"),
    ],
)
def test_a_value_of_the_right_type_is_read(name: str, value: object, expected: Value) -> None:
    assert s3_parameters.parse_value(name, value) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("secure", "yes", "true or false"),
        ("secure", 2, "true or false"),
        ("secure", "canary", "true or false"),
        ("chunksize", "10MB", "a number of bytes"),
        ("chunksize", -1, "a number of bytes"),
        ("chunksize", True, "a number of bytes"),
        ("chunksize", 1.5, "a number of bytes"),
        ("chunksize", "9" * 19, "a number of bytes"),
        ("secretkey", 1.5, "a quoted string"),
        ("bucket", ["canary"], "a quoted string"),
        ("storageclass", None, "a quoted string"),
    ],
)
def test_a_value_of_another_type_is_refused(name: str, value: object, expected: str) -> None:
    with pytest.raises(FormatError) as refusal:
        s3_parameters.parse_value(name, value)
    assert str(refusal.value) == f'"{name}" must be {expected}.'


def test_an_unknown_parameter_is_ignored_with_a_remark() -> None:
    imported = s3_parameters.read({"bucket": "b", "unrelated": "x", "access_key": "y"}, "distribution-3")
    assert imported.settings.bucket == "b"
    assert imported.remarks == (
        '"unrelated" is not supported and was ignored.',
        '"access_key" is not supported and was ignored. Did you mean "accesskey"?',
    )


# Further parameters


def test_further_parameters_are_kept_named_and_written_again() -> None:
    parameters = {"bucket": "b", "useragent": "me", "multipartcopychunksize": "5242880", "accelerate": "true"}
    imported = s3_parameters.read(parameters, "distribution-3", s3_parameters.ALL_PARAMETERS_3)
    further = {"multipartcopychunksize": 5 * MIB, "useragent": "me", "accelerate": True}
    assert dict(imported.settings.further) == further
    listed = '"multipartcopychunksize", "useragent", "accelerate"'
    assert imported.remarks == (f"Not shown here, but kept for export: {listed}.",)
    written = s3_parameters.write(imported.settings, s3_parameters.ALL_PARAMETERS_3)
    assert {name: written[name] for name in further} == further
    assert "accelerate" not in s3_parameters.write(imported.settings, s3_parameters.ALL_PARAMETERS_2)


@pytest.mark.parametrize(
    ("name", "value", "parsed"),
    [
        *(("accelerate", True, True), ("accelerate", "F", False), ("usedualstack", 1, True), ("maxretries", "3", 3)),
        *(("loglevel", False, "off"), ("loglevel", "debug", "debug"), ("useragent", "x", "x")),
    ],
)
def test_a_further_parameter_has_its_type(name: str, value: object, parsed: object) -> None:
    assert s3_parameters.parse_further(name, value) == parsed


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        *(("accelerate", "yes", "true or false"), ("multipartcopychunksize", "10MB", "a number")),
        *(("multipartcopychunksize", True, "a number"), ("maxretries", -1, "a number")),
        *(("useragent", 1, "a quoted string"), ("useragent", False, "a quoted string")),
    ],
)
def test_a_further_parameter_of_another_type_is_refused(name: str, value: object, expected: str) -> None:
    with pytest.raises(FormatError) as refusal:
        s3_parameters.parse_further(name, value)
    assert str(refusal.value) == f'"{name}" must be {expected}.'


def test_a_further_parameter_that_is_not_read_has_a_remark() -> None:
    settings = SETTINGS.replace({"accelerate": True, "useragent": "x"})
    remarks = s3_parameters.dropped_further_remarks(settings, s3_parameters.ALL_PARAMETERS_2, "Distribution 2")
    assert list(remarks) == ['Distribution 2 does not support "accelerate", so it was omitted.']


# A region that is not in the file


@pytest.mark.parametrize(
    ("endpoint", "region"),
    [("https://minio.example", "us-east-1"), ("https://s3.gra.io.cloud.ovh.net", "gra")],
)
def test_an_absent_region_of_distribution_3_is_filled_in(endpoint: str, region: str) -> None:
    imported = s3_parameters.read({"bucket": "b", "regionendpoint": endpoint}, "distribution-3")
    assert imported.settings.region == region
    assert imported.remarks == (
        f'The file has no "region", so the registry uses a placeholder. {region} was filled in.',
    )


@pytest.mark.parametrize(
    ("registry", "parameters"),
    [
        ("distribution-3", {"region": "", "regionendpoint": "https://minio.example"}),
        ("distribution-3", {}),
        ("distribution-2", {"regionendpoint": "https://minio.example"}),
    ],
)
def test_a_blank_region_stays_blank(registry: str, parameters: dict[str, object]) -> None:
    assert s3_parameters.read({"bucket": "b", **parameters}, registry).settings.region == ""


@pytest.mark.parametrize("value", ["true", 1, None])
def test_a_strict_truth_value_is_no_other_type(value: object) -> None:
    assert s3_parameters.require_bool("disable", False) is False
    with pytest.raises(FormatError, match=r'"disable" must be true or false, without quotes\.'):
        s3_parameters.require_bool("disable", value)


@pytest.mark.parametrize("name", ["bucket", "region", "accesskey", "keyid"])
def test_a_number_is_a_text_as_for_the_driver(name: str) -> None:
    """It prints what YAML has read: `accessKey := parameters["accesskey"]`, `fmt.Sprint(accessKey)`."""
    assert read(**{name: 1234567890}).value(name) == "1234567890"
    assert read(secretkey=2024).secretkey == Secret("2024")


@pytest.mark.parametrize("value", [Reread(83), 1.5, True])
def test_a_value_that_the_driver_would_print_otherwise_than_it_is_written_is_no_text(value: object) -> None:
    with pytest.raises(FormatError, match='"accesskey" must be a quoted string'):
        read(accesskey=value)
