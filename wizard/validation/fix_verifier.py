"""A change of settings is tried quietly before it is offered, so that an offered fix is known to work.

A trial is one listing with the changed settings. What the store's answer suggests must get past what was wrong;
what is only a guess of ours must reach further than that.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator

from wizard import rules
from wizard.catalog.providers import provider_of
from wizard.catalog.registries import registry_of
from wizard.checks.context import CheckContext
from wizard.diagnosis.diagnose import diagnose
from wizard.diagnosis.wording import display_host
from wizard.model.endpoint import Endpoint, host_of, scheme_of
from wizard.model.findings import Cause, Finding, Fix, Value
from wizard.model.settings import DECLARATIONS, Settings
from wizard.s3.connect import connect
from wizard.s3.errors import ConnectionFailed, ErrorResponse, StoreError
from wizard.s3.timeouts import Timeouts, run_with_timeout

_DEADLINES = Timeouts(connect=1.5, read=2.5)

# How far a call comes before it fails for each cause; what is not named lies behind them all.
_WAY: tuple[frozenset[Cause], ...] = (
    frozenset(
        {
            Cause.DNS,
            Cause.REFUSED,
            Cause.UNREACHABLE,
            Cause.TIMEOUT,
            Cause.STORE_ERROR,
            Cause.INVALID_SETTING,
            Cause.NO_CREDENTIALS,
        }
    ),
    frozenset({Cause.PLAIN_HTTP, Cause.HTTPS_REQUIRED}),
    frozenset({Cause.TLS_UNTRUSTED, Cause.TLS_HOSTNAME, Cause.TLS_EXPIRED}),
    frozenset({Cause.NOT_S3, Cause.THROTTLED}),
    frozenset({Cause.PATH_STYLE_REQUIRED, Cause.VIRTUAL_HOST_REQUIRED}),
    frozenset({Cause.V4_REQUIRED, Cause.V2_REQUIRED}),
    frozenset({Cause.WRONG_REGION}),
)
_WORKS = len(_WAY) + 1
_TRIED = {"region", "regionendpoint", "secure", "v4auth", "forcepathstyle"}  # what one listing can prove
_LISTINGS = ("ListObjects", "ListObjectsV2")


class FixVerifier:
    """The findings about some settings. What several checks meet at once is tried once; threads may share it."""

    def __init__(self, settings: Settings, *, anonymous: bool = False) -> None:
        self._settings = settings
        self._anonymous = anonymous
        self._lock = threading.Lock()
        self._ways: dict[tuple[tuple[str, Value], ...], int] = {}

    def finding(self, error: StoreError) -> Finding:
        """The finding for an error, with a fix that works; or a guess that explains it better, and works."""
        found = diagnose(error, self._settings)
        if found.fix and _TRIED.intersection(found.fix.set):
            if self._progress_with(found.fix) > _place(found.cause):
                return found
            found = found._replace(fix=None)
        guesses = _guesses(found, error, self._settings) if _is_comparable(error) else ()
        works = (guess for guess in guesses if guess.fix and self._progress_with(guess.fix) >= _enough_for(guess))
        return next(works, found)

    def _progress_with(self, fix: Fix) -> int:
        """How far a listing comes with the fix."""
        change = tuple(fix.set.items())
        with self._lock:
            if change not in self._ways:
                self._ways[change] = self._try(self._settings.replace(fix.set))
            return self._ways[change]

    def _try(self, changed: Settings) -> int:
        if rules.errors(changed):
            return 0
        # Nothing signed goes over plain http, or to another host, before somebody has agreed to that.
        is_plain = scheme_of(changed) == "http" != scheme_of(self._settings)
        unsigned = self._anonymous or is_plain or host_of(changed) != host_of(self._settings)
        context = CheckContext(changed, lambda: connect(changed, _DEADLINES, anonymous=unsigned))
        try:
            run_with_timeout(_DEADLINES.total, _LISTINGS[0], lambda: context.list(context.root, 1))
        except StoreError as error:
            return _place(diagnose(error, changed).cause)
        finally:
            context.close()
        return _WORKS


def _is_comparable(error: StoreError) -> bool:
    """Whether a listing would have failed like that: other calls may fail for reasons that a listing does not have."""
    return error.operation in _LISTINGS or (isinstance(error, ConnectionFailed) and error.while_connecting)


def _place(cause: Cause) -> int:
    return next((place for place, causes in enumerate(_WAY) if cause in causes), len(_WAY))


def _enough_for(guess: Finding) -> int:
    """How far a guess must lead. Without a listing another refusal could have many reasons beside the signature."""
    return _WORKS if guess.cause in (Cause.V4_REQUIRED, Cause.V2_REQUIRED) else len(_WAY)


# --- guesses: what often lies behind a cause, and could not be read from the store's answer ---


def _guesses(finding: Finding, error: StoreError, settings: Settings) -> Iterator[Finding]:
    match finding.cause:
        case Cause.WRONG_SECRET | Cause.STORE_ERROR if isinstance(error, ErrorResponse) and error.had_no_effect:
            yield _other_signature(settings)
        case Cause.WRONG_REGION:
            yield from _other_regions(finding, settings)
        case Cause.DNS | Cause.TLS_HOSTNAME | Cause.NO_BUCKET | Cause.VIRTUAL_HOST_REQUIRED:
            yield from _other_style(settings)
        case Cause.REFUSED | Cause.PLAIN_HTTP | Cause.HTTPS_REQUIRED:
            yield from _other_ports(finding, settings)
        case Cause.NOT_S3:
            yield from _other_style(settings)
            yield from _other_ports(finding, settings)


def _other_signature(settings: Settings) -> Finding:
    host = display_host(settings)
    if settings.v4auth:
        fix = Fix("Turn V4 auth and redirects off.", {"v4auth": False, "redirect": False})
        return Finding(
            Cause.V2_REQUIRED,
            f"The store at {host} takes these keys with signature version 2 only.",
            setting="v4auth",
            fix=fix,
        )
    fix = Fix("Turn V4 auth on.", {"v4auth": True})
    return Finding(
        Cause.V4_REQUIRED,
        f"The store at {host} takes these keys with signature version 4 only.",
        setting="v4auth",
        fix=fix,
    )


def _other_style(settings: Settings) -> Iterator[Finding]:
    registry, host = registry_of(settings.registry), display_host(settings)
    if not registry.path_style_setting or not settings.regionendpoint:
        return
    if registry.path_style(settings):
        text = f"The store at {host} wants the bucket in the host name, not in the path."
        fix = Fix("Turn path style off.", {"forcepathstyle": False})
        yield Finding(Cause.VIRTUAL_HOST_REQUIRED, text, setting="forcepathstyle", fix=fix)
    else:
        text = f"With the bucket in front of its name {host} is not found; with the bucket in the path it answers."
        fix = Fix("Turn path style on.", {"forcepathstyle": True})
        yield Finding(Cause.PATH_STYLE_REQUIRED, text, setting="forcepathstyle", fix=fix)


def _other_regions(finding: Finding, settings: Settings) -> Iterator[Finding]:
    provider = provider_of(settings)
    known = (provider.region_in(settings.regionendpoint), provider.region, DECLARATIONS["region"].default)
    for region in dict.fromkeys(str(name) for name in known if name and name != settings.region):
        yield finding._replace(fix=Fix(f"Set the region to {region}: the store takes it.", {"region": region}))


def _other_ports(finding: Finding, settings: Settings) -> Iterator[Finding]:
    """At the store's usual port, or at the scheme's own; never down from https to http."""
    typed = Endpoint.parse(settings.regionendpoint)
    ports = [port for port in (str(usual_port(settings) or ""), "") if port != typed.port]
    schemes = dict.fromkeys((scheme_of(settings), "https"))
    for port, scheme in itertools.product(ports if settings.regionendpoint else (), schemes):
        other = str(typed._replace(scheme=scheme, port=port))
        changes: dict[str, Value] = {"regionendpoint": other, "secure": scheme == "https"}
        yield finding._replace(fix=Fix(f"Use {other}: S3 answers there.", changes))


def usual_port(settings: Settings) -> int | None:
    """Where a store of this kind usually listens."""
    return provider_of(settings).port
