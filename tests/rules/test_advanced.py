"""The rules about the settings of the Advanced step."""

from __future__ import annotations

import pytest

from tests.support.rules import AMAZON, MINIO, OTHER, WASABI, assert_accepts, assert_reports
from wizard.model.findings import Cause, Severity
from wizard.model.settings import DECLARATIONS, GIB, MIB, Settings, Value, format_size
from wizard.rules import advanced

B2 = WASABI.replace({"provider": "b2", "regionendpoint": "https://s3.us-west-004.backblazeb2.com"})
ON_3 = AMAZON.replace({"registry": "distribution-3"})
MINIO_ON_3 = MINIO.replace({"registry": "distribution-3"})
VHCOMPAT = MINIO_ON_3.replace(
    {
        "provider": "oracle",
        "region": "eu-paris-1",
        "regionendpoint": "https://vhcompat.objectstorage.eu-paris-1.oci.customer-oci.com",
    }
)
ALIBABA_ON_3 = MINIO_ON_3.replace(
    {"provider": "alibaba", "regionendpoint": "https://s3.oss-cn-hangzhou.aliyuncs.com", "forcepathstyle": False}
)

# Signature version


def test_signature_version_2_is_refused_for_gitlab_as_such_and_not_for_amazon() -> None:
    settings = AMAZON.replace({"registry": "gitlab", "v4auth": False})
    assert [finding.text for finding in advanced.signature(settings)] == ["GitLab supports only Signature V4."]


