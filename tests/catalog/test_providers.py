"""The data of `providers.toml` is complete, consistent and fits the screen."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import timedelta
from importlib import resources
from typing import Any

import pytest

from wizard.catalog import providers as catalog
from wizard.catalog.providers import (
    Addressing,
    BucketNames,
    Entry,
    Provider,
    provider_entries,
    provider_of,
    provider_titles,
    providers,
    providers_with,
    stale_providers,
)
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Kind, Settings

COMMON = (
    "aws minio ceph gcs r2 storagegrid objectscale nutanix b2 wasabi digitalocean hetzner ovh scaleway linode ibm "
    "oracle alibaba"
)
REQUIRED = {"title", "also", "group", "read", "endpoint", "summary", "region"}
# What was looked up: each of these keys has a source, or is marked as unverified. Values that every store of its kind
# can have need none: a host that only the admin knows, the region us-east-1, and any form of bucket names.
LOOKED_UP = {"aliases", "endpoints", "hosts", "regions", "signatures", "addressing"} | {
    *("bucket_names", "equal_parts", "largest_copy")
}
OPTIONAL = LOOKED_UP | {"common", "rclone", "endpoint_variable", "access", "defaults", "notes", "sources", "unverified"}
DOCUMENT = (resources.files("wizard.catalog") / "providers.toml").read_text(encoding="utf-8")
TABLES: dict[str, dict[str, Any]] = tomllib.loads(DOCUMENT)
TYPES: dict[Kind, type] = {
    Kind.CHOICE: str,
    Kind.TEXT: str,
    Kind.SECRET: Secret,
    Kind.SWITCH: bool,
    Kind.SIZE: int,
}


def exceptions_to(holds: Callable[[Provider], object]) -> list[str]:
    """The ids of the providers for which `holds` is false."""
    return [provider.id for provider in providers().values() if not holds(provider)]


def texts_of(provider: Provider) -> list[str]:
    """The sentences that the screens show."""
    return [
        provider.summary,
        *(default.reason for default in provider.defaults.values()),
        *(note.text for note in provider.notes),
        *filter(None, [provider.access and provider.access.text]),
    ]


def test_each_provider_has_all_of_its_tables() -> None:
    """Also one that would stand below the table of another provider."""
    assert dict(providers()) == {name: catalog._provider(name, table) for name, table in TABLES.items()}


def test_the_first_page_has_the_most_common_stores_in_the_order_of_the_file() -> None:
    assert [provider.id for provider in providers().values() if provider.common] == [
        *COMMON.split(),
        "other",
        "filesystem",
    ]
    assert [*providers()][:18] == COMMON.split()
    assert [*providers()][-2:] == ["other", "filesystem"]


def test_the_entries_of_a_list_are_found_without_parsing() -> None:
    parsed = {p.id: Entry(p.title, p.also, p.group, p.common, p.read, p.endpoint) for p in providers().values()}
    assert provider_entries() == parsed
    assert list(provider_entries()) == list(providers())
    assert provider_titles() == {p.id: p.title for p in providers().values()}


def test_each_table_has_the_required_keys_and_no_unknown_ones() -> None:
    assert {name: table.keys() - OPTIONAL for name, table in TABLES.items()} == dict.fromkeys(TABLES, REQUIRED)


def test_texts_fit_the_screen() -> None:
    assert exceptions_to(lambda p: 0 < len(p.title) <= 22) == []
    assert exceptions_to(lambda p: 0 < len(p.summary) <= 72) == []
    assert exceptions_to(lambda p: all(0 < len(d.reason) <= 72 for d in p.defaults.values())) == []
    assert exceptions_to(lambda p: all(0 < len(note.text) <= 150 for note in filter(None, (*p.notes, p.access)))) == []
    variables = [p.endpoint_variable for p in providers().values() if p.endpoint_variable]
    assert all(len(variable.label) <= 17 and len(variable.help) <= 58 for variable in variables)


def test_texts_are_sentences() -> None:
    wrong = [
        text
        for provider in providers().values()
        for text in texts_of(provider)
        if not re.fullmatch(r"[A-Z0-9]\S*(?: \S+)*\.", text)
    ]
    assert wrong == []


# Sources


def looked_up(table: dict[str, Any]) -> set[str]:
    """The keys of a table, and its defaults, whose values were looked up somewhere."""
    keys: set[str] = (table.keys() & LOOKED_UP) | table.get("defaults", {}).keys()
    if table["endpoint"] not in ("", "https://<HOST>"):
        keys.add("endpoint")
    if table["region"] not in ("", "us-east-1") and "regions" not in table:
        keys.add("region")
    return keys


def test_each_value_has_a_source_or_is_marked_as_unverified() -> None:
    known = {
        name: {key for keys in table.get("sources", {}).values() for key in keys} | {*table.get("unverified", ())}
        for name, table in TABLES.items()
    }
    without = {name: missing for name, table in TABLES.items() if (missing := looked_up(table) - known[name])}
    assert without == {}
    of_no_value = {
        name: surplus for name, table in TABLES.items() if (surplus := known[name] - looked_up(table) - {"region"})
    }
    assert of_no_value == {}


def test_sources_are_urls_and_those_of_notes_also_issues() -> None:
    url, issue = r"https://[^\s<>]+", r"[\w.-]+/[\w.-]+#\d+"
    assert exceptions_to(lambda p: all(re.fullmatch(url, source) for source in p.sources)) == []
    assert exceptions_to(lambda p: all(re.fullmatch(rf"{url}|{issue}", note.source) for note in p.notes)) == []
    assert exceptions_to(lambda p: p.notes) == ["filesystem"]


def test_what_is_not_verified_is_said_in_a_note() -> None:
    last = {p.id: p.notes[-1].text for p in providers().values() if p.unverified}
    assert last["linode"] == "Not verified in the vendor's documentation: list of regions, signature versions."
    assert all(text.startswith("Not verified in the vendor's documentation: ") for text in last.values())
    assert "aws" not in last
    assert exceptions_to(lambda p: p.unverified <= catalog._WORDS.keys()) == []


@pytest.mark.parametrize(
    ("provider_id", "name", "reason"),
    [
        ("b2", "v4auth", "On: Backblaze B2 accepts only Signature V4."),
        ("wasabi", "v4auth", "On: with V2, redirected pulls fail."),  # whether it accepts V2 is not verified
        ("minio", "v4auth", "On: with V2, redirected pulls fail."),
        ("minio", "forcepathstyle", "On: MinIO uses path style."),
        ("nutanix", "forcepathstyle", "On: most S3-compatible servers use path style."),  # not verified
        ("alibaba", "forcepathstyle", "Off: Alibaba OSS requires virtual-hosted style."),
    ],
)
def test_a_reason_says_only_what_is_verified(provider_id: str, name: str, reason: str) -> None:
    assert providers()[provider_id].defaults[name].reason == reason


def test_facts_are_read_again_after_a_year() -> None:
    days = {provider.id: provider.read for provider in providers().values()}
    latest = max(days.values())
    assert stale_providers(min(days.values()) + timedelta(days=365)) == []
    assert stale_providers(latest + timedelta(days=366)) == list(providers())
    assert stale_providers(latest + timedelta(days=365)) == [name for name, day in days.items() if day < latest]


def test_only_tables_with_a_text_are_parsed() -> None:
    document = catalog._Providers(DOCUMENT)
    assert [provider.id for provider in document.with_text("wasabisys.com")] == ["wasabi"]
    assert list(document._parsed) == ["wasabi"]
    assert list(providers_with("no such text")) == []


def test_defaults_are_values_that_their_settings_accept() -> None:
    wrong = [
        (provider.id, name)
        for provider in providers().values()
        for name, default in provider.defaults.items()
        if type(default.value) is not TYPES[DECLARATIONS[name].kind]
        or (type(default.value) is int and not is_within_bounds(name, default.value))
    ]
    assert wrong == []


def is_within_bounds(name: str, size: int) -> bool:
    return DECLARATIONS[name].minimum <= size <= DECLARATIONS[name].maximum


def test_defaults_leave_out_the_settings_with_rules_of_their_own() -> None:
    """`apply_preset` and `apply_edit` set these, so a default would state them a second time."""
    assert exceptions_to(lambda p: not p.defaults.keys() & {"registry", "provider", "region", "regionendpoint"}) == []


def test_the_suggested_region_is_a_known_one() -> None:
    assert exceptions_to(lambda p: p.region) == ["filesystem"]
    assert exceptions_to(lambda p: not p.regions or p.region in p.regions) == []


def test_regions_have_an_id_and_a_place() -> None:
    assert exceptions_to(lambda p: all(re.fullmatch(r"[a-z0-9-]+", name) for name in p.regions)) == []
    assert exceptions_to(lambda p: all(p.regions.values())) == []


# Regions that other lists of the same store had and this one had not.
@pytest.mark.parametrize(
    ("provider_id", "regions"),
    [
        ("wasabi", "us-west-2 eu-west-3"),
        ("b2", "ca-east-006"),
        ("digitalocean", "atl1"),
        ("ovh", "eu-south-mil"),
        ("linode", "de-fra-1 fr-par-13 in-bom-1 jp-tyo-1 us-iad-18 us-lax-4 us-ord-10 us-sea-9"),
        ("ibm", "jp-osa ca-tor ca-mon br-sao eu-es in-che in-mum ams03 che01 mon01 par01 sjc04 sng01"),
        (
            "oracle",
            "uk-cardiff-1 sa-vinhedo-1 sa-santiago-1 sa-bogota-1 sa-valparaiso-1 me-abudhabi-1 me-riyadh-1 "
            "mx-queretaro-1 mx-monterrey-1 us-saltlake-2 ap-singapore-2 ap-delhi-1 ap-batam-1 ap-kulai-2 "
            "eu-madrid-3 eu-turin-1 af-casablanca-1",
        ),
        ("alibaba", "ap-northeast-2 ap-southeast-6 ap-southeast-7 na-south-1"),
        ("tencent", "ap-jakarta sa-saopaulo"),
    ],
)
def test_newer_regions_are_known(provider_id: str, regions: str) -> None:
    assert providers()[provider_id].regions.keys() >= set(regions.split())


def test_stores_with_limits_of_their_own_on_parts_and_copies() -> None:
    assert exceptions_to(lambda p: not p.equal_parts) == ["r2"]
    assert exceptions_to(lambda p: p.largest_copy == 5 << 30) == ["alibaba"]
    assert providers()["alibaba"].largest_copy == 1 << 30


def test_the_regions_of_hosts_and_endpoints_are_known_ones() -> None:
    assert exceptions_to(lambda p: {*p.hosts.values(), *p.endpoints} <= p.regions.keys()) == []


def test_the_regions_of_aws_are_in_all_partitions() -> None:
    regions = providers()["aws"].regions
    assert regions["eu-west-1"] == "Ireland"
    assert regions.keys() >= {"us-east-1", "cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"}
    assert regions.keys() >= {"eusc-de-east-1", "us-iso-east-1", "us-isob-west-1", "us-isof-south-1", "eu-isoe-west-1"}
    assert len(regions) == 46


def test_every_store_accepts_signature_version_4() -> None:
    assert exceptions_to(lambda p: p.signatures in ({"v4"}, {"v2", "v4"})) == []


def test_every_preset_of_a_store_turns_v4_on() -> None:
    assert exceptions_to(lambda p: "v4auth" in p.defaults) == ["filesystem"]


def test_no_preset_turns_https_off() -> None:
    assert exceptions_to(lambda p: "secure" not in p.defaults) == []


def test_path_style_agrees_with_the_addressing() -> None:
    forced = {
        p.id: bool(p.defaults["forcepathstyle"].value) if "forcepathstyle" in p.defaults else False
        for p in providers().values()
    }
    assert exceptions_to(lambda p: forced[p.id] or p.addressing is not Addressing.PATH) == []
    assert exceptions_to(lambda p: not forced[p.id] or p.addressing is not Addressing.VIRTUAL) == []


def test_a_port_is_that_of_the_endpoint() -> None:
    ports = {p.id: p.port for p in providers().values() if p.port}
    assert ports["minio"] == 9000
    assert ports["storagegrid"] == 10443
    assert "wasabi" not in ports
    assert "aws" not in ports


def test_an_endpoint_with_a_variable_has_a_placeholder() -> None:
    assert exceptions_to(lambda p: p.has_placeholder or not p.endpoint_variable) == []


def test_the_data_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        providers()["aws"].regions["eu-west-1"] = "Erewhon"  # type: ignore[index]  # that is what is tested
    assert providers() is providers()


def test_values_are_of_their_types() -> None:
    assert providers()["aws"].bucket_names is BucketNames.AWS
    assert providers()["tencent"].addressing is Addressing.VIRTUAL


def test_an_endpoint_can_have_a_request_style_of_its_own() -> None:
    oracle = providers()["oracle"]
    styles = {
        "https://ns.compat.objectstorage.eu-paris-1.oci.customer-oci.com": Addressing.PATH,
        "https://vhcompat.objectstorage.eu-paris-1.oci.customer-oci.com": Addressing.VIRTUAL,
        "": Addressing.PATH,
    }
    assert {endpoint: oracle.addressing_at(endpoint) for endpoint in styles} == styles


def test_an_unknown_provider_counts_as_other() -> None:
    assert provider_of(Settings(provider="no-such-store")).id == "other"


# Endpoints


@pytest.mark.parametrize(
    ("provider_id", "region", "endpoint", "has_placeholder"),
    [
        ("aws", "eu-west-1", "", False),
        ("minio", "us-east-1", "http://<HOST>:9000", True),
        ("r2", "auto", "https://<ACCOUNT_ID>.r2.cloudflarestorage.com", True),
        ("wasabi", "eu-central-1", "https://s3.eu-central-1.wasabisys.com", False),
        ("ovh", "us-east-va", "https://s3.us-east-va.io.cloud.ovh.us", False),
        ("ionos", "de", "https://s3.eu-central-1.ionoscloud.com", False),
        ("naver", "jp-standard", "https://jp.object.ncpstorage.com", False),
        ("naver", "fr-standard", "", False),  # not known, and no other region's
        (
            "oracle",
            "uk-london-1",
            "https://<NAMESPACE>.compat.objectstorage.uk-london-1.oci.customer-oci.com",
            True,
        ),
    ],
)
def test_the_endpoint_in_a_region(provider_id: str, region: str, endpoint: str, has_placeholder: bool) -> None:
    assert providers()[provider_id].endpoint_for(region) == endpoint
    assert providers()[provider_id].has_placeholder is has_placeholder


@pytest.mark.parametrize(
    ("provider_id", "endpoint", "region"),
    [
        ("wasabi", "https://s3.eu-central-1.wasabisys.com", "eu-central-1"),
        ("wasabi", "https://s3.wasabisys.com", "us-east-1"),
        ("wasabi", "https://S3.nl-1.wasabisys.com:443", "eu-central-1"),
        ("wasabi", "https://s3.de-1.wasabisys.com", "eu-central-2"),
        ("wasabi", "https://s3.uk-1.wasabisys.com", "eu-west-1"),
        ("wasabi", "https://s3.uk-2.wasabisys.com", "eu-west-3"),
        ("wasabi", "https://s3.fr-1.wasabisys.com", "eu-west-2"),
        ("wasabi", "https://s3.it-1.wasabisys.com", "eu-south-1"),
        ("aws", "https://s3.amazonaws.com", "us-east-1"),
        ("aws", "https://s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1"),
        ("aws", "https://s3.dualstack.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("aws", "https://s3-eu-west-1.amazonaws.com", "eu-west-1"),
        ("aws", "https://s3-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("aws", "https://s3-fips.dualstack.us-east-1.amazonaws.com", "us-east-1"),
        ("aws", "https://bucket.vpce-1a2b.s3.us-east-2.vpce.amazonaws.com", "us-east-2"),
        ("aws", "https://s3.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
        ("aws", "https://s3.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
        ("aws", "https://s3-external-1.amazonaws.com", "us-east-1"),
        ("aws", "https://s3-accelerate.amazonaws.com", None),
        ("aws", "https://s3-website-us-east-1.amazonaws.com", None),
        ("r2", "https://0123.eu.r2.cloudflarestorage.com", None),
        ("ibm", "https://s3.direct.us-south.cloud-object-storage.appdomain.cloud", "us-south"),
        ("oracle", "https://vhcompat.objectstorage.eu-paris-1.oci.customer-oci.com", "eu-paris-1"),
        ("oracle", "https://ns.compat.objectstorage.us-langley-1.oraclegovcloud.com", "us-langley-1"),
        ("ovh", "https://s3.gra.perf.cloud.ovh.net", "gra"),
        ("ovh", "https://s3.us-east-va.io.cloud.ovh.us", "us-east-va"),
        ("ionos", "https://s3.eu-central-1.ionoscloud.com:443", "de"),
        ("ionos", "https://s3.eu-central-3.ionoscloud.com", "eu-central-3"),
        ("zeroservices", "https://fra.s3.zeroservices.eu", "zero-fra2"),
        ("vkcloud", "https://hb.vkcloud-storage.ru", "ru-msk"),
        ("ibm", "https://s3.dal.us.cloud-object-storage.appdomain.cloud", None),
        ("alibaba", "https://cn-hangzhou.oss.aliyuncs.com", "cn-hangzhou"),
        ("wasabi", "", None),
        ("aws", "https://s3.eu-west-1.amazonaws.com", "eu-west-1"),
        ("aws", "https://s3.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("digitalocean", "https://images.fra1.digitaloceanspaces.com", None),
        ("ibm", "https://s3.private.eu-de.cloud-object-storage.appdomain.cloud", "eu-de"),
        ("oracle", "https://ns.compat.objectstorage.eu-paris-1.oraclecloud.com", "eu-paris-1"),
        ("alibaba", "https://s3.oss-cn-beijing-internal.aliyuncs.com", "cn-beijing"),
        ("alibaba", "https://s3.oss-accelerate.aliyuncs.com", None),
        ("tencent", "https://cos.accelerate.myqcloud.com", None),
        ("minio", "http://minio.example:9000", None),
        ("other", "https://s3.eu-west-1.amazonaws.com", None),
    ],
)
def test_the_region_in_an_endpoint(provider_id: str, endpoint: str, region: str | None) -> None:
    assert providers()[provider_id].region_in(endpoint) == region


def test_the_region_in_each_suggested_endpoint_is_the_one_that_was_filled_in() -> None:
    for provider in providers().values():
        filled_in = {region: provider.region_in(provider.complete_endpoint("x", region)) for region in provider.regions}
        is_named = provider.endpoints.keys() | (provider.regions if "{region}" in provider.endpoint else ())
        expected = {region: region if region in is_named else None for region in provider.regions}
        assert filled_in == expected, provider.id


def test_an_endpoint_variable_comes_back_from_the_complete_endpoint() -> None:
    oracle = providers()["oracle"]
    endpoint = oracle.complete_endpoint("axaxnpcrorw5", "eu-paris-1")
    assert oracle.endpoint_variable_in(endpoint, "eu-paris-1") == "axaxnpcrorw5"
    assert oracle.endpoint_variable_in(endpoint, "uk-london-1") is None


@pytest.mark.parametrize(
    ("provider_id", "endpoint"),
    [
        ("minio", "http://minio:9000"),  # its placeholder is the complete host
        ("r2", "https://0123.eu.r2.cloudflarestorage.com"),  # more than one label
        ("r2", "0123.r2.cloudflarestorage.com"),
        ("r2", "https://.r2.cloudflarestorage.com"),
        ("r2", "https://minio.example"),
    ],
)
def test_another_endpoint_has_no_endpoint_variable(provider_id: str, endpoint: str) -> None:
    assert providers()[provider_id].endpoint_variable_in(endpoint, "auto") is None
