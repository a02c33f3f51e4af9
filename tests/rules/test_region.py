"""The rules about the region."""

from __future__ import annotations

import pytest

from tests.support.rules import AMAZON, MINIO, SCALEWAY, WASABI, assert_accepts, assert_reports
from wizard.catalog.providers import providers
from wizard.model.findings import Severity
from wizard.model.settings import Settings
from wizard.rules.region import region, region_of_registry

ON_3 = AMAZON.replace({"registry": "distribution-3"})
ON_GITLAB = AMAZON.replace({"registry": "gitlab"})
FUTURE = "eu-central-9"  # Amazon can open a region that the catalog does not have yet


def test_every_known_region_of_amazon_is_accepted() -> None:
    for name in providers()["aws"].regions:
        assert_accepts(region, AMAZON, region=name)


@pytest.mark.parametrize("name", ["us-east-1", "home", "Lab_1.x", "garage"])
def test_any_region_is_accepted_on_a_self_hosted_server(name: str) -> None:
    assert_accepts(region, MINIO, region=name)


@pytest.mark.parametrize(("settings", "default"), [(AMAZON, "us-east-1"), (MINIO, "us-east-1"), (SCALEWAY, "fr-par")])
def test_an_empty_region_is_replaced_with_the_default_of_the_provider(settings: Settings, default: str) -> None:
    text = "The registry does not start without a region."
    assert_reports(region, settings.replace({"region": ""}), "region", text, {"region": default})


@pytest.mark.parametrize(
    ("name", "similar"),
    [
        ("us-east1", "us-east-1"),
        ("useast1", "us-east-1"),
        ("EU-WEST-1", "eu-west-1"),
        ("us-east-1a", "us-east-1"),  # an availability zone
        ("eu-west-1c", "eu-west-1"),
        ("Ireland", "eu-west-1"),
        ("frankfurt", "eu-central-1"),
        ("Virginia", "us-east-1"),
        ("nowhere", ""),
    ],
)
def test_a_word_that_is_no_region_of_amazon_is_reported(name: str, similar: str) -> None:
    fix = {"region": similar} if similar else None
    text = f"Amazon S3 has no region `{name}` that we know."
    assert_reports(region, AMAZON.replace({"region": name}), "region", text, fix)


@pytest.mark.parametrize(
    ("name", "text", "similar"),
    [
        ("N. Virginia", "A blank cannot be in a region's name.", "us-east-1"),
        ("EU (Ireland)", "A blank cannot be in a region's name.", "eu-west-1"),
        ("US East (Ohio)", "A blank cannot be in a region's name.", "us-east-2"),
        ("Europe (Ireland) eu-west-1", "A blank cannot be in a region's name.", "eu-west-1"),
        ("São Paulo", "`ã` cannot be in a region's name.", "sa-east-1"),
        ("Sao Paulo", "A blank cannot be in a region's name.", "sa-east-1"),
        ("eu-west-1/", "`/` cannot be in a region's name.", "eu-west-1"),
        ("!", "`!` cannot be in a region's name.", ""),
    ],
)
def test_an_invalid_character_is_reported_with_a_similar_region(name: str, text: str, similar: str) -> None:
    fix = {"region": similar} if similar else None
    assert_reports(region, AMAZON.replace({"region": name}), "region", text, fix)


def test_an_invalid_character_is_reported_on_a_self_hosted_server() -> None:
    text = "A blank cannot be in a region's name."
    assert_reports(region, MINIO.replace({"region": "my lab"}), "region", text)


@pytest.mark.parametrize(
    ("name", "similar"),
    [
        ("us-eas-1", "us-east-1"),
        ("eu-wset-1", "eu-west-1"),
        ("eu-frankfurt-1", "eu-central-1"),
        (FUTURE, "eu-central-2"),
    ],
)
def test_an_unknown_region_is_an_error_where_the_registry_refuses_it(name: str, similar: str) -> None:
    text = "that we know; Docker Trusted Registry refuses it without an endpoint."
    assert_reports(region, AMAZON.replace({"region": name}), "region", text, {"region": similar})


@pytest.mark.parametrize(
    ("settings", "name", "similar"),
    [
        (ON_GITLAB, FUTURE, "eu-central-2"),  # its SDK accepts any region
        (AMAZON.replace({"regionendpoint": f"https://s3.{FUTURE}.amazonaws.com"}), FUTURE, "eu-central-2"),
        (ON_3, "us-iso-east-1", "us-gov-east-1"),  # its SDK has this one
    ],
)
def test_an_unknown_region_is_a_warning_where_the_registry_accepts_it(
    settings: Settings, name: str, similar: str
) -> None:
    fix = {"region": similar}
    settings = settings.replace({"region": name})
    assert_reports(region, settings, "region", "that we know.", fix, severity=Severity.WARNING)


@pytest.mark.parametrize("name", ["us-east1", "US-EAST-1"])
def test_a_word_that_cannot_be_a_region_is_an_error_on_every_registry(name: str) -> None:
    assert_reports(region, ON_GITLAB.replace({"region": name}), "region", "that we know.", {"region": "us-east-1"})


@pytest.mark.parametrize(
    ("settings", "name", "similar"),
    [
        (WASABI, "eu-central1", "eu-central-1"),
        (WASABI, "Paris", "eu-west-2"),
        (WASABI, "N.Virginia", "us-east-1"),  # the first of two regions at this place
        (SCALEWAY, "Warsaw", "pl-waw"),
        (SCALEWAY, "moon", ""),
    ],
)
def test_an_unknown_region_of_another_provider_is_a_warning(settings: Settings, name: str, similar: str) -> None:
    fix = {"region": similar} if similar else None
    text = f"has no region `{name}`"
    assert_reports(region, settings.replace({"region": name}), "region", text, fix, severity=Severity.WARNING)


# Regions that are newer than the registry's SDK


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (AMAZON, "eu-north-1"),
        (AMAZON, "us-gov-east-1"),
        (AMAZON.replace({"registry": "harbor"}), "eu-north-1"),
        (ON_3, "mx-central-1"),
        (ON_3, "ap-southeast-7"),
    ],
)
def test_a_region_newer_than_the_registry_needs_an_endpoint(settings: Settings, name: str) -> None:
    text = f"is older than {name} and refuses it without an endpoint."
    fix = {"regionendpoint": f"https://s3.{name}.amazonaws.com"}
    assert_reports(region_of_registry, settings.replace({"region": name}), "region", text, fix)


def test_a_region_newer_than_the_registry_is_accepted_with_an_endpoint() -> None:
    endpoint = "https://s3.eu-north-1.amazonaws.com"
    assert_accepts(region_of_registry, AMAZON, region="eu-north-1", regionendpoint=endpoint)


@pytest.mark.parametrize(
    ("settings", "name"),
    [(AMAZON, "us-east-1"), (AMAZON, "cn-north-1"), (ON_3, "eu-north-1"), (ON_3, "ca-west-1"), (AMAZON, FUTURE)],
)
def test_a_region_needs_no_endpoint_if_the_sdk_or_no_list_has_it(settings: Settings, name: str) -> None:
    assert_accepts(region_of_registry, settings, region=name)


def test_gitlab_accepts_every_region_without_an_endpoint() -> None:
    for name in providers()["aws"].regions:
        assert_accepts(region_of_registry, ON_GITLAB, region=name)


def test_only_regions_of_amazon_are_compared_with_the_sdk() -> None:
    assert_accepts(region_of_registry, WASABI, region="eu-south-1", regionendpoint="")
