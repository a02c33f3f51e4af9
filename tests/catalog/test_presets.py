"""A choice of provider changes only settings that the admin has not entered."""

from __future__ import annotations

import itertools

import pytest

from wizard.catalog.presets import apply_edit, apply_preset, preset_reasons
from wizard.catalog.providers import provider_of, providers
from wizard.model.secret import Secret
from wizard.model.settings import GIB, MIB, Settings, Value

ENTERED: dict[str, Value] = {  # no preset and no declaration has these values
    "registry": "harbor",
    "bucket": "images",
    "region": "entered-region-7",
    "rootdirectory": "/entered",
    "accesskey": "AKIAENTERED",
    "secretkey": Secret("entered secret"),
    "regionendpoint": "https://entered.example:4711",
    "skipverify": True,
    "encrypt": True,
    "keyid": "entered-key",
    "chunksize": 20 * MIB,
    "multipartcopythresholdsize": 1 * GIB,
    "redirect": False,
}


def preset(provider_id: str) -> Settings:
    """The default settings with the preset of one provider."""
    return apply_preset(Settings(), provider_id)


# Choosing a provider


def test_a_preset_fills_in_region_endpoint_and_demands() -> None:
    settings = preset("hetzner")
    assert (settings.provider, settings.region) == ("hetzner", "fsn1")
    assert settings.regionendpoint == "https://fsn1.your-objectstorage.com"
    assert settings.v4auth


def test_a_preset_leaves_an_endpoint_with_a_placeholder_empty() -> None:
    assert preset("minio").regionendpoint == ""


def test_presets_set_the_sizes_that_stores_demand() -> None:
    assert preset("scaleway").chunksize == 100 * MIB
    assert preset("storj").chunksize == 64 * MIB
    assert preset("storj").multipartcopythresholdsize == preset("gcs").multipartcopythresholdsize == 5 * GIB
    assert preset("filesystem").rootdirectory == "/var/lib/registry"


def test_the_next_preset_replaces_the_previous_one() -> None:
    assert apply_preset(preset("scaleway"), "wasabi") == preset("wasabi")


def test_a_preset_keeps_what_was_entered() -> None:
    settings = apply_preset(preset("scaleway").replace(ENTERED), "wasabi")
    assert settings == preset("wasabi").replace(ENTERED)


def test_a_suggested_endpoint_is_replaced_although_its_region_was_entered() -> None:
    settings = apply_preset(apply_edit(preset("hetzner"), {"region": "eu-south-1"}), "wasabi")
    assert (settings.region, settings.regionendpoint) == ("eu-south-1", "https://s3.eu-south-1.wasabisys.com")


def test_every_preset_can_follow_every_other() -> None:
    """No trace of the first one is left, entered values stay, and the endpoint is the second one's."""
    # All pairs would take long: each provider follows and precedes the one with the most demands, and its neighbour.
    every = list(providers())
    pairs = [
        *itertools.product(every, ["scaleway"]),
        *itertools.product(["scaleway"], every),
        *itertools.pairwise(every),
    ]
    for first, second in pairs:
        assert apply_preset(preset(first), second) == preset(second), (first, second)

        is_other_kind = preset(first).type != preset(second).type  # a folder on this machine, or one in a bucket
        entered = apply_preset(preset(first).replace(ENTERED), second)
        kept = {name: value for name, value in ENTERED.items() if name != "rootdirectory" or not is_other_kind}
        assert {name: entered.value(name) for name in kept} == kept, (first, second)
        assert apply_preset(entered, second) == entered, (first, second)

        moved = apply_preset(apply_edit(preset(first), {"region": "entered-region-7"}), second)
        suggested = providers()[second].endpoint_for("entered-region-7")
        assert moved.region == "entered-region-7", (first, second)
        assert moved.regionendpoint == ("" if providers()[second].has_placeholder else suggested), (first, second)


@pytest.mark.parametrize(("first", "second"), [("filesystem", "minio"), ("minio", "filesystem")])
def test_a_folder_of_this_machine_is_no_folder_in_a_bucket(first: str, second: str) -> None:
    entered = preset(first).replace({"rootdirectory": "/var/lib/docker-registry"})
    assert apply_preset(entered, second).rootdirectory == preset(second).rootdirectory


def test_an_unknown_provider_has_no_preset() -> None:
    with pytest.raises(KeyError):
        apply_preset(Settings(), "no-such-store")


# Editing


def test_the_endpoint_follows_the_region() -> None:
    settings = apply_edit(preset("wasabi"), {"region": "eu-west-2"})
    assert settings.regionendpoint == "https://s3.eu-west-2.wasabisys.com"


def test_an_endpoint_without_a_pattern_follows_the_region() -> None:
    settings = preset("naver")
    for region in ("", "s", "sg-standard"):
        settings = apply_edit(settings, {"region": region})
    assert settings.regionendpoint == "https://sg.object.ncloudstorage.com"


def test_an_endpoint_that_is_entered_with_the_region_stays() -> None:
    before = preset("ovh")
    changes: dict[str, Value] = {"region": "us-east-1", "regionendpoint": before.regionendpoint}
    settings = apply_edit(before, changes)
    assert (settings.region, settings.regionendpoint) == ("us-east-1", "https://s3.gra.io.cloud.ovh.net")


