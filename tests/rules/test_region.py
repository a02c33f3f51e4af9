"""The rules about the region."""

from __future__ import annotations

import pytest

from tests.support.rules import AMAZON, MINIO, OTHER, SCALEWAY, WASABI, assert_accepts, assert_reports
from wizard.catalog.presets import apply_edit, apply_preset
from wizard.catalog.providers import providers
from wizard.model.findings import Cause, Severity
from wizard.model.settings import Settings, Value
from wizard.rules.endpoint import belongs_to_provider
from wizard.rules.region import region, region_of_registry
from wizard.rules.region_names import edits, meant_region

ON_3 = AMAZON.replace({"registry": "distribution-3"})
ON_GITLAB = AMAZON.replace({"registry": "gitlab"})
FUTURE = "eu-central-9"  # Amazon can open a region that the catalog does not have yet


def test_every_known_region_of_amazon_is_accepted() -> None:
    for name in providers()["aws"].regions:
        assert_accepts(region, AMAZON, region=name)


@pytest.mark.parametrize("name", ["us-east-1", "home", "Lab_1.x", "garage"])
def test_any_region_is_accepted_on_a_self_hosted_server(name: str) -> None:
    assert_accepts(region, MINIO, region=name)


@pytest.mark.parametrize(("name", "is_refused"), [("Lab_1", True), ("lab.1", False), ("1", False)])
def test_gitlab_refuses_a_region_that_no_host_can_have(name: str, is_refused: bool) -> None:
    settings = MINIO.replace({"registry": "gitlab", "region": name})
    if is_refused:
        assert_reports(region, settings, "region", 'GitLab can\'t use a region with "_" in its name.')
    else:
        assert_accepts(region, settings)


def test_gitlab_refuses_a_dot_in_the_region_without_path_style() -> None:
    settings = MINIO.replace({"registry": "gitlab", "region": "lab.1", "forcepathstyle": False})
    assert_reports(region, settings, "region", 'GitLab can\'t use a region with "." in its name.')


@pytest.mark.parametrize(
    ("settings", "default"),
    [
        (AMAZON, "us-east-1"),
        (MINIO, "us-east-1"),
        (SCALEWAY, "fr-par"),
        (SCALEWAY.replace({"regionendpoint": "https://s3.nl-ams.scw.cloud"}), "nl-ams"),  # where the endpoint is
        (OTHER.replace({"regionendpoint": "https://fra1.digitaloceanspaces.com"}), "fra1"),
    ],
)
def test_an_empty_region_is_replaced_with_the_default_of_the_provider(settings: Settings, default: str) -> None:
    text = "The registry won't start without a region."
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
    text = f'Unknown Amazon S3 region "{name}".' + (
        "" if similar else " Check the spelling; names look like us-east-1."
    )
    assert_reports(region, AMAZON.replace({"region": name}), "region", text, fix)


@pytest.mark.parametrize(
    ("name", "text", "similar"),
    [
        ("N. Virginia", "A space isn't allowed in a region name.", "us-east-1"),
        ("EU (Ireland)", "A space isn't allowed in a region name.", "eu-west-1"),
        ("US East (Ohio)", "A space isn't allowed in a region name.", "us-east-2"),
        ("Europe (Ireland) eu-west-1", "A space isn't allowed in a region name.", "eu-west-1"),
        ("São Paulo", '"ã" isn\'t allowed in a region name.', "sa-east-1"),
        ("Sao Paulo", "A space isn't allowed in a region name.", "sa-east-1"),
        ("eu-west-1/", '"/" isn\'t allowed in a region name.', "eu-west-1"),
        ("!", '"!" isn\'t allowed in a region name.', ""),
    ],
)
def test_an_invalid_character_is_reported_with_a_similar_region(name: str, text: str, similar: str) -> None:
    fix = {"region": similar} if similar else None
    assert_reports(region, AMAZON.replace({"region": name}), "region", text, fix)


