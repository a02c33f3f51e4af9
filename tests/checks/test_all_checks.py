"""The list of checks as a whole: against good stores, with limited permissions, and what each check declares."""

from __future__ import annotations

import re

import pytest

from tests.checks import test_deletion, test_multipart, test_objects, test_redirects
from tests.support import faults
from tests.support.aws_clients import s3_client
from tests.support.certificates import Certificates
from tests.support.enforcing_moto import EnforcingMoto
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.reports import (
    NO_REDIRECT,
    REGISTRY_LINES,
    REQUIRED_ACTIONS,
    finding_of,
    keys_in_bucket,
    leftover_keys,
    report_of,
    statuses,
)
from tests.support.samples import sampled
from wizard.catalog.registries import REGISTRIES, registry_of
from wizard.checks.all_checks import S3_CHECKS
from wizard.checks.check import GROUPS
from wizard.model.findings import Cause
from wizard.model.secret import Secret

IDS = tuple(check.id for check in S3_CHECKS)
REQUIRED = [check for check in S3_CHECKS if not check.advisory]

# The number of calls of each check with the 2.x line.
CALLS = {
    "list": 1,
    "write": 1,
    "head": 9,  # two objects, one of them written twice; one that is absent; and a listing with version 2
    "read": 1,
    "range-read": 1,
    "copy": 2,
    "multipart": 5,
    "multipart-list": 4,  # the list is requested twice: after the start and after the abort
    "multipart-copy": 4,
    "presigned-read": 3,
    "delete": 2,
    "cleanup": 4,  # two listings for each place in which earlier runs left something
    "contents": 2,  # the list of buckets only if there are no images
    "lifecycle": 2,
    "versioning": 1,
    "object-lock": 1,
    "public-access": 6,
}


# --- declarations ---


def test_each_required_check_fails_with_some_fault() -> None:
    tested = [*test_objects.CASES.values(), *test_multipart.CASES.values()]
    tested += [*test_redirects.CASES.values(), *test_deletion.CASES.values()]
    assert {case.check for case in tested} | {"cleanup"} == {check.id for check in REQUIRED if check.calls}


def test_each_check_requires_only_checks_before_it() -> None:
    for position, check in enumerate(S3_CHECKS):
        assert set(check.requires) | set(check.runs_after) <= set(IDS[:position])


def test_each_check_is_in_a_group() -> None:
    assert {check.group for check in S3_CHECKS} == set(GROUPS)


@pytest.mark.parametrize("registry", REGISTRY_LINES)
def test_each_check_declares_its_calls_once(registry: str) -> None:
    assert set(CALLS) == {check.id for check in S3_CHECKS if check.calls}
    for check in S3_CHECKS:
        calls = check.calls_of(registry_of(registry))
        assert len(set(calls)) == len(calls) <= CALLS.get(check.id, 0) + 2


@pytest.mark.sample
@pytest.mark.parametrize("registry", REGISTRY_LINES)
def test_a_run_makes_exactly_the_declared_calls(registry: str) -> None:
    with FaultyStore() as store:
        assert report_of(store.settings(**REGISTRY_LINES[registry])).passed
        made = [call.partition(" ")[0] for call in store.calls]
        declared = [call for check in S3_CHECKS for call in check.calls_of(registry_of(registry))]
        assert len(made) == sum(CALLS.values()) + (registry == "distribution-3")
        assert set(made) == set(declared)
        assert made.count("PutObject") == 3
        assert set(made).isdisjoint({"HeadBucket", "GetBucketLocation", "CreateBucket"})


def test_the_declared_actions_are_the_required_ones() -> None:
    for registry in REGISTRIES.values():
        assert {action for check in REQUIRED for action in check.actions_of(registry)} == set(REQUIRED_ACTIONS)


# --- good stores ---


@pytest.mark.sample
@pytest.mark.parametrize("registry", REGISTRIES)
def test_a_good_store_passes_every_check_and_keeps_nothing(moto: Moto, registry: str) -> None:
    store = moto.store()
    report = report_of(store.settings(registry=registry, forcepathstyle=REGISTRIES[registry].path_style_setting))
    assert statuses(report) == dict.fromkeys(IDS, "passed") | {"tls": "skipped"}
    assert report.passed
    assert report.leftovers == ()
    assert keys_in_bucket(moto, store.bucket) == []


