"""What holds for all rules together: order, valid presets, fixes that work, and texts that are safe to print."""

from __future__ import annotations

import inspect
import itertools
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.support.programs import is_ci
from tests.support.rules import ACCESS_KEY, AMAZON, FOLDER, OTHER, SCALEWAY, SECRET_KEY, VALID
from wizard import rules
from wizard.catalog.endpoints import store_of
from wizard.catalog.presets import apply_edit, apply_preset
from wizard.catalog.providers import Addressing, BucketNames, providers
from wizard.catalog.registries import REGISTRIES
from wizard.model.findings import Cause, Finding
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, GIB, MIB, Kind, Settings, Value
from wizard.rules import advanced, bucket, choices, endpoint, further, keys, paths, region
from wizard.text.sanitize import sanitize

# The lists


def test_every_rule_of_the_modules_is_listed_once() -> None:
    modules = (advanced, bucket, choices, endpoint, further, keys, paths, region)
    defined = {
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isgeneratorfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    assert defined == {*rules.S3_RULES, *rules.FILESYSTEM_RULES}
    assert len(set(rules.S3_RULES)) == len(rules.S3_RULES)


def test_valid_settings_have_no_errors() -> None:
    assert {name: rules.errors(settings) for name, settings in VALID.items()} == {name: [] for name in VALID}
    assert {providers()[settings.provider].bucket_names for settings in VALID.values()} == set(BucketNames)


def test_errors_are_the_findings_that_fail_validation() -> None:
    settings = AMAZON.replace({"bucket": "", "skipverify": True})
    assert [finding.setting for finding in rules.findings(settings)] == ["bucket", "skipverify"]
    assert [finding.setting for finding in rules.errors(settings)] == ["bucket"]


def test_findings_are_in_the_order_of_the_steps() -> None:
    settings = Settings(bucket="", region="", regionendpoint="ftp://x", accesskey="a b", chunksize=1)
    assert [finding.setting for finding in rules.findings(settings)] == [
        *("bucket", "region", "secretkey", "accesskey", "regionendpoint", "v4auth", "chunksize"),
    ]


@pytest.mark.parametrize("registry", REGISTRIES)
def test_a_host_name_with_an_underscore_is_no_error(registry: str) -> None:
    settings = OTHER.replace({"registry": registry, "regionendpoint": "http://minio_store:9000", "secure": False})
    assert rules.errors(settings) == []


def test_a_local_folder_has_no_findings_about_s3() -> None:
    settings = FOLDER.replace(
        {"bucket": "?", "region": "", "accesskey": "x", "chunksize": 0, "keyid": "y", "v4auth": False}
    )
    assert rules.findings(settings) == []
    without_folder = rules.findings(settings.replace({"rootdirectory": ""}))
    assert [finding.setting for finding in without_folder] == ["rootdirectory"]


# Presets


def completed_preset(provider_id: str, registry: str) -> Settings:
    """The settings of a preset, with what only the admin knows filled in."""
    entered = AMAZON.replace({"registry": registry, "v4auth": False, "bucket": "my-images"})
    settings = apply_preset(entered, provider_id)
    provider = providers()[provider_id]
    if provider.has_placeholder:
        value = "host.example" if "<HOST>" in provider.endpoint else "0123456789abcdef" * 2
        settings = apply_edit(settings, {"regionendpoint": provider.complete_endpoint(value, settings.region)})
    return settings


@pytest.mark.parametrize(
    ("provider", "registry", "finding"),
    [
        ("wasabi", "dtr", None),
        ("r2", "gitlab", None),
        ("other", "dtr", None),
        ("tencent", "harbor", ("forcepathstyle", Cause.VIRTUAL_HOST_REQUIRED)),
        ("r2", "harbor", ("chunksize", Cause.UNEVEN_PARTS)),
    ],
)
def test_a_completed_preset_has_no_findings_but_these(
    provider: str, registry: str, finding: tuple[str, Cause] | None
) -> None:
    found = [(f.setting, f.cause) for f in rules.findings(completed_preset(provider, registry))]
    assert found == ([finding] if finding else [])


def test_every_completed_preset_is_valid() -> None:
    """On a registry of each line; some presets on every registry."""
    some = ("aws", "minio", "r2", "alibaba", "other", "filesystem")
    lines = ("dtr", "distribution-3", "gitlab")
    for provider, registry in itertools.product(providers(), REGISTRIES.values()):
        if registry.id not in lines and provider not in some:
            continue
        expected = set()
        if providers()[provider].addressing is Addressing.VIRTUAL and not registry.path_style_setting:
            expected = {("forcepathstyle", Cause.VIRTUAL_HOST_REQUIRED)}
        elif provider == "r2" and registry.merges_last_parts:
            expected = {("chunksize", Cause.UNEVEN_PARTS)}
        elif providers()[provider].endpoint.startswith("http://"):
            expected = {("regionendpoint", Cause.INVALID_SETTING)}  # not encrypted
        found = {(f.setting, f.cause) for f in rules.findings(completed_preset(provider, registry.id))}
        assert found == expected, (provider, registry.id)


# Fixes


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (AMAZON.replace({"bucket": "s3://images"}), "Use images."),
        (AMAZON.replace({"bucket": "images/a/b"}), "Use images with root directory /a/b."),
        (AMAZON.replace({"region": "Ireland"}), "Use eu-west-1 (Ireland)."),
        (AMAZON.replace({"region": ""}), "Use us-east-1."),
        (AMAZON.replace({"region": "eu-north-1"}), "Set the endpoint to https://s3.eu-north-1.amazonaws.com."),
        (FOLDER.replace({"rootdirectory": "srv"}), "Use /srv."),
        (OTHER.replace({"regionendpoint": "minio.example"}), "Use https://minio.example."),
        (OTHER.replace({"regionendpoint": "http://minio.example"}), "Turn HTTPS off to match the endpoint."),
        (OTHER.replace({"secure": False}), "Turn HTTPS on to match the endpoint."),
        (
            OTHER.replace({"regionendpoint": "https://minio.example/images"}),
            "Use https://minio.example with bucket images.",
        ),
        (SCALEWAY.replace({"region": "nl-ams"}), "Set the region to fr-par."),
        (AMAZON.replace({"storageclass": "x"}), "Use STANDARD."),
        (AMAZON.replace({"chunksize": 1}), "Use 10 MiB."),
    ],
)
def test_a_fix_says_what_it_does(settings: Settings, text: str) -> None:
    (finding,) = rules.findings(settings)
    assert finding.fix is not None
    assert finding.fix.text == text