def test_an_invalid_character_is_reported_on_a_self_hosted_server() -> None:
    text = "A space isn't allowed in a region name."
    assert_reports(region, MINIO.replace({"region": "my lab"}), "region", text)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("us-eas-1", "us-east-1"),
        ("eu-wset-1", "eu-west-1"),
        (FUTURE, ""),  # has the form of a region
        ("eu-east-1", ""),
        ("us-north-1", ""),
    ],
)
def test_an_unknown_region_is_an_error_where_the_registry_refuses_it(name: str, meant: str) -> None:
    text = f'Unknown Amazon S3 region "{name}"; Docker Trusted Registry rejects it unless an endpoint is set.'
    fix = {"region": meant} if meant else None
    assert_reports(region, AMAZON.replace({"region": name}), "region", text, fix)


def test_an_unknown_region_is_a_warning_where_the_registry_accepts_it() -> None:
    settings = ON_GITLAB.replace({"region": FUTURE})  # its SDK accepts any region
    assert_reports(region, settings, "region", f'Unknown Amazon S3 region "{FUTURE}".', severity=Severity.WARNING)


def test_a_word_that_cannot_be_a_region_is_an_error_at_every_endpoint_of_amazon() -> None:
    settings = OTHER.replace({"region": "moon", "regionendpoint": "https://s3.amazonaws.com"})
    text = 'Unknown Amazon S3 region "moon"; the endpoint is in us-east-1.'
    fix: dict[str, Value] = {"region": "us-east-1"}
    assert_reports(region, settings, "region", text, fix, cause=Cause.WRONG_REGION)


@pytest.mark.parametrize("name", ["us-east1", "US-EAST-1"])
def test_a_word_that_cannot_be_a_region_is_an_error_on_every_registry(name: str) -> None:
    text = f'Unknown Amazon S3 region "{name}".'
    assert_reports(region, ON_GITLAB.replace({"region": name}), "region", text, {"region": "us-east-1"})


@pytest.mark.parametrize(
    ("settings", "name", "meant"),
    [
        (WASABI, "eu-central1", "eu-central-1"),
        (WASABI, "Paris", "eu-west-2"),
        (WASABI, "N.Virginia", "us-east-1"),  # the first of two regions at this place
        (SCALEWAY, "Warsaw", "pl-waw"),
        (SCALEWAY, "moon", ""),
    ],
)
def test_an_unknown_region_of_another_provider_is_a_warning(settings: Settings, name: str, meant: str) -> None:
    settings = settings.replace({"region": name, "regionendpoint": "https://storage.example"})
    fix = {"region": meant} if meant else None
    assert_reports(region, settings, "region", f'region "{name}".', fix, severity=Severity.WARNING)


# Where the endpoint names a region

NEWER = [
    ("aws", "eu-central-9", "https://s3.eu-central-9.amazonaws.com"),
    ("linode", "de-fra-9", "https://de-fra-9.linodeobjects.com"),
    ("ovh", "eu-south-rom", "https://s3.eu-south-rom.io.cloud.ovh.net"),
    ("b2", "ca-east-007", "https://s3.ca-east-007.backblazeb2.com"),
    ("oracle", "sa-quito-1", "https://ns.compat.objectstorage.sa-quito-1.oci.customer-oci.com"),
    ("tencent", "sa-lima", "https://cos.sa-lima.myqcloud.com"),
    ("wasabi", "us-west-9", "https://s3.us-west-9.wasabisys.com"),
    ("alibaba", "ap-southeast-8", "https://s3.oss-ap-southeast-8.aliyuncs.com"),
    ("hetzner", "ash1", "https://ash1.your-objectstorage.com"),
    ("vultr", "lax1", "https://lax1.vultrobjects.com"),
    ("other", "eu-south-rom", "https://s3.eu-south-rom.io.cloud.ovh.net"),
]


@pytest.mark.parametrize(("provider", "name", "text"), NEWER)
def test_a_region_that_the_list_lacks_is_a_hint_if_the_endpoint_has_it(provider: str, name: str, text: str) -> None:
    settings = OTHER.replace({"provider": provider, "region": name, "regionendpoint": text})
    sentence = f'"{name}" isn\'t in our list of '
    assert_reports(region, settings, "region", sentence, severity=Severity.HINT)


