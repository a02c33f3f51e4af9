"""What each check does, in the order of the checks. A step returns a warning or nothing, and raises what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from wizard.checks.bucket_calls import RunStoppedError
from wizard.checks.check import Check, Skip
from wizard.model.findings import Cause, Finding, Severity
from wizard.model.settings import Settings
from wizard.oci.address import Address, joined_url, origin_of
from wizard.oci.answer import Answer
from wizard.oci.authentication import challenge_in
from wizard.oci.client import DELETE, PUSH, RegistryClient
from wizard.oci.errors import CallFailedError, NoAnswerError, TokenError, UnsupportedProxyError
from wizard.verification import all_checks, answers
from wizard.verification.connections import Party, finding_of_failure
from wizard.verification.image import DOCKER, OCI, TAG, Blob, Image, MediaTypes
from wizard.verification.storage import Storage, blob_path, has_known_layout

_LARGE = 100 << 20  # bytes of a layer that is announced: many proxies limit bodies to 1 MiB, some to 100 MB
_BINARY = {"Content-Type": "application/octet-stream"}
_OTHER_TYPES = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
_NO_DELETE = (
    *(HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    *(HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.BAD_REQUEST),
)
_SHORT = 20  # bytes of a layer that a pull has received before it is resumed


class StepFailedError(Exception):
    """A check has found a problem, described by `finding`."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding


@dataclass
class Verification:
    """The state that the steps of one run share.

    `storage`: the place that the settings name; None without a settings file. `settings_problem`: what the rules find
    wrong with those settings. The other fields say what was made in the registry, and so may have to be removed.
    """

    client: RegistryClient
    image: Image
    settings: Settings | None = None
    storage: Storage | None = None
    settings_problem: Finding | None = None
    types: MediaTypes = OCI
    has_started: bool = False  # an upload, or may have
    may_have_made: list[str] = field(default_factory=list)  # hashes of blobs, in the order in which they are sent
    pending: str | None = None  # what a call without an answer may still make: the hash of a blob, "" for an upload
    has_pushed: bool = False  # the image, or may have: the registry has answered
    is_deleted: bool = False
    is_in_storage: bool = False
    is_elsewhere: bool = False  # in a storage that the settings do not name
    removed: set[str] = field(default_factory=set)  # paths in the storage that were removed
    may_reappear: list[str] = field(default_factory=list)  # such paths, until it is known what `pending` has made
    kept_in_storage: list[str] | None = None  # full names of what could not be removed; None before the clean-up's end
    is_storage_silent: bool = False  # it could not be asked what it keeps
    open_upload: str = ""  # the URL of an upload that is not completed

    @property
    def address(self) -> Address:
        """Where the registry is."""
        return self.client.address

    @property
    def manifest(self) -> Blob:
        """The manifest with the media types that the registry accepts."""
        return self.image.manifest(self.types)

    @property
    def may_push(self) -> bool:
        """Whether the registry may still complete the push: it got the manifest, and has not answered."""
        return self.pending == self.manifest.hash


def find_registry(run: Verification) -> Finding | None:
    """Asks `/v2/` whether a registry answers. A path before it gets a warning.

    A web page is not a registry, whatever its status and headers: it never gets the password.
    """
    answer = run.client.ping()
    asks_to_sign_in = answer.status == HTTPStatus.UNAUTHORIZED and challenge_in(answer) is not None
    is_registry = answer.is_of_registry and (answer.is_success or answer.status == HTTPStatus.UNAUTHORIZED)
    if answer.is_html or not (asks_to_sign_in or is_registry):
        raise StepFailedError(answers.no_registry(answer, run.address))
    return answers.path_of_address(run.address)


def sign_in(run: Verification) -> None:
    """Signs in with the method that the registry asks for, if it asks for any."""
    answer = run.client.signed_ping()
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise StepFailedError(answers.refused_sign_in(run.client.session, answer))
    if not (answer.is_success and answer.is_of_registry):
        raise StepFailedError(answers.no_registry(answer, run.address))


