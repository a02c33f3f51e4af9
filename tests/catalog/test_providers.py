"""The presets are well-formed, and choosing among them moves only what no one typed."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

import pytest

from wizard.catalog.providers import (
    Addressing,
    BucketNames,
    Provider,
    apply_edit,
    apply_preset,
    preset_reasons,
    provider_of,
    provider_titles,
    providers,
)
from wizard.model.findings import Value
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, GIB, MIB, Kind, Settings

ALL = list(providers().values())
IDS = [provider.id for provider in ALL]
each = pytest.mark.parametrize("provider", ALL, ids=IDS)

ORDER = (
    "aws minio ceph r2 b2 wasabi digitalocean hetzner scaleway ovh linode gcs garage seaweedfs ibm oracle "
    "alibaba tencent storj other filesystem"
)
KEYS = {
    "title",
    "summary",
    "endpoint",
    "aliases",
    "region",
    "regions",
    "signatures",
    "addressing",
    "port",
} | {
    "bucket_names",
    "notes",
    "defaults",
    "asks",
}
TYPES: dict[Kind, type] = {
    Kind.CHOICE: str,
    Kind.TEXT: str,
    Kind.SECRET: Secret,
    Kind.SWITCH: bool,
    Kind.SIZE: int,
}

# What no preset and no declaration has, so that it can only have been typed.
TYPED: dict[str, Value] = {
    "registry": "harbor",
    "bucket": "images",
    "region": "typed-region-7",
    "rootdirectory": "/typed",
    "accesskey": "AKIATYPED",
    "secretkey": Secret("typed secret"),
    "regionendpoint": "https://typed.example:4711",
    "skipverify": True,
    "encrypt": True,
    "keyid": "typed-key",
    "chunksize": 20 * MIB,
    "multipartcopythresholdsize": 1 * GIB,
    "redirect": False,
}


def fresh(provider_id: str) -> Settings:
    return apply_preset(Settings(), provider_id)


# The data


def test_the_order_is_that_of_the_grid() -> None:
    assert ORDER.split() == IDS


def test_every_key_of_the_file_is_known() -> None:
    tables = tomllib.loads(resources.files("wizard").joinpath("providers.toml").read_text(encoding="utf-8"))
    assert {key for table in tables.values() for key in table} == KEYS


@each
def test_texts_fit_the_screen(provider: Provider) -> None:
    assert 0 < len(provider.title) <= 22
    assert all(0 < len(text) <= 72 for text in (provider.summary, *(d.reason for d in provider.defaults.values())))
    assert all(0 < len(note.text) <= 150 for note in provider.notes)


@each
def test_texts_are_sentences(provider: Provider) -> None:
    texts = [provider.summary]
    texts += [default.reason for default in provider.defaults.values()]
    texts += [note.text for note in provider.notes]
    for text in texts:
        assert text[0].isupper(), text
        assert text.endswith("."), text
        assert not re.search(r"\s\s|\n", text), text


@each
def test_notes_name_their_source(provider: Provider) -> None:
    assert provider.notes or provider.id == "filesystem"
    for note in provider.notes:
        assert re.fullmatch(r"https://\S+|[\w.-]+/[\w.-]+#\d+", note.source), note.source


@each
def test_defaults_are_values_of_declared_settings(provider: Provider) -> None:
    for name, default in provider.defaults.items():
        declaration = DECLARATIONS[name]
        assert type(default.value) is TYPES[declaration.kind], name
        if isinstance(default.value, int) and declaration.kind is Kind.SIZE:
            assert declaration.minimum <= default.value <= declaration.maximum, name


@each
def test_region_and_endpoint_have_their_own_rules(provider: Provider) -> None:
    """`choose` and `edit` move them, so a preset states them only once."""
    assert not provider.defaults.keys() & {"registry", "provider", "region", "regionendpoint"}


@each
def test_the_suggested_region_is_a_known_one(provider: Provider) -> None:
    assert provider.region or provider.id == "filesystem"
    assert not provider.regions or provider.region in provider.regions
    assert all(re.fullmatch(r"[a-z0-9-]+", region) and place for region, place in provider.regions.items())


def test_aws_regions_span_all_partitions_with_their_places() -> None:
    regions = providers()["aws"].regions
    assert regions["eu-west-1"] == "Ireland"
    assert regions.keys() >= {"us-east-1", "cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"}
    assert len(regions) == 38


@each
def test_v4_is_on_except_where_nothing_is_known(provider: Provider) -> None:
    assert provider.signatures in ({"v4"}, {"v2", "v4"})
    assert ("v4auth" in provider.defaults) == (provider.id not in {"other", "filesystem"})
    assert preset_reasons(fresh(provider.id)).keys() == provider.defaults.keys()


@each
def test_https_is_off_exactly_where_the_endpoint_is_plain_http(provider: Provider) -> None:
    plain = provider.endpoint.startswith("http://")
    assert fresh(provider.id).secure is not plain
    assert ("secure" in provider.defaults) == plain


@each
def test_path_style_agrees_with_the_addressing(provider: Provider) -> None:
    forced = fresh(provider.id).forcepathstyle
    assert forced or provider.addressing is not Addressing.PATH
    assert not forced or provider.addressing is not Addressing.VIRTUAL


@each
def test_a_port_is_the_endpoint_s(provider: Provider) -> None:
    found = re.search(r":(\d+)$", provider.endpoint)
    assert provider.port == (int(found[1]) if found else None)


def test_sizes_that_stores_demand() -> None:
    assert fresh("scaleway").chunksize == 100 * MIB
    assert fresh("storj").chunksize == 64 * MIB
    assert fresh("storj").multipartcopythresholdsize == fresh("gcs").multipartcopythresholdsize == 5 * GIB
    assert fresh("filesystem").rootdirectory == "/var/lib/registry"


def test_the_data_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        providers()["aws"].regions["eu-west-1"] = "Erewhon"  # type: ignore[index]  # that is what is tested
    assert providers() is providers()
    assert providers()["aws"].bucket_names is BucketNames.AWS


def test_titles_are_told_without_reading_the_tables() -> None:
    assert provider_titles() == {provider.id: provider.title for provider in ALL}


def test_an_unknown_provider_counts_as_other() -> None:
    assert provider_of(Settings(provider="no-such-store")).id == "other"
    with pytest.raises(KeyError):
        apply_preset(Settings(), "no-such-store")


# Endpoints


@pytest.mark.parametrize(
    ("provider_id", "region", "endpoint", "is_open"),
    [
        ("aws", "eu-west-1", "", False),
        ("filesystem", "eu-west-1", "", False),
        ("minio", "us-east-1", "http://<HOST>:9000", True),
        ("r2", "auto", "https://<ACCOUNT_ID>.r2.cloudflarestorage.com", True),
        ("wasabi", "eu-central-1", "https://s3.eu-central-1.wasabisys.com", False),
        (
            "oracle",
            "uk-london-1",
            "https://<NAMESPACE>.compat.objectstorage.uk-london-1.oci.customer-oci.com",
            True,
        ),
        ("other", "us-east-1", "https://<HOST>", True),
    ],
)
def test_endpoint_for(provider_id: str, region: str, endpoint: str, is_open: bool) -> None:
    assert providers()[provider_id].endpoint_for(region) == endpoint
    assert providers()[provider_id].is_open() is is_open


@pytest.mark.parametrize(
    ("provider_id", "endpoint", "region"),
    [
        ("wasabi", "https://s3.eu-central-1.wasabisys.com", "eu-central-1"),
        ("wasabi", "HTTP://S3.EU-Central-1.WasabiSys.com:443/path/?q#f", "eu-central-1"),
        ("wasabi", " s3.eu-central-1.wasabisys.com/ ", "eu-central-1"),
        ("wasabi", "s3.eu-central-1.wasabisys.com:443", "eu-central-1"),
        ("wasabi", "https://s3.wasabisys.com", None),
        ("wasabi", "https://s3.eu-central-1.wasabisys.com.evil.example", None),
        ("wasabi", "https://s3xeu-central-1.wasabisys.com", None),
        ("wasabi", "https://example.com/s3.eu-central-1.wasabisys.com", None),
        ("wasabi", "", None),
        ("aws", "https://s3.eu-west-1.amazonaws.com", "eu-west-1"),
        ("aws", "https://s3.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("aws", "https://s3.amazonaws.com", None),
        ("aws", "", None),
        ("digitalocean", "https://fra1.digitaloceanspaces.com", "fra1"),
        ("digitalocean", "https://images.fra1.digitaloceanspaces.com", None),
        ("ovh", "https://s3.us-east-va.io.cloud.ovh.us", "us-east-va"),
        ("ibm", "https://s3.private.eu-de.cloud-object-storage.appdomain.cloud", "eu-de"),
        ("oracle", "https://ns.compat.objectstorage.eu-paris-1.oci.customer-oci.com", "eu-paris-1"),
        ("oracle", "https://ns.compat.objectstorage.eu-paris-1.oraclecloud.com", "eu-paris-1"),
        ("alibaba", "https://s3.oss-cn-beijing.aliyuncs.com", "cn-beijing"),
        ("alibaba", "https://s3.oss-cn-beijing-internal.aliyuncs.com", "cn-beijing"),
        ("alibaba", "https://oss-cn-beijing.aliyuncs.com", "cn-beijing"),
        ("alibaba", "https://s3.oss-accelerate.aliyuncs.com", None),
        ("tencent", "https://cos.accelerate.myqcloud.com", None),
        ("minio", "http://minio.example:9000", None),
        ("gcs", "https://storage.googleapis.com", None),
        ("other", "https://s3.eu-west-1.amazonaws.com", None),
        ("filesystem", "https://s3.eu-west-1.amazonaws.com", None),
    ],
)
def test_region_in(provider_id: str, endpoint: str, region: str | None) -> None:
    assert providers()[provider_id].region_in(endpoint) == region


@each
def test_region_in_reads_what_endpoint_for_wrote(provider: Provider) -> None:
    for region in provider.regions:
        endpoint = re.sub(r"<[A-Z_]+>", "x", provider.endpoint_for(region))
        assert provider.region_in(endpoint) == (region if "{region}" in provider.endpoint else None)


# Choosing


def test_choosing_fills_in_what_the_store_demands() -> None:
    chosen = fresh("hetzner")
    assert (chosen.provider, chosen.region) == ("hetzner", "fsn1")
    assert chosen.regionendpoint == "https://fsn1.your-objectstorage.com"
    assert chosen.v4auth


@each
def test_the_endpoint_stays_empty_where_the_admin_must_complete_it(provider: Provider) -> None:
    expected = "" if provider.is_open() else provider.endpoint_for(provider.region)
    assert fresh(provider.id).regionendpoint == expected


@each
def test_choosing_again_changes_nothing(provider: Provider) -> None:
    once = fresh(provider.id)
    assert apply_preset(once, provider.id) == once
    typed = once.replace(TYPED)
    assert apply_preset(typed, provider.id) == typed


@each
@pytest.mark.parametrize("other", IDS)
def test_a_detour_leaves_no_trace(provider: Provider, other: str) -> None:
    assert apply_preset(fresh(other), provider.id) == fresh(provider.id)


@each
@pytest.mark.parametrize("other", IDS)
def test_what_was_typed_is_kept(provider: Provider, other: str) -> None:
    chosen = apply_preset(fresh(other).replace(TYPED), provider.id)
    assert {name: chosen[name] for name in TYPED} == TYPED
    assert chosen.provider == provider.id
    assert apply_preset(chosen, provider.id) == chosen


@each
@pytest.mark.parametrize("other", IDS)
def test_a_filled_in_endpoint_goes_although_its_region_was_typed(provider: Provider, other: str) -> None:
    typed = apply_edit(fresh(other), {"region": "typed-region-7"})
    chosen = apply_preset(typed, provider.id)
    assert chosen.region == "typed-region-7"
    assert chosen.regionendpoint == ("" if provider.is_open() else provider.endpoint_for("typed-region-7"))


# Following


def test_the_endpoint_follows_the_region() -> None:
    before = fresh("wasabi")
    after = apply_edit(before, {"region": "eu-west-2"})
    assert after.regionendpoint == "https://s3.eu-west-2.wasabisys.com"


def test_the_endpoint_keeps_up_while_a_region_is_retyped() -> None:
    settings = fresh("wasabi")
    for region in ("", "e", "eu-west-2"):
        settings = apply_edit(settings, {"region": region})
    assert settings.regionendpoint == "https://s3.eu-west-2.wasabisys.com"


@pytest.mark.parametrize("endpoint", ["", "https://s3.wasabisys.com", "https://S3.us-east-1.wasabisys.com"])
def test_an_endpoint_that_was_typed_does_not_follow(endpoint: str) -> None:
    before = fresh("wasabi").replace({"regionendpoint": endpoint})
    assert apply_edit(before, {"region": "eu-west-2"}) == before.replace({"region": "eu-west-2"})


@each
def test_an_edit_elsewhere_is_left_alone(provider: Provider) -> None:
    before = fresh(provider.id)
    assert apply_edit(before, {"bucket": "images"}) == before.replace({"bucket": "images"})


@pytest.mark.parametrize(
    ("changes", "secure"),
    [
        ({"regionendpoint": "https://minio.example:9000"}, True),
        ({"regionendpoint": "http://minio.example:9000"}, False),
        ({"regionendpoint": "https://minio.example:9000", "secure": False}, False),
        ({"regionendpoint": "minio.example:9000"}, False),
    ],
)
def test_https_is_turned_on_by_an_endpoint_that_says_so(changes: dict[str, Value], secure: bool) -> None:
    assert apply_edit(fresh("minio"), changes).secure is secure


def test_nothing_that_is_typed_turns_https_off_by_itself() -> None:
    assert apply_edit(fresh("other"), {"regionendpoint": "http://s3.example"}).secure


def test_no_endpoint_follows_where_none_is_needed() -> None:
    before = fresh("aws")
    assert apply_edit(before, {"region": "eu-west-2"}).regionendpoint == ""


# Reasons


def test_a_reason_goes_when_the_value_does() -> None:
    chosen = fresh("aws")
    assert preset_reasons(chosen) == {"v4auth": "Amazon S3 accepts only signature version 4, so it is on."}
    assert preset_reasons(chosen.replace({"v4auth": False})) == {}


def test_a_default_that_is_also_the_declared_one_has_its_reason() -> None:
    assert "forcepathstyle" in preset_reasons(fresh("alibaba"))


R2 = "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com"
ORACLE = "https://axaxnpcrorw5.compat.objectstorage.{}.oci.customer-oci.com"


@pytest.mark.parametrize(
    ("provider", "typed", "endpoint"),
    [
        ("r2", "0123456789abcdef0123456789abcdef", R2),
        ("oracle", "axaxnpcrorw5", ORACLE.format("us-ashburn-1")),
        ("r2", R2, R2),
        ("r2", "https://0123.eu.r2.cloudflarestorage.com", "https://0123.eu.r2.cloudflarestorage.com"),
        ("r2", "two words", "two words"),
        ("minio", "minio", "minio"),
    ],
)
def test_a_name_that_the_store_asks_for_becomes_the_endpoint(provider: str, typed: str, endpoint: str) -> None:
    before = apply_preset(Settings(), provider)
    assert apply_edit(before, {"regionendpoint": typed}).regionendpoint == endpoint


def test_the_name_stays_in_the_endpoint_of_another_region() -> None:
    before = apply_preset(Settings(), "oracle").replace({"regionendpoint": ORACLE.format("us-ashburn-1")})
    for region in ("uk-london-1", "", "eu-frankfurt-1"):
        before = apply_edit(before, {"region": region})
        assert before.regionendpoint == ORACLE.format(region)
        assert provider_of(before).name_in(before.regionendpoint, region) == "axaxnpcrorw5"


@each
def test_what_a_store_asks_for_fits_the_screen_and_has_a_place(provider: Provider) -> None:
    if provider.endpoint_variable:
        assert provider.is_open()
        assert len(provider.endpoint_variable.label) <= 17
        assert len(provider.endpoint_variable.help) <= 58