@pytest.mark.parametrize("region_of_list", ["fr-standard", "kr-standrad"])
def test_an_endpoint_of_another_region_is_not_suggested(region_of_list: str) -> None:
    """Each region of this store has a host of its own: the admin enters that of one that the list lacks."""
    settings = apply_edit(apply_preset(AMAZON, "naver"), {"region": region_of_list})
    assert settings.regionendpoint == ""
    found = [f for f in [*region(settings), *belongs_to_provider(settings)] if f.fix]
    assert [f.fix.set for f in found if f.fix] == ([{"region": "kr-standard"}] if "standrad" in region_of_list else [])


@pytest.mark.parametrize(("provider", "name", "text"), NEWER)
@pytest.mark.parametrize("entered", ["us-east-1", "eu-central-9", "somewhere"])
def test_the_region_of_the_endpoint_is_offered(provider: str, name: str, text: str, entered: str) -> None:
    settings = OTHER.replace({"provider": provider, "region": entered, "regionendpoint": text})
    (fix,) = {f.fix.set["region"] for f in [*region(settings), *belongs_to_provider(settings)] if f.fix} or {name}
    assert fix == name


@pytest.mark.parametrize(
    ("settings", "name", "text"),
    [
        (SCALEWAY, "gra", 'Unknown Scaleway region "gra"; the endpoint is in fr-par.'),
        (WASABI, "Paris", 'Unknown Wasabi region "Paris"; the endpoint is in us-east-1.'),
    ],
)
def test_an_unknown_region_contradicts_the_endpoint(settings: Settings, name: str, text: str) -> None:
    fix = {"region": settings.region}
    settings = settings.replace({"region": name})
    assert_reports(region, settings, "region", text, fix, severity=Severity.WARNING, cause=Cause.WRONG_REGION)


@pytest.mark.parametrize(
    ("typed", "endpoint", "meant", "moved"),
    [
        ("eu-wset-1", "https://s3.eu-wset-1.wasabisys.com", "eu-west-1", "https://s3.eu-west-1.wasabisys.com"),
        ("Paris", "https://s3.Paris.wasabisys.com:443", "eu-west-2", "https://s3.eu-west-2.wasabisys.com:443"),
        ("EU-WEST-1", "s3.EU-WEST-1.wasabisys.com", "eu-west-1", "s3.eu-west-1.wasabisys.com"),
    ],
)
def test_a_slip_that_the_endpoint_has_followed_is_undone_in_both(
    typed: str, endpoint: str, meant: str, moved: str
) -> None:
    settings = WASABI.replace({"region": typed, "regionendpoint": endpoint})
    fix: dict[str, Value] = {"region": meant, "regionendpoint": moved}
    assert_reports(region, settings, "region", f'Unknown Wasabi region "{typed}"', fix, severity=Severity.WARNING)


def test_the_region_is_not_replaced_in_another_part_of_the_endpoint() -> None:
    settings = OTHER.replace({"region": "phoenix"})
    settings = settings.replace({"regionendpoint": "https://phoenix.compat.objectstorage.phoenix.oraclecloud.com"})
    text = '"phoenix" isn\'t in our list of Oracle OCI regions, but it matches the endpoint.'
    assert_reports(region, settings, "region", text, severity=Severity.HINT)


# Only slips have a fix


