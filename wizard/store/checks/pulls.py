"""Pulling by redirect, and deleting."""

from __future__ import annotations

from wizard.finding import Cause, Finding, Fix
from wizard.store.bench import Bench, broken
from wizard.store.checks.check import Skip
from wizard.store.errors import BrokenPromise, Refusal


def presigned_read(bench: Bench) -> None:
    """A client follows the registry's links to the store, without credentials: to read a layer, and to look for one."""
    if not bench.settings.redirect:
        raise Skip("redirects are off: the registry passes the data through")
    if not bench.settings.v4auth:
        text = "With signature version 2 the registry's redirects carry no signature, so pulls fail."
        fix = Fix("Turn redirects off.", {"redirect": False})
        raise BrokenPromise("GetObject", Finding(Cause.V4_REQUIRED, text, setting="v4auth", fix=fix))
    if _follow(bench, "GetObject", "the links that pulls follow") != bench.body:
        raise _link_refused("The link that pulls follow gives something else")
    _follow(bench, "HeadObject", "the links by which a push asks for layers that are there already")


def _follow(bench: Bench, operation: str, links: str) -> bytes:
    try:
        url = bench.store.presigned_url(operation, Bucket=bench.bucket, Key=bench.key("write"))
        return bench.store.fetch(url, operation)
    except Refusal as error:
        said = " ".join(filter(None, (str(error.status), error.code)))
        raise _link_refused(f"The store refuses {links} ({said})") from None


def _link_refused(text: str) -> BrokenPromise:
    fix = Fix("Turn redirects off: the registry then passes the data through.", {"redirect": False})
    return BrokenPromise("GetObject", Finding(Cause.UNSUPPORTED, f"{text}.", setting="redirect", fix=fix))


def delete(bench: Bench) -> None:
    """All test objects at once, with a look at each one's result, and another for whether they are gone."""
    keys = bench.ledger.keys()
    bench.remove(keys)
    listed = {entry["Key"] for entry in bench.list(f"{bench.prefix}/").get("Contents", [])}
    if left := listed.intersection(keys):
        raise broken("DeleteObjects", f"{len(left)} of {len(keys)} objects are still there after they were deleted.")
    for key in keys:
        bench.ledger.gone(key)
