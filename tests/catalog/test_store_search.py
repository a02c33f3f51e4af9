"""A store is found by its names, its id and its address."""

from __future__ import annotations

import re

import pytest

from wizard.catalog.other_addresses import other_address
from wizard.catalog.presets import store_address
from wizard.catalog.providers import provider_entries, providers
from wizard.catalog.store_search import find_stores, nearest_store, store_named
from wizard.catalog.unsuitable import UNSUITABLE_STORES

AZURE = next(store.reason for store in UNSUITABLE_STORES if store.id == "azure")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *(("Amazon S3", "aws"), ("amazon", "aws"), ("MINIO", "minio"), ("b2", "b2"), ("  wasabi ", "wasabi")),
        *(("rook", "ceph"), ("aistor", "minio"), ("aliyun", "alibaba"), ("gcp", "gcs"), ("akamai", "linode")),
        *(("rook-ceph", "ceph"), ("min.io", "minio")),
        *(("back", "b2"), ("google sto", "gcs"), ("storagegr", "storagegrid"), ("grid", "storagegrid")),
        ("s3", "aws"),  # the name of many, and most mean Amazon's
        ("folder", "filesystem"),
        ("any", "other") if "any" in provider_entries()["other"].also else ("custom", "other"),
    ],
)
def test_the_best_match_comes_first(text: str, found: str) -> None:
    result = find_stores(text)
    assert (result.ids[0], result.remark, result.endpoint) == (found, "", "")


def test_every_store_is_found_first_by_its_id_and_its_title() -> None:
    for name, entry in provider_entries().items():
        for text in (name, entry.title):
            assert find_stores(text).ids[0] == name, text


def test_every_other_name_finds_its_store() -> None:
    for name, entry in provider_entries().items():
        for text in entry.also:
            assert name in find_stores(text).ids, text


def test_a_title_among_other_words_finds_its_store_first() -> None:
    for name, entry in provider_entries().items():
        for text in (f"{entry.title} object storage", f"our {entry.title} S3 bucket"):
            assert find_stores(text).ids[:1] == (name,), text


@pytest.mark.parametrize(
    ("text", "store"),
    [
        *(("minio server", "minio"), ("AWS S3 bucket", "aws"), ("ceph rgw cluster", "ceph")),
        *(("Cloudflare R2 storage", "r2"), ("Hetzner Object Storage", "hetzner"), ("minio in the basement", "")),
        *(("Tencent Cloud COS", "tencent"), ("do something", "")),  # the store that has more of the words
        *(("s3 server", ""), ("xyzzy store", "")),  # only words that name none
    ],
)
def test_a_name_among_other_words_finds_one_store(text: str, store: str) -> None:
    result = find_stores(text)
    assert result.ids == (store or "other",)
    assert bool(result.remark) is not bool(store)


def test_words_that_many_stores_have_choose_none() -> None:
    result = find_stores("object storage")
    assert not result.is_one
    assert "is called" in result.remark


def test_an_unsuitable_store_among_other_words_is_explained() -> None:
    assert find_stores("azure bucket") == ((), AZURE, "", "", "")


def test_a_misspelled_name_among_other_words_finds_similar_ones() -> None:
    result = find_stores("minoi server")
    assert (result.ids, result.remark) == (("minio",), 'No store is called "minoi server". This one is similar.')


def test_nothing_typed_finds_every_store_in_its_order() -> None:
    assert find_stores(" ").ids == tuple(providers())


@pytest.mark.parametrize(
    ("text", "store"),
    [("minoi", "minio"), ("wassabi", "wasabi"), ("hezner", "hetzner"), ("purestorage", "flashblade")],
)
def test_a_misspelled_name_finds_similar_ones_and_says_so(text: str, store: str) -> None:
    result = find_stores(text)
    assert result.ids[0] == store
    assert result.remark == f'No store is called "{text}". This one is similar.'
    assert nearest_store(text) == store


@pytest.mark.parametrize("text", ["openio", "caringo", "rackspace", "xyzzy", "%", "x" * 5000, "https:", "http:/"])
def test_other_is_found_where_nothing_has_the_name(text: str) -> None:
    result = find_stores(text)
    assert (result.ids, result.endpoint) == (("other",), "")
    assert "Other S3-compatible" in result.remark


@pytest.mark.parametrize("text", ["azure", "Azure Bl", "blob", "https://me.blob.core.windows.net/images"])
def test_a_store_that_no_registry_works_with_is_not_found_and_the_reason_is_given(text: str) -> None:
    assert find_stores(text) == ((), AZURE, "", "", "")


