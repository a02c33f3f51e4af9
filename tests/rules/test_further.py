"""The rules about parameters of the driver that are no settings."""

from __future__ import annotations

import pytest

from tests.support.rules import AMAZON, MINIO, OTHER, assert_accepts, assert_reports
from wizard.model.findings import Cause, Severity
from wizard.model.settings import MIB, Settings, Value
from wizard.rules import further

ON_3 = MINIO.replace({"registry": "distribution-3"})
ON_GITLAB = MINIO.replace({"registry": "gitlab"})


@pytest.mark.parametrize("settings", [AMAZON, MINIO, ON_3, ON_GITLAB])
def test_settings_without_further_parameters_have_no_findings(settings: Settings) -> None:
    for rule in (further.numbers, further.accelerate, further.checksums, further.object_ownership, further.kept):
        assert_accepts(rule, settings)


# Numbers


@pytest.mark.parametrize("registry", ["dtr", "harbor", "distribution-3", "gitlab"])
@pytest.mark.parametrize("size", [0, 5 * MIB - 1, (5 << 30) + 1])
def test_the_registry_does_not_start_with_another_copy_chunk(registry: str, size: int) -> None:
    settings = MINIO.replace({"registry": registry, "multipartcopychunksize": size})
    text = "The registry won't start: multipartcopychunksize must be 5 MiB to 5 GiB."
    fix = {"multipartcopychunksize": 32 * MIB}
    assert_reports(further.numbers, settings, "multipartcopythresholdsize", text, fix)


@pytest.mark.parametrize("size", [5 * MIB, 32 * MIB, 5 << 30])
def test_a_copy_chunk_within_bounds_is_accepted(size: int) -> None:
    assert_accepts(further.numbers, MINIO, multipartcopychunksize=size)


def test_the_registry_does_not_start_without_concurrency() -> None:
    settings = ON_3.replace({"multipartcopymaxconcurrency": 0})
    text = "The registry won't start: multipartcopymaxconcurrency must be 1 or more."
    fix = {"multipartcopymaxconcurrency": 100}
    assert_reports(further.numbers, settings, "multipartcopythresholdsize", text, fix)


# Transfer acceleration


@pytest.mark.parametrize(
    ("settings", "severity"),
    [
        (ON_3, Severity.ERROR),
        (ON_3.replace({"provider": "other", "forcepathstyle": True}), Severity.ERROR),
        (ON_3.replace({"forcepathstyle": False, "regionendpoint": "http://10.0.0.5:9000"}), Severity.ERROR),
    ],
)
def test_acceleration_with_an_endpoint_ignores_path_style(settings: Settings, severity: Severity) -> None:
    text = "Transfer acceleration uses virtual-hosted style (bucket.host), even with path style on."
    settings = settings.replace({"accelerate": True})
    fix = {"accelerate": False}
    cause = Cause.PATH_STYLE_REQUIRED
    assert_reports(further.accelerate, settings, "forcepathstyle", text, fix, severity=severity, cause=cause)


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("https://storage.minio.example", Severity.WARNING),
        ("http://minio:9000", Severity.ERROR),  # the SDK wants three parts
        ("http://minio.example", Severity.ERROR),
        ("https://s3.minio.example", Severity.ERROR),  # becomes s3-accelerate.minio.example
        ("https://s3-eu.minio.example", Severity.ERROR),
        ("https://storage.us-east-1.example", Severity.ERROR),  # the region is left out
    ],
)
def test_acceleration_changes_the_host(text: str, severity: Severity) -> None:
    settings = ON_3.replace({"forcepathstyle": False, "regionendpoint": text, "accelerate": True})
    (finding,) = further.accelerate(settings)
    assert finding.severity is severity


@pytest.mark.parametrize("bucket", ["My_Images", "my.images"])
@pytest.mark.parametrize("settings", [AMAZON, MINIO], ids=["aws", "minio"])
def test_acceleration_needs_a_bucket_that_fits_a_host_name(settings: Settings, bucket: str) -> None:
    settings = settings.replace({"registry": "distribution-3", "accelerate": True, "bucket": bucket})
    text = "Transfer acceleration needs a bucket name that is valid in a host name: every call fails."
    assert_reports(further.accelerate, settings, "bucket", text, {"accelerate": False})


