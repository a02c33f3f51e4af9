"""The rules about the region endpoint."""

from __future__ import annotations

import pytest

from tests.support.rules import (
    ACCESS_KEY,
    AMAZON,
    MINIO,
    OTHER,
    SCALEWAY,
    SECRET_KEY,
    WASABI,
    assert_accepts,
    assert_reports,
)
from wizard import rules
from wizard.model.findings import Cause, Fix, Severity
from wizard.model.settings import Settings
from wizard.rules import endpoint

VALID_ENDPOINTS = [
    "https://minio.example:9000",
    "http://minio",
    "https://10.0.0.5:443",
    "http://[2001:db8::1]:9000",
    "minio:9000",
    "HTTPS://Minio.Example",
    "https://minio.example/",
    "localhost:9000",
    "https://a_b.example.",
    "http://minio_store:9000",  # as Docker Compose names containers
    "http://_minio_:9000",
    "http://project_minio_1:9000",
    "http://1.example:9000",
    "http://0x7f.example:9000",
    "https.example",
    "https://s3.us-east-1.amazonaws.com",
    "[::1]",
    "http://x:65535",
]
each_valid_endpoint = pytest.mark.parametrize("text", VALID_ENDPOINTS)


# Present


def test_amazon_s3_needs_no_endpoint() -> None:
    assert_accepts(endpoint.present, AMAZON, regionendpoint="")


@pytest.mark.parametrize(("account", "is_valid"), [("0123456789abcdef" * 2, True), ("0123", False), ("g" * 32, False)])
def test_an_account_id_of_cloudflare_has_32_hex_digits(account: str, is_valid: bool) -> None:
    settings = OTHER.replace(
        {"provider": "r2", "region": "auto", "regionendpoint": f"https://{account}.r2.cloudflarestorage.com"}
    )
    assert [finding.text.partition(".")[0] for finding in endpoint.variable(settings)] == (
        [] if is_valid else ["Not a valid account ID"]
    )


@pytest.mark.parametrize("text", ["https://minio.example:9000", "nonsense"])
def test_an_endpoint_of_any_form_is_present(text: str) -> None:
    assert_accepts(endpoint.present, MINIO, regionendpoint=text)


@pytest.mark.parametrize(
    ("settings", "text", "fixed"),
    [
        (MINIO, "Enter the server's address, such as http://s3.example:9000.", ""),
        (OTHER, "Enter the server's address, such as https://s3.example.", ""),
        (MINIO.replace({"provider": "r2"}), "Cloudflare R2 needs your account ID. 32 hex digits, in the", ""),
        (WASABI, "Wasabi needs an endpoint.", "https://s3.us-east-1.wasabisys.com"),
        (SCALEWAY.replace({"region": ""}), "Scaleway needs an endpoint", "https://s3.fr-par.scw.cloud"),
        (SCALEWAY.replace({"region": "fr par"}), "Scaleway needs an endpoint", ""),
        (MINIO.replace({"provider": "gcs"}), "needs an endpoint", "https://storage.googleapis.com"),
    ],
)
def test_a_missing_endpoint_is_reported_with_that_of_the_provider(settings: Settings, text: str, fixed: str) -> None:
    fix = {"regionendpoint": fixed} if fixed else None
    assert_reports(endpoint.present, settings.replace({"regionendpoint": ""}), "regionendpoint", text, fix)


# Form


@each_valid_endpoint
def test_a_well_formed_endpoint_is_accepted(text: str) -> None:
    assert_accepts(endpoint.form, MINIO, regionendpoint=text)


def test_the_form_of_an_empty_endpoint_is_not_reported() -> None:
    assert_accepts(endpoint.form, MINIO, regionendpoint="")


PLACEHOLDER = "Replace the part in brackets with your own value."
USERINFO = "Remove the keys from the endpoint. Enter them as the access key and the secret key."
NO_HOST = "Not a valid host. Expected something like https://minio.example:9000."
BRACKETS = "Put IPv6 addresses in brackets: [address]:port."
NO_ADDRESS = "isn't a valid IP address. Write four numbers (0 to 255) without leading zeros."
COLON = "Write http:// or https:// before the host."