@pytest.mark.parametrize(
    ("address", "store", "region"),
    [
        ("https://s3.eu-west-1.amazonaws.com", "aws", "eu-west-1"),
        ("https://s3.nl-1.wasabisys.com", "wasabi", "eu-central-1"),
        ("https://fsn1.your-objectstorage.com", "hetzner", "fsn1"),
        ("https://0123.r2.cloudflarestorage.com", "r2", ""),
        ("play.min.io", "minio", ""),
        ("http://rook-ceph-rgw-my-store.rook-ceph.svc.cluster.local", "ceph", ""),
        ("https://s3.openshift-storage.svc", "noobaa", ""),
        ("https://s3-openshift-storage.apps.cluster.example", "noobaa", ""),
        ("https://rook-ceph-rgw-ocs-storagecluster-cephobjectstore.openshift-storage.svc", "ceph", ""),
        ("https://rgw.rook-ceph.svc:9000", "ceph", ""),  # the namespace says more than the port
        ("http://10.0.0.5:9000", "minio", ""),  # its usual port
        ("minio:9000", "minio", ""),
        ("[2001:db8::1]:9000", "minio", ""),
    ],
)
def test_an_address_finds_its_store_and_its_region(address: str, store: str, region: str) -> None:
    assert find_stores(address) == ((store,), "", address, region, "")


@pytest.mark.parametrize(
    ("address", "store", "endpoint", "region"),
    [
        ("images.s3.eu-west-1.amazonaws.com", "aws", "s3.eu-west-1.amazonaws.com", "eu-west-1"),
        ("https://images.s3.eu-west-1.amazonaws.com", "aws", "https://s3.eu-west-1.amazonaws.com", "eu-west-1"),
        ("https://s3.eu-west-1.amazonaws.com/images/a", "aws", "https://s3.eu-west-1.amazonaws.com", "eu-west-1"),
        ("https://images.s3.nl-1.wasabisys.com/a?b", "wasabi", "https://s3.nl-1.wasabisys.com", "eu-central-1"),
        ("https://images.fra1.digitaloceanspaces.com", "digitalocean", "https://fra1.digitaloceanspaces.com", "fra1"),
        ("https://images.0123.r2.cloudflarestorage.com/", "r2", "https://0123.r2.cloudflarestorage.com", ""),
    ],
)
def test_the_bucket_in_an_address_is_not_part_of_the_endpoint(
    address: str, store: str, endpoint: str, region: str
) -> None:
    assert find_stores(address) == ((store,), "", endpoint, region, "images")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("GS://images", "gs:// is a bucket, not a server. Choose Google Cloud Storage, then enter the bucket."),
        ("s3://images/folder", "s3:// is a bucket, not a server. Choose the store, then enter the bucket."),
    ],
)
def test_what_is_no_address_of_a_server_chooses_nothing(text: str, reason: str) -> None:
    assert find_stores(text) == ((), reason, "", "", "")


AMAZON_NEEDS_NONE = "not its S3 endpoint. Amazon S3 needs no endpoint."


