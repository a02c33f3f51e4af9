"""Pulling by redirect: a client follows a presigned link of the registry to the store."""

from __future__ import annotations

from http import HTTPStatus

from wizard.checks.check import Skip
from wizard.checks.context import CheckContext
from wizard.model import fixes
from wizard.model.displayed_host import display_host
from wizard.model.endpoint import Endpoint, url_of
from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.rules.advanced import redirects
from wizard.s3.background import in_thread
from wizard.s3.errors import ConnectionFailed, ContractViolation, ErrorResponse, StoreError
from wizard.s3.transport import LimitedResponse

_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)  # says nothing about presigned links
_REDIRECTS_OFF = Fix("Turn redirects off, so that the registry streams the data itself.", {"redirect": False})


def presigned_read(context: CheckContext) -> Finding | None:
    """Follows the registry's links without credentials, as clients do.

    A pull reads a layer completely, and from the middle to resume; a push asks whether a layer exists.
    """
    if not context.settings.redirect:
        raise Skip("redirects are off: the registry streams the data itself")
    if not context.settings.v4auth:
        text = "With Signature V2, redirect links aren't signed, so pulls fail."
        fix = fixes.REDIRECTS_OFF
        raise ContractViolation("GetObject", Finding(Cause.V4_REQUIRED, text, setting="v4auth", fix=fix))
    whole = in_thread(lambda: _follow(context, "GetObject", "the links that pulls follow"))
    resumed = in_thread(lambda: _resume_by_link(context))
    looked_up = in_thread(lambda: _look_up_by_link(context))
    answer, warning = context.wait_for(whole)
    if answer.content != context.body:
        raise _link_violation("The link that pulls follow returned the wrong data")
    context.wait_for(resumed)
    context.wait_for(looked_up)
    return warning or _only_reachable_here(context)


def _only_reachable_here(context: CheckContext) -> Finding | None:
    """What clients on other machines can't follow, although this one could. The settings' check has the warnings."""
    return next((each for each in redirects(context.settings) if each.severity is Severity.HINT), None)


def _look_up_by_link(context: CheckContext) -> None:
    """Asks for the size of an object by link. Clients put it into the manifest (distribution/push_v2.go of moby)."""
    answer, _ = _follow(context, "HeadObject", "the links with which a push looks for existing layers")
    if answer.headers.get("content-length", str(len(context.body))) != str(len(context.body)):
        raise _link_violation("The link with which a push looks for existing layers returned the wrong size")


def _resume_by_link(context: CheckContext) -> None:
    """Reads the second half by link. If the store cannot do that without redirects either, no setting helps."""
    half = len(context.body) // 2
    try:
        answer, _ = _follow(context, "GetObject", "the links that resume interrupted pulls", half)
        if answer.content == context.body[half:]:
            return
        raise _link_violation("A link that resumes an interrupted pull returned the wrong data")
    except ContractViolation as error:
        if _is_range_readable(context, half):
            raise
        finding = error.finding._replace(cause=Cause.CORRUPTED, setting="", fix=None)
        raise ContractViolation(error.operation, finding) from None


def _is_range_readable(context: CheckContext, start: int) -> bool:
    """Whether the same range can be read with credentials, as the registry does with redirects off."""
    try:
        return context.read(context.key("write"), start) == context.body[start:]
    except StoreError:
        return False


def _follow(
    context: CheckContext, operation: str, links: str, start: int = 0
) -> tuple[LimitedResponse, Finding | None]:
    """The answer behind a presigned link, with the object from byte `start`.

    With a warning if only a proxy of this machine can reach it, because clients may not have that proxy.
    """
    try:
        url = context.store.presigned_url(operation, Bucket=context.bucket, Key=context.key("write"))
        try:
            return context.store.fetch(url, operation, start, bypass_proxies=True), None
        except ConnectionFailed:
            if not context.store.is_proxied(url):
                raise
        return context.store.fetch(url, operation, start), _proxy_warning(context)
    except ErrorResponse as error:
        if error.status in _BUSY:
            raise
        if error.status == HTTPStatus.OK:
            raise _link_violation(f"The store answers {links} with the complete object") from None
        response = " ".join(filter(None, (str(error.status), error.code)))
        raise _link_violation(f"The store rejects {links} ({response})") from None


def _proxy_warning(context: CheckContext) -> Finding:
    """The warning for a host that is reached through a proxy; an error if clients cannot resolve its name."""
    host = display_host(context.settings)
    if Endpoint.parse(url_of(context.settings)).is_internal():
        text = f"Clients are redirected to {host}, a name that only this machine's proxy can resolve"
        raise ContractViolation(
            "GetObject", Finding(Cause.UNREACHABLE, f"{text}.", setting="redirect", fix=_REDIRECTS_OFF)
        )
    text = (
        f"This machine reaches {host} only through its proxy. Clients are redirected to it, so they need a proxy too."
    )
    return Finding(Cause.UNREACHABLE, text, Severity.WARNING, "redirect", _REDIRECTS_OFF)


def _link_violation(text: str) -> ContractViolation:
    return ContractViolation(
        "GetObject", Finding(Cause.UNSUPPORTED, f"{text}.", setting="redirect", fix=_REDIRECTS_OFF)
    )