# --- push ---


def push(run: Verification) -> None:
    """Pushes the image as clients do, and announces a large layer, for the limits of proxies."""
    for blob in (run.image.config, run.image.layer):
        _push_blob(run, blob)
    _announce_large_layer(run)
    _push_manifest(run)


def _push_blob(run: Verification, blob: Blob) -> None:
    location = _start_upload(run)
    answer = _continue_upload(run, "PATCH", location, blob.data)
    location = joined_url(location, answer.header("location") or location)
    separator = "&" if urlsplit(location).query else "?"
    place = f"{location}{separator}digest={blob.digest}"
    _continue_upload(run, "PUT", place, b"", makes=blob.hash)
    run.open_upload = ""


def _start_upload(run: Verification) -> str:
    """The URL of a new upload."""
    answer = _call_making(run, "", lambda: run.client.call("POST", "blobs/uploads/", PUSH, body=b""))
    if answer.status == HTTPStatus.METHOD_NOT_ALLOWED and not answer.is_html:
        raise StepFailedError(answers.read_only(answer))
    if answer.status != HTTPStatus.ACCEPTED:
        raise _refused(run, answer, "start an upload")
    location = joined_url(answer.url, answer.header("location"))
    if not answer.header("location") or origin_of(location) is None:
        raise StepFailedError(answers.wrong_location("", run.address))
    run.open_upload = location
    return location


def _continue_upload(run: Verification, method: str, location: str, body: bytes, *, makes: str = "") -> Answer:
    """A call at the address that the registry has named; the last one `makes` the blob with that hash.

    Fails for that address if it is not below the registry's.
    """
    is_own = location.startswith(run.address.url("/v2/"))
    try:
        answer = _call_making(run, makes, lambda: run.client.call(method, location, PUSH, _BINARY, body))
    except CallFailedError as error:
        if error.origin != run.address.origin:
            raise StepFailedError(answers.wrong_location(location, run.address)) from None
        raise
    if answer.status == (HTTPStatus.CREATED if makes else HTTPStatus.ACCEPTED):
        return answer
    if not is_own and answer.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        raise StepFailedError(answers.wrong_location(location, run.address))
    raise _refused(run, answer, "upload a layer")


def _announce_large_layer(run: Verification) -> None:
    """Announces a layer of the size of real ones, of which nothing is sent, and cancels its upload."""
    status = run.client.announce(_start_upload(run), _LARGE)
    cancel_upload(run, run.client)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        raise StepFailedError(answers.too_large(f"layers of {_LARGE >> 20} MiB"))


def cancel_upload(run: Verification, client: RegistryClient) -> None:
    """Cancels the upload that is not completed, if there is one."""
    if run.open_upload:
        answer = client.call("DELETE", run.open_upload, PUSH)
        if answer.is_success or answer.status == HTTPStatus.NOT_FOUND:
            run.open_upload = ""


def _push_manifest(run: Verification) -> None:
    answer = _put_manifest(run)
    if answer.status in _OTHER_TYPES and answer.is_of_registry:
        run.types = DOCKER
        answer = _put_manifest(run)
    if answer.status != HTTPStatus.CREATED:
        raise _refused(run, answer, "accept a manifest")
    named = answer.header("docker-content-digest")
    if named and named != run.manifest.digest:
        raise StepFailedError(
            Finding(Cause.CORRUPTED, "The registry names another digest than that of the manifest that was pushed.")
        )


def _put_manifest(run: Verification) -> Answer:
    manifest, headers = run.manifest, {"Content-Type": run.types.manifest}
    place = f"manifests/{TAG}"

    def call() -> Answer:
        answer = run.client.call("PUT", place, PUSH, headers, manifest.data)
        run.has_pushed = not _is_refusal(answer)
        return answer

    try:
        return _call_making(run, manifest.hash, call)
    except CallFailedError as error:
        run.has_pushed = not _is_unsent(error)
        raise


