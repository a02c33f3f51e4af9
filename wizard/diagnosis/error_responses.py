"""Diagnoses errors that the store answered with: what a code means for the registry, and what fixes it.

To explain another code, add it to `_DIAGNOSES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.client import responses

from wizard.catalog.endpoints import amazon_endpoint
from wizard.catalog.registries import registry_of
from wizard.diagnosis import error_codes
from wizard.diagnosis.connection_errors import expects_tls, https_required
from wizard.diagnosis.proxy import diagnose_proxy_answer, diagnose_proxy_authentication
from wizard.diagnosis.wording import endpoint_finding, not_s3_finding, unreadable_source
from wizard.model import fixes
from wizard.model.displayed_host import display_address, display_host
from wizard.model.endpoint import Endpoint, host_of, scheme_of
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.settings import Settings, format_size
from wizard.s3.errors import ErrorResponse, StoreError
from wizard.s3.operations import COPIES, OPERATIONS, Operation
from wizard.text.sanitize import sanitize

_MAX_REGION_LENGTH = 40  # characters
_MAX_BUCKET_LENGTH = 63
_MAX_ACTION_LENGTH = 80
_WORDS_OF_DENIAL = re.compile(r"\W*((access\W?)?(denied|forbidden)|forbidden|not authorized)?\W*", re.IGNORECASE)
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
_ALLOWED_ACL = "bucket-owner-full-control"  # in a bucket with ACLs disabled
_LISTINGS = ("ListObjects", "ListObjectsV2")
_STATUSES_OF_OTHER_SERVERS = (400, 404)  # without a code of S3, these come from a server that does not speak it


def diagnose_error_response(error: ErrorResponse, settings: Settings) -> Finding:
    """The finding for an error response. Can connect to the store once more, to try TLS."""
    if error.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return diagnose_proxy_authentication(settings)
    if _may_be_from_a_proxy(error) and (finding := diagnose_proxy_answer(error.status, settings)):
        return finding
    if error.is_redirect:
        return _diagnose_redirect(Endpoint.parse(error.headers["location"]), settings)
    if _is_from_another_server(error):
        return https_required(settings) if expects_tls(settings) else not_s3_finding(settings, is_html=_is_html(error))
    if error.status == HTTPStatus.FORBIDDEN and _may_be_from_a_proxy(error) and expects_tls(settings):
        return https_required(settings)  # MinIO before 2020 says "SSL required" in plain text
    diagnosis = _Diagnosis(error, settings)
    if error.is_too_large:
        return diagnosis.too_large()
    meaning = error_codes.meaning_of(error, settings)
    # A code that is not known counts for more than the status 403: not every refusal is a missing permission.
    if meaning not in _DIAGNOSES and (error.has_no_s3_code or error.status != HTTPStatus.FORBIDDEN):
        meaning = f"status {error.status}"
    return _DIAGNOSES.get(meaning, _Diagnosis.unknown_error)(diagnosis)


def place_of_objects(error: StoreError, settings: Settings) -> tuple[str, str] | None:
    """The bucket that objects go to, and what begins their keys, where the store takes the bucket for a part of keys.

    It finds another one in the host name, or in the path of the endpoint. None if the error does not show that.
    """
    if not (isinstance(error, ErrorResponse) and error.code == "NoSuchKey" and error.operation in _LISTINGS):
        return None
    endpoint, bucket = Endpoint.parse(settings.regionendpoint), settings.bucket
    if endpoint.path:
        first, _, rest = f"{endpoint.path.lstrip('/')}/{bucket}/".partition("/")
        return first, rest
    return (bucket, f"{bucket}/") if endpoint.host.lower().startswith(f"{bucket}.".lower()) else None


def expired_credentials() -> Finding:
    """The finding for temporary credentials that have expired."""
    return Finding(
        Cause.EXPIRED_TOKEN,
        "The credentials have expired. Registries can't renew temporary keys: use a permanent key pair or a role.",
        setting="accesskey",
    )


def _is_from_another_server(error: ErrorResponse) -> bool:
    """Whether the error lacks the code that S3 sends with every error except that of a HEAD.

    The content type alone does not decide: some stores declare their XML as HTML.
    """
    if error.operation == "HeadObject" or error.is_too_large or not error.has_no_s3_code:
        return False
    # A page with a status of 500 or more comes from a proxy whose store is down.
    return error.status in _STATUSES_OF_OTHER_SERVERS or (_is_html(error) and not error.is_server_error)


def _may_be_from_a_proxy(error: ErrorResponse) -> bool:
    """Whether the error has no code of S3, as the answer of a proxy, and is none to a HEAD."""
    return error.has_no_s3_code and error.operation != "HeadObject" and not error.is_too_large and not error.is_redirect


def _is_html(error: ErrorResponse) -> bool:
    return "html" in error.headers.get("content-type", "")


def _diagnose_redirect(target: Endpoint, settings: Settings) -> Finding:
    """The finding for a redirect that is not one of S3; usually to https, by a proxy. No push follows it."""
    host = host_of(settings)
    is_same_host = target.host.lower() in (host.lower(), f"{settings.bucket}.{host}".lower())
    is_upgrade = (target.scheme, scheme_of(settings)) == ("https", "http")
    if is_same_host and is_upgrade and (target.port or "443").isdecimal():
        port = f":{target.port}" if target.port not in ("", "443") else ""
        changes: dict[str, str | bool] = {"regionendpoint": f"https://{host}{port}", "secure": True}
        fix = Fix(f"Use {changes['regionendpoint']}.", changes)
        return endpoint_finding(
            Cause.HTTPS_REQUIRED, f"{display_address(settings)} redirects all requests to HTTPS.", fix
        )
    destination = f" to {sanitize(target.without_path(), 80)}" if target.has_valid_host() else ""
    text = f"{display_address(settings)} redirects all requests{destination}, which breaks pushes."
    return endpoint_finding(Cause.NOT_S3, f"{text} Is this the address of the S3 API?")


def _endpoint_in(region: str, settings: Settings) -> str:
    """The region endpoint with the region in its host replaced. Never changes the domain, the last two labels."""
    endpoint = Endpoint.parse(settings.regionendpoint)
    if endpoint.is_address():
        return settings.regionendpoint
    labels = endpoint.host.split(".")
    old_region = re.compile(rf"(?<![^-]){re.escape(settings.region)}$")  # the end of a label: `s3-eu-west-1`
    labels[:-2] = [old_region.sub(region, label) for label in labels[:-2]]
    host = ".".join(labels)
    return settings.regionendpoint if host == endpoint.host else str(endpoint._replace(host=host))


def _says_only_denied(error: ErrorResponse) -> bool:
    """Whether the store only says that access is denied. Only the answer to a HEAD has no code of S3."""
    if error.operation == "HeadObject":
        return True
    return not error.has_no_s3_code and _WORDS_OF_DENIAL.fullmatch(error.message) is not None


def _name_of(status: int) -> str:
    """`502 Bad Gateway`; without a name, `status 599`."""
    return f"{status} {responses[status]}" if status in responses else f"status {status}"


@dataclass(frozen=True, slots=True)
class _Diagnosis:
    """The findings for one error, by what it means."""

    error: ErrorResponse
    settings: Settings

    @property
    def _host(self) -> str:
        return display_host(self.settings)

    @property
    def _region(self) -> str:
        return sanitize(self.settings.region, _MAX_REGION_LENGTH)

    @property
    def _bucket(self) -> str:
        return sanitize(self.settings.bucket, _MAX_BUCKET_LENGTH)

    @property
    def _words(self) -> str:
        """What the store said, for the end of a sentence."""
        words = ": ".join(filter(None, (self.error.code, self.error.message))) or _name_of(self.error.status)
        return sanitize(words).rstrip(".")

    # Access

    def access_denied(self) -> Finding:
        operation = OPERATIONS[self.error.operation]
        if named := sanitize(error_codes.missing_action(self.error), _MAX_ACTION_LENGTH):
            if named == operation.action or named.startswith("s3:List"):
                return self._missing(operation, named, operation.resource(self.settings.bucket))
            text = f"These keys aren't allowed to {operation.purpose}: {named} is missing. {operation.consequence}"
            return Finding(Cause.ACCESS_DENIED, text, fix=Fix(f"Allow {named} for these keys."))
        if _says_only_denied(self.error):
            return self._missing(operation, operation.action, operation.resource(self.settings.bucket))
        resource = operation.resource(self._bucket)
        text = (
            f"The store rejected the request to {operation.purpose}: {self._words}. If that doesn't name the cause, "
            f"{operation.action} may be missing on {resource}"
        )
        if self.error.has_no_s3_code:
            text += f", or a proxy in front of the store blocks {operation.name}"
        return Finding(Cause.ACCESS_DENIED, f"{text}.")

    def _missing(self, operation: Operation, action: str, resource: str) -> Finding:
        missing = f"{action} is missing on {resource}"
        if operation.name in COPIES:
            missing = f"s3:GetObject or {missing}"
        consequence = operation.consequence
        if operation.name == "DeleteObjects" and registry_of(self.settings.registry).list_version != 1:
            consequence = "Without it, every push fails, and so do image deletion and garbage collection."
        return Finding(
            Cause.ACCESS_DENIED,
            f"These keys aren't allowed to {operation.purpose}: {missing}. {consequence}",
            fix=Fix(f"Allow {action} for these keys in the store's policy."),
        )

    def explicit_deny(self) -> Finding:
        operation = OPERATIONS[self.error.operation]
        return Finding(
            Cause.ACCESS_DENIED,
            f"A policy denies these keys the right to {operation.purpose}: {self._words}. Allowing more won't help. "
            "Find the statement that denies it, in the bucket's policy or the user's.",
        )

    def unknown_access_key(self) -> Finding:
        return Finding(
            Cause.UNKNOWN_ACCESS_KEY,
            f"The store at {self._host} doesn't recognise this access key. Check it for typos, and that this is the "
            "server that issued it.",
            setting="accesskey",
        )

    def malformed_access_key(self) -> Finding:
        return Finding(
            Cause.MALFORMED_ACCESS_KEY,
            "The store says that the access key is malformed. Check it for slashes, spaces and quotes.",
            setting="accesskey",
        )

    def wrong_secret(self) -> Finding:
        text = (
            "The access key is right but the secret key doesn't match. Paste the secret key again. "
            "A proxy that rewrites the host or path can also cause this."
        )
        if path := sanitize(Endpoint.parse(self.settings.regionendpoint).path, 40):
            text = (
                "The access key is right but the signature doesn't match. The secret key is wrong, or a proxy "
                f"removes {path} from the signed address. In that case use an address without a path."
            )
        return Finding(Cause.WRONG_SECRET, text, setting="secretkey")

    def expired_token(self) -> Finding:
        return expired_credentials()

    def clock_skew(self) -> Finding:
        return Finding(
            Cause.CLOCK_SKEW,
            "This machine's clock and the store's differ too much. Sync both with NTP (timedatectl set-ntp true).",
        )

    # Bucket and region

    def no_bucket(self) -> Finding:
        return Finding(
            Cause.NO_BUCKET,
            f'Bucket "{self._bucket}" doesn\'t exist on {self._host}. Check the name, or create it (the registry '
            "won't).",
            setting="bucket",
            fix=Fix(f"Create the bucket in {self._region}.", creates_bucket=True),
        )

    def bucket_name_refused(self) -> Finding:
        return Finding(
            Cause.NO_BUCKET,
            f'No bucket on {self._host} can have the name "{self._bucket}". Use 3 to 63 lower-case letters, digits and '
            "hyphens.",
            setting="bucket",
        )

    def bucket_name_taken(self) -> Finding:
        return Finding(
            Cause.INVALID_SETTING,
            f'The name "{self._bucket}" is already taken. Choose another one.',
            setting="bucket",
        )

    def wrong_region(self) -> Finding:
        region = sanitize(self.error.region, _MAX_REGION_LENGTH)
        if region and Endpoint.parse(self.settings.regionendpoint).is_amazon():
            return self._wrong_amazon_endpoint(region)
        if not region or region == self.settings.region:
            text = f"The store rejected the region {self._region}. Ask its administrator for the right one."
            return Finding(Cause.WRONG_REGION, text, setting="region")
        changes = {"region": region}
        if (endpoint := _endpoint_in(region, self.settings)) != self.settings.regionendpoint:
            changes["regionendpoint"] = endpoint
        return Finding(
            Cause.WRONG_REGION,
            f"The bucket is in {region}, not in {self._region}.",
            setting="region",
            fix=Fix(f"Set the region to {region}.", changes),
        )

    def _wrong_amazon_endpoint(self, region: str) -> Finding:
        """The bucket is in another region than that of an endpoint of Amazon, whatever the setting says."""
        endpoint = amazon_endpoint(self.settings, region)
        changes = {"region": region, "regionendpoint": endpoint}
        is_endpoint = region == self.settings.region
        return Finding(
            Cause.WRONG_REGION,
            f"The bucket is in {region}, but the endpoint {self._host} is for another region."
            if is_endpoint
            else f"The bucket is in {region}, not in {self._region}.",
            setting="regionendpoint" if is_endpoint else "region",
            fix=Fix(f"Use {endpoint or 'no endpoint'} in region {region}.", changes),
        )

    def malformed_authorization(self) -> Finding:
        is_about_key = "credential is mal-formed" in self.error.message.lower()
        return self.malformed_access_key() if is_about_key else self.wrong_region()

    # Protocol

    def v4_required(self) -> Finding:
        return Finding(
            Cause.V4_REQUIRED,
            f"The store at {self._host} accepts only Signature V4.",
            setting="v4auth",
            fix=fixes.V4_ON,
        )

    def v2_required(self) -> Finding:
        return Finding(
            Cause.V2_REQUIRED,
            f"The store at {self._host} accepts only Signature V2.",
            setting="v4auth",
            fix=fixes.V4_AND_REDIRECTS_OFF,
        )

    def virtual_host_required(self) -> Finding:
        registry = registry_of(self.settings.registry)
        text = f"The store at {self._host} requires virtual-hosted-style URLs (bucket.host)"
        if not registry.path_style_setting:
            text += f", which {registry.title} doesn't support with an endpoint. Use Distribution 3."
            return Finding(Cause.VIRTUAL_HOST_REQUIRED, text, setting="registry")
        return Finding(
            Cause.VIRTUAL_HOST_REQUIRED,
            f"{text}. With path style off, DNS must resolve that name.",
            setting="forcepathstyle",
            fix=fixes.PATH_STYLE_OFF if registry.path_style(self.settings) else None,
        )

    def public_endpoint_refused(self) -> Finding:
        return endpoint_finding(
            Cause.STORE_ERROR,
            f"The store doesn't serve this account at its public address {self._host}: {self._words}. Use the "
            "provider's internal endpoint, or your own domain.",
        )

    def https_required(self) -> Finding:
        return https_required(self.settings)

    def changed_request(self) -> Finding:
        return Finding(
            Cause.STORE_ERROR,
            f"A proxy in front of the store changes the requests: {self._words}. Make it pass all headers unchanged.",
        )

    # Values that are sent with an object

    def encryption_refused(self) -> Finding:
        if not self.settings.encrypt:
            text = (
                f"The bucket's default encryption uses a key that the store can't use: {self._words}. Correct the "
                "key, or the default encryption of the bucket."
            )
            return Finding(Cause.STORE_ERROR, text)
        fix = next(fixes.less_encryption(self.settings), None)
        text = f"The store rejected the encryption settings: {self._words}."
        return Finding(Cause.UNSUPPORTED, text, setting=next(iter(fix.set), "") if fix else "encrypt", fix=fix)

    def no_object(self) -> Finding:
        endpoint = Endpoint.parse(self.settings.regionendpoint)
        if not endpoint.path and place_of_objects(self.error, self.settings):
            return self._bucket_in_host(str(endpoint._replace(host=endpoint.host[len(self.settings.bucket) + 1 :])))
        source = unreadable_source(self.settings) if self.error.operation in COPIES else None
        return source or self.unknown_error()

    def _bucket_in_host(self, without_bucket: str) -> Finding:
        return endpoint_finding(
            Cause.INVALID_SETTING,
            "The store takes the bucket from the host name, so the bucket in the path becomes part of each key. "
            "Remove it from the endpoint.",
            Fix(f"Use {without_bucket}.", {"regionendpoint": without_bucket}),
        )

    def storage_class_refused(self) -> Finding:
        given = sanitize(self.settings.storageclass, 40)
        fix = Fix("Use the storage class STANDARD.", {"storageclass": "STANDARD"}) if given != "STANDARD" else None
        text = f"The store rejected the storage class {given}: {self._words}."
        return Finding(Cause.UNSUPPORTED, text, setting="storageclass", fix=fix)

    def acl_refused(self) -> Finding:
        can_send_none = registry_of(self.settings.registry).reads("objectownership")
        if can_send_none:
            remedy = "Turn objectownership on, or enable ACLs on the bucket."
        elif self.settings.objectacl != _ALLOWED_ACL:
            remedy = f"Amazon S3 accepts only {_ALLOWED_ACL} then: set that, or enable ACLs on the bucket."
        else:
            remedy = "Enable ACLs on the bucket."
        return Finding(
            Cause.ACL_NOT_SUPPORTED,
            f'The bucket has ACLs disabled, but the registry sends the ACL "{sanitize(self.settings.objectacl, 40)}" '
            f"with each object. {remedy}",
            setting="objectacl",
            fix=fixes.NO_ACL if can_send_none else Fix(f"Use the ACL {_ALLOWED_ACL}.", {"objectacl": _ALLOWED_ACL}),
        )

    # The store itself

    def quota(self) -> Finding:
        return Finding(Cause.QUOTA, f"The store accepts no more data: {self._words}. Free space, or raise the quota.")

    def write_once(self) -> Finding:
        operation = OPERATIONS[self.error.operation]
        return Finding(
            Cause.UNSUPPORTED,
            f"The bucket is write-once, so the store refused to {operation.purpose}: {self._words}. Pushes fail, "
            "because the registry moves and deletes its uploads. Use a bucket without object lock or retention.",
        )

    def unsupported(self) -> Finding:
        operation, code = OPERATIONS[self.error.operation], sanitize(self.error.code, 40)
        is_refused = self.error.status == HTTPStatus.METHOD_NOT_ALLOWED or code == "MethodNotAllowed"
        reason = f"{operation.name}: {code if is_refused else 'not implemented'}"
        consequence = operation.consequence
        if operation.name == "DeleteObjects":
            consequence = "Pushes fail, because the registry deletes each upload after moving it."
            if is_refused:
                consequence += " Write-once buckets (object lock, WORM) answer like this."
        return Finding(
            Cause.UNSUPPORTED, f"The store doesn't support the call to {operation.purpose} ({reason}). {consequence}"
        )

    def too_large(self) -> Finding:
        largest = registry_of(self.settings.registry).largest_part(self.settings.chunksize)
        size = format_size(largest + largest % 2)  # a last part of n - 1 bytes is displayed as n
        return Finding(
            Cause.TOO_LARGE,
            f"The store at {self._host}, or a proxy in front of it, rejected an upload part as too large "
            f"(status {self.error.status}). Parts are up to {size}. Raise the proxy's limit; in nginx: "
            "client_max_body_size 0.",
        )

    def throttled(self) -> Finding:
        text = f"The store at {self._host} is rate limiting requests. Wait a minute and try again."
        return Finding(Cause.THROTTLED, text)

    def unknown_error(self) -> Finding:
        operation = OPERATIONS.get(self.error.operation)
        what = f"failed to {operation.purpose}" if operation else "returned an error"
        text = f"The store {what}: {self._words}. Check the store's log."
        return Finding(Cause.STORE_ERROR, text)


# The codes of S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html), of S3-compatible servers and of
# `error_codes`; and statuses, as botocore uses the status as the code of an error without one.
_DIAGNOSES: dict[str, Callable[[_Diagnosis], Finding]] = {
    "AccessDenied": _Diagnosis.access_denied,
    "Forbidden": _Diagnosis.access_denied,
    "403": _Diagnosis.access_denied,
    "status 403": _Diagnosis.access_denied,
    "InvalidAccessKeyId": _Diagnosis.unknown_access_key,
    "SignatureDoesNotMatch": _Diagnosis.wrong_secret,
    "AuthorizationHeaderMalformed": _Diagnosis.malformed_authorization,
    "AuthorizationQueryParametersError": _Diagnosis.malformed_authorization,
    "PermanentRedirect": _Diagnosis.wrong_region,
    "TemporaryRedirect": _Diagnosis.wrong_region,
    "IllegalLocationConstraintException": _Diagnosis.wrong_region,
    "301": _Diagnosis.wrong_region,
    "status 301": _Diagnosis.wrong_region,
    "NoSuchBucket": _Diagnosis.no_bucket,
    "InvalidBucketName": _Diagnosis.bucket_name_refused,
    "NoSuchKey": _Diagnosis.no_object,
    "BucketAlreadyExists": _Diagnosis.bucket_name_taken,
    "RequestTimeTooSkewed": _Diagnosis.clock_skew,
    "RequestExpired": _Diagnosis.clock_skew,
    error_codes.V4_REQUIRED: _Diagnosis.v4_required,
    error_codes.V2_REQUIRED: _Diagnosis.v2_required,
    error_codes.CHANGED_REQUEST: _Diagnosis.changed_request,
    error_codes.EXPLICIT_DENY: _Diagnosis.explicit_deny,
    error_codes.ENCRYPTION_REFUSED: _Diagnosis.encryption_refused,
    error_codes.STORAGE_CLASS_REFUSED: _Diagnosis.storage_class_refused,
    error_codes.ACL_REFUSED: _Diagnosis.acl_refused,
    error_codes.QUOTA: _Diagnosis.quota,
    error_codes.WRITE_ONCE: _Diagnosis.write_once,
    "507": _Diagnosis.quota,
    "status 507": _Diagnosis.quota,
    "UnsupportedAlgorithm": _Diagnosis.v4_required,
    "SecondLevelDomainForbidden": _Diagnosis.virtual_host_required,  # Alibaba
    "PathStyleDomainForbidden": _Diagnosis.virtual_host_required,  # Tencent
    "VirtualHostDomainRequired": _Diagnosis.virtual_host_required,  # Huawei
    "PublicEndpointForbidden": _Diagnosis.public_endpoint_refused,  # Alibaba
    error_codes.HTTPS_REQUIRED: _Diagnosis.https_required,
    "NotImplemented": _Diagnosis.unsupported,
    "MethodNotAllowed": _Diagnosis.unsupported,
    "status 405": _Diagnosis.unsupported,
    "501": _Diagnosis.unsupported,
    "status 501": _Diagnosis.unsupported,
    "SlowDown": _Diagnosis.throttled,
    "Throttling": _Diagnosis.throttled,
    "TooManyRequests": _Diagnosis.throttled,
    "RequestLimitExceeded": _Diagnosis.throttled,
    "429": _Diagnosis.throttled,
    "status 429": _Diagnosis.throttled,
    "ExpiredToken": _Diagnosis.expired_token,
    "InvalidToken": _Diagnosis.expired_token,
}