@pytest.mark.parametrize(
    ("address", "store", "sentence", "found"),
    [
        ("https://console.aws.amazon.com/s3/home", "aws", AMAZON_NEEDS_NONE, ("", "", "")),
        (
            "https://s3.console.aws.amazon.com/s3/buckets/images?region=eu-west-1&tab=objects",
            "aws",
            f"That is the web console of Amazon S3, {AMAZON_NEEDS_NONE}",
            ("https://s3.eu-west-1.amazonaws.com", "eu-west-1", "images"),
        ),
        (
            "http://images.s3-website-eu-west-1.amazonaws.com",
            "aws",
            f"That is a website of Amazon S3, {AMAZON_NEEDS_NONE}",
            ("https://s3.eu-west-1.amazonaws.com", "eu-west-1", "images"),
        ),
        ("arn:aws:s3:::images", "aws", "That is the ARN of a bucket. Amazon S3 needs no", ("", "", "images")),
        ("arn:aws-cn:s3:::images/*", "aws", "That is the ARN of a bucket.", ("", "", "images")),
        (
            "arn:aws:s3:eu-west-1:123456789012:accesspoint/mine",
            "aws",
            "That is the ARN of an access point.",
            ("", "eu-west-1", ""),
        ),
        ("arn:aws:iam::123456789012:role/registry", "aws", "That ARN is not a bucket's.", ("", "", "")),
        (
            "images.nyc3.cdn.digitaloceanspaces.com/a",
            "digitalocean",
            "That is the CDN of DigitalOcean Spaces, not its S3 endpoint, which is https://nyc3.digitaloceanspaces.com.",
            ("https://nyc3.digitaloceanspaces.com", "nyc3", "images"),
        ),
        (
            "https://f004.backblazeb2.com/file/images/a",
            "b2",
            "which looks like https://s3.<REGION>.backblazeb2.com.",
            ("", "", "images"),
        ),
        ("https://pub-0123.r2.dev", "r2", "looks like https://<ACCOUNT_ID>.r2.cloudflarestorage.com.", ("", "", "")),
        (
            f"https://dash.cloudflare.com/{'0a' * 16}/r2/default/buckets/images",
            "r2",
            "That is the web console of Cloudflare R2",
            (f"https://{'0a' * 16}.r2.cloudflarestorage.com", "", "images"),
        ),
        (
            "console.cloud.google.com/storage/browser/images;tab=objects",
            "gcs",
            "not its S3 endpoint, which is https://storage.googleapis.com.",
            ("https://storage.googleapis.com", "", "images"),
        ),
        (
            "http://minio.example:9001",
            "minio",
            "Port 9001 is usually MinIO's web console. The S3 API is usually on port 9000.",
            ("http://minio.example:9000", "", ""),
        ),
        (
            "http://10.0.0.5:9001/browser/images/Zm9v",
            "minio",
            "That is a page of MinIO's web console.",
            ("http://10.0.0.5:9000", "", "images"),
        ),
        (
            "https://console.minio.example/login",
            "minio",
            "That is a page of MinIO's web console. The S3 API is usually on port 9000.",
            ("https://console.minio.example:9000", "", ""),
        ),
    ],
)
def test_an_address_that_is_no_endpoint_finds_its_store_and_says_so(
    address: str, store: str, sentence: str, found: tuple[str, str, str]
) -> None:
    result = find_stores(address)
    assert result.ids == (store,)
    assert sentence in result.remark
    assert result.address == found


def test_no_endpoint_of_a_store_is_taken_for_another_address() -> None:
    for provider in providers().values():
        for template in (provider.endpoint, *provider.aliases, *provider.endpoints.values()):
            address = re.sub("<[A-Z_]+>", "name", template.replace("{region}", "r1"))
            assert not address or other_address(address) is None, address


@pytest.mark.parametrize("address", ["r2.cloudflarestorage.com", "https://R2.cloudflarestorage.com/"])
def test_an_address_without_the_account_finds_the_store_and_is_no_endpoint(address: str) -> None:
    assert find_stores(address) == (("r2",), "", "", "", "")


@pytest.mark.parametrize("address", ["https://s3.storage.example", "storage.example", "10.0.0.5"])
def test_an_address_of_no_store_finds_other(address: str) -> None:
    result = find_stores(address)
    assert (result.ids, result.endpoint) == (("other",), address)
    assert result.remark == "No store in the list has this address. Other S3-compatible uses it as the endpoint."


@pytest.mark.parametrize(
    ("text", "store"),
    [
        *(("aws", "aws"), ("AWS", "aws"), ("Rook", "ceph"), ("Hetzner", "hetzner"), ("linode", "linode")),
        *(("min", ""), ("minoi", ""), ("cos", ""), ("", ""), ("https://s3.eu-west-1.amazonaws.com", "")),
    ],
)
def test_a_complete_name_of_one_store_names_it(text: str, store: str) -> None:
    assert store_named(text) == store


# The settings of an address


@pytest.mark.parametrize(
    ("registry", "provider", "address", "region", "settings"),
    [
        ("dtr", "wasabi", "https://s3.eu-west-1.wasabisys.com", "eu-west-1", ("https://s3.eu-west-1.wasabisys.com", 1)),
        ("dtr", "aws", "https://s3.eu-west-1.amazonaws.com", "eu-west-1", ("", 1)),
        ("dtr", "aws", "https://s3.amazonaws.com", "us-east-1", ("", 1)),
        # Distribution 2 does not know the region, so it needs the address.
        ("dtr", "aws", "https://s3.eu-north-1.amazonaws.com", "eu-north-1", ("https://s3.eu-north-1.amazonaws.com", 1)),
        ("distribution-3", "aws", "https://s3.eu-north-1.amazonaws.com", "eu-north-1", ("", 1)),
        ("dtr", "other", "https://storage.example", "", ("https://storage.example", 0)),
        ("dtr", "other", "https://key:word@storage.example", "", ("https://storage.example", 0)),
    ],
)
def test_the_settings_of_an_address(
    registry: str, provider: str, address: str, region: str, settings: tuple[str, int]
) -> None:
    endpoint, has_region = settings
    expected = {"regionendpoint": endpoint, **({"region": region} if has_region else {})}
    assert store_address(registry, provider, address, region) == expected