@pytest.mark.parametrize(
    ("text", "sentence", "fixed"),
    [
        ("http://<HOST>:9000", PLACEHOLDER, ""),
        ("https://s3.{region}.wasabisys.com", PLACEHOLDER, ""),
        ("https://key:secret@minio.example:9000/images", USERINFO, "https://minio.example:9000"),
        ("key@minio.example", USERINFO, "minio.example"),
        (f"https://{ACCESS_KEY}:{SECRET_KEY}@minio.example", USERINFO, "https://minio.example"),
        ("https://key:secret@", USERINFO, ""),
        ("s3://images", "An s3:// address names a bucket, not a server. Start with https:// or http://.", ""),
        (
            "tcp://minio.example:9000",
            '"tcp://" isn\'t supported. Use https:// or http://.',
            "https://minio.example:9000",
        ),
        ("htps://minio.example", '"htps://" isn\'t supported', "https://minio.example"),
        ("ftp://", '"ftp://" isn\'t supported', ""),
        ("https:/minio.example:9000", COLON, "https://minio.example:9000"),
        ("http//minio.example", COLON, "http://minio.example"),
        ("HTTP:\\\\minio.example", COLON, "http://minio.example"),
        ("https:/", COLON, ""),
        ("https://2001:db8::1", BRACKETS, "https://[2001:db8::1]"),
        ("::1", BRACKETS, "[::1]"),
        ("https://", NO_HOST, ""),
        ("https://:9000", NO_HOST, ""),
        (":9000", NO_HOST, ""),
        ("https://a..b", NO_HOST, ""),
        ("https://-a", NO_HOST, ""),
        ("https://my minio", NO_HOST, ""),
        ("https://münchen.example", NO_HOST, ""),
        ("https://ſ3.x", NO_HOST, ""),
        (f"https://{'a' * 64}", NO_HOST, ""),
        ("https://[::1", NO_HOST, ""),
        ("https://[10.0.0.5]", NO_HOST, ""),
        ("https://[minio]:9000", NO_HOST, ""),
        ("https://minio:90:91", NO_HOST, ""),
        ("http://127.1:9000", NO_ADDRESS, "http://127.0.0.1:9000"),
        ("2130706433", NO_ADDRESS, "127.0.0.1"),
        ("http://0x7f000001:9000", NO_ADDRESS, "http://127.0.0.1:9000"),
        ("http://127.0.0.01", NO_ADDRESS, "http://127.0.0.1"),
        ("http://10.0.0.5.:9000", NO_ADDRESS, "http://10.0.0.5:9000"),
        ("http://0177.0.0.1", NO_ADDRESS, ""),  # octal to the C library, 177 to people
        ("http://010.0.0.5:9000", NO_ADDRESS, ""),
        ("http://256.1.1.1", NO_ADDRESS, ""),
        ("http://1.2.3.4.5", NO_ADDRESS, ""),
        ("http://9000", NO_ADDRESS, ""),
        ("https://minio:0", "The port must be a number from 1 to 65535.", ""),
        ("https://minio:65536", "The port must be a number from 1 to 65535.", ""),
        ("https://minio:99999999999999999999", "The port must be a number from 1 to 65535.", ""),
        ("https://minio:\u0669\u0660", "The port must be a number from 1 to 65535.", ""),
        ("https://minio:api", "The port must be a number from 1 to 65535.", ""),
        ("https://[::1]9000x", "The port must be a number from 1 to 65535.", ""),
        ("https://minio.example?x=1", "Remove everything after the host and port.", "https://minio.example"),
        ("https://minio.example/#top", "Remove everything after the host and port.", "https://minio.example"),
        ("https://minio.example/x?y=1", "Remove everything after the host and port.", "https://minio.example"),
    ],
)
def test_a_malformed_endpoint_is_reported(text: str, sentence: str, fixed: str) -> None:
    fix = {"regionendpoint": fixed} if fixed else None
    assert_reports(endpoint.form, MINIO.replace({"regionendpoint": text}), "regionendpoint", sentence, fix)


def test_a_store_can_serve_s3_below_a_path() -> None:
    settings = MINIO.replace({"regionendpoint": "https://minio.example/s3/v1/"})
    text = "The registry will use /s3/v1 as the base path. Few stores serve S3 below a path."
    fix = {"regionendpoint": "https://minio.example"}
    assert_reports(endpoint.form, settings, "regionendpoint", text, fix, severity=Severity.WARNING)


def test_the_hosts_of_a_provider_serve_nothing_below_a_path() -> None:
    settings = AMAZON.replace({"regionendpoint": "https://s3.amazonaws.com/s3"})
    fix = {"regionendpoint": "https://s3.amazonaws.com"}
    assert_reports(endpoint.form, settings, "regionendpoint", "Remove the path", fix)


