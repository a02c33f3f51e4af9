"""Explains answers that are not what a working registry gives: what is wrong, and which of its settings to change."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import urlsplit

from wizard.model.findings import Cause, Finding, Severity
from wizard.oci.address import Address, Origin, joined_url, origin_of
from wizard.oci.answer import Answer
from wizard.oci.authentication import Session, schemes_of
from wizard.oci.errors import TokenError, TokenProblem
from wizard.text.sanitize import sanitize
from wizard.verification.image import REPOSITORIES

_READ_ONLY = re.compile(r"read.?only", re.IGNORECASE)
_PLAIN_TO_TLS = re.compile(rb"HTTP request (?:was sent )?to (?:an )?HTTPS", re.IGNORECASE)  # Go and nginx
# Codes of what was there a moment ago, and those of a repository that cannot be made
_OF_REPLICAS = ("BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID", "BLOB_UNKNOWN", "MANIFEST_UNKNOWN")
_OF_PROJECTS = ("NAME_UNKNOWN", "NOT_FOUND", "NAME_INVALID")
_MAX_DIGITS = 6  # of the seconds after which to try again
_FLAGS = "(in a command: --username and --password-file)"


def no_registry(answer: Answer, address: Address) -> Finding:
    """The finding for an address at which something else answers than a registry, or a registry that is down."""
    if answer.is_redirect:
        return _redirected(answer, address)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _throttled(answer)
    if _PLAIN_TO_TLS.search(answer.body[:1000]):
        return Finding(Cause.HTTPS_REQUIRED, f"{address} requires HTTPS. Use {_with_tls(address)}.")
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        said = f", {answer.error}" if answer.is_of_registry and any(answer.error) else ""
        who = "The registry" if answer.is_of_registry else f"{address}"
        return Finding(
            Cause.REGISTRY_ERROR,
            f"{who} answers with status {answer.status}{said}. Look into the registry's log, and at its store: "
            "storage-wizard check.",
        )
    if answer.is_s3:
        return Finding(
            Cause.NOT_REGISTRY,
            f"{address}/v2/ answered as an S3 store, not as a registry (status {answer.status}). "
            "Use the URL that images are pushed to.",
        )
    what = "a web page" if answer.is_html else "something that isn't a registry"
    advice = "Use the URL that images are pushed to, with the registry's own port."
    return Finding(Cause.NOT_REGISTRY, f"{address}/v2/ returned {what} (status {answer.status}). {advice}")


def _redirected(answer: Answer, address: Address) -> Finding:
    target = joined_url(answer.url, answer.header("location"))
    origin = origin_of(target)
    is_same_path = urlsplit(target).path.rstrip("/") == urlsplit(answer.url).path.rstrip("/")
    if origin == address.origin and is_same_path:
        return Finding(
            Cause.NOT_REGISTRY, f"{address}/v2/ redirects to itself. Correct the redirect in the proxy in front of it."
        )
    if origin is not None and is_same_path:
        cause = Cause.HTTPS_REQUIRED if origin == _tls_origin(address, origin) else Cause.NOT_REGISTRY
        return Finding(cause, f"{address} redirects to {origin}. Use {address._replace(origin=origin)}.")
    place = f"{origin}{sanitize(urlsplit(target).path, 60)}" if origin else "another page"
    return Finding(
        Cause.NOT_REGISTRY,
        f"{address}/v2/ redirects to {place}, as a login page does. Use the URL that images are pushed to.",
    )


def _tls_origin(address: Address, origin: Origin) -> Origin | None:
    """`origin` if it is that of the address, with https in place of http."""
    is_tls = (address.origin.scheme, origin.scheme, origin.host) == ("http", "https", address.origin.host)
    return origin if is_tls else None


def _with_tls(address: Address) -> Address:
    return address._replace(origin=address.origin._replace(scheme="https"))


def path_of_address(address: Address) -> Finding | None:
    """A warning for an address that the API has and that no client can use: image names begin with the host alone."""
    if not address.path:
        return None
    return Finding(
        Cause.UNSUPPORTED,
        f"Docker, containerd and Podman don't support a path before /v2/, so they cannot use {address}. Serve the "
        "registry at the root of a host name.",
        Severity.WARNING,
    )


# Signing in


def refused_sign_in(session: Session, answer: Answer) -> Finding:
    """The finding for a registry that does not accept what the user has signed in with."""
    if session.uses_tokens:
        return Finding(
            Cause.REGISTRY_AUTH,
            f"The registry rejects the token of its token server {_realm(session)}{_said(answer)}. Compare issuer, "
            "service and rootcertbundle below auth.token in the registry's configuration with the token server, and "
            "both clocks.",
        )
    if not session.is_required:
        return _no_way_to_sign_in(session, answer)
    if session.credentials is None:
        return Finding(
            Cause.REGISTRY_AUTH,
            f"The registry requires a user name and a password. Enter both {_FLAGS}.",
        )
    return Finding(
        Cause.REGISTRY_AUTH,
        f"The registry rejects the user name or the password{_said(answer)}. Check both; a registry with htpasswd "
        "accepts only bcrypt entries (auth.htpasswd).",
    )


def _no_way_to_sign_in(session: Session, answer: Answer) -> Finding:
    unsent = ", so the password was not sent" if session.credentials else ""
    schemes = schemes_of(answer)
    if any(scheme.lower() in ("basic", "bearer") for scheme in schemes):
        text = (
            "The registry, or a proxy in front of it, sends a WWW-Authenticate header that is not valid"
            f'{unsent}. Correct it, for example: Basic realm="registry".'
        )
    elif schemes:
        text = (
            f"The registry, or a proxy in front of it, requires {sanitize(' or '.join(schemes), 60)} authentication, "
            f"which registry clients don't support{unsent}. Configure Basic or Bearer authentication there."
        )
    else:
        text = (
            f"The registry answers with status {answer.status} and names no way to sign in{unsent}. Let the proxy in "
            "front of it pass the header WWW-Authenticate of the registry, with Basic or Bearer and its realm."
        )
    return Finding(Cause.REGISTRY_AUTH, text)


def no_token(error: TokenError, session: Session) -> Finding:
    """The finding for a token server that gives no token."""
    server = f"The token server {error.realm}"
    match error.problem:
        case TokenProblem.NO_REALM:
            text = "The registry names no token server that can be called. Set auth.token.realm to its URL."
        case TokenProblem.UNENCRYPTED:
            text = (
                f"{server} is plain HTTP, so the password was not sent. Set auth.token.realm to an https:// URL in the "
                "registry's configuration."
            )
        case TokenProblem.NO_TOKEN:
            text = f"{server} answers without a token. Check auth.token.realm in the registry's configuration."
        case TokenProblem.REFUSED if error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            advice = "Check both." if session.credentials else f"Enter both {_FLAGS}."
            who = "the user name or the password" if session.credentials else "clients without a user name"
            text = f"{server} rejects {who} (status {error.status}). {advice}"
        case TokenProblem.REFUSED if error.status == HTTPStatus.TOO_MANY_REQUESTS:
            return Finding(Cause.THROTTLED, f"{server} limits the rate of requests. Try again later.")
        case _:
            text = (
                f"{server} answers with status {error.status}. Look into its log, and check auth.token.realm in the "
                "registry's configuration."
            )
    return Finding(Cause.REGISTRY_AUTH, text)


def _realm(session: Session) -> str:
    return str(origin_of(session.realm) or "")


# Pushing, pulling and deleting


def refused(answer: Answer, purpose: str, session: Session) -> Finding:
    """The finding for an answer that refuses a call, or fails. `purpose` completes "When asked to …"."""
    error = answer.error
    if answer.status < HTTPStatus.BAD_REQUEST:
        return _no_error(answer, purpose)
    if answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return too_large("tiny layers")
    if _READ_ONLY.search(error.message):
        return read_only(answer)
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) and (
        answer.is_of_registry or answer.status == HTTPStatus.UNAUTHORIZED
    ):
        return _not_allowed(answer, purpose, session)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _throttled(answer)
    if not answer.is_of_registry and answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _of_proxy(answer, purpose)
    status = f"status {answer.status}"
    if error.code in _OF_PROJECTS:
        advice = f"If it has projects, as Harbor has, create the project {REPOSITORIES}."
    elif error.code in _OF_REPLICAS:
        advice = "If it has several replicas, all need the same http.secret and the same storage."
    elif answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        advice = "Look into its log, and at its store: storage-wizard check."
    else:
        advice = "Look into its log."
    said = f"{status}, {error}" if any(error) else status
    return Finding(Cause.REGISTRY_ERROR, f"When asked to {purpose}, the registry failed ({said}). {advice}")


def _no_error(answer: Answer, purpose: str) -> Finding:
    """The finding for an answer that is neither what was expected nor an error."""
    if answer.is_redirect:
        return _redirect_without_end(answer, purpose)
    is_of_proxy = answer.is_html or not answer.is_success
    return _of_proxy(answer, purpose) if is_of_proxy else other_success(answer, purpose)


def _redirect_without_end(answer: Answer, purpose: str) -> Finding:
    """The finding for a redirect that leads nowhere, or that no client follows."""
    target = joined_url(answer.url, answer.header("location"))
    parts = urlsplit(target)
    place = sanitize(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}", 100)
    if not target:
        to = "something that is not a URL"
    else:
        to = "itself" if target == answer.url else f"{place}, where clients do not follow it"
    return Finding(
        Cause.REGISTRY_ERROR,
        f"When asked to {purpose}, {answer.origin} redirects to {to} (status {answer.status}). Correct that redirect "
        "in the registry's configuration (storage.redirect, middleware) or in the proxy in front of it.",
    )


def other_success(answer: Answer, purpose: str) -> Finding:
    """The finding for an answer with a status of success that is not the one of this call."""
    return Finding(
        Cause.REGISTRY_ERROR,
        f"When asked to {purpose}, {answer.origin} answers with status {answer.status} and {len(answer.body)} bytes, "
        "which clients do not expect. Let proxies in front of it pass answers as they are.",
    )


def altered_manifest(name: str, found: str, expected: str) -> Finding:
    """The finding for a manifest that comes back complete, with a header that makes clients refuse it."""
    return Finding(
        Cause.CORRUPTED,
        f"The manifest comes back with the {name} {sanitize(found, 80) or '(none)'} instead of {expected}, so clients "
        "refuse it. Let proxies in front of the registry pass all headers as they are.",
    )


def _throttled(answer: Answer) -> Finding:
    seconds = answer.header("retry-after")
    when = f"in {seconds} seconds" if seconds.isdecimal() and len(seconds) < _MAX_DIGITS else "later"
    return Finding(Cause.THROTTLED, f"The registry limits the rate of requests{_said(answer)}. Try again {when}.")


def _of_proxy(answer: Answer, purpose: str) -> Finding:
    path = sanitize(urlsplit(answer.url).path, 100)
    return Finding(
        Cause.NOT_REGISTRY,
        f"When asked to {purpose}, something other than the registry answers at {path} (status {answer.status}): a "
        "proxy in front of it. Let that pass every method for everything under /v2/.",
    )


def _not_allowed(answer: Answer, purpose: str, session: Session) -> Finding:
    if session.credentials is None:
        who, advice = "without a user name", f"Enter a user who can push, and the password {_FLAGS}."
    else:
        advice = f"Use a user who can push to {REPOSITORIES}/… and delete there. In Harbor, create that project first."
        who = "for this user"
    return Finding(Cause.REGISTRY_AUTH, f"The registry refuses to {purpose} {who}{_said(answer)}. {advice}")


def read_only(answer: Answer) -> Finding:
    """The finding for a registry that accepts no push from anybody."""
    return Finding(
        Cause.READ_ONLY,
        f"The registry is read-only: it accepts no pushes{_said(answer)}. Turn that off "
        "(storage.maintenance.readonly), or use a registry that is not a mirror (proxy.remoteurl).",
    )


def too_large(what: str) -> Finding:
    """The finding for a proxy that refuses large bodies; `what` is what it refuses, at least."""
    return Finding(
        Cause.TOO_LARGE,
        f"A proxy in front of the registry refuses {what} (status 413). Raise its limit (nginx: "
        "client_max_body_size 0).",
    )


def wrong_location(location: str, address: Address) -> Finding:
    """The finding for an upload that the registry sends to an address at which it does not continue."""
    origin = origin_of(location)
    if origin is not None and origin != address.origin:
        return Finding(
            Cause.REGISTRY_ERROR,
            f"The registry sends uploads to {origin} instead of {address.origin}, where pushes fail. Set http.host to "
            f"{address}, or let the proxy in front of it pass Host and X-Forwarded-Proto.",
        )
    if not location:
        return Finding(
            Cause.REGISTRY_ERROR,
            "The answer to an upload has no Location header that is a URL. Let the proxy in front of the registry pass "
            "all headers as they are.",
        )
    path = sanitize(urlsplit(location).path, 60) or "/"
    prefix = f"/ and http.prefix to {sanitize(address.path, 60)}/" if address.path else ""
    return Finding(
        Cause.REGISTRY_ERROR,
        f"The registry sends uploads to {path} (Location), which isn't below {address}/v2/. Set http.host to "
        f"{address}{prefix}, or correct the proxy in front of it.",
    )


def other_storage(place: str) -> Finding:
    """The finding for a registry that works and does not keep its images in `place`."""
    return Finding(
        Cause.OTHER_STORAGE,
        f"The registry works, but uses another bucket or root directory: the image is not in {place}. It was not "
        "restarted with these settings, or reads another configuration. Write the settings into its configuration, "
        "restart it, and verify again.",
    )


def redirect_failed(answer: Answer) -> Finding:
    """The finding for a store that refuses a client whom the registry has redirected there."""
    code = re.search(rb"<Code>([A-Za-z0-9]{1,40})</Code>", answer.body[:2000])
    said = f"{answer.status}{f', {code[1].decode()}' if code else ''}"
    return Finding(
        Cause.STORE_ERROR,
        f"The registry redirects pulls to {answer.origin}, which refuses them (status {said}). Check the storage "
        "settings of the registry: storage-wizard check. Or turn redirects off (storage.redirect.disable: true).",
    )


def not_deleting(answer: Answer, session: Session) -> Finding:
    """A warning for a registry that does not delete: it works, but cannot free space."""
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        who = "this user" if session.credentials else "clients without a user name"
        text = f"The registry doesn't let {who} delete images{_said(answer)}. Use a user who can, to test that, too."
        return Finding(Cause.REGISTRY_AUTH, text, Severity.WARNING)
    if answer.is_html:
        return _of_proxy(answer, "delete an image")._replace(severity=Severity.WARNING)
    return Finding(
        Cause.UNSUPPORTED,
        "The registry doesn't delete images, so garbage collection frees no space. Turn it on "
        "(storage.delete.enabled: true) if images should be deleted.",
        Severity.WARNING,
    )


def _said(answer: Answer) -> str:
    return f" ({answer.error})" if any(answer.error) else ""