TEMPORARY = "ASIAIOSFODNN7EXAMPLE"
ESCAPED = SECRET_KEY.replace("/", "\\/")
VALUES: dict[str, tuple[Value, ...]] = {
    "registry": (*REGISTRIES, "harbr", "nexus"),
    "provider": (*providers(), "minoi"),
    "bucket": (
        *("images", "", "ab", "Images", "my_images", "my.images", "my images", "s3://images", "images/a/b"),
        *("xn--images", "s3://images/my folder"),
    ),
    "region": (
        *("us-east-1", "", "us-eas-1", "Ireland", "EU (Ireland)", "us-east-1a", "eu-central-9", "x y", "eu-north-1"),
        *("gra", "fr-par", "eu-central-1", "eu-frankfurt-1", "Paris"),
    ),
    "rootdirectory": ("", "/registry", "a//b", "/my images", "/a%b", "../x", "srv"),
    "accesskey": (ACCESS_KEY, "", "root", TEMPORARY, SECRET_KEY, "a/b", "a b"),
    "secretkey": tuple(map(Secret, (SECRET_KEY, "", "short", ACCESS_KEY, ESCAPED, "pass phrase"))),
    "regionendpoint": (
        *("", "https://minio.example:9000", "http://minio", "minio:9001", "https://localhost:9000", "10.0.0.5"),
        *("http://127.1:9000", "http://0177.0.0.1", "http://minio_store:9000"),
        *("https://s3.eu-west-1.amazonaws.com", "https://images.s3.us-east-1.amazonaws.com", "https:/x", "::1"),
        *("https://minio.example/images", "https://k:s@h", "htps://x", "s3://images", "http://<HOST>:9000"),
        *("https://s3.amazonaws.com", "https://s3.gra.io.cloud.ovh.net", "https://s3.nl-1.wasabisys.com"),
        *("https://s3.us-east-1.wasabisys.com", "https://images.local", "https://h:99999", "https://h?q"),
    ),
    "storageclass": ("STANDARD", "standard", "GLACIER_IR", ""),
    "objectacl": ("private", "Public-Read", "none"),
    "keyid": ("", "alias/registry"),
    "chunksize": (10 * MIB, 0, 6 * GIB),
    "multipartcopythresholdsize": (32 * MIB, 6 * GIB),
    **{d.name: (True, False) for d in DECLARATIONS.values() if d.kind is Kind.SWITCH},
}


def any_settings() -> st.SearchStrategy[Settings]:
    """Settings of values that the rules accept and values that they report."""
    return st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}).map(
        Settings().replace
    )


many_settings = hypothesis_settings(max_examples=500 if is_ci() else 100, deadline=None, derandomize=True)


def error_causes(settings: Settings) -> set[tuple[Cause, str]]:
    return {(finding.cause, finding.setting) for finding in rules.errors(settings)}


