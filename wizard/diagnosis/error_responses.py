"""The store answered with an error: what its code means for the registry, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable

from wizard.catalog.registries import registry_of
from wizard.diagnosis.connection_errors import expects_tls
from wizard.diagnosis.wording import address_of, endpoint_finding, host_of, not_s3_finding, scheme_fix
from wizard.model.endpoint import Endpoint, scheme_of
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.settings import Settings, format_size
from wizard.s3.errors import ErrorResponse, StoreError
from wizard.s3.operations import OPERATIONS
from wizard.text.sanitize import sanitize

_SERVER_ERROR = 500  # from here on an HTML page is a proxy's word for a store that is down


def diagnose_error_response(error: ErrorResponse, settings: Settings) -> Finding:
    """The finding for an error that the store answered with."""
    if error.is_redirect:
        return _sent_on(Endpoint.parse(error.headers["location"]), settings)
    if _is_none_of_s3(error):
        return _https(error, settings) if expects_tls(settings) else not_s3_finding(settings, is_page=_is_html(error))
    if error.is_too_large:
        return _too_large(error, settings)
    for name in (error.code, _by_message(error, settings), f"status {error.status}"):
        if (build := _BY_CODE.get(name)) is not None:
            return build(error, settings)
    said = sanitize(": ".join(filter(None, (error.code, error.message))) or f"status {error.status}").rstrip(".")
    return Finding(Cause.STORE_ERROR, f"The store refused to {_does(error)}: {said}. Its own log may say more.")


def _is_none_of_s3(error: ErrorResponse) -> bool:
    """Whether an error came without the code that S3 gives to all but a HEAD; some stores call their XML HTML."""
    if error.operation == "HeadObject" or error.is_too_large or error.code not in ("", str(error.status)):
        return False
    return error.status in _BARE or (_is_html(error) and error.status < _SERVER_ERROR)


_BARE = (400, 404)


def _is_html(error: ErrorResponse) -> bool:
    return "html" in error.headers.get("content-type", "")


def _by_message(error: ErrorResponse, settings: Settings) -> str:
    """A code of ours for refusals whose own code says too little."""
    text = f"{error.code} {error.message}".lower()
    if "http request to an https" in text or "plain http request" in text:
        return "HttpsRequired"
    if not settings.v4auth and any(
        word in text for word in ("aws4-hmac-sha256", "unsupportedalgorithm", "signature version")
    ):
        return "V4Required"
    if settings.v4auth and "not supported" in text and ("aws4-hmac-sha256" in text or "signature version 2" in text):
        return "V2Required"
    if "time" in text and "skew" in text:
        return "RequestTimeTooSkewed"
    return ""


def _does(error: StoreError) -> str:
    return OPERATIONS[error.operation].does if error.operation in OPERATIONS else "answer"


def _access_denied(error: ErrorResponse, settings: Settings) -> Finding:
    operation = OPERATIONS[error.operation]
    action = f"{operation.action} is missing on {operation.resource(settings.bucket)}"
    if error.operation in ("CopyObject", "UploadPartCopy"):
        action = f"s3:GetObject or {action}"
    return Finding(
        Cause.ACCESS_DENIED,
        f"The key may not {operation.does}: {action}. {operation.without}",
        fix=Fix(f"Allow {operation.action} to this key in the store's policy."),
    )


def _unknown_key(error: ErrorResponse, settings: Settings) -> Finding:
    return Finding(
        Cause.UNKNOWN_ACCESS_KEY,
        f"The store at {host_of(settings)} does not know this access key. Check it for a typo, and that the endpoint "
        "is the store that issued it.",
        setting="accesskey",
    )


def _wrong_secret(error: ErrorResponse, settings: Settings) -> Finding:
    return Finding(
        Cause.WRONG_SECRET,
        "The store knows the access key, but the secret key does not fit it. Paste the secret key again, whole. "
        "A proxy that changes host or path would look the same.",
        setting="secretkey",
    )


def _wrong_region(error: ErrorResponse, settings: Settings) -> Finding:
    region = sanitize(error.region, 40)
    if not region or region == settings.region:
        text = f"The store does not accept the region {sanitize(settings.region, 40)}."
        return Finding(Cause.WRONG_REGION, text + " Ask its administrator for the right one.", setting="region")
    changes = {"region": region}
    if (moved := _moved(settings, region)) != settings.regionendpoint:
        changes["regionendpoint"] = moved
    return Finding(
        Cause.WRONG_REGION,
        f"The bucket is in {region}, not in {sanitize(settings.region, 40)}.",
        setting="region",
        fix=Fix(f"Set the region to {region}.", changes),
    )


def _moved(settings: Settings, region: str) -> str:
    """The endpoint in another region, where its host names the region; its domain is nobody's to change."""
    typed = Endpoint.parse(settings.regionendpoint)
    *before, domain, top = ["", "", *typed.host.split(".")]
    if typed.is_address() or settings.region not in typed.host:
        return settings.regionendpoint
    ending = re.compile(rf"(?<![^-]){re.escape(settings.region)}$")
    labels = [*(ending.sub(region, label) for label in before), domain, top]
    return str(typed._replace(host=".".join(filter(None, labels))))