def _call_making(run: Verification, makes: str, call: Callable[[], Answer]) -> Answer:
    """A call that makes the blob with that hash, or without one a part of an upload, unless the registry refuses it."""
    had_started, had_made = run.has_started, run.may_have_made
    run.pending, run.has_started, run.may_have_made = makes, True, [*had_made, *filter(None, [makes])]
    try:
        answer = call()
    except (CallFailedError, TokenError, RunStoppedError) as error:
        if _is_unsent(error):
            run.has_started, run.may_have_made = had_started, had_made
        if not _may_be_answered(error):
            run.pending = None
        raise
    if _is_refusal(answer):
        run.has_started, run.may_have_made = had_started, had_made
    run.pending = None
    return answer


def _may_be_answered(error: Exception) -> bool:
    """Whether the registry got the call, and was only not waited for any longer."""
    return not _is_unsent(error) and isinstance(error, NoAnswerError) and isinstance(error.error, TimeoutError)


def _is_unsent(error: Exception) -> bool:
    """Whether the registry never got the call, or has refused it first."""
    if isinstance(error, NoAnswerError):
        return error.while_connecting
    return isinstance(error, (RunStoppedError, TokenError, UnsupportedProxyError))


def _is_refusal(answer: Answer) -> bool:
    """Whether the registry has not done what it was asked to; a 5xx leaves that open."""
    return HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR


# --- the store ---


def find_in_storage(run: Verification) -> None:
    """Looks for the layer where the settings say that the registry keeps it."""
    if run.settings is None or run.storage is None:
        raise Skip("no settings file")
    if not has_known_layout(run.settings):
        raise Skip("this registry has folders of its own")
    if run.settings_problem is not None:
        raise StepFailedError(run.settings_problem)
    found = run.storage.read(blob_path(run.image.layer.hash))
    if found is None:
        run.is_elsewhere = True
        raise StepFailedError(answers.other_storage(run.storage.place))
    run.is_in_storage = True
    if found != run.image.layer.data:
        raise StepFailedError(
            Finding(Cause.CORRUPTED, f"The layer in {run.storage.name} is not what was pushed. Check the store.")
        )


# --- pull ---


def pull(run: Verification) -> None:
    """Pulls the manifest by its tag and by its digest, and both blobs, and compares every byte."""
    headers = {"Accept": run.types.manifest}
    for reference in (TAG, run.manifest.digest):
        answer = _get(run, f"manifests/{reference}", headers, HTTPStatus.OK, "serve the manifest")
        _compare(answer.body, run.manifest.data, "The manifest")
        _compare_headers(run, answer)
    for blob in (run.image.config, run.image.layer):
        answer = _get(run, f"blobs/{blob.digest}", {}, HTTPStatus.OK, "serve a layer")
        _compare(answer.body, blob.data, "A layer")


def resume(run: Verification) -> None:
    """Asks for the size of the layer, and for the part of it that a broken pull has not received."""
    layer = run.image.layer
    answer = _call(run, "HEAD", f"blobs/{layer.digest}", {})
    if answer.status != HTTPStatus.OK:
        raise _refused(run, answer, "name the size of a layer")
    size = answer.header("content-length")
    if size != str(len(layer.data)):
        text = f"The registry names a wrong size for a layer: {size or 'none'} instead of {len(layer.data)} bytes."
        raise StepFailedError(Finding(Cause.CORRUPTED, f"{text} Check proxies in front of it."))
    part = {"Range": f"bytes={_SHORT}-"}
    answer = _get(run, f"blobs/{layer.digest}", part, HTTPStatus.PARTIAL_CONTENT, "serve a part of a layer")
    _compare(answer.body, layer.data[_SHORT:], "A part of a layer")


