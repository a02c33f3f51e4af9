"""Pulling by redirect, and deleting."""

from __future__ import annotations

from wizard.finding import Cause, Finding, Fix
from wizard.store.bench import Bench, broken
from wizard.store.checks.check import Skip
from wizard.store.errors import BrokenPromise, Refusal


def presigned_read(bench: Bench) -> None:
    """A client follows the registry's link to the store, without credentials."""
    if not bench.settings.redirect:
        raise Skip("redirects are off: the registry passes the data through")
    if not bench.settings.v4auth:
        text = "With signature version 2 the registry's redirects carry no signature, so pulls fail."
        fix = Fix("Turn redirects off.", {"redirect": False})
        raise BrokenPromise("GetObject", Finding(Cause.V4_REQUIRED, text, setting="v4auth", fix=fix))
    url = bench.store.presigned_url("GetObject", Bucket=bench.bucket, Key=bench.key("write"))
    try:
        found = bench.store.fetch(url)
    except Refusal as error:
        said = " ".join(filter(None, (str(error.status), error.code)))
        raise BrokenPromise(
            "GetObject", _link_refused(f"The store refuses the links that pulls follow ({said})")
        ) from None
    if found != bench.body:
        raise BrokenPromise("GetObject", _link_refused("The link that pulls follow gives something else"))


def _link_refused(text: str) -> Finding:
    fix = Fix("Turn redirects off: the registry then passes the data through.", {"redirect": False})
    return Finding(Cause.UNSUPPORTED, f"{text}.", setting="redirect", fix=fix)


def delete(bench: Bench) -> None:
    """All test objects at once, with a look at each one's result, and another for whether they are gone."""
    keys = bench.ledger.keys()
    bench.remove(keys)
    listed = {entry["Key"] for entry in bench.list(f"{bench.prefix}/").get("Contents", [])}
    if left := listed.intersection(keys):
        raise broken("DeleteObjects", f"{len(left)} of {len(keys)} objects are still there after they were deleted.")
    for key in keys:
        bench.ledger.gone(key)
