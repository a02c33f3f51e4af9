"""Each check against a store that breaks exactly the promise it is there for, and against stores that keep all."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.certificates import Certificates
from tests.support.enforcing_moto import EnforcingMoto
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.rclone import Rclone
from tests.support.s3_requests import Environ, operation
from tests.support.store_server import StoreServer
from wizard.catalog.registries import REGISTRIES
from wizard.checks.all_checks import S3_CHECKS
from wizard.model.findings import Cause, Finding, Value
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.validation import runner
from wizard.validation.results import Report, Result, Status

IDS = tuple(check.id for check in S3_CHECKS)
LINES: Mapping[str, dict[str, Value]] = {
    "dtr": {"registry": "dtr"},
    "distribution-3": {"registry": "distribution-3", "forcepathstyle": True},
}


def report_of(settings: Settings) -> Report:
    *_, report = runner.run_checks(settings)
    assert isinstance(report, Report)
    return report


def result_of(report: Report, check_id: str) -> Result:
    return next(result for result in report.results if result.check.id == check_id)


def finding_of(report: Report, check_id: str) -> Finding:
    finding = result_of(report, check_id).finding
    assert finding is not None
    return finding


def statuses(report: Report) -> dict[str, str]:
    return {result.check.id: result.status.value for result in report.results}


def is_sentence(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z0-9`][^\n\r\t]*[A-Za-z0-9)*][.?]", text)) and ".." not in text and "None" not in text


def keys(report: Report) -> list[str]:
    return sorted(left.partition(" (upload")[0] for left in report.leftovers)


def what_is_there(server: StoreServer, bucket: str) -> list[str]:
    return sorted(server.contents(bucket) + server.uploads(bucket))


# --- each promise, broken alone ---


@dataclasses.dataclass(frozen=True)
class Broken:
    """Breaks, and the one check that sees them; `said` is a part of its text."""

    check: str
    cause: Cause
    breaks: tuple[Fault, ...]
    said: str = ""
    registries: tuple[str, ...] = ()
    fix: Mapping[str, Value] = dataclasses.field(default_factory=dict)
    settings: Mapping[str, Value] = dataclasses.field(default_factory=dict)

    @property
    def tried_by(self) -> tuple[str, ...]:
        # Only the calls of these checks differ between the lines of registries.
        differ = self.check in ("list", "head", "delete")
        return self.registries or (tuple(LINES) if differ else ("dtr",))


def _lost_and_forgotten(environ: Environ, call_next: CallNext) -> Response:
    # The upload is begun, and its id never reaches whoever began it.
    response = call_next(environ)
    if operation(environ) == "CreateMultipartUpload":
        return Response("<InitiateMultipartUploadResult/>", 200, content_type="application/xml")
    return response


WHOLE = {"multipartcopythresholdsize": 5 << 30}
PASS_THROUGH = {"redirect": False}
EMPTY = (faults.empty_listing("ListObjects"), faults.empty_listing("ListObjectsV2"))

BROKEN: dict[str, Broken] = {
    "list denied": Broken("list", Cause.ACCESS_DENIED, (faults.deny("ListObjects*"),), "s3:ListBucket"),
    "list without IsTruncated": Broken(
        "list", Cause.NOT_S3, (faults.remove_element("ListObjects*", "IsTruncated"),), "complete"
    ),
    "list is a page": Broken("list", Cause.NOT_S3, (faults.console_page("ListObjects*"),), "a web page"),
    "list fails in a proxy": Broken("list", Cause.STORE_ERROR, (faults.bad_gateway("ListObjects*"),), "502"),
    "write denied": Broken("write", Cause.ACCESS_DENIED, (faults.deny("PutObject"),), "s3:PutObject"),
    "write not implemented": Broken("write", Cause.UNSUPPORTED, (faults.not_implemented("PutObject"),), "PutObject"),
    "write is a page": Broken("write", Cause.NOT_S3, (faults.console_page("PutObject"),), "a web page"),
    "write without a reason": Broken("write", Cause.STORE_ERROR, (faults.error("PutObject", 400, "Odd", None),), "Odd"),
    "write is lost": Broken("head", Cause.CORRUPTED, (faults.discard_write("PutObject"),), "missing from the listing"),
    "listing is empty": Broken("head", Cause.CORRUPTED, EMPTY, "missing from the listing"),
    "size is wrong": Broken(
        "head", Cause.CORRUPTED, (faults.truncate_body("HeadObject"),), "2048 bytes", registries=("distribution-3",)
    ),
    "age is missing": Broken(
        "head",
        Cause.CORRUPTED,
        (faults.remove_element("ListObjects", "LastModified"),),
        "LastModified",
        registries=("dtr",),
    ),
    "age is missing from a head": Broken(
        "head",
        Cause.CORRUPTED,
        (faults.remove_header("HeadObject", "Last-Modified"),),
        "LastModified",
        registries=("distribution-3",),
    ),
    "size is missing": Broken(
        "head", Cause.CORRUPTED, (faults.remove_element("ListObjects", "Size"),), "Size", registries=("dtr",)
    ),
    "prefix is ignored": Broken("head", Cause.CORRUPTED, (faults.ignore_prefix(),), "not asked for"),
    "read is compressed": Broken(
        "read", Cause.CORRUPTED, (faults.set_header("GetObject", "Content-Encoding", "gzip"),), "compressed"
    ),
    "read denied": Broken("read", Cause.ACCESS_DENIED, (faults.deny("GetObject*"),), "s3:GetObject"),
    "read is short": Broken(
        "read", Cause.CORRUPTED, (faults.truncate_body("GetObject"),), "1024 bytes came back of 2048"
    ),
    "read has a wrong byte": Broken("read", Cause.CORRUPTED, (faults.corrupt_body("GetObject"),), "other bytes"),
    "read ends too early": Broken(
        "read", Cause.STORE_ERROR, (faults.incomplete_body("GetObject"),), "closed the connection"
    ),
    "read is a page": Broken("read", Cause.CORRUPTED, (faults.console_page("GetObject"),), "bytes came back"),
    "range is ignored": Broken(
        "range-read", Cause.CORRUPTED, (faults.ignore_range(),), "The whole object came", settings=PASS_THROUGH
    ),
    "range is short": Broken(
        "range-read",
        Cause.CORRUPTED,
        (faults.truncate_body("GetObject ranged"),),
        "something else",
        settings=PASS_THROUGH,
    ),
    "range has a wrong byte": Broken(
        "range-read",
        Cause.CORRUPTED,
        (faults.corrupt_body("GetObject ranged"),),
        "something else",
        settings=PASS_THROUGH,
    ),
    "range denied": Broken(
        "range-read", Cause.ACCESS_DENIED, (faults.deny("GetObject ranged"),), "s3:GetObject", settings=PASS_THROUGH
    ),
    "copy denied": Broken("copy", Cause.ACCESS_DENIED, (faults.deny("CopyObject"),), "s3:PutObject"),
    "copy not implemented": Broken("copy", Cause.UNSUPPORTED, (faults.not_implemented("CopyObject"),), "CopyObject"),
    "copy is lost": Broken("copy", Cause.CORRUPTED, (faults.discard_write("CopyObject"),), "not there"),
    "copy is a page": Broken("copy", Cause.NOT_S3, (faults.console_page("CopyObject"),), "a web page"),
    "copy is answered with nothing": Broken("copy", Cause.CORRUPTED, (faults.empty_body("CopyObject"),), "nothing"),
    "upload has no id": Broken(
        "multipart", Cause.UNSUPPORTED, (faults.remove_element("CreateMultipartUpload", "UploadId"),), "no id"
    ),
    "upload has an id that is lost": Broken("multipart", Cause.UNSUPPORTED, (_lost_and_forgotten,), "no id"),
    "upload not implemented": Broken(
        "multipart", Cause.UNSUPPORTED, (faults.not_implemented("CreateMultipartUpload"),), "CreateMultipartUpload"
    ),
    "part is lost": Broken("multipart", Cause.CORRUPTED, (faults.discard_write("UploadPart"),), "not listed"),
    "part denied": Broken("multipart", Cause.ACCESS_DENIED, (faults.deny("UploadPart"),), "s3:PutObject"),
    "parts are not listed": Broken("multipart", Cause.CORRUPTED, (faults.empty_listing("ListParts"),), "not listed"),
    "parts have no ETag": Broken("multipart", Cause.CORRUPTED, (faults.remove_element("ListParts", "ETag"),), "ETag"),
    "parts have no number": Broken(
        "multipart", Cause.CORRUPTED, (faults.remove_element("ListParts", "PartNumber"),), "number"
    ),
    "parts have a date that is none": Broken(
        "multipart", Cause.NOT_S3, (faults.replace_text("ListParts", "<LastModified>", "<LastModified>x"),), "not S3"
    ),
    "parts without IsTruncated": Broken(
        "multipart", Cause.UNSUPPORTED, (faults.remove_element("ListParts", "IsTruncated"),), "IsTruncated"
    ),
    "parts denied": Broken(
        "multipart", Cause.ACCESS_DENIED, (faults.deny("ListParts"),), "s3:ListMultipartUploadParts"
    ),
    "completion is lost": Broken(
        "multipart", Cause.CORRUPTED, (faults.discard_write("CompleteMultipartUpload"),), "not there"
    ),
    "completion is answered with nothing": Broken(
        "multipart", Cause.CORRUPTED, (faults.empty_body("CompleteMultipartUpload"),), "nothing"
    ),
    "completion is a page": Broken(
        "multipart", Cause.NOT_S3, (faults.console_page("CompleteMultipartUpload"),), "a web page"
    ),
    "uploads are not listed": Broken(
        "multipart-list", Cause.CORRUPTED, (faults.empty_listing("ListMultipartUploads"),), "missing from the list"
    ),
    "uploads not implemented": Broken(
        "multipart-list", Cause.UNSUPPORTED, (faults.not_implemented("ListMultipartUploads"),), "under way"
    ),
    "abort denied": Broken(
        "multipart-list", Cause.ACCESS_DENIED, (faults.deny("AbortMultipartUpload"),), "s3:AbortMultipartUpload"
    ),
    "part copy is empty": Broken("multipart-copy", Cause.CORRUPTED, (faults.empty_part_copy(),), "ETag", fix=WHOLE),
    "part copy is empty and looks right": Broken(
        "multipart-copy", Cause.CORRUPTED, (faults.empty_part_copy(etag=True),), "0 bytes came back of 2048", fix=WHOLE
    ),
    "part copy not implemented": Broken(
        "multipart-copy", Cause.UNSUPPORTED, (faults.not_implemented("UploadPartCopy"),), "UploadPartCopy", fix=WHOLE
    ),
    "part copy denied": Broken("multipart-copy", Cause.ACCESS_DENIED, (faults.deny("UploadPartCopy"),), "s3:GetObject"),
    "links are refused": Broken(
        "presigned-read", Cause.UNSUPPORTED, (faults.deny("GetObject presigned"),), "403", fix=PASS_THROUGH
    ),
    "links to look are refused": Broken(
        "presigned-read", Cause.UNSUPPORTED, (faults.deny("HeadObject presigned"),), "403", fix=PASS_THROUGH
    ),
    "links lead to a page": Broken(
        "presigned-read",
        Cause.UNSUPPORTED,
        (faults.console_page("GetObject presigned"),),
        "something else",
        fix=PASS_THROUGH,
    ),
    "links lead to a wrong byte": Broken(
        "presigned-read",
        Cause.UNSUPPORTED,
        (faults.corrupt_body("GetObject presigned"),),
        "something else",
        fix=PASS_THROUGH,
    ),
    "links lead to a short body": Broken(
        "presigned-read",
        Cause.UNSUPPORTED,
        (faults.truncate_body("GetObject presigned"),),
        "something else",
        fix=PASS_THROUGH,
    ),
    "links lead to the whole object after a break": Broken(
        "presigned-read",
        Cause.UNSUPPORTED,
        (faults.ignore_range("GetObject presigned ranged"),),
        "whole object",
        fix=PASS_THROUGH,
    ),
    "links lead to a wrong byte after a break": Broken(
        "presigned-read",
        Cause.UNSUPPORTED,
        (faults.corrupt_body("GetObject presigned ranged"),),
        "something else",
        fix=PASS_THROUGH,
    ),
    "links lead to the whole object after a break, and so does all else": Broken(
        "presigned-read", Cause.CORRUPTED, (faults.ignore_range(),), "whole object"
    ),
    "delete denied": Broken("delete", Cause.ACCESS_DENIED, (faults.deny("DeleteObjects"),), "s3:DeleteObject"),
    "delete denied for each key": Broken(
        "delete", Cause.ACCESS_DENIED, (faults.deny_each_delete(),), "s3:DeleteObject"
    ),
    "delete is ignored": Broken("delete", Cause.CORRUPTED, (faults.ignore_delete(),), "4 of 4 objects are still there"),
    "delete is a page": Broken("delete", Cause.NOT_S3, (faults.console_page("DeleteObjects"),), "a web page"),
}
CASES = [
    pytest.param(case, registry, id=f"{name}, {registry}")
    for name, case in BROKEN.items()
    for registry in case.tried_by
]


@pytest.mark.parametrize(("case", "registry"), CASES)
def test_a_broken_promise_is_one_red_line_with_its_cause_and_leaves_nothing_unsaid(case: Broken, registry: str) -> None:
    with FaultyStore(*case.breaks) as store:
        settings = store.settings(**LINES[registry], **case.settings)
        report = report_of(settings)
        assert report.failed == (case.check,)
        finding = finding_of(report, case.check)
        assert finding.cause is case.cause
        assert case.said in finding.text
        assert is_sentence(finding.text)
        assert keys(report) == what_is_there(store, store.bucket)
        assert (result_of(report, "cleanup").status is Status.WARNING) == bool(report.leftovers)
        changes = dict(finding.fix.set) if finding.fix else {}
        assert changes == case.fix
        if changes:
            assert report_of(settings.replace(changes)).passed


def test_every_check_that_makes_calls_has_been_seen_to_fail() -> None:
    can_fail = {check.id for check in S3_CHECKS if check.calls and not check.advisory}
    assert {case.check for case in BROKEN.values()} | {"cleanup"} == can_fail


@pytest.mark.parametrize("registry", LINES)
def test_what_cannot_be_removed_is_a_warning_of_cleanup_that_names_it(registry: str) -> None:
    with FaultyStore(faults.deny("AbortMultipartUpload")) as store:
        report = report_of(store.settings(**LINES[registry], rootdirectory="/deep/er"))
        finding = finding_of(report, "cleanup")
        assert result_of(report, "cleanup").status is Status.WARNING
        assert finding.cause is Cause.LEFTOVERS
        assert is_sentence(finding.text)
        assert store.uploads()[0] in finding.text
        assert store.uploads()[0].startswith("deep/er/.storage-wizard-")


@pytest.mark.parametrize("a_break", [faults.deny("HeadObject"), faults.error("HeadObject", 404, "NotFound")])
def test_a_head_that_is_refused_is_fine_as_distribution_3_then_looks_by_listing(a_break: Fault) -> None:
    with FaultyStore(a_break) as store:
        assert report_of(store.settings(**LINES["distribution-3"])).passed


@pytest.mark.parametrize(
    ("breaks", "check", "said"),
    [
        ((faults.ignore_abort(),), "multipart-list", "still listed"),
        ((faults.truncate_body("GetObject ranged"),), "range-read", "Turning redirects off"),
        ((faults.deny("GetObject ranged"),), "range-read", "Turning redirects off"),
    ],
    ids=["an abort is ignored", "a range is short", "a range is denied"],
)
def test_what_does_not_keep_the_registry_from_its_work_is_a_warning(
    breaks: tuple[Fault, ...], check: str, said: str
) -> None:
    with FaultyStore(*breaks) as store:
        report = report_of(store.settings())
        assert report.passed
        assert result_of(report, check).status is Status.WARNING
        assert said in finding_of(report, check).text
        assert is_sentence(finding_of(report, check).text)
        assert keys(report) == what_is_there(store, store.bucket)


def test_a_copy_that_the_registry_never_makes_is_not_asked_for() -> None:
    with FaultyStore(faults.not_implemented("CopyObject")) as store:
        report = report_of(store.settings(multipartcopythresholdsize=0))
        assert report.passed
        assert result_of(report, "copy").reason == "every layer is copied in parts"


def test_a_failure_with_the_cause_of_another_is_skipped_and_says_so() -> None:
    with FaultyStore(faults.truncate_body("GetObject")) as store:
        report = report_of(store.settings())
        assert result_of(report, "multipart").reason == "the same cause as `read`"
        assert result_of(report, "copy").reason == "needs `read`"


# --- stores that keep their promises ---


@pytest.mark.parametrize("registry", REGISTRIES)
def test_a_good_store_passes_every_check_and_is_left_as_it_was(moto: Moto, registry: str) -> None:
    store = moto.store()
    report = report_of(store.settings(registry=registry, forcepathstyle=REGISTRIES[registry].path_style_setting))
    assert statuses(report) == dict.fromkeys(IDS, "passed") | {"tls": "skipped"}
    assert report.passed
    assert report.leftovers == ()
    assert what_is_there(moto, store.bucket) == []


def test_a_good_store_on_https_passes_the_certificate_too(
    moto: Moto, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    assert statuses(report_of(moto.store(tls=True).settings())) == dict.fromkeys(IDS, "passed")


@pytest.mark.parametrize("root", ["/a/b", "a/b", "/a/b/", "a", "/"])
def test_everything_happens_below_the_root_directory(root: str) -> None:
    with FaultyStore(faults.deny("DeleteObjects")) as store:
        report = report_of(store.settings(rootdirectory=root))
        below = f"{root.strip('/')}/" if root.strip("/") else ""
        assert report.failed == ("delete",)
        assert all(key.startswith(f"{below}.storage-wizard-") for key in store.contents())
        assert list(report.leftovers) == store.contents()


@pytest.mark.parametrize("root", ["/a/b", "a/b", "/a/b/"])
def test_a_root_directory_leaves_nothing_either(moto: Moto, root: str) -> None:
    store = moto.store()
    assert report_of(store.settings(rootdirectory=root)).passed
    assert what_is_there(moto, store.bucket) == []


def test_other_objects_in_the_bucket_are_left_alone(moto: Moto, store: LiveStore) -> None:
    moto._s3.put_object(Bucket=store.bucket, Key="docker/registry/v2/blobs/data", Body=b"layer")
    assert report_of(store.settings()).passed
    assert moto.contents(store.bucket) == ["docker/registry/v2/blobs/data"]


def test_switched_off_redirects_and_part_copies_are_skipped_with_a_reason(store: LiveStore) -> None:
    report = report_of(store.settings(**PASS_THROUGH, **WHOLE))
    assert report.passed
    assert result_of(report, "presigned-read").reason.startswith("redirects are off")
    assert result_of(report, "multipart-copy").reason == "layers up to 5 GiB are copied whole"


# --- permissions ---

ACTIONS = (
    *("s3:ListBucket", "s3:PutObject", "s3:GetObject", "s3:DeleteObject"),
    *("s3:ListMultipartUploadParts", "s3:ListBucketMultipartUploads", "s3:AbortMultipartUpload"),
)
SEEN_BY = dict(
    zip(ACTIONS, ("list", "write", "read", "delete", "multipart", "multipart-list", "multipart-list"), strict=True)
)


@pytest.mark.parametrize("registry", LINES)
def test_a_key_with_only_the_actions_that_the_registry_needs_is_all_green(
    enforcing_moto: EnforcingMoto, registry: str
) -> None:
    store = enforcing_moto.store()
    access_key, secret = enforcing_moto.iam_key(allowed=ACTIONS)
    changes = LINES[registry] | PASS_THROUGH | {"accesskey": access_key, "secretkey": Secret(secret)}
    report = report_of(store.settings(**changes))
    advisory = {check.id for check in S3_CHECKS if check.advisory}
    found = {check: status for check, status in statuses(report).items() if check not in advisory}
    needed = [check for check in IDS if check not in advisory]
    assert found == dict.fromkeys(needed, "passed") | {"tls": "skipped", "presigned-read": "skipped"}
    assert {statuses(report)[check] for check in advisory} <= {"passed", "skipped"}
    assert what_is_there(enforcing_moto, store.bucket) == []


@pytest.mark.parametrize("registry", LINES)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_denied_action_is_one_red_line_that_names_it(
    enforcing_moto: EnforcingMoto, action: str, registry: str
) -> None:
    store = enforcing_moto.store()
    access_key, secret = enforcing_moto.iam_key(action)
    changes = LINES[registry] | PASS_THROUGH | {"accesskey": access_key, "secretkey": Secret(secret)}
    report = report_of(store.settings(**changes))
    assert report.failed == (SEEN_BY[action],)
    finding = finding_of(report, SEEN_BY[action])
    assert finding.cause is Cause.ACCESS_DENIED
    assert re.search(rf"{action}\b", finding.text)
    assert finding.fix is not None
    assert action in finding.fix.text
    assert store.bucket in finding.text
    assert keys(report) == what_is_there(enforcing_moto, store.bucket)


def test_the_actions_that_checks_declare_are_those_that_they_take() -> None:
    for registry in REGISTRIES.values():
        needed = [check for check in S3_CHECKS if not check.advisory]
        assert {action for check in needed for action in check.actions_of(registry)} == set(ACTIONS)


# --- a real store that looks fine and is not ---


@pytest.mark.parametrize("registry", LINES)
def test_rclone_fails_for_parts_part_copies_and_ranges_alone(rclone: Rclone, registry: str) -> None:
    store = rclone.store()
    report = report_of(store.settings(**LINES[registry]))
    assert report.failed == ("multipart", "multipart-copy", "presigned-read")
    assert "IsTruncated" in finding_of(report, "multipart").text
    assert finding_of(report, "multipart").cause is Cause.UNSUPPORTED
    part_copy = finding_of(report, "multipart-copy")
    assert part_copy.cause is Cause.CORRUPTED
    assert "ETag" in part_copy.text
    assert part_copy.fix is not None
    assert not part_copy.fix.applies  # it would not make the registry work: no setting mends the list of parts
    assert what_is_there(rclone, store.bucket) == []


# --- a folder ---


def folder(path: Path) -> Settings:
    return Settings(provider="filesystem", rootdirectory=str(path))


def test_a_good_folder_passes_and_is_left_empty(tmp_path: Path) -> None:
    report = report_of(folder(tmp_path))
    assert [result.check.id for result in report.results] == [
        *("settings", "exists", "write", "read", "rename", "delete", "space")
    ]
    assert report.passed
    assert set(statuses(report).values()) <= {"passed", "warning"}
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named_with_the_command_that_makes_it(tmp_path: Path) -> None:
    report = report_of(folder(tmp_path / "missing"))
    assert report.failed == ("exists",)
    assert finding_of(report, "exists").cause is Cause.NO_BUCKET
    assert finding_of(report, "exists").setting == "rootdirectory"
    assert f"mkdir -p {tmp_path / 'missing'}" in finding_of(report, "exists").text
    assert not (tmp_path / "missing").exists()


def test_a_file_in_place_of_a_folder_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    report = report_of(folder(tmp_path / "file"))
    assert report.failed == ("exists",)
    assert "is a file, not a folder" in finding_of(report, "exists").text
    assert (tmp_path / "file").read_text() == "kept"


def test_a_file_in_the_path_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    report = report_of(folder(tmp_path / "file" / "below"))
    assert report.failed == ("exists",)
    assert is_sentence(finding_of(report, "exists").text + ".")


def test_a_folder_that_cannot_be_written_fails_for_root_too() -> None:
    report = report_of(folder(Path("/proc/self")))
    assert report.failed == ("write",)
    finding = finding_of(report, "write")
    assert finding.setting == "rootdirectory"
    assert is_sentence(finding.text)
    assert "/proc/self" in finding.text
    assert result_of(report, "read").reason == "needs `write`"
    assert report.leftovers == ()