def _get(run: Verification, place: str, headers: Mapping[str, str], expected: HTTPStatus, purpose: str) -> Answer:
    answer = _call(run, "GET", place, headers)
    if answer.status == expected:
        return answer
    if answer.is_success and (expected, answer.status) != (HTTPStatus.PARTIAL_CONTENT, HTTPStatus.OK):
        raise StepFailedError(answers.other_success(answer, purpose))
    if answer.is_success:
        raise StepFailedError(
            Finding(
                Cause.UNSUPPORTED,
                f"When asked to {purpose}, {answer.origin} sends the complete one, so interrupted pulls fail. Let the "
                "proxy in front of it pass the Range header.",
            )
        )
    raise _refused(run, answer, purpose)


def _call(run: Verification, method: str, place: str, headers: Mapping[str, str]) -> Answer:
    """A call that the registry may redirect to its store."""
    try:
        answer = run.client.call(method, place, PUSH, headers)
    except CallFailedError as error:
        if error.origin != run.address.origin:
            raise StepFailedError(finding_of_failure(error, Party.STORE)) from None
        raise
    if not answer.is_success and not answer.is_redirect and answer.origin != run.address.origin:
        raise StepFailedError(answers.redirect_failed(answer))
    return answer


def _compare(received: bytes, sent: bytes, subject: str) -> None:
    if received != sent:
        how = "data came back different" if len(received) == len(sent) else f"{len(received)} of {len(sent)} bytes came"
        text = f"{subject} was accepted by the registry, but {how}. Check its store, and proxies in front of it."
        raise StepFailedError(Finding(Cause.CORRUPTED, text))


def _compare_headers(run: Verification, answer: Answer) -> None:
    """Clients read the kind of a manifest from its headers, and containerd the digest that it then pulls."""
    kind = answer.headers.get_content_type() if answer.header("content-type") else ""
    if kind != run.types.manifest:
        raise StepFailedError(answers.altered_manifest("Content-Type", kind, run.types.manifest))
    digest = answer.header("docker-content-digest")
    if digest not in ("", run.manifest.digest):
        raise StepFailedError(answers.altered_manifest("Docker-Content-Digest", digest, run.manifest.digest))


def _refused(run: Verification, answer: Answer, purpose: str) -> StepFailedError:
    return StepFailedError(answers.refused(answer, purpose, run.client.session))


# --- delete ---


def delete(run: Verification) -> Finding | None:
    """Deletes the manifest, and looks for it again. A registry that does not delete gets a warning."""
    answer = delete_manifest(run, run.client)
    if answer.status in _NO_DELETE:
        return answers.not_deleting(answer, run.client.session)
    if answer.status != HTTPStatus.ACCEPTED and not answer.is_success:
        raise _refused(run, answer, "delete the test image")
    asked = ask_for_manifest(run, run.client)
    if asked.is_success:
        text = "The registry has accepted the deletion of an image, and still serves it. Look into its log."
        return Finding(Cause.REGISTRY_ERROR, text, Severity.WARNING)
    run.is_deleted = is_gone(asked)
    if not run.is_deleted:
        raise _refused(run, asked, "serve a manifest that was deleted")
    return None


def ask_for_manifest(run: Verification, client: RegistryClient) -> Answer:
    """The answer to a pull of the image that was deleted."""
    return client.call("GET", f"manifests/{run.manifest.digest}", PUSH, {"Accept": run.types.manifest})


def is_gone(answer: Answer) -> bool:
    """Whether the registry says that it does not have what it was asked for. Other errors leave that open."""
    return answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


def delete_manifest(run: Verification, client: RegistryClient) -> Answer:
    """The answer to the deletion of the image, by its digest."""
    return client.call("DELETE", f"manifests/{run.manifest.digest}", DELETE)


STEPS: Mapping[Check, Callable[[Verification], Finding | None]] = {
    all_checks.REGISTRY: find_registry,
    all_checks.AUTH: sign_in,
    all_checks.PUSH: push,
    all_checks.STORAGE: find_in_storage,
    all_checks.PULL: pull,
    all_checks.RESUME: resume,
    all_checks.DELETE: delete,
}
