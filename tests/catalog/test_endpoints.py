"""An endpoint is recognised as its provider's."""

from __future__ import annotations

import re

import pytest

from wizard.catalog.endpoint_template import host_of
from wizard.catalog.endpoints import (
    amazon_endpoint,
    detect_provider,
    has_own_hosts,
    is_global,
    region_of_endpoint,
    store_of,
)
from wizard.catalog.providers import Group, providers
from wizard.catalog.unsuitable import unsuitable_store
from wizard.model.settings import Settings


@pytest.mark.parametrize(
    ("endpoint", "provider"),
    [
        ("", "aws"),
        ("https://s3.eu-west-1.amazonaws.com", "aws"),
        ("https://s3.amazonaws.com", "aws"),
        ("http://s3.amazonaws.com:80/", "aws"),
        ("https://s3.dualstack.eu-west-1.amazonaws.com", "aws"),
        ("https://s3-us-west-2.amazonaws.com", "aws"),
        ("https://s3-fips.us-east-1.amazonaws.com", "aws"),
        ("https://bucket.vpce-1a2b-3c4d.s3.us-east-1.vpce.amazonaws.com", "aws"),
        ("https://s3.eusc-de-east-1.amazonaws.eu", "aws"),
        ("https://s3.us-iso-east-1.c2s.ic.gov", "aws"),
        ("https://s3-website-us-east-1.amazonaws.com", "other"),
        ("https://s3.nl-1.wasabisys.com", "wasabi"),
        ("https://0123.eu.r2.cloudflarestorage.com", "r2"),
        ("https://0123.fedramp.r2.cloudflarestorage.com", "r2"),
        ("https://s3.direct.us-south.cloud-object-storage.appdomain.cloud", "ibm"),
        ("https://vhcompat.objectstorage.eu-paris-1.oci.customer-oci.com", "oracle"),
        ("https://ns.compat.objectstorage.uk-gov-london-1.oraclegovcloud.uk", "oracle"),
        ("https://ns.compat.objectstorage.eu-dcc-milan-1.oraclecloud.eu", "oracle"),
        ("https://s3.gra.perf.cloud.ovh.net", "ovh"),
        ("https://s3.us-east-va.io.cloud.ovh.us", "ovh"),
        ("https://fra.s3.zeroservices.eu", "zeroservices"),
        ("https://s3.kz-1.srvstorage.kz", "servercore"),
        ("https://hb.vkcloud-storage.ru", "vkcloud"),
        ("https://fly.storage.tigris.dev", "tigris"),
        ("https://obs.eu-de.otc.t-systems.com", "otc"),
        ("https://s3.swiss-backup02.infomaniak.com", "infomaniak"),
        ("https://grid.example:10443", "storagegrid"),
        ("http://10.0.0.5:7070", "versitygw"),
        ("https://cn-hangzhou.oss.aliyuncs.com", "alibaba"),
        ("http://minio_store:9000", "minio"),
        ("HTTPS://S3.eu-central-1.WasabiSys.com/", "wasabi"),
        ("s3.wasabisys.com:443", "wasabi"),
        ("https://s3.oss-cn-beijing-internal.aliyuncs.com", "alibaba"),
        ("https://0123.r2.cloudflarestorage.com", "r2"),
        ("http://minio.example:9000", "minio"),
        ("http://10.0.0.5:3900/", "garage"),
        ("http://host:8333", "seaweedfs"),
        ("https://s3.example.com", "other"),
        ("https://s3.wasabisys.com.attacker.test", "other"),
    ],
)
def test_the_provider_of_an_endpoint(endpoint: str, provider: str) -> None:
    assert detect_provider(endpoint) == provider


@pytest.mark.parametrize(
    ("provider", "endpoint", "region"),
    [
        ("ovh", "https://s3.gra.io.cloud.ovh.net", "gra"),
        ("other", "https://s3.gra.io.cloud.ovh.net", "gra"),
        ("aws", "https://s3.gra.io.cloud.ovh.net", "gra"),
        ("other", "http://s3.amazonaws.com", "us-east-1"),
        ("minio", "https://minio.example:9000", ""),
        ("wasabi", "https://s3.example", ""),
        ("aws", "", ""),
    ],
)
def test_the_region_of_an_endpoint_is_that_of_its_host(provider: str, endpoint: str, region: str) -> None:
    assert region_of_endpoint(Settings(provider=provider, regionendpoint=endpoint)) == region


