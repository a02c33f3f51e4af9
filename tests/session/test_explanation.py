"""The explanation of a setting: what it is, where to find its value for the chosen store, and an example."""

from __future__ import annotations

import pytest

from wizard.catalog.providers import providers
from wizard.model.settings import DECLARATIONS, Settings
from wizard.session.explanation import explanation, listed_regions, short_help


def explained(name: str, **settings: str) -> str:
    return " ".join(explanation(DECLARATIONS[name], Settings().replace(settings)))


@pytest.mark.parametrize("name", DECLARATIONS)
def test_an_explanation_has_at_most_240_characters_before_what_holds_for_one_store(name: str) -> None:
    assert 0 < len(DECLARATIONS[name].about) <= 240


@pytest.mark.parametrize(
    ("name", "provider", "place"),
    [
        ("bucket", "aws", "AWS console: S3 > Buckets"),
        ("bucket", "minio", "MinIO console: Object Browser"),
        ("region", "aws", 'the column "AWS Region"'),
        ("region", "minio", "MINIO_SITE_REGION"),
        ("region", "ovh", "OVHcloud: "),
        ("region", "other", "Garage needs the s3_region"),
        ("accesskey", "aws", "IAM > Users"),
        ("accesskey", "minio", "mc admin accesskey create"),
        ("accesskey", "ceph", "radosgw-admin user create"),
        ("accesskey", "r2", "Manage API tokens"),
        ("secretkey", "wasabi", "shown once"),
        ("secretkey", "minio", "the password of the user"),
        ("regionendpoint", "minio", "usually port 9000"),
        ("regionendpoint", "wasabi", "Example: https://s3.us-east-1.wasabisys.com"),
        ("regionendpoint", "r2", "Account"),
        ("regionendpoint", "ceph", "ceph orch ps --daemon-type rgw"),
        ("regionendpoint", "ceph", "rgw_frontends"),
        ("regionendpoint", "ceph", "Example: https://s3.example"),
        ("rootdirectory", "filesystem", "/var/lib/registry"),
    ],
)
def test_an_explanation_says_where_the_chosen_store_shows_the_value(name: str, provider: str, place: str) -> None:
    assert place in explained(name, provider=provider)


@pytest.mark.parametrize(
    ("name", "provider", "line"),
    [
        ("accesskey", "aws", "Blank to use an IAM role."),
        ("accesskey", "wasabi", "The ID of the key pair that your store has issued."),
        ("accesskey", "other", DECLARATIONS["accesskey"].help),
        ("secretkey", "minio", "The user's password, or the secret of the access key."),
        ("region", "r2", "The bucket's region. Usually auto."),
        ("region", "wasabi", "The bucket's region, such as us-east-1."),
        ("regionendpoint", "ceph", "The address of the store's S3 API."),
        ("bucket", "ceph", DECLARATIONS["bucket"].help),
    ],
)
def test_the_line_of_help_is_about_the_chosen_store(name: str, provider: str, line: str) -> None:
    assert short_help(DECLARATIONS[name], Settings(provider=provider)) == line


def test_the_line_of_help_has_at_most_57_characters_for_every_store() -> None:
    lines = {short_help(each, Settings(provider=store)) for each in DECLARATIONS.values() for store in providers()}
    assert [line for line in lines if not 0 < len(line) <= 57] == []


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("accesskey", "an IAM role (the permissions that AWS gives to a machine"),
        ("regionendpoint", "The address of the store's S3 API: scheme, host and port"),
        ("forcepathstyle", "Path style is https://host/bucket"),
        ("v4auth", "Signature V4 is how"),
        ("keyid", "AWS KMS, Amazon's key management service"),
        ("rootdirectory", "A prefix for everything the registry writes"),
    ],
)
def test_a_term_is_explained_where_it_first_occurs(name: str, term: str) -> None:
    assert term in explained(name)


def test_the_folder_of_a_local_registry_is_no_folder_in_a_bucket() -> None:
    help_line = short_help(DECLARATIONS["rootdirectory"], Settings(provider="filesystem"))
    assert help_line == "The folder on this machine that holds the images."


def test_the_regions_of_the_store_are_listed_with_their_places() -> None:
    settings = Settings(provider="hetzner")
    assert listed_regions(settings) == ("fsn1 (Falkenstein)", "nbg1 (Nuremberg)", "hel1 (Helsinki)")
    assert listed_regions(settings, "NBG") == listed_regions(settings, "nuremb") == ("nbg1 (Nuremberg)",)


def test_the_regions_of_a_store_that_has_two_are_listed() -> None:
    assert listed_regions(Settings(provider="otc")) == ("eu-de (Germany)", "eu-nl (Netherlands)")


@pytest.mark.parametrize("provider", ["minio", "r2"])
def test_no_regions_are_listed_where_they_are_unknown_or_there_is_only_one(provider: str) -> None:
    assert listed_regions(Settings(provider=provider)) == ()
