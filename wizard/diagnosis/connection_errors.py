"""No answer came from the store, or one cut short: which layer failed, and why."""

from __future__ import annotations

import errno
import socket
import ssl
from http.client import HTTPException

from wizard.diagnosis.tls import diagnose_untrusted, diagnose_verification_error, other_host
from wizard.diagnosis.wording import address_of, endpoint_finding, host_of, not_s3_finding, port_of, scheme_fix
from wizard.model.endpoint import scheme_of
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.s3.errors import ConnectionFailed


def diagnose_connection_failure(error: ConnectionFailed, settings: Settings) -> Finding:
    """The finding for a call without an answer."""
    if error.other_host:
        return other_host(settings)
    for inner in error.chain():
        if (finding := _from_exception(inner, settings)) is not None:
            return finding
    if error.timed_out or any(isinstance(e, TimeoutError) for e in error.chain()):
        return _timeout(error, settings)
    if expects_tls(settings):
        return endpoint_finding(
            Cause.HTTPS_REQUIRED, f"{address_of(settings)} wants HTTPS.", scheme_fix(settings, "https")
        )
    if any(isinstance(e, HTTPException) and not isinstance(e, ConnectionError) for e in error.chain()):
        return not_s3_finding(settings, is_page=False)
    return Finding(
        Cause.STORE_ERROR,
        f"{host_of(settings)} closed the connection without a whole answer. Try again; if it stays, look at the "
        "store's own log and at proxies in between.",
    )


def _from_exception(error: BaseException, settings: Settings) -> Finding | None:
    match error:
        case ssl.SSLCertVerificationError():
            return diagnose_verification_error(error, settings)
        case ssl.SSLError() if error.reason == "NO_CERTIFICATE_OR_CRL_FOUND":
            return diagnose_untrusted(settings, "nothing that SSL_CERT_FILE and SSL_CERT_DIR name holds a certificate")
        case ssl.SSLError() if (error.reason or "") in _NOT_TLS:
            return endpoint_finding(
                Cause.PLAIN_HTTP,
                f"{address_of(settings)} speaks plain http, not HTTPS: keys and images would travel unencrypted.",
                scheme_fix(settings, "http"),
            )
        case socket.gaierror():
            return endpoint_finding(
                Cause.DNS,
                f"No address is known for {host_of(settings)}. Check the endpoint for a typo, and this "
                "machine's name server.",
            )
        case ConnectionRefusedError():
            return endpoint_finding(
                Cause.REFUSED,
                f"Nothing listens at {address_of(settings)}. Check the port, and that the store is running.",
            )
        case OSError() if error.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL):
            return endpoint_finding(
                Cause.UNREACHABLE,
                f"No way leads to {address_of(settings)}. Check the address, and the network, VPN or firewall between.",
            )
    return None


_NOT_TLS = {
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "UNKNOWN_PROTOCOL",
    "RECORD_LAYER_FAILURE",
    "PACKET_LENGTH_TOO_LONG",
}


def _timeout(error: ConnectionFailed, settings: Settings) -> Finding:
    if error.while_connecting:
        text = f"{address_of(settings)} does not take connections: nothing came back in time. A firewall may drop them."
    else:
        text = f"{address_of(settings)} took the connection and then said nothing. Is this the port of the S3 API?"
    return Finding(Cause.TIMEOUT, text, setting="regionendpoint")


def expects_tls(settings: Settings) -> bool:
    """Whether a TLS handshake works where plain http did not; asked only once http has failed."""
    if scheme_of(settings) != "http":
        return False
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # nothing is sent; the question is only whether it is TLS
    host = host_of(settings).strip("[]")
    try:
        with (
            socket.create_connection((host, port_of(settings)), timeout=1) as plain,
            context.wrap_socket(plain, server_hostname=host),
        ):
            return True
    except OSError:
        return False