def test_acceleration_of_amazon_needs_a_bucket_that_has_it() -> None:
    settings = AMAZON.replace({"registry": "distribution-3", "accelerate": True})
    text = "The accelerate setting works only if the bucket has transfer acceleration enabled."
    fix = {"accelerate": False}
    assert_reports(further.accelerate, settings, "regionendpoint", text, fix, severity=Severity.WARNING)


@pytest.mark.parametrize("changes", [{"accelerate": False}, {"registry": "dtr", "accelerate": True}])
def test_acceleration_that_is_off_or_not_read_is_accepted(changes: dict[str, Value]) -> None:
    assert_accepts(further.accelerate, ON_3, **changes)


# GitLab's checksums and ACL


@pytest.mark.parametrize(
    ("changes", "algorithm"),
    [({"checksum_disabled": False}, "CRC64NVME"), ({"checksum_algorithm": "SHA256"}, "SHA256")],
)
def test_checksums_are_a_warning_on_other_stores(changes: dict[str, Value], algorithm: str) -> None:
    text = f"GitLab sends {algorithm} checksums. Many stores reject them, and then every push fails."
    settings = ON_GITLAB.replace(changes)
    fix = {"checksum_disabled": True}
    assert_reports(
        further.checksums,
        settings,
        "regionendpoint",
        text,
        fix,
        severity=Severity.WARNING,
        cause=Cause.UNSUPPORTED,
    )


@pytest.mark.parametrize(
    "settings",
    [
        ON_GITLAB.replace({"checksum_disabled": True, "checksum_algorithm": "SHA256"}),
        AMAZON.replace({"registry": "gitlab", "checksum_algorithm": "SHA256"}),
        OTHER.replace({"registry": "gitlab", "regionendpoint": "https://s3.eu-west-1.amazonaws.com"}),
        ON_3.replace({"checksum_disabled": False}),
    ],
)
def test_checksums_are_accepted_where_they_are_off_or_work(settings: Settings) -> None:
    assert_accepts(further.checksums, settings)


def test_an_unknown_checksum_is_an_error() -> None:
    settings = AMAZON.replace({"registry": "gitlab", "checksum_algorithm": "MD5"})
    fix = {"checksum_algorithm": "CRC64NVME"}
    assert_reports(further.checksums, settings, "regionendpoint", 'GitLab doesn\'t support the checksum "MD5"', fix)


def test_gitlab_does_not_start_with_an_acl_beside_object_ownership() -> None:
    settings = ON_GITLAB.replace({"objectownership": True, "objectacl": "public-read"})
    text = "GitLab won't start with both an object ACL and objectownership: true."
    assert_reports(further.object_ownership, settings, "objectacl", text, {"objectacl": "private"})
    assert_accepts(further.object_ownership, settings, objectacl="private")
    assert_accepts(further.object_ownership, settings, registry="dtr")


# Named


@pytest.mark.parametrize(
    ("settings", "texts"),
    [
        (ON_3.replace({"useragent": "x"}), ["Kept from the imported file: useragent."]),
        (
            ON_3.replace({"useragent": "x", "loglevel": "debug", "accelerate": False}),
            ["Kept from the imported file: useragent, loglevel and 1 more."],
        ),
        (MINIO.replace({"accelerate": True}), ["Docker Trusted Registry ignores accelerate."]),
        (ON_3.replace({"usefipsendpoint": True}), ["No effect while an endpoint is set: usefipsendpoint."]),
        (
            AMAZON.replace({"registry": "distribution-3", "usedualstack": True}),
            ["Kept from the imported file: usedualstack."],
        ),
    ],
)
def test_what_is_kept_is_named_in_hints(settings: Settings, texts: list[str]) -> None:
    found = list(further.kept(settings))
    assert [finding.text for finding in found] == texts
    assert {(finding.severity, finding.fix) for finding in found} == {(Severity.HINT, None)}