@many_settings
@given(any_settings())
def test_a_fix_removes_its_finding(settings: Settings) -> None:
    for finding in rules.findings(settings):
        if finding.fix:
            fixed = settings.replace(finding.fix.set)
            assert fixed != settings
            assert finding not in rules.findings(fixed)


@pytest.mark.ci_only
def test_a_fix_of_the_only_mistake_causes_no_error_in_another_setting() -> None:
    for valid, (name, values) in itertools.product(VALID.values(), VALUES.items()):
        for settings in (valid.replace({name: value}) for value in values):
            for fix in (finding.fix for finding in rules.findings(settings) if finding.fix):
                fixed = settings.replace(fix.set)
                if store_of(fixed) != store_of(settings):
                    continue  # the settings are for another store: that mistake is still there
                new = error_causes(fixed) - error_causes(settings)
                assert {setting for _, setting in new} <= fix.set.keys(), (fix, settings)


@many_settings
@given(any_settings())
def test_errors_can_be_fixed_one_after_the_other(settings: Settings) -> None:
    """No fix brings back the error of another one, so that the key that applies a fix leads to an end."""
    for _ in range(12):
        fix = next((finding.fix for finding in rules.errors(settings) if finding.fix), None)
        if fix is None:
            return
        settings = settings.replace(fix.set)
    pytest.fail(f"more errors after twelve fixes: {rules.errors(settings)}")


# Texts

LONGEST = 110  # characters of a sentence about plausible values
SENTENCE_ENDS = (".", "?", "…", "oci os ns get")  # the last is a command, which a full stop would break


def assert_printable_sentences(finding: Finding, longest: int) -> None:
    for text in (finding.text, *([finding.fix.text] if finding.fix else [])):
        assert text == sanitize(text, longest)
        assert text.endswith(SENTENCE_ENDS)


@many_settings
@given(any_settings())
def test_a_finding_is_a_sentence_and_shows_no_secret(settings: Settings) -> None:
    secrets = {settings.secretkey.reveal(), SECRET_KEY, SECRET_KEY[:12], SECRET_KEY[-12:], ESCAPED}
    secrets -= {"", ACCESS_KEY, TEMPORARY, "short"}  # the first two are public, the last is a common word
    for finding in rules.findings(settings):
        assert_printable_sentences(finding, LONGEST)
        shown = finding.text + repr(finding) + json.dumps(finding.as_json())
        assert not [secret for secret in secrets if secret in shown or repr(secret)[1:-1] in shown]


HOSTILE = [
    *("\x1b[31mred", "a\nb", "\u202eabc", "s3://a\x1b[2J/b\x1b[2J", "https://h\x1b[A:9\x9b/p\x1b[B?q", "[/x]"),
    *("x" * 5000, "s3://" + "y" * 3000 + "/" + "z" * 3000, "https://k:s@h\x1b", "h\x1b://host", "\udcff"),
    *("https:/\x1b", "//", "@", ".", "http://[", "https://" + "h" * 3000 + "/" + "p" * 3000),
    *("https://host/a\x1b[Ab", "https://host:\u0661"),
]


def with_hostile_text(name: str) -> Iterator[Settings]:
    for settings, text in itertools.product(VALID.values(), HOSTILE):
        value = Secret(text) if name == "secretkey" else text
        yield settings.replace({name: value})
        yield settings.replace({"bucket": "", "regionendpoint": "", name: value})


@pytest.mark.sample
@pytest.mark.parametrize(
    "name", [d.name for d in DECLARATIONS.values() if d.kind in (Kind.TEXT, Kind.CHOICE, Kind.SECRET)]
)
def test_findings_about_hostile_text_are_safe_to_print(name: str) -> None:
    """Any text can be in a settings file. It can be in a fix too, so the settings after the fix are tried as well."""
    for settings in with_hostile_text(name):
        for finding in rules.findings(settings):
            assert_printable_sentences(finding, 200)
            if finding.fix:
                for other in rules.findings(settings.replace(finding.fix.set)):
                    assert_printable_sentences(other, 200)


@pytest.mark.parametrize("name", ["bucket", "region", "rootdirectory", "regionendpoint"])
def test_a_secret_in_another_field_is_not_repeated(name: str) -> None:
    settings = Settings(provider="other", accesskey="me", secretkey=Secret(SECRET_KEY))
    for text in (SECRET_KEY, f"s3://{SECRET_KEY}/x", f"https://{SECRET_KEY}:9000/x", f"http://me:{SECRET_KEY}@host"):
        found = rules.findings(settings.replace({name: text}))
        assert found
        shown = "".join(finding.text + (finding.fix.text if finding.fix else "") for finding in found)
        assert SECRET_KEY[:8] not in shown
