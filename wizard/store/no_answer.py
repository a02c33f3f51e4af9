"""No answer came from the store, or one cut short: which layer failed, and why."""

from __future__ import annotations

import errno
import socket
import ssl
from http.client import HTTPException

from wizard.endpoint import scheme_of
from wizard.finding import Cause, Finding
from wizard.settings import Settings
from wizard.store.certificate import not_convincing, other_host, untrusted
from wizard.store.errors import NoAnswer
from wizard.store.wording import about_endpoint, address_of, host_of, not_s3, port_of, with_scheme


def no_answer(error: NoAnswer, settings: Settings) -> Finding:
    """The finding for a call without an answer."""
    if error.other_host:
        return other_host(settings)
    for inner in error.chain():
        if (finding := _from_exception(inner, settings)) is not None:
            return finding
    if error.timed_out or any(isinstance(e, TimeoutError) for e in error.chain()):
        return _timeout(error, settings)
    if wants_tls(settings):
        return about_endpoint(
            Cause.HTTPS_REQUIRED, f"{address_of(settings)} wants HTTPS.", with_scheme(settings, "https")
        )
    if any(isinstance(e, HTTPException) and not isinstance(e, ConnectionError) for e in error.chain()):
        return not_s3(settings, is_page=False)
    return Finding(
        Cause.STORE_ERROR,
        f"{host_of(settings)} closed the connection without a whole answer. Try again; if it stays, look at the "
        "store's own log and at proxies in between.",
    )


def _from_exception(error: BaseException, settings: Settings) -> Finding | None:
    match error:
        case ssl.SSLCertVerificationError():
            return not_convincing(error, settings)
        case ssl.SSLError() if error.reason == "NO_CERTIFICATE_OR_CRL_FOUND":
            return untrusted(settings, "nothing that SSL_CERT_FILE and SSL_CERT_DIR name holds a certificate")
        case ssl.SSLError() if (error.reason or "") in _NOT_TLS:
            return about_endpoint(
                Cause.PLAIN_HTTP,
                f"{address_of(settings)} speaks plain http, not HTTPS: keys and images would travel unencrypted.",
                with_scheme(settings, "http"),
            )
        case socket.gaierror():
            return about_endpoint(
                Cause.DNS,
                f"No address is known for {host_of(settings)}. Check the endpoint for a typo, and this "
                "machine's name server.",
            )
        case ConnectionRefusedError():
            return about_endpoint(
                Cause.REFUSED,
                f"Nothing listens at {address_of(settings)}. Check the port, and that the store is running.",
            )
        case OSError() if error.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL):
            return about_endpoint(
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


def _timeout(error: NoAnswer, settings: Settings) -> Finding:
    if error.while_connecting:
        text = f"{address_of(settings)} does not take connections: nothing came back in time. A firewall may drop them."
    else:
        text = f"{address_of(settings)} took the connection and then said nothing. Is this the port of the S3 API?"
    return Finding(Cause.TIMEOUT, text, setting="regionendpoint")


def wants_tls(settings: Settings) -> bool:
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