@pytest.mark.parametrize(("registry", "is_accepted"), [("gitlab", False), ("distribution-3", True)])
def test_the_chunks_of_gitlab_are_half_as_large(registry: str, is_accepted: bool) -> None:
    """`MaxChunkSize/2` in registry/storage/driver/s3-aws/common/parser.go of its registry."""
    settings = AMAZON.replace({"registry": registry, "chunksize": 5 * GIB // 2})
    assert not list(advanced.sizes(settings))
    texts = [finding.text for finding in advanced.sizes(settings.replace({"chunksize": 5 * GIB // 2 + 1}))]
    assert texts == ([] if is_accepted else [f"Chunk size must be between 5 MiB and {format_size(5 * GIB // 2)}."])


@pytest.mark.parametrize("settings", [AMAZON, MINIO, WASABI, AMAZON.replace({"registry": "gitlab"})])
def test_version_4_is_accepted_everywhere(settings: Settings) -> None:
    assert_accepts(advanced.signature, settings, v4auth=True)


def test_version_2_is_accepted_without_redirects() -> None:
    assert_accepts(advanced.signature, MINIO, v4auth=False, redirect=False)


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (AMAZON, "Amazon S3 requires Signature V4; the registry won't start without it."),
        (AMAZON.replace({"regionendpoint": "https://minio.example"}), "Amazon S3 requires Signature V4"),
        (OTHER.replace({"regionendpoint": "https://s3.eu-west-1.amazonaws.com"}), "Amazon S3 requires Signature V4"),
        (OTHER.replace({"regionendpoint": "s3.cn-north-1.amazonaws.com.cn:443"}), "Amazon S3 requires Signature V4"),
        (MINIO.replace({"registry": "gitlab"}), "GitLab supports only Signature V4."),
        (B2, "Backblaze B2 accepts only Signature V4."),
        (OTHER.replace({"regionendpoint": "https://s3.us-west-004.backblazeb2.com"}), "Backblaze B2 accepts only"),
    ],
)
def test_version_2_is_an_error_where_it_does_not_work(settings: Settings, text: str) -> None:
    settings = settings.replace({"v4auth": False})
    assert_reports(advanced.signature, settings, "v4auth", text, {"v4auth": True}, cause=Cause.V4_REQUIRED)


@pytest.mark.parametrize("settings", [MINIO, WASABI])  # nobody documents whether Wasabi accepts version 2
def test_version_2_with_redirects_is_a_warning(settings: Settings) -> None:
    assert_reports(
        advanced.signature,
        settings.replace({"v4auth": False}),
        "v4auth",
        "With V2, pushes work but pulls fail: redirect links aren't signed.",
        {"v4auth": True},
        severity=Severity.WARNING,
        cause=Cause.V4_REQUIRED,
    )


@pytest.mark.parametrize("redirect", [True, False])
@pytest.mark.parametrize("endpoint", ["http://minio:9000", "https://minio_store:9000"])
def test_version_2_does_not_sign_a_bucket_in_the_host_name(endpoint: str, redirect: bool) -> None:
    settings = OTHER.replace({"registry": "distribution-3", "v4auth": False, "forcepathstyle": False})
    settings = settings.replace({"regionendpoint": endpoint, "redirect": redirect})
    text = "With V2, Distribution 3 doesn't sign a bucket in the host name, so stores reject every call."
    assert_reports(advanced.signature, settings, "forcepathstyle", text, {"forcepathstyle": True})


@pytest.mark.parametrize("provider", ["alibaba", "other"])
def test_a_store_without_path_style_needs_version_4(provider: str) -> None:
    text = "doesn't sign a bucket in the host name"
    settings = ALIBABA_ON_3.replace({"v4auth": False, "provider": provider})
    assert_reports(advanced.signature, settings, "forcepathstyle", text, {"v4auth": True})


@pytest.mark.parametrize(
    "changes",
    [
        {"registry": "distribution-3", "forcepathstyle": True},
        {"registry": "distribution-3", "forcepathstyle": False, "bucket": "My_Images"},  # cannot be in a host name
        {"registry": "distribution-3", "forcepathstyle": False, "bucket": "my.images"},  # nor with https
        {"registry": "dtr", "forcepathstyle": False},  # the 2.x line uses path style with every endpoint
        {"registry": "harbor", "forcepathstyle": False},
    ],
)
def test_version_2_signs_a_bucket_in_the_path(changes: dict[str, Value]) -> None:
    assert_accepts(advanced.signature, OTHER.replace({"v4auth": False, "redirect": False}), **changes)


# Path style


@pytest.mark.parametrize(
    ("registry", "forcepathstyle"), [("dtr", False), ("harbor", True), ("distribution-3", True), ("gitlab", True)]
)
@pytest.mark.parametrize("settings", [MINIO, OTHER, WASABI], ids=["minio", "other", "wasabi"])
def test_path_style_is_accepted_on_these_stores(settings: Settings, registry: str, forcepathstyle: bool) -> None:
    assert_accepts(advanced.path_style, settings, registry=registry, forcepathstyle=forcepathstyle)


@pytest.mark.parametrize(
    "settings",
    [
        ON_3.replace({"forcepathstyle": True}),
        ON_3.replace({"forcepathstyle": False}),
        MINIO.replace({"regionendpoint": "http://10.0.0.5", "forcepathstyle": False}),  # the 2.x line ignores it
        MINIO_ON_3.replace({"regionendpoint": "", "forcepathstyle": False}),
        OTHER.replace({"registry": "distribution-3", "forcepathstyle": False}),
        ALIBABA_ON_3,
        VHCOMPAT.replace({"forcepathstyle": False}),
    ],
)
def test_the_request_style_is_accepted_where_the_store_accepts_it(settings: Settings) -> None:
    assert_accepts(advanced.path_style, settings)


@pytest.mark.parametrize("text", ["http://10.0.0.5:9000", "http://[::1]:9000", "10.0.0.5"])
def test_an_ip_address_needs_path_style(text: str) -> None:
    assert_reports(
        advanced.path_style,
        MINIO_ON_3.replace({"forcepathstyle": False, "regionendpoint": text}),
        "forcepathstyle",
        "Distribution 3 needs path style here: the endpoint is an IP address.",
        {"forcepathstyle": True},
        cause=Cause.PATH_STYLE_REQUIRED,
    )


def test_virtual_hosted_style_is_a_warning_on_a_store_with_path_style() -> None:
    assert_reports(
        advanced.path_style,
        MINIO_ON_3.replace({"forcepathstyle": False}),
        "forcepathstyle",
        "MinIO requires path style.",
        {"forcepathstyle": True},
        severity=Severity.WARNING,
        cause=Cause.PATH_STYLE_REQUIRED,
    )


@pytest.mark.parametrize(
    ("changes", "text", "fix"),
    [
        ({"forcepathstyle": True}, "Alibaba OSS doesn't accept path style.", {"forcepathstyle": False}),
        (
            {"forcepathstyle": True, "provider": "other"},
            "Alibaba OSS doesn't accept path style.",
            {"forcepathstyle": False},
        ),
        (
            {"registry": "dtr"},
            "Alibaba OSS doesn't accept path style, but Docker Trusted Registry always uses it with an endpoint.",
            None,
        ),
    ],
)
def test_path_style_is_a_warning_on_a_store_that_refuses_it(
    changes: dict[str, Value], text: str, fix: dict[str, Value] | None
) -> None:
    assert_reports(
        advanced.path_style,
        ALIBABA_ON_3.replace(changes),
        "forcepathstyle",
        text,
        fix,
        severity=Severity.WARNING,
        cause=Cause.VIRTUAL_HOST_REQUIRED,
    )


@pytest.mark.parametrize(
    ("registry", "text", "fix"),
    [
        ("distribution-3", "This endpoint doesn't accept path style.", {"forcepathstyle": False}),
        ("harbor", "This endpoint doesn't accept path style, but Harbor always uses it with an endpoint.", {}),
    ],
)
def test_path_style_is_a_warning_at_an_endpoint_for_buckets_in_the_host_name(
    registry: str, text: str, fix: dict[str, Value]
) -> None:
    settings = VHCOMPAT.replace({"registry": registry, "forcepathstyle": True})
    cause = Cause.VIRTUAL_HOST_REQUIRED
    assert_reports(advanced.path_style, settings, "forcepathstyle", text, fix, severity=Severity.WARNING, cause=cause)


# Redirects


@pytest.mark.parametrize(
    "text", ["https://minio.example", "http://10.0.0.5:9000", "https://[fd00::5]:9000", "https://s3.lan.example"]
)
def test_redirects_to_a_public_name_or_an_address_are_accepted(text: str) -> None:
    assert_accepts(advanced.redirects, OTHER, regionendpoint=text)


@pytest.mark.parametrize("text", ["http:/minio.example:9000", "https//minio.example", "http://<HOST>:9000", "fe80::1"])
def test_an_endpoint_that_is_none_says_nothing_about_redirects(text: str) -> None:
    assert_accepts(advanced.redirects, OTHER, regionendpoint=text)


def test_redirects_to_amazon_s3_are_accepted() -> None:
    assert_accepts(advanced.redirects, AMAZON)


def test_without_redirects_any_endpoint_is_accepted() -> None:
    assert_accepts(advanced.redirects, OTHER, redirect=False, regionendpoint="http://minio:9000")


@pytest.mark.parametrize(
    ("text", "severity", "sentence"),
    [
        ("https://minio:9000", Severity.WARNING, "minio, which they may be unable to resolve"),
        (
            "https://minio.storage.svc.cluster.local",
            Severity.WARNING,
            "which they may be unable to resolve",
        ),
        ("https://S3.Corp.Internal.", Severity.WARNING, "which they may be unable to resolve"),
        ("https://127.0.0.1:9000", Severity.HINT, "works only on this machine"),
        ("https://localhost:9000", Severity.HINT, "works only on this machine"),
        ("https://minio_store:9000", Severity.WARNING, "minio_store, which they may be unable to resolve"),
        ("https://oss-cn-beijing-internal.aliyuncs.com", Severity.HINT, "works only inside that cloud"),
        (
            "https://s3.private.eu-de.cloud-object-storage.appdomain.cloud",
            Severity.HINT,
            "works only inside that cloud",
        ),
        ("https://b.vpce-1.s3.us-east-1.vpce.amazonaws.com", Severity.HINT, "works only inside that cloud"),
    ],
)
def test_redirects_to_a_host_that_clients_cannot_reach_are_reported(
    text: str, severity: Severity, sentence: str
) -> None:
    settings = OTHER.replace({"regionendpoint": text})
    fix = {"redirect": False}
    assert_reports(advanced.redirects, settings, "redirect", sentence, fix, severity=severity, cause=Cause.UNREACHABLE)


# Verification and encryption


def test_verification_is_not_reported() -> None:
    assert_accepts(advanced.verification, AMAZON, skipverify=False)


@pytest.mark.parametrize(
    ("text", "secure", "sentence"),
    [
        ("https://minio", True, "Not verified: anyone on the network could impersonate the store."),
        ("http://minio", True, "No effect: the connection uses plain HTTP."),
        ("minio:9000", False, "No effect: the connection uses plain HTTP."),
    ],
)
def test_skipped_verification_is_a_warning(text: str, secure: bool, sentence: str) -> None:
    settings = MINIO.replace({"skipverify": True, "regionendpoint": text, "secure": secure})
    fix = {"skipverify": False}
    assert_reports(advanced.verification, settings, "skipverify", sentence, fix, severity=Severity.WARNING)


def test_openshift_cannot_skip_the_verification_of_certificates() -> None:
    settings = MINIO.replace({"skipverify": True, "registry": "openshift"})
    text = "OpenShift's registry always verifies certificates."
    assert_reports(advanced.verification, settings, "skipverify", text, {"skipverify": False})


@pytest.mark.parametrize(("encrypt", "keyid"), [(False, ""), (True, ""), (True, "alias/registry")])
def test_encryption_works_with_and_without_a_key(encrypt: bool, keyid: str) -> None:
    assert_accepts(advanced.encryption, AMAZON, encrypt=encrypt, keyid=keyid)


def test_a_key_without_encryption_is_reported() -> None:
    settings = AMAZON.replace({"keyid": "alias/registry"})
    text = "The KMS key has no effect unless encryption is on."
    assert_reports(advanced.encryption, settings, "keyid", text, {"encrypt": True})


# Sizes


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("chunksize", 5 * MIB),
        ("chunksize", 5 * GIB),
        ("multipartcopythresholdsize", 0),
        ("multipartcopythresholdsize", 5 * GIB),
    ],
)
def test_a_size_within_its_bounds_is_accepted(name: str, size: int) -> None:
    assert_accepts(advanced.sizes, AMAZON, **{name: size})


@pytest.mark.parametrize(
    ("name", "size", "bounds"),
    [
        ("chunksize", 0, "Chunk size must be between 5 MiB and 5 GiB."),
        ("chunksize", 5 * MIB - 1, "Chunk size must be between 5 MiB and 5 GiB."),
        ("chunksize", 5 * GIB + 1, "Chunk size must be between 5 MiB and 5 GiB."),
        ("multipartcopythresholdsize", 5 * GIB + 1, " must be between 0 B and 5 GiB."),
    ],
)
def test_a_size_out_of_its_bounds_is_replaced_with_the_default(name: str, size: int, bounds: str) -> None:
    fix = {name: DECLARATIONS[name].default}
    assert_reports(advanced.sizes, AMAZON.replace({name: size}), name, bounds, fix)


# Sizes that a store accepts

R2 = MINIO.replace({"provider": "r2", "regionendpoint": "https://0123.r2.cloudflarestorage.com", "region": "auto"})


@pytest.mark.parametrize(
    ("registry", "provider"),
    [("dtr", "r2"), ("distribution-2", "r2"), ("harbor", "r2"), ("distribution-2", "other")],
)
def test_the_larger_last_part_of_the_2_line_is_a_warning_on_r2(registry: str, provider: str) -> None:
    text = "Cloudflare R2 rejects this registry's larger last part, so layers above 10 MiB fail."
    assert_reports(
        advanced.parts_of_store,
        R2.replace({"registry": registry, "provider": provider}),
        "chunksize",
        text,
        {"chunksize": 100 * MIB},
        severity=Severity.WARNING,
        cause=Cause.UNEVEN_PARTS,
    )


def test_large_chunks_leave_a_hint() -> None:
    text = "layers above 100 MiB fail."
    settings = R2.replace({"chunksize": 100 * MIB})
    assert_reports(
        advanced.parts_of_store, settings, "chunksize", text, severity=Severity.HINT, cause=Cause.UNEVEN_PARTS
    )


@pytest.mark.parametrize(
    "settings", [R2.replace({"registry": "distribution-3"}), R2.replace({"registry": "gitlab"}), MINIO, AMAZON]
)
def test_parts_of_one_size_work_everywhere(settings: Settings) -> None:
    assert_accepts(advanced.parts_of_store, settings)


@pytest.mark.parametrize("provider", ["alibaba", "other"])
def test_a_store_that_copies_less_at_once_has_a_lower_threshold(provider: str) -> None:
    text = "Alibaba OSS copies at most 1 GiB in one call. Larger layers up to this threshold fail."
    assert_reports(
        advanced.copies_of_store,
        ALIBABA_ON_3.replace({"provider": provider, "multipartcopythresholdsize": 5 * GIB}),
        "multipartcopythresholdsize",
        text,
        {"multipartcopythresholdsize": GIB},
        severity=Severity.WARNING,
        cause=Cause.UNSUPPORTED,
    )
    assert_accepts(advanced.copies_of_store, ALIBABA_ON_3, multipartcopythresholdsize=GIB)
    assert_accepts(advanced.copies_of_store, MINIO, multipartcopythresholdsize=5 * GIB)
