"""The rule about the name of the bucket."""

from __future__ import annotations

import pytest

from tests.support.rules import AMAZON, MINIO, SCALEWAY, assert_accepts, assert_reports
from wizard.model.findings import Severity
from wizard.model.settings import Settings, Value
from wizard.rules.bucket import bucket


@pytest.mark.parametrize("name", ["abc", "a" * 63, "1images", "my-images", "a--b"])
def test_a_name_that_follows_the_rules_of_amazon_is_accepted(name: str) -> None:
    assert_accepts(bucket, AMAZON, bucket=name)


@pytest.mark.parametrize("name", ["abc", "Images", "my_images", "a" * 255, "a..b", "a.b-"])
def test_a_compatible_server_accepts_more_names(name: str) -> None:
    assert_accepts(bucket, MINIO, bucket=name)


@pytest.mark.parametrize("name", ["team:images", "team_1:my_images", ":images"])
def test_a_bucket_can_have_a_tenant_of_ceph(name: str) -> None:
    assert_accepts(bucket, MINIO, bucket=name)


def test_a_bucket_of_amazon_has_no_tenant() -> None:
    settings = AMAZON.replace({"bucket": "team:images"})
    assert_reports(bucket, settings, "bucket", '":" isn\'t allowed in a bucket name')


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("", "Enter a bucket name."),
        ("ab", "Bucket names must be 3 to 255 characters long (this is 2)."),
        ("a" * 256, "Bucket names must be 3 to 255 characters long (this is 256)."),
        ("my images", "A space isn't allowed in a bucket name"),
        ("my\u00a0images", "A space isn't allowed in a bucket name"),
        ("images\n", "A space isn't allowed in a bucket name"),
        ("imagés", '"é" isn\'t allowed in a bucket name'),
        ("images\x1b[31m", '"�" isn\'t allowed in a bucket name'),
        ("/images", '"/" isn\'t allowed in a bucket name'),
        ("-images", "Bucket names must start with a letter or digit."),
        (".images", "Bucket names must start with a letter or digit."),
        ("images--use1-az4--x-s3", "This is a directory bucket, which registries can't use."),
        ("images--table-s3", "This is a table bucket"),
        ("images--ol-s3", "This is an Object Lambda access point"),
        ("images.mrap", "This is a multi-region access point"),
    ],
)
def test_a_name_that_no_bucket_of_amazon_can_have_is_an_error(name: str, text: str) -> None:
    assert_reports(bucket, AMAZON.replace({"bucket": name}), "bucket", text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Images", 'have capital letters in their name, only small ones, as in "images"'),
        ("MyRegistry", 'have capital letters in their name, only small ones, as in "myregistry"'),
        ("My_Registry", "have capital letters in their name"),
        ("my_registry", 'have "_" in their name'),
        ("a" * 64, "have names of 64 characters"),
        ("images-", 'have names that end with "-"'),
        ("images.", 'have names that end with "."'),
        ("my..images", "have two dots in a row in their name"),
        ("192.168.5.4", "have names that look like an IP address"),
        ("xn--images", 'have names that begin with "xn--"'),
        ("sthree-images", 'have names that begin with "sthree-"'),
        ("amzn-s3-demo-images", 'have names that begin with "amzn-s3-demo-"'),
    ],
)
def test_a_rule_for_new_buckets_is_a_warning_without_another_name(name: str, text: str) -> None:
    """Such buckets exist; another name can be that of another account's bucket."""
    sentence = f"New buckets can't {text}. Older ones can."
    assert_reports(bucket, AMAZON.replace({"bucket": name}), "bucket", sentence, severity=Severity.WARNING)


def test_the_alias_of_an_access_point_can_be_used_as_a_bucket() -> None:
    assert_accepts(bucket, AMAZON, bucket="images-abcdefgh-s3alias")


@pytest.mark.parametrize("provider", ["scaleway", "other"])
def test_the_rules_of_amazon_apply_to_stores_that_share_them(provider: str) -> None:
    text = 'New buckets can\'t have "_" in their name'
    settings = SCALEWAY.replace({"bucket": "my_images", "provider": provider})
    assert_reports(bucket, settings, "bucket", text, severity=Severity.WARNING)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("", "Enter a bucket name."),
        ("ab", "Bucket names must be 3 to 255 characters long (this is 2)."),
        ("a" * 256, "Bucket names must be 3 to 255 characters long (this is 256)."),
        ("my images", "A space isn't allowed in a bucket name: use letters, digits, hyphens, dots and underscores."),
        ("a:b:c", '":" isn\'t allowed in a bucket name'),
        ("a-b:images", '":" isn\'t allowed in a bucket name'),
        ("-images", "Bucket names must start with a letter or digit."),
        ("_images", "Bucket names must start with a letter or digit."),
    ],
)
def test_a_name_that_no_store_accepts_is_reported(name: str, text: str) -> None:
    assert_reports(bucket, MINIO.replace({"bucket": name}), "bucket", text)


