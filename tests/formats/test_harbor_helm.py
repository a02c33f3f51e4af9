"""The values of Harbor's Helm chart."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.support.formats import FOLDER, FORMATS, MINIO
from wizard.formats.format import FormatError, Imported
from wizard.model.settings import MIB, Settings

CHART = FORMATS["harbor-helm"]
PLAIN_HTTP = MINIO.replace({"regionendpoint": "http://m:9000", "secure": False, "chunksize": 20 * MIB})


def write(settings: Settings) -> dict[str, Any]:
    chart: dict[str, Any] = yaml.safe_load(CHART.write(settings).text)["persistence"]["imageChartStorage"]
    return chart


def read(chart: str) -> Imported:
    return CHART.read(f"persistence:\n  imageChartStorage: {chart}\n")


def test_no_parameter_is_false_because_the_chart_leaves_that_out() -> None:
    chart = write(PLAIN_HTTP)
    assert chart["disableredirect"] is False
    assert False not in chart["s3"].values()


def test_the_scheme_of_the_endpoint_says_that_https_is_off() -> None:
    """The chart reads skipverify only if secure is true."""
    chart = write(PLAIN_HTTP)
    assert chart["s3"]["regionendpoint"] == "http://m:9000"
    assert chart["s3"]["secure"] is True
    assert CHART.read(CHART.write(PLAIN_HTTP).text).settings.secure is False


def test_amazon_s3_without_https_has_an_endpoint() -> None:
    chart = write(Settings(bucket="b", region="us-east-1", secure=False, v4auth=True))
    assert chart["s3"]["regionendpoint"] == "http://s3.us-east-1.amazonaws.com"
    assert "regionendpoint" not in write(Settings(bucket="b", v4auth=True))["s3"]


def test_a_size_is_a_string_because_helm_renders_numbers_with_an_exponent() -> None:
    assert write(PLAIN_HTTP)["s3"]["chunksize"] == str(20 * MIB)


def test_a_size_of_zero_comes_back() -> None:
    zero = MINIO.replace({"registry": "harbor", "multipartcopythresholdsize": 0})
    assert CHART.read(CHART.write(zero).text).settings.multipartcopythresholdsize == 0


def test_settings_that_the_chart_does_not_read_have_a_remark() -> None:
    remarks = CHART.write(PLAIN_HTTP.replace({"objectacl": "public-read", "v4auth": False})).remarks
    assert remarks == (
        'The chart does not support "objectacl", so it was omitted.',
        'The chart ignores "v4auth: false", so the registry will use Signature V4.',
    )
    assert CHART.write(FOLDER).remarks == ()


@pytest.mark.parametrize(
    ("parameters", "skipverify"),
    [("secure: true, skipverify: true", True), ("skipverify: true", False), ("secure: false, skipverify: true", False)],
)
def test_skipverify_counts_only_with_secure(parameters: str, skipverify: bool) -> None:
    assert read(f"{{type: s3, s3: {{bucket: b, {parameters}}}}}").settings.skipverify is skipverify


def test_a_skipverify_that_the_chart_leaves_out_has_a_remark() -> None:
    imported = read("{type: s3, s3: {bucket: b, region: r, skipverify: true}}")
    assert imported.remarks == (
        'The chart ignores "skipverify" without "secure: true", so the registry verifies certificates.',
    )
    assert read("{type: s3, s3: {bucket: b, region: r, secure: true, skipverify: true}}").remarks == ()


def test_the_further_parameters_of_the_chart_are_strings() -> None:
    settings = PLAIN_HTTP.replace({"multipartcopychunksize": 5 * MIB, "useragent": "me"})
    exported = CHART.write(settings)
    assert 'multipartcopychunksize: "5242880"' in exported.text
    assert 'The chart does not support "useragent", so it was omitted.' in exported.remarks
    assert dict(CHART.read(exported.text).settings.further) == {"multipartcopychunksize": 5 * MIB}


@pytest.mark.parametrize(
    ("parameter", "name", "default"),
    [("v4auth: false", "v4auth", True), ("keyid: ''", "keyid", ""), ("chunksize: 0", "chunksize", 10 * MIB)],
)
def test_an_empty_parameter_has_the_default_of_the_driver(parameter: str, name: str, default: object) -> None:
    assert read(f"{{type: s3, s3: {{bucket: b, {parameter}}}}}").settings.value(name) == default


def test_the_default_type_is_a_folder() -> None:
    assert read("{filesystem: {rootdirectory: /storage}}").settings.rootdirectory == "/storage"


@pytest.mark.parametrize(("value", "redirect"), [("true", False), ("false", True), ("~", True), ("'true'", False)])
def test_redirects_are_read(value: str, redirect: bool) -> None:
    assert read(f"{{type: s3, s3: {{bucket: b}}, disableredirect: {value}}}").settings.redirect is redirect


def test_a_redirect_value_of_another_type_is_refused() -> None:
    with pytest.raises(FormatError, match='"disableredirect" must be true or false'):
        read("{type: s3, s3: {bucket: b}, disableredirect: 'maybe'}")


def test_references_to_secrets_are_ignored_with_a_remark() -> None:
    imported = read("{caBundleSecretName: ca, type: s3, s3: {bucket: b, region: r, existingSecret: keys}}")
    assert [remark.split('"')[1] for remark in imported.remarks] == ["caBundleSecretName", "existingSecret"]


def test_the_keys_of_the_values_do_not_count_beside_a_secret_that_has_them() -> None:
    settings = read("{type: s3, s3: {bucket: b, region: r, existingSecret: x, accesskey: a, secretkey: b}}").settings
    assert (settings.accesskey, settings.secretkey.reveal()) == ("", "")


def test_what_the_values_leave_out_has_the_default_of_the_chart() -> None:
    assert read("{type: s3, s3: {bucket: b}}").settings.region == "us-west-1"
    assert read("{type: filesystem}").settings.rootdirectory == "/storage"


@pytest.mark.parametrize(
    "text", ["persistence: {enabled: true, size: 8Gi}\n", "persistence:\n", "image: {repository: nginx}\n"]
)
def test_the_values_of_another_chart_are_refused(text: str) -> None:
    with pytest.raises(FormatError, match="imageChartStorage not found"):
        CHART.read(text)


@pytest.mark.parametrize(
    "around",
    [
        "harbor: {persistence: {imageChartStorage: X}}",
        "spec: {source: {helm: {valuesObject: {persistence: {imageChartStorage: X}}}}}",
        "kind: Service\n---\nspec: {source: {helm: {valuesObject: {imageChartStorage: X}}}}",
        "spec: {sources: [{chart: a}, {helm: {valuesObject: {imageChartStorage: X}}}]}",
        "spec:\n  source:\n    helm:\n      values: |\n        persistence:\n          imageChartStorage: X",
        "kind: ConfigMap\ndata:\n  values.yaml: |\n    harbor: {persistence: {imageChartStorage: X}}",
    ],
)
def test_values_are_found_at_any_depth(around: str) -> None:
    text = around.replace("X", "{type: s3, s3: {bucket: deep, region: r}}")
    assert CHART.read(f"{text}\n").settings.bucket == "deep"


def test_a_text_of_values_that_is_no_yaml_is_none() -> None:
    with pytest.raises(FormatError, match="imageChartStorage not found"):
        CHART.read("spec: {values: '{{ imageChartStorage }}: {'}\n")


@pytest.mark.ci_only
def test_a_text_of_values_that_is_named_too_often_is_refused() -> None:
    names = ", ".join(["{values: *x}"] * 100)
    with pytest.raises(FormatError, match="too large"):
        CHART.read(f"a: &x '{'# ' * 20_000}'\nb: [{names}]\n")


def test_the_values_of_two_harbors_are_refused() -> None:
    with pytest.raises(FormatError, match="The file contains 2 imageChartStorage"):
        CHART.read("a: {imageChartStorage: {type: s3}}\nb: {imageChartStorage: {type: s3}}\n")


def test_an_empty_name_of_a_secret_is_none() -> None:
    assert read("{type: s3, s3: {bucket: b, region: r, existingSecret: ''}}").remarks == ()


@pytest.mark.parametrize(
    ("parameter", "name"),
    [("chunksize: 5242880", "chunksize"), ("keyid: 1000000", "keyid"), ("accesskey: 5", "accesskey")],
)
def test_a_number_that_helm_renders_otherwise_is_refused(parameter: str, name: str) -> None:
    with pytest.raises(FormatError, match=f'Put "{name}" in quotes'):
        read(f"{{type: s3, s3: {{bucket: b, region: r, {parameter}}}}}")


def test_a_smaller_number_is_a_text() -> None:
    assert read("{type: s3, s3: {bucket: 999999, region: r}}").settings.bucket == "999999"
