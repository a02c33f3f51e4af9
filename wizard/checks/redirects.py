"""Pulling by redirect, and deleting."""

from __future__ import annotations

from http import HTTPStatus

from wizard.checks.check import Skip
from wizard.checks.context import CheckContext, contract_violation
from wizard.diagnosis.wording import host_of
from wizard.model.endpoint import Endpoint, url_of
from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.s3.errors import ConnectionFailed, ContractViolation, ErrorResponse, StoreError


def presigned_read(context: CheckContext) -> Finding | None:
    """A client follows the registry's links to the store, without credentials: to read a layer, whole and from the
    middle, and to look for one."""
    if not context.settings.redirect:
        raise Skip("redirects are off: the registry passes the data through")
    if not context.settings.v4auth:
        text = "With signature version 2 the registry's redirects carry no signature, so pulls fail."
        fix = Fix("Turn redirects off.", {"redirect": False})
        raise ContractViolation("GetObject", Finding(Cause.V4_REQUIRED, text, setting="v4auth", fix=fix))
    found, warning = _follow(context, "GetObject", "the links that pulls follow")
    if found != context.body:
        raise _link_refused("The link that pulls follow gives something else")
    _go_on_by_link(context)
    _follow(context, "HeadObject", "the links by which a push asks for layers that are there already")
    return warning


def _go_on_by_link(context: CheckContext) -> None:
    """The second half alone, for which a client asks after a break, and which it takes only as such."""
    half = len(context.body) // 2
    try:
        found, _ = _follow(context, "GetObject", "the links by which pulls go on after a break", half)
        if found == context.body[half:]:
            return
        raise _link_refused("A link by which a pull goes on after a break gives something else")
    except ContractViolation as error:
        if _is_read_from(half, context):
            raise
        finding = error.finding._replace(cause=Cause.CORRUPTED, setting="", fix=None)
        raise ContractViolation(error.operation, finding) from None


def _is_read_from(start: int, context: CheckContext) -> bool:
    """Whether it would go on without redirects."""
    try:
        return context.read(context.key("write"), start) == context.body[start:]
    except StoreError:
        return False


def _follow(context: CheckContext, operation: str, links: str, start: int = 0) -> tuple[bytes, Finding | None]:
    """What a link gives; with a warning where only this machine's proxy knows the way, which clients may not have."""
    try:
        url = context.store.presigned_url(operation, Bucket=context.bucket, Key=context.key("write"))
        try:
            return context.store.fetch(url, operation, start, past_proxies=True), None
        except ConnectionFailed:
            if not context.store.is_proxied(url):
                raise
        return context.store.fetch(url, operation, start), _by_proxy_only(context)
    except ErrorResponse as error:
        if error.status in _BUSY:
            raise
        if error.status == HTTPStatus.OK:
            raise _link_refused(f"The store answers {links} with the whole object") from None
        said = " ".join(filter(None, (str(error.status), error.code)))
        raise _link_refused(f"The store refuses {links} ({said})") from None


def _by_proxy_only(context: CheckContext) -> Finding:
    host = host_of(context.settings)
    if Endpoint.parse(url_of(context.settings)).is_internal():
        text = f"Pulls are sent on to {host}, a name that only a proxy of this machine knows: clients cannot follow"
        raise ContractViolation(
            "GetObject", Finding(Cause.UNREACHABLE, f"{text}.", setting="redirect", fix=_PASS_THROUGH)
        )
    text = f"This machine reaches {host} through its proxy alone; clients, which pulls are sent on to it, need one too."
    return Finding(Cause.UNREACHABLE, text, Severity.WARNING, "redirect", _PASS_THROUGH)


_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)  # which says nothing of links
_PASS_THROUGH = Fix("Turn redirects off: the registry then passes the data through.", {"redirect": False})


def _link_refused(text: str) -> ContractViolation:
    return ContractViolation("GetObject", Finding(Cause.UNSUPPORTED, f"{text}.", setting="redirect", fix=_PASS_THROUGH))


def delete(context: CheckContext) -> None:
    """All test objects at once, with a look at each one's result, and another for whether they are gone."""
    keys = context.ledger.keys()
    context.remove(keys)
    listed = {entry["Key"] for entry in context.list(f"{context.prefix}/").get("Contents", [])}
    if left := listed.intersection(keys):
        raise contract_violation(
            "DeleteObjects", f"{len(left)} of {len(keys)} objects are still there after they were deleted."
        )
    for key in keys:
        context.ledger.confirm_deleted(key)