def _authorization(error: ErrorResponse, settings: Settings) -> Finding:
    if "credential is mal-formed" in error.message.lower():
        return _malformed_key(error, settings)
    return _wrong_region(error, settings)


def _malformed_key(error: ErrorResponse, settings: Settings) -> Finding:
    return Finding(
        Cause.MALFORMED_ACCESS_KEY,
        "The access key has a form that the store cannot read: look for a slash, a blank or quotes in it.",
        setting="accesskey",
    )


def _no_bucket(error: ErrorResponse, settings: Settings) -> Finding:
    return Finding(
        Cause.NO_BUCKET,
        f"There is no bucket {sanitize(settings.bucket, 63)} at {host_of(settings)}. Check its name, or create it: "
        "the registry never does.",
        setting="bucket",
        fix=Fix(f"Create it in {sanitize(settings.region, 40)}.", creates_bucket=True),
    )


def _taken(error: ErrorResponse, settings: Settings) -> Finding:
    return Finding(
        Cause.INVALID_SETTING,
        f"A bucket {sanitize(settings.bucket, 63)} belongs to somebody else already. Choose another name.",
        setting="bucket",
    )


def _skewed(error: ErrorResponse, settings: Settings) -> Finding:
    return Finding(
        Cause.CLOCK_SKEW,
        "This machine's clock and the store's are too far apart. Let NTP set both (timedatectl set-ntp true).",
    )


def _v4(error: ErrorResponse, settings: Settings) -> Finding:
    return Finding(
        Cause.V4_REQUIRED,
        f"The store at {host_of(settings)} accepts only signature version 4.",
        setting="v4auth",
        fix=Fix("Turn V4 auth on.", {"v4auth": True}),
    )


def _v2(error: ErrorResponse, settings: Settings) -> Finding:
    return Finding(
        Cause.V2_REQUIRED,
        f"The store at {host_of(settings)} accepts only signature version 2.",
        setting="v4auth",
        fix=Fix("Turn V4 auth and redirects off.", {"v4auth": False, "redirect": False}),
    )


def _virtual_host(error: ErrorResponse, settings: Settings) -> Finding:
    return Finding(
        Cause.VIRTUAL_HOST_REQUIRED,
        f"The store at {host_of(settings)} wants the bucket in the host name, not in the path. Registries of the 2.x "
        "line cannot do that with an endpoint; Distribution 3 can.",
        setting="forcepathstyle",
        fix=Fix("Turn path style off.", {"forcepathstyle": False}) if settings.forcepathstyle else None,
    )


def _https(error: ErrorResponse, settings: Settings) -> Finding:
    return endpoint_finding(Cause.HTTPS_REQUIRED, f"{address_of(settings)} wants HTTPS.", scheme_fix(settings, "https"))