def test_the_endpoint_follows_a_region_while_it_is_typed() -> None:
    settings = preset("wasabi")
    for region in ("", "e", "eu-west-2"):
        settings = apply_edit(settings, {"region": region})
    assert settings.regionendpoint == "https://s3.eu-west-2.wasabisys.com"


@pytest.mark.parametrize("endpoint", ["", "https://s3.wasabisys.com", "https://S3.us-east-1.wasabisys.com"])
def test_an_endpoint_that_was_entered_does_not_follow_the_region(endpoint: str) -> None:
    before = preset("wasabi").replace({"regionendpoint": endpoint})
    assert apply_edit(before, {"region": "eu-west-2"}) == before.replace({"region": "eu-west-2"})


def test_amazon_s3_needs_no_endpoint_in_another_region() -> None:
    assert apply_edit(preset("aws"), {"region": "eu-west-2"}).regionendpoint == ""


def test_an_edit_of_another_setting_changes_only_that_setting() -> None:
    for provider_id in providers():
        before = preset(provider_id)
        assert apply_edit(before, {"bucket": "images"}) == before.replace({"bucket": "images"}), provider_id


@pytest.mark.parametrize(
    ("changes", "secure"),
    [
        ({"regionendpoint": "https://minio.example:9000"}, True),
        ({"regionendpoint": "http://minio.example:9000"}, False),
        ({"regionendpoint": "https://minio.example:9000", "secure": False}, False),
        ({"regionendpoint": "minio.example:9000"}, True),
    ],
)
def test_the_scheme_of_an_endpoint_sets_https(changes: dict[str, Value], secure: bool) -> None:
    assert apply_edit(preset("minio"), changes).secure is secure


def test_https_is_on_again_once_an_http_endpoint_is_removed() -> None:
    before = apply_edit(preset("minio"), {"regionendpoint": "http://minio.example:9000"})
    assert apply_edit(before, {"regionendpoint": ""}).secure


def test_https_stays_off_in_another_edit_of_the_same_endpoint() -> None:
    before = preset("minio").replace({"regionendpoint": "https://minio.example:9000", "secure": False})
    assert not apply_edit(before, {"bucket": "images"}).secure


@pytest.mark.parametrize(
    ("provider", "changes", "secure"),
    [
        ("other", {"regionendpoint": "http://s3.example"}, False),
        ("other", {"regionendpoint": "http://s3.example", "secure": True}, True),
        ("other", {"regionendpoint": "http://s3.wasabisys.com"}, True),  # Wasabi's
        ("wasabi", {"regionendpoint": "http://s3.example"}, True),
        ("minio", {"regionendpoint": "http://s3.example"}, False),
    ],
)
def test_an_http_endpoint_turns_https_off_only_where_a_store_can_have_any_host(
    provider: str, changes: dict[str, Value], secure: bool
) -> None:
    assert apply_edit(preset(provider), changes).secure is secure


R2 = "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com"
ORACLE = "https://axaxnpcrorw5.compat.objectstorage.{}.oci.customer-oci.com"


@pytest.mark.parametrize(
    ("provider", "text", "endpoint"),
    [
        ("r2", "0123456789abcdef0123456789abcdef", R2),
        ("oracle", "axaxnpcrorw5", ORACLE.format("us-ashburn-1")),
        ("r2", R2, R2),
        ("r2", "https://0123.eu.r2.cloudflarestorage.com", "https://0123.eu.r2.cloudflarestorage.com"),
        ("r2", "two words", "two words"),
        ("minio", "minio", "minio"),
    ],
)
def test_a_value_of_the_endpoint_variable_becomes_the_endpoint(provider: str, text: str, endpoint: str) -> None:
    assert apply_edit(preset(provider), {"regionendpoint": text}).regionendpoint == endpoint


def test_the_value_of_the_endpoint_variable_stays_in_another_region() -> None:
    settings = preset("oracle").replace({"regionendpoint": ORACLE.format("us-ashburn-1")})
    for region in ("uk-london-1", "", "eu-frankfurt-1"):
        settings = apply_edit(settings, {"region": region})
        assert settings.regionendpoint == ORACLE.format(region)
        assert provider_of(settings).endpoint_variable_in(settings.regionendpoint, region) == "axaxnpcrorw5"


# Reasons


def test_a_value_of_the_preset_has_a_reason_until_it_is_changed() -> None:
    settings = preset("aws")
    assert preset_reasons(settings) == {"v4auth": "On: Amazon S3 accepts only Signature V4."}
    assert preset_reasons(settings.replace({"v4auth": False})) == {}


def test_a_demand_that_equals_the_declared_default_has_a_reason() -> None:
    assert "forcepathstyle" in preset_reasons(preset("alibaba"))


def test_every_demand_of_a_fresh_preset_has_its_reason() -> None:
    for provider in providers().values():
        assert preset_reasons(preset(provider.id)).keys() == provider.defaults.keys(), provider.id