@pytest.mark.parametrize(
    ("text", "bucket"),
    [("https://minio.example/images/", "images"), ("https://minio.example/images/more", "")],
)
def test_the_fix_moves_the_bucket_out_of_the_path(text: str, bucket: str) -> None:
    settings = MINIO.replace({"regionendpoint": text, "bucket": bucket})
    sentence = "Remove the bucket from the endpoint. It is a setting of its own."
    fix = {"regionendpoint": "https://minio.example", "bucket": "images"}
    assert_reports(endpoint.form, settings, "regionendpoint", sentence, fix)


@pytest.mark.parametrize(
    ("settings", "text", "fixed"),
    [
        (AMAZON, "https://images.s3.us-east-1.amazonaws.com", "https://s3.us-east-1.amazonaws.com"),
        (OTHER, "https://Images.s3.amazonaws.com", "https://s3.amazonaws.com"),
        (SCALEWAY, "https://images.s3.fr-par.scw.cloud", "https://s3.fr-par.scw.cloud"),
        (OTHER, "https://images.s3.fr-par.scw.cloud", "https://s3.fr-par.scw.cloud"),
        (OTHER, "https://images.0123.r2.cloudflarestorage.com", "https://0123.r2.cloudflarestorage.com"),
        (MINIO.replace({"provider": "storj"}), "images.gateway.storjshare.io", "gateway.storjshare.io"),
    ],
)
def test_the_bucket_before_a_known_host_is_an_error(settings: Settings, text: str, fixed: str) -> None:
    settings = settings.replace({"regionendpoint": text})
    sentence = "Remove the bucket from the host name: the registry adds it."
    assert_reports(endpoint.form, settings, "regionendpoint", sentence, {"regionendpoint": fixed})


@pytest.mark.parametrize(
    ("text", "fixed"),
    [("https://images.minio.example:9000", "https://minio.example:9000"), ("images.local", "local")],
)
def test_the_bucket_before_an_unknown_host_is_a_warning(text: str, fixed: str) -> None:
    settings = MINIO.replace({"regionendpoint": text})
    sentence = "The host starts with the bucket name. If that is the bucket, remove it"
    fix = {"regionendpoint": fixed}
    assert_reports(endpoint.form, settings, "regionendpoint", sentence, fix, severity=Severity.WARNING)


def test_a_known_host_that_begins_with_the_bucket_by_chance_is_a_warning() -> None:
    settings = OTHER.replace({"bucket": "nyc3", "regionendpoint": "https://nyc3.digitaloceanspaces.com"})
    fix = {"regionendpoint": "https://digitaloceanspaces.com"}
    text = "The host starts with the bucket name"
    assert_reports(endpoint.form, settings, "regionendpoint", text, fix, severity=Severity.WARNING)


@pytest.mark.parametrize(
    ("bucket", "text"),
    [("10", "http://10.0.0.5"), ("minio", "http://minio:9000"), ("", "http://images.minio.example")],
)
def test_a_host_that_does_not_begin_with_the_bucket_is_accepted(bucket: str, text: str) -> None:
    assert_accepts(endpoint.form, MINIO, bucket=bucket, regionendpoint=text)


# Provider and region


@each_valid_endpoint
def test_any_endpoint_can_belong_to_a_self_hosted_server(text: str) -> None:
    assert_accepts(endpoint.belongs_to_provider, MINIO, regionendpoint=text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://s3.us-east-1.amazonaws.com",
        "https://s3.dualstack.us-east-1.amazonaws.com",
        "https://s3-fips.us-east-1.amazonaws.com",
        "https://s3.amazonaws.com",
        "https://s3-accelerate.amazonaws.com",
        "ftp://minio",  # malformed: another rule reports it
        "https://k:s@x",
    ],
)
def test_these_endpoints_can_belong_to_amazon_s3(text: str) -> None:
    assert_accepts(endpoint.belongs_to_provider, AMAZON, regionendpoint=text)