def test_a_registry_with_a_client_of_its_own_is_named(moto: Moto) -> None:
    report = report_of(moto.store().settings(registry="quay"))
    assert report.notes == (REGISTRIES["quay"].difference,)
    assert "Quay uses its own S3 client" in report.notes[0]


def test_a_registry_with_folders_of_its_own_is_named(moto: Moto) -> None:
    report = report_of(moto.store().settings(registry="zot", forcepathstyle=True))
    assert report.passed
    assert report.notes == (REGISTRIES["zot"].difference,)


def test_a_good_store_on_https_passes_the_check_of_its_certificate(
    moto: Moto, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    assert statuses(report_of(moto.store(tls=True).settings())) == dict.fromkeys(IDS, "passed")


@pytest.mark.sample
@pytest.mark.parametrize("root", ["/a/b", "a/b", "/a/b/", "a", "/"])
def test_test_objects_are_below_the_root_directory(root: str) -> None:
    with FaultyStore(faults.deny("DeleteObjects")) as store:
        report = report_of(store.settings(rootdirectory=root))
        below = f"{root.strip('/')}/" if root.strip("/") else ""
        assert report.failed == ("delete",)
        prefix = f"{below}docker/registry/v2/storage-wizard-"
        assert all(key.startswith(prefix) for key in store.contents())
        assert list(report.leftovers) == store.contents()


@pytest.mark.sample
@pytest.mark.parametrize("root", ["/a/b", "a/b", "/a/b/"])
def test_nothing_is_kept_below_a_root_directory(moto: Moto, root: str) -> None:
    store = moto.store()
    assert report_of(store.settings(rootdirectory=root)).passed
    assert keys_in_bucket(moto, store.bucket) == []


def test_other_objects_are_not_changed(moto: Moto, store: LiveStore) -> None:
    client = s3_client(store)
    client.put_object(Bucket=store.bucket, Key="docker/registry/v2/blobs/data", Body=b"layer")
    client.close()
    assert report_of(store.settings()).passed
    assert moto.contents(store.bucket) == ["docker/registry/v2/blobs/data"]


# --- permissions ---

REPORTED_BY = {
    "s3:ListBucket": "list",
    "s3:PutObject": "write",
    "s3:GetObject": "read",
    "s3:DeleteObject": "delete",
    "s3:ListMultipartUploadParts": "multipart",
    "s3:ListBucketMultipartUploads": "multipart-list",
    "s3:AbortMultipartUpload": "multipart-list",
}


@pytest.mark.sample
@pytest.mark.parametrize("registry", REGISTRY_LINES)
def test_a_key_with_only_the_required_actions_passes(enforcing_moto: EnforcingMoto, registry: str) -> None:
    store = enforcing_moto.store()
    access_key, secret = enforcing_moto.iam_key(allowed=REQUIRED_ACTIONS)
    changes = {**REGISTRY_LINES[registry], **NO_REDIRECT, "accesskey": access_key, "secretkey": Secret(secret)}
    found = statuses(report_of(store.settings(**changes)))
    assert {check.id: found[check.id] for check in REQUIRED} == {
        **dict.fromkeys((check.id for check in REQUIRED), "passed"),
        "tls": "skipped",
        "presigned-read": "skipped",
    }
    assert {found[check.id] for check in S3_CHECKS if check.advisory} <= {"passed", "skipped"}
    assert keys_in_bucket(enforcing_moto, store.bucket) == []


@pytest.mark.sample
@pytest.mark.parametrize("registry", sampled(REGISTRY_LINES, 2))
@pytest.mark.parametrize("action", sampled(REQUIRED_ACTIONS, 2))
def test_a_denied_action_fails_one_check_that_names_it(
    enforcing_moto: EnforcingMoto, action: str, registry: str
) -> None:
    store = enforcing_moto.store()
    access_key, secret = enforcing_moto.iam_key(action)
    changes = {**REGISTRY_LINES[registry], **NO_REDIRECT, "accesskey": access_key, "secretkey": Secret(secret)}
    report = report_of(store.settings(**changes))
    assert report.failed == (REPORTED_BY[action],)
    finding = finding_of(report, REPORTED_BY[action])
    assert finding.cause is Cause.ACCESS_DENIED
    assert re.search(rf"{action}\b", finding.text)
    assert finding.fix is not None
    assert action in finding.fix.text
    assert store.bucket in finding.text
    assert leftover_keys(report) == keys_in_bucket(enforcing_moto, store.bucket)