@pytest.mark.parametrize(
    ("provider", "endpoint", "store"),
    [
        ("other", "https://0123.r2.cloudflarestorage.com", "r2"),
        ("aws", "https://s3.oss-cn-hangzhou.aliyuncs.com", "alibaba"),
        ("wasabi", "https://s3.amazonaws.com", "aws"),
        ("wasabi", "https://s3.example", "wasabi"),
        ("minio", "http://10.0.0.5:3900", "minio"),  # a port is only a habit
        ("r2", "", "r2"),
    ],
)
def test_the_facts_of_a_store_are_those_of_its_host(provider: str, endpoint: str, store: str) -> None:
    assert store_of(Settings(provider=provider, regionendpoint=endpoint)).id == store


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("https://s3.amazonaws.com", True),
        ("https://s3.wasabisys.com", True),
        ("https://s3.nl-1.wasabisys.com", False),
        ("https://s3.us-east-1.amazonaws.com", False),
        ("https://s3-us-east-1.amazonaws.com", False),
        ("https://minio.example", False),
        ("", False),
    ],
)
def test_a_host_without_a_region_is_global(endpoint: str, expected: bool) -> None:
    assert is_global(endpoint) is expected


@pytest.mark.parametrize(
    ("registry", "region", "endpoint"),
    [
        ("dtr", "eu-west-1", ""),
        ("dtr", "eu-north-1", "https://s3.eu-north-1.amazonaws.com"),
        ("distribution-3", "eu-north-1", ""),
        ("distribution-3", "eusc-de-east-1", "https://s3.eusc-de-east-1.amazonaws.eu"),
        ("gitlab", "eusc-de-east-1", ""),
        ("harbor", "cn-north-1", ""),
    ],
)
def test_amazon_needs_an_endpoint_where_the_registry_does_not_know_the_region(
    registry: str, region: str, endpoint: str
) -> None:
    assert amazon_endpoint(Settings(registry=registry), region) == endpoint


def test_a_provider_whose_server_can_be_anywhere_has_no_own_hosts() -> None:
    for provider in providers().values():
        assert has_own_hosts(provider) is (provider.group is not Group.OWN), provider.id


@pytest.mark.parametrize(
    ("endpoint", "store"),
    [
        ("https://images.blob.core.windows.net", "azure"),
        ("https://s3.eu-west-1.rabata.io", "rabata"),
        ("https://us-east.object.fastlystorage.app", "fastly"),
    ],
)
def test_a_store_that_cannot_serve_a_registry_is_known(endpoint: str, store: str) -> None:
    found = unsuitable_store(endpoint)
    assert found is not None
    assert found.id == store
    assert store not in providers()


def test_each_host_ends_with_the_domain_that_it_is_searched_by() -> None:
    """A store is found by the last two labels of its hosts, which must stand in its table."""
    for provider in providers().values():
        for template in (provider.endpoint, *provider.aliases, *provider.endpoints.values()):
            labels = host_of(template).split(".")
            assert not re.search(r"[<{]", ".".join(labels[-2:])) or labels == ["<HOST>"], template


def test_other_stores_are_suitable() -> None:
    suggested = [provider.complete_endpoint("x", provider.region) for provider in providers().values()]
    assert [endpoint for endpoint in suggested if unsuitable_store(endpoint)] == []


def test_each_suggested_endpoint_is_recognised() -> None:
    wrong = {
        provider.id: found
        for provider in providers().values()
        for region in provider.regions or ("us-east-1",)
        if (found := detect_provider(provider.complete_endpoint("x", region))) != provider.id
    }
    # These servers have no host or port of their own, and a local folder has no endpoint.
    anywhere = {p.id: "other" for p in providers().values() if p.endpoint == "https://<HOST>" and p.id != "other"}
    assert wrong == anywhere | {"filesystem": "aws", "rustfs": "minio"}  # two with one port