@pytest.mark.parametrize(
    ("settings", "text", "region"),
    [
        (AMAZON, "https://s3.eu-west-1.amazonaws.com", "eu-west-1"),
        (AMAZON, "https://s3.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        (WASABI, "https://s3.EU-central-1.wasabisys.com", "eu-central-1"),
        (WASABI, "https://s3.nl-1.wasabisys.com", "eu-central-1"),
        (AMAZON, "https://s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1"),
        (AMAZON, "https://s3-eu-west-1.amazonaws.com", "eu-west-1"),
        (OTHER, "https://s3.eu-west-1.amazonaws.com", "eu-west-1"),
    ],
)
def test_an_endpoint_in_another_region_is_a_warning(settings: Settings, text: str, region: str) -> None:
    assert_reports(
        endpoint.belongs_to_provider,
        settings.replace({"regionendpoint": text, "region": "us-east-1"}),
        "regionendpoint",
        f"The endpoint is in {region}, but the region is set to us-east-1.",
        {"region": region},
        severity=Severity.WARNING,
        cause=Cause.WRONG_REGION,
    )


@pytest.mark.parametrize(
    ("settings", "text", "region"),
    [
        (WASABI, "https://s3.nl-1.wasabisys.com", "eu-central-1"),
        (WASABI, "https://s3.uk-2.wasabisys.com", "eu-west-3"),
        (AMAZON, "https://s3.dualstack.eu-north-1.amazonaws.com", "eu-north-1"),
        (OTHER, "https://s3.eu-west-1.amazonaws.com", "eu-west-1"),
        (SCALEWAY, "https://s3.nl-ams.scw.cloud", "moon"),  # the rule about the region reports it
    ],
)
def test_an_endpoint_in_the_region_is_accepted(settings: Settings, text: str, region: str) -> None:
    assert_accepts(endpoint.belongs_to_provider, settings, regionendpoint=text, region=region)


@pytest.mark.parametrize(
    ("settings", "text", "region", "fixed"),
    [
        (AMAZON, "http://s3.amazonaws.com", "eu-west-1", ""),
        (AMAZON.replace({"registry": "gitlab", "forcepathstyle": True}), "s3.amazonaws.com", "eu-north-1", ""),
        (AMAZON, "https://s3.amazonaws.com", "eu-north-1", "https://s3.eu-north-1.amazonaws.com"),
        (OTHER, "https://s3-external-1.amazonaws.com", "eu-west-1", ""),
        (WASABI, "https://s3.wasabisys.com", "eu-central-1", "https://s3.eu-central-1.wasabisys.com"),
    ],
)
def test_an_endpoint_without_a_region_stands_for_one(settings: Settings, text: str, region: str, fixed: str) -> None:
    settings = settings.replace({"regionendpoint": text, "region": region})
    sentence = f"The endpoint is in us-east-1, but the region is set to {region}."
    assert_reports(
        endpoint.belongs_to_provider,
        settings,
        "regionendpoint",
        sentence,
        {"regionendpoint": fixed},
        severity=Severity.WARNING,
        cause=Cause.WRONG_REGION,
    )


def test_a_bucket_in_the_host_name_finds_its_region() -> None:
    settings = AMAZON.replace({"registry": "distribution-3", "regionendpoint": "https://s3.amazonaws.com"})
    assert_accepts(endpoint.belongs_to_provider, settings, region="eu-west-1")


@pytest.mark.parametrize(
    ("settings", "text", "region", "provider"),
    [
        (AMAZON, "https://s3.gra.io.cloud.ovh.net", "gra", "ovh"),
        (WASABI, "https://s3.fr-par.scw.cloud", "fr-par", "scaleway"),
        (SCALEWAY, "https://s3.us-east-1.amazonaws.com", "us-east-1", "aws"),
    ],
)
def test_an_endpoint_of_another_known_store_names_it(settings: Settings, text: str, region: str, provider: str) -> None:
    settings = settings.replace({"regionendpoint": text, "region": region})
    fix = {"provider": provider}
    sentence = "This endpoint belongs to "
    assert_reports(endpoint.belongs_to_provider, settings, "regionendpoint", sentence, fix, severity=Severity.WARNING)


def test_the_fix_for_another_store_has_its_region() -> None:
    settings = SCALEWAY.replace({"regionendpoint": "https://s3.eu-west-1.amazonaws.com"})
    (finding,) = endpoint.belongs_to_provider(settings)
    assert finding.fix == Fix("Choose Amazon S3 with region eu-west-1.", {"provider": "aws", "region": "eu-west-1"})


@pytest.mark.parametrize(
    ("text", "sentence", "severity", "cause"),
    [
        (
            "https://images.blob.core.windows.net",
            "Azure Blob Storage does not support S3. Use the registry's azure driver.",
            Severity.ERROR,
            Cause.NOT_S3,
        ),
        ("https://s3.eu-west-1.rabata.io", "Rabata cannot copy objects", Severity.WARNING, Cause.UNSUPPORTED),
        (
            "https://us-east.object.fastlystorage.app",
            "Fastly does not support multipart uploads",
            Severity.WARNING,
            Cause.UNSUPPORTED,
        ),
    ],
)
def test_a_store_that_cannot_serve_a_registry_is_named(
    text: str, sentence: str, severity: Severity, cause: Cause
) -> None:
    settings = OTHER.replace({"regionendpoint": text})
    assert_reports(endpoint.suitable, settings, "regionendpoint", sentence, severity=severity, cause=cause)


def test_other_stores_are_not_named() -> None:
    assert_accepts(endpoint.suitable, OTHER)
    assert_accepts(endpoint.suitable, AMAZON)


def test_an_endpoint_that_is_not_amazon_s_is_a_warning() -> None:
    settings = AMAZON.replace({"regionendpoint": "https://minio.example:9000"})
    text = "This isn't an Amazon endpoint. Choose the store that it belongs to."
    fix = {"provider": "other"}
    assert_reports(endpoint.belongs_to_provider, settings, "regionendpoint", text, fix, severity=Severity.WARNING)


# Scheme


@pytest.mark.parametrize(
    ("text", "secure"),
    [("", True), ("https://x", True), ("HTTPS://x", True), ("http://x", False), ("ftp://x", True)],
)
def test_a_scheme_that_agrees_with_the_https_setting_is_accepted(text: str, secure: bool) -> None:
    assert_accepts(endpoint.scheme, MINIO, regionendpoint=text, secure=secure)


@pytest.mark.parametrize(
    ("secure", "scheme", "severity"),
    [(True, "https://", Severity.HINT), (False, "http://, unencrypted", Severity.WARNING)],
)
def test_without_a_scheme_the_one_that_is_used_is_named(secure: bool, scheme: str, severity: Severity) -> None:
    settings = MINIO.replace({"regionendpoint": "minio.example:443", "secure": secure})
    text = f"No http:// or https:// given. The HTTPS setting makes this {scheme}."
    fix = {"regionendpoint": f"{scheme.partition(',')[0]}minio.example:443"}
    assert_reports(endpoint.scheme, settings, "regionendpoint", text, fix, severity=severity)


@pytest.mark.parametrize(
    ("text", "fix"),
    [("minio", "https://minio"), ("minio:9000", "http://minio:9000"), ("garage:3900", "http://garage:3900")],
)
def test_only_a_usual_port_of_plain_http_suggests_that_scheme(text: str, fix: str) -> None:
    settings = MINIO.replace({"regionendpoint": text})
    start = "No http:// or https:// given. The HTTPS setting makes this https://"
    assert_reports(endpoint.scheme, settings, "regionendpoint", start, {"regionendpoint": fix}, severity=Severity.HINT)


@pytest.mark.parametrize(
    ("text", "sentence", "fix"),
    [
        (
            "http://minio.example:9001/browser/images",
            "That is a page of MinIO's web console.",
            {"regionendpoint": "http://minio.example:9000", "bucket": "images"},
        ),
        (
            "https://dash.cloudflare.com",
            "That is the web console of Cloudflare R2, not its S3 endpoint",
            {},
        ),
    ],
)
def test_an_address_that_is_no_endpoint_is_reported(text: str, sentence: str, fix: dict[str, str]) -> None:
    assert_reports(endpoint.form, MINIO.replace({"regionendpoint": text}), "regionendpoint", sentence, fix)


# Plain http


@pytest.mark.parametrize("text", ["http://minio.internal:9000", "http://10.0.0.5"])
def test_plain_http_to_another_machine_is_a_warning(text: str) -> None:
    settings = MINIO.replace({"regionendpoint": text, "secure": False})
    sentence = "Images and signed requests cross the network unencrypted. Enter https:// if the store has HTTPS."
    assert_reports(endpoint.unencrypted, settings, "regionendpoint", sentence, severity=Severity.WARNING)


def test_amazon_without_https_is_a_warning() -> None:
    sentence = "Images and signed requests cross the network unencrypted."
    settings = AMAZON.replace({"secure": False})
    assert_reports(endpoint.unencrypted, settings, "secure", sentence, {"secure": True}, severity=Severity.WARNING)


@pytest.mark.parametrize("text", ["http://127.0.0.1:9000", "http://[::1]:9000", "http://localhost", "https://minio"])
def test_plain_http_on_this_machine_needs_no_warning(text: str) -> None:
    assert_accepts(endpoint.unencrypted, MINIO, regionendpoint=text, secure=False)


def test_plain_http_is_reported_once() -> None:
    findings = rules.findings(MINIO.replace({"regionendpoint": "http://minio.example:9000"}))
    assert [finding.severity for finding in findings] == [Severity.WARNING]


@pytest.mark.parametrize(
    ("text", "secure", "sentence"),
    [
        (
            "http://minio",
            True,
            "The endpoint starts with http://, so the HTTPS setting is ignored and traffic is unencrypted.",
        ),
        (
            "HTTPS://minio",
            False,
            "The endpoint starts with https://, so the HTTPS setting is ignored and traffic is encrypted.",
        ),
    ],
)
def test_a_scheme_that_contradicts_the_https_setting_is_a_warning(text: str, secure: bool, sentence: str) -> None:
    settings = MINIO.replace({"regionendpoint": text, "secure": secure})
    fix = {"secure": not secure}
    assert_reports(endpoint.scheme, settings, "regionendpoint", sentence, fix, severity=Severity.WARNING)


def test_traffic_to_a_provider_is_never_turned_to_http() -> None:
    settings = AMAZON.replace({"regionendpoint": "http://s3.eu-west-1.amazonaws.com", "region": "eu-west-1"})
    fix = {"regionendpoint": "https://s3.eu-west-1.amazonaws.com"}
    text = "The endpoint starts with http://, so the HTTPS setting is ignored and traffic is unencrypted."
    assert_reports(endpoint.scheme, settings, "regionendpoint", text, fix, severity=Severity.WARNING)


def test_a_server_that_is_none_of_the_providers_is_not_turned_to_https() -> None:
    settings = AMAZON.replace({"regionendpoint": "http://127.0.0.1:9000"})
    text = "The endpoint starts with http://, so the HTTPS setting is ignored and traffic is unencrypted."
    assert_reports(endpoint.scheme, settings, "regionendpoint", text, {"secure": False}, severity=Severity.WARNING)


# Port

GARAGE = MINIO.replace({"provider": "garage"})


@pytest.mark.parametrize("text", ["", "https://m:9000", "https://m:443", "https://m:0"])
def test_these_ports_of_a_self_hosted_server_are_accepted(text: str) -> None:
    assert_accepts(endpoint.port, MINIO, regionendpoint=text)


@pytest.mark.parametrize("text", ["https://m", "https://m:9001"])
def test_a_provider_without_a_usual_port_can_have_any(text: str) -> None:
    assert_accepts(endpoint.port, OTHER, regionendpoint=text)


def test_a_known_host_needs_no_port_of_a_self_hosted_server() -> None:
    assert_accepts(endpoint.port, MINIO, regionendpoint="https://0123.r2.cloudflarestorage.com")


@pytest.mark.parametrize(
    ("settings", "text", "sentence", "fixed"),
    [
        (MINIO, "https://m", "No port given. MinIO usually listens on 9000.", "https://m:9000"),
        (MINIO, "http://[::1]", "No port given. MinIO usually listens on 9000.", "http://[::1]:9000"),
        (GARAGE, "http://m", "No port given. Garage usually listens on 3900.", "http://m:3900"),
    ],
)
def test_a_missing_port_is_a_hint(settings: Settings, text: str, sentence: str, fixed: str) -> None:
    settings = settings.replace({"regionendpoint": text})
    fix = {"regionendpoint": fixed}
    assert_reports(endpoint.port, settings, "regionendpoint", sentence, fix, severity=Severity.HINT)


@pytest.mark.parametrize(("text", "fixed"), [("http://m:9001", "http://m:9000"), ("9001.x:9001", "9001.x:9000")])
def test_the_port_of_the_web_console_is_a_warning(text: str, fixed: str) -> None:
    settings = MINIO.replace({"regionendpoint": text})
    sentence = "Port 9001 is usually MinIO's web console. The S3 API is on 9000."
    fix = {"regionendpoint": fixed}
    assert_reports(endpoint.port, settings, "regionendpoint", sentence, fix, severity=Severity.WARNING)


def test_gitlab_needs_a_scheme() -> None:
    settings = MINIO.replace({"registry": "gitlab", "regionendpoint": "minio.example:9000", "secure": False})
    (finding,) = endpoint.scheme(settings)
    assert finding.text == "GitLab won't start unless the endpoint begins with https:// or http://."
    assert finding.severity is Severity.ERROR
    assert finding.fix is not None
    assert finding.fix.set == {"regionendpoint": "http://minio.example:9000"}
