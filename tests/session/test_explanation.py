"""The explanation of a setting: what it is, where to find its value for the chosen store, and an example."""

from __future__ import annotations

import pytest

from wizard.model.settings import DECLARATIONS, Settings
from wizard.session.explanation import explanation


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