@pytest.mark.parametrize("settings", [AMAZON, MINIO], ids=["aws", "minio"])
@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("s3://images", "a URL"),
        ("S3://images/", "a URL"),
        ("s3a://images", "a URL"),
        ("gs://images", "a URL"),
        ("https://minio/images", "a URL"),
        ("http://10.0.0.5:9000/images/registry", "a URL"),
        ("https://images.s3.amazonaws.com", "a URL"),
        ("images.s3.amazonaws.com", "an address"),
        ("s3.amazonaws.com/images/registry", "an address"),
        ("images.nyc3.digitaloceanspaces.com", "an address"),
        ("images/", "a path"),
        ("arn:aws:s3:::images", "an ARN"),
        ("arn:aws-us-gov:s3:::images", "an ARN"),
        ("arn:aws:s3:::images/*", "an ARN"),
    ],
)
def test_the_fix_takes_the_name_out_of_an_address(settings: Settings, address: str, kind: str) -> None:
    text = f"Enter only the bucket name, not {kind}."
    assert_reports(bucket, settings.replace({"bucket": address}), "bucket", text, {"bucket": "images"})


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://images.s3.eu-west-1.amazonaws.com/registry", "a URL"),
        ("images.s3.eu-west-1.amazonaws.com", "an address"),
        ("images.s3.dualstack.eu-west-1.amazonaws.com", "an address"),
        ("s3.eu-west-1.amazonaws.com/images", "an address"),
    ],
)
def test_the_fix_takes_the_region_out_of_an_address_of_the_store(address: str, kind: str) -> None:
    text = f"Enter only the bucket name, not {kind}."
    amazon, other = AMAZON.replace({"region": "us-east-1", "bucket": address}), MINIO.replace({"bucket": address})
    assert_reports(bucket, amazon, "bucket", text, {"bucket": "images", "region": "eu-west-1"})
    assert_reports(bucket, amazon.replace({"region": "eu-west-1"}), "bucket", text, {"bucket": "images"})
    assert_reports(bucket, other, "bucket", text, {"bucket": "images"})


@pytest.mark.parametrize("address", ["minio.example/images", "minio.example:9000/images"])
def test_the_host_of_the_endpoint_is_no_bucket(address: str) -> None:
    settings = MINIO.replace({"regionendpoint": "http://minio.example:9000", "bucket": address})
    assert_reports(bucket, settings, "bucket", "Enter only the bucket name, not an address.", {"bucket": "images"})


def test_the_host_of_a_store_alone_is_no_bucket_and_has_no_fix() -> None:
    settings = AMAZON.replace({"bucket": "s3.eu-west-1.amazonaws.com"})
    assert_reports(bucket, settings, "bucket", "Enter only the bucket name, not an address.")


@pytest.mark.parametrize("name", ["my.images", "docker.registry.example", "minio.example"])
def test_a_name_with_dots_is_no_address(name: str) -> None:
    assert_accepts(bucket, MINIO, regionendpoint="http://minio.example:9000", bucket=name)


def test_a_url_without_a_bucket_has_no_fix() -> None:
    text = "Enter only the bucket name, not a URL."
    assert_reports(bucket, MINIO.replace({"bucket": "https://minio:9000"}), "bucket", text)


def test_the_arn_of_an_access_point_is_reported() -> None:
    address = "arn:aws:s3:eu-west-1:123456789012:accesspoint/images"
    assert_reports(bucket, AMAZON.replace({"bucket": address}), "bucket", "This is an access point. Enter its alias")


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("s3://images/registry", "/registry"),
        ("images/a/b/", "/a/b"),
        ("arn:aws:s3:::images/registry/*", "/registry"),
        ("s3://images/my folder", "/my folder"),  # the rule about the root directory reports the blank
    ],
)
def test_the_fix_makes_a_path_the_root_directory(address: str, path: str) -> None:
    fix: dict[str, Value] = {"bucket": "images", "rootdirectory": path}
    text = "Bucket names can't contain slashes. Put the path in Root directory."
    assert_reports(bucket, AMAZON.replace({"bucket": address}), "bucket", text, fix)


@pytest.mark.parametrize(
    "settings",
    [
        AMAZON,
        AMAZON.replace({"registry": "distribution-3"}),
        SCALEWAY.replace({"registry": "gitlab", "forcepathstyle": False}),
    ],
)
def test_a_dot_is_a_warning_because_no_certificate_matches_the_virtual_host(settings: Settings) -> None:
    text = "Dots break TLS certificate matching"
    assert_reports(bucket, settings.replace({"bucket": "my.images"}), "bucket", text, severity=Severity.WARNING)


def test_a_dot_is_accepted_with_path_style() -> None:
    assert_accepts(bucket, SCALEWAY, bucket="my.images")
