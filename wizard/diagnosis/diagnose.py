"""Turns an error into a finding: its cause, a sentence and, if a change of settings can help, a fix."""

from __future__ import annotations

from wizard.diagnosis.connection_errors import diagnose_connection_failure
from wizard.diagnosis.error_responses import diagnose_error_response, expired_credentials
from wizard.diagnosis.proxy import diagnose_unsupported_proxy
from wizard.diagnosis.wording import not_s3_finding
from wizard.model.findings import Cause, Finding
from wizard.model.redaction import hide_in_finding
from wizard.model.settings import Settings
from wizard.s3.errors import (
    ConnectionFailed,
    ContractViolation,
    ErrorResponse,
    NoCredentials,
    NotS3,
    NotSent,
    StoreError,
    UnsupportedProxy,
)
from wizard.s3.operations import OPERATIONS
from wizard.text.sanitize import sanitize

# Causes that make every call fail. Only the first check that meets one reports it.
STORE_WIDE = frozenset(
    {
        Cause.DNS,
        Cause.REFUSED,
        Cause.UNREACHABLE,
        Cause.PROXY,
        Cause.TLS_UNTRUSTED,
        Cause.TLS_HOSTNAME,
        Cause.TLS_EXPIRED,
        Cause.PLAIN_HTTP,
        Cause.HTTPS_REQUIRED,
        Cause.CLOCK_SKEW,
        Cause.NO_CREDENTIALS,
        Cause.MALFORMED_ACCESS_KEY,
        Cause.UNKNOWN_ACCESS_KEY,
        Cause.WRONG_SECRET,
        Cause.WRONG_REGION,
        Cause.NO_BUCKET,
        Cause.V4_REQUIRED,
        Cause.V2_REQUIRED,
        Cause.PATH_STYLE_REQUIRED,
        Cause.VIRTUAL_HOST_REQUIRED,
        Cause.EXPIRED_TOKEN,
        Cause.NOT_S3,
    }
)


def diagnose(error: StoreError, settings: Settings) -> Finding:
    """The finding for `error`, without credentials. For some causes this connects to the store once more."""
    return hide_in_finding(_diagnose(error, settings), settings)


def _diagnose(error: StoreError, settings: Settings) -> Finding:
    match error:
        case ContractViolation():
            return error.finding
        case NoCredentials() if error.has_expired:
            return expired_credentials()
        case NoCredentials():
            return Finding(
                Cause.NO_CREDENTIALS,
                f"Both keys are blank and there are {sanitize(error.text)}. Enter keys, or run this on the machine "
                "that has the registry's IAM role or environment.",
                setting="accesskey",
            )
        case NotS3():
            return _diagnose_answer(error, settings)
        case NotSent():
            text = f"No request can be made with these settings: {sanitize(error.detail)}"
            return Finding(Cause.INVALID_SETTING, f"{text.rstrip('.')}.")
        case UnsupportedProxy():
            return diagnose_unsupported_proxy(settings)
        case ConnectionFailed():
            return diagnose_connection_failure(error, settings)
        case ErrorResponse():
            return diagnose_error_response(error, settings)
    raise error


def _diagnose_answer(error: NotS3, settings: Settings) -> Finding:
    if error.is_malformed_xml:
        problem = "corrupt XML. Is a proxy altering it?"
    elif error.has_invalid_value:
        problem = "a value that registries can't parse."
    else:
        return not_s3_finding(settings, is_html=error.is_html)
    return Finding(
        Cause.CORRUPTED, f"When asked to {OPERATIONS[error.operation].purpose}, the store replies with {problem}"
    )