@pytest.mark.parametrize(
    ("provider", "name", "meant"),
    [
        ("linode", "us-est-1", "us-east-1"),
        ("linode", "us-oiad-10", "us-iad-10"),
        ("linode", "us-east", "us-east-1"),
        ("linode", "us-iad-19", ""),
        ("linode", "us-iad", ""),  # three of them
        ("linode", "de-ber-1", ""),
        ("oracle", "mx-monterey-1", "mx-monterrey-1"),
        ("oracle", "eu-franfkurt-1", "eu-frankfurt-1"),
        ("oracle", "eu-berlin-1", ""),
        ("oracle", "eu-turin-2", ""),
        ("digitalocean", "ber1", ""),  # one letter from Bangalore
        ("digitalocean", "nyc4", ""),
        ("digitalocean", "Singapor", "sgp1"),
        ("digitalocean", "nyc", "nyc3"),
        ("ovh", "gar", "gra"),
        ("ovh", "eu-west-ber", ""),
        ("ovh", "Gravelines", "gra"),
        ("ovh", "GRA", "gra"),
        ("b2", "us-west-003", ""),
        ("b2", "us-west-04", ""),
        ("b2", "US West", "us-west-004"),  # four have this place; the account decides, and this one is suggested
        ("aws", "eu-south", ""),
        ("aws", "eu-north", "eu-north-1"),
        ("aws", "sa-west-1", ""),
        ("aws", "me-east-1", ""),
        ("aws", "ap-sotheast-2", "ap-southeast-2"),
        ("aws", "ap_southeast_2", "ap-southeast-2"),
        ("aws", "Irland", "eu-west-1"),
        ("ibm", "eu-dd", ""),
        ("minio", "us-eas-1", ""),
    ],
)
def test_a_fix_is_never_another_place(provider: str, name: str, meant: str) -> None:
    assert meant_region(name, providers()[provider]) == meant


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [("abc", "abc", 0), ("wset", "west", 1), ("", "ab", 2), ("ca", "abc", 3), ("", "abc", 3)],
)
def test_edits_are_counted(one: str, other: str, number: int) -> None:
    assert edits(one, other) == number


# Regions of other stores


@pytest.mark.parametrize(
    ("settings", "name", "text", "severity"),
    [
        (AMAZON, "gra", '"gra" is a region of OVHcloud: choose it, or enter its endpoint.', Severity.ERROR),
        (AMAZON, "fr-par", '"fr-par" is a region of Scaleway: choose it', Severity.ERROR),
        (AMAZON, "eu-frankfurt-1", '"eu-frankfurt-1" is a region of Oracle OCI: choose it', Severity.ERROR),
        (AMAZON, "auto", "is a region of Google Cloud Storage and Cloudflare R2: choose one", Severity.ERROR),
        (
            SCALEWAY.replace({"regionendpoint": "https://storage.example"}),
            "fsn1",
            '"fsn1" is a region of Hetzner: choose it',
            Severity.WARNING,
        ),
    ],
)
def test_a_region_of_another_store_is_named_as_such(
    settings: Settings, name: str, text: str, severity: Severity
) -> None:
    assert_reports(region, settings.replace({"region": name}), "region", text, severity=severity)


# A blank region of Distribution 3 with an endpoint

BLANK = MINIO.replace({"registry": "distribution-3", "region": ""})


@pytest.fixture(autouse=True)
def no_region_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SDK_LOAD_CONFIG"):
        monkeypatch.delenv(name, raising=False)


def test_every_call_fails_without_a_region() -> None:
    text = "Without a region Distribution 3 starts, but every call fails."
    assert_reports(region, BLANK, "region", text, {"region": "us-east-1"})


def test_a_region_of_the_environment_counts_as_long_as_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    text = "Blank works only while the registry's environment has AWS_REGION=eu-west-1."
    assert_reports(region, BLANK, "region", text, {"region": "us-east-1"}, severity=Severity.WARNING)


@pytest.mark.parametrize("changes", [{"registry": "dtr"}, {"registry": "gitlab"}, {"regionendpoint": ""}])
def test_a_region_of_the_environment_does_not_count_elsewhere(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Value]
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    text = "The registry won't start without a region."
    assert_reports(region, BLANK.replace(changes), "region", text, {"region": "us-east-1"})


# Regions that are newer than the registry's SDK


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (AMAZON, "eu-north-1"),
        (AMAZON, "us-gov-east-1"),
        (AMAZON.replace({"registry": "harbor"}), "eu-north-1"),
        (ON_3, "mx-central-1"),
        (ON_3, "ap-southeast-7"),
        (AMAZON, "us-iso-east-1"),
        (ON_3, "eusc-de-east-1"),
    ],
)
def test_a_region_newer_than_the_registry_needs_an_endpoint(settings: Settings, name: str) -> None:
    text = f"predates {name}, so it needs an explicit endpoint."
    domain = {"us-iso-east-1": "c2s.ic.gov", "eusc-de-east-1": "amazonaws.eu"}.get(name, "amazonaws.com")
    fix = {"regionendpoint": f"https://s3.{name}.{domain}"}
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