def _sent_on(target: Endpoint, settings: Settings) -> Finding:
    """A redirect that is none of S3's: to https as a rule, by a proxy before the store. No push follows it."""
    host = host_of(settings)
    is_here = target.host.lower() in (host.lower(), f"{settings.bucket}.{host}".lower())
    if is_here and (target.scheme, scheme_of(settings)) == ("https", "http") and (target.port or "443").isdecimal():
        port = f":{target.port}" if target.port not in ("", "443") else ""
        changes: dict[str, str | bool] = {"regionendpoint": f"https://{host}{port}", "secure": True}
        fix = Fix(f"Use {changes['regionendpoint']}.", changes)
        return endpoint_finding(Cause.HTTPS_REQUIRED, f"{address_of(settings)} sends everybody on to HTTPS.", fix)
    there = f" to {sanitize(str(target), 80)}" if target.has_valid_host() else ""
    text = f"{address_of(settings)} sends everybody on{there}; no push follows. Is this the address of the S3 API?"
    return endpoint_finding(Cause.NOT_S3, text)


def _unsupported(error: ErrorResponse, settings: Settings) -> Finding:
    fix = None
    if error.operation == "UploadPartCopy":
        fix = Fix("Copy whole objects instead, up to 5 GiB.", {"multipartcopythresholdsize": 5 << 30})
    operation = OPERATIONS[error.operation]
    text = f"The store cannot {operation.does} ({operation.name} is not implemented there). {operation.without}"
    return Finding(Cause.UNSUPPORTED, text, fix=fix)


def _too_large(error: ErrorResponse, settings: Settings) -> Finding:
    largest = registry_of(settings.registry).largest_part(settings.chunksize)
    size = format_size(largest + largest % 2)
    return Finding(
        Cause.TOO_LARGE,
        f"Layers go in parts of up to {size}, which the store at {host_of(settings)}, or a proxy before it, calls too "
        f"large (status {error.status}). Raise the proxy's limit; in nginx: client_max_body_size 0.",
    )


def _throttled(error: ErrorResponse, settings: Settings) -> Finding:
    return Finding(
        Cause.THROTTLED, f"The store at {host_of(settings)} asks to slow down. Wait a minute and validate again."
    )


def _expired(error: ErrorResponse, settings: Settings) -> Finding:
    return Finding(
        Cause.EXPIRED_TOKEN,
        "The credentials have expired. The registry cannot renew temporary keys: use a permanent pair or a role.",
        setting="accesskey",
    )


_BY_CODE: dict[str, Callable[[ErrorResponse, Settings], Finding]] = {
    "AccessDenied": _access_denied,
    "AllAccessDisabled": _access_denied,
    "Forbidden": _access_denied,
    "403": _access_denied,
    "status 403": _access_denied,
    "InvalidAccessKeyId": _unknown_key,
    "SignatureDoesNotMatch": _wrong_secret,
    "AuthorizationHeaderMalformed": _authorization,
    "AuthorizationQueryParametersError": _authorization,
    "PermanentRedirect": _wrong_region,
    "TemporaryRedirect": _wrong_region,
    "IllegalLocationConstraintException": _wrong_region,
    "301": _wrong_region,
    "status 301": _wrong_region,
    "NoSuchBucket": _no_bucket,
    "BucketAlreadyExists": _taken,
    "RequestTimeTooSkewed": _skewed,
    "RequestExpired": _skewed,
    "V4Required": _v4,
    "V2Required": _v2,
    "UnsupportedAlgorithm": _v4,
    "SecondLevelDomainForbidden": _virtual_host,
    "HttpsRequired": _https,
    "NotImplemented": _unsupported,
    "MethodNotAllowed": _unsupported,
    "501": _unsupported,
    "status 501": _unsupported,
    "SlowDown": _throttled,
    "Throttling": _throttled,
    "TooManyRequests": _throttled,
    "RequestLimitExceeded": _throttled,
    "429": _throttled,
    "status 429": _throttled,
    "ExpiredToken": _expired,
    "InvalidToken": _expired,
}
