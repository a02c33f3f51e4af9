"""Explains calls without an answer: which layer failed, and what to do. `Party` says whose call it was."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from enum import Enum

from wizard.diagnosis.certificate import fetch_certificate
from wizard.diagnosis.tls import trust_instructions
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.oci.address import Origin
from wizard.oci.errors import CallFailedError, EndlessAnswerError, NoAnswerError, UnsupportedProxyError
from wizard.text.sanitize import sanitize

# X509_V_ERR_* of OpenSSL, https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/
_NOT_YET_VALID, _EXPIRED, _HOSTNAME_MISMATCH, _IP_ADDRESS_MISMATCH = 9, 10, 62, 64
_NO_ROUTE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL)
_NOT_TLS = (  # OpenSSL's reasons for rejecting plain text in a handshake
    *("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL"),
    *("RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"),
)


class Party(Enum):
    """Whose server was called. The values say who names its address, and what to do about it."""

    REGISTRY = ("", "Check the URL, and that the registry is running.")
    TOKEN_SERVER = (
        " The registry names it as its token server (auth.token.realm).",
        "Correct that setting, or start the token server.",
    )
    STORE = (
        " The registry redirects pulls there.",
        "Let clients reach the store, or turn redirects off (storage.redirect.disable: true).",
    )

    @property
    def relation(self) -> str:
        """A sentence on why it is called, with a blank before it."""
        return str(self.value[0])

    @property
    def advice(self) -> str:
        """A sentence on what to do."""
        return str(self.value[1])


def finding_of_failure(error: CallFailedError, party: Party) -> Finding:
    """The finding for a call without an answer. For a certificate that is not trusted, connects once more."""
    name = f"{sanitize(error.origin.host_in_url, 80)}, port {error.origin.port}"
    match error:
        case UnsupportedProxyError():
            return Finding(
                Cause.PROXY,
                f"{sanitize(error.proxy.variable)} names a proxy that can't be used here: only http:// proxies can. "
                f"Correct the variable, or add {sanitize(error.origin.host, 80)} to NO_PROXY.",
            )
        case EndlessAnswerError():
            return Finding(Cause.NOT_REGISTRY, f"{name} sends an answer without an end. Is this a registry?")
        case NoAnswerError():
            return _finding(error, party, name)
    raise error


def _finding(error: NoAnswerError, party: Party, name: str) -> Finding:
    if error.is_proxy_error and error.proxy is not None:
        return Finding(
            Cause.PROXY,
            f"The proxy {sanitize(error.proxy.address, 80)} ({error.proxy.variable}) doesn't connect to {name}. "
            f"Correct the variable, or add {sanitize(error.origin.host, 80)} to NO_PROXY.",
        )
    cause, text, advice = _problem(error, name)
    is_certificate = isinstance(error.error, ssl.SSLCertVerificationError)
    needs_own_advice = advice and (is_certificate or party is Party.REGISTRY)
    return Finding(cause, f"{text}{party.relation} {advice if needs_own_advice else party.advice}")


def _problem(error: NoAnswerError, name: str) -> tuple[Cause, str, str]:
    """The cause, a sentence on the problem, and what to do if that does not depend on whose server it is."""
    match error.error:
        case ssl.SSLError() as failure:
            return _tls_problem(failure, error.origin, name)
        case socket.gaierror():
            return Cause.DNS, f"Can't resolve {sanitize(error.origin.host, 80)}.", ""
        case ConnectionRefusedError():
            return Cause.REFUSED, f"Connection refused: nothing is listening on {name}.", ""
        case OSError() as failure if failure.errno in _NO_ROUTE:
            return Cause.UNREACHABLE, f"No route to {name}.", ""
        case TimeoutError() if error.while_connecting:
            return Cause.TIMEOUT, f"The connection to {name} timed out. A firewall may be dropping packets.", ""
        case TimeoutError():
            return Cause.TIMEOUT, f"{name} accepted the connection but didn't answer in time.", ""
        case http.client.IncompleteRead():
            text = f"{name} sent an incomplete or invalid HTTP response."
            return Cause.REGISTRY_ERROR, text, "Look into its log, and that of any proxy."
        case http.client.RemoteDisconnected() | ConnectionError():
            return (
                Cause.REGISTRY_ERROR,
                f"{name} closed the connection without an answer.",
                "If this port requires HTTPS, use https://. Otherwise look into its log, and that of any proxy.",
            )
        case http.client.HTTPException():
            return Cause.NOT_REGISTRY, f"{name} doesn't speak HTTP.", ""
    return Cause.REGISTRY_ERROR, f"The connection to {name} failed.", ""


def _tls_problem(failure: ssl.SSLError, origin: Origin, name: str) -> tuple[Cause, str, str]:
    if isinstance(failure, ssl.SSLCertVerificationError):
        return _certificate_problem(failure, origin)
    if failure.reason == "NO_CERTIFICATE_OR_CRL_FOUND":
        return _untrusted(origin, "")
    if failure.reason in _NOT_TLS:
        advice = f"Serve it with TLS, or use {origin._replace(scheme='http')}: everything is then sent unencrypted."
        return Cause.PLAIN_HTTP, f"{name} is plain HTTP, not HTTPS.", advice
    return Cause.REGISTRY_ERROR, f"No TLS connection to {name} is possible.", ""


def _certificate_problem(failure: ssl.SSLCertVerificationError, origin: Origin) -> tuple[Cause, str, str]:
    host = sanitize(origin.host, 60)
    if failure.verify_code in (_HOSTNAME_MISMATCH, _IP_ADDRESS_MISMATCH):
        certificate = fetch_certificate(_as_endpoint(origin))
        names = ", ".join(certificate.names[:3]) if certificate and certificate.names else ""
        text = f"The certificate is {f'for {names}, ' if names else ''}not for {host}."
        return Cause.TLS_HOSTNAME, text, "Use a name that it was issued for, or issue a new one."
    if failure.verify_code in (_EXPIRED, _NOT_YET_VALID):
        problem = "has expired" if failure.verify_code == _EXPIRED else "is not valid yet"
        text = f"The certificate of {host} {problem}."
        return Cause.TLS_EXPIRED, text, "Renew it, or correct this machine's clock if it is wrong."
    return _untrusted(origin, sanitize(failure.verify_message, 80))


def _untrusted(origin: Origin, reason: str) -> tuple[Cause, str, str]:
    certificate = fetch_certificate(_as_endpoint(origin))
    details = (
        f" It is for {certificate.subject}, issued by {certificate.issuer}, SHA-256 {certificate.fingerprint}."
        if certificate
        else ""
    )
    why = f" ({reason})" if reason and not certificate else ""
    return (
        Cause.TLS_UNTRUSTED,
        f"This machine doesn't trust the TLS certificate of {sanitize(origin.host, 60)}{why}.{details}",
        f"If you recognise it, install its CA: {trust_instructions()}. --insecure accepts any certificate.",
    )


def _as_endpoint(origin: Origin) -> Settings:
    """Settings with the server as their endpoint, for what reads the certificate of an endpoint."""
    return Settings(regionendpoint=f"{origin.scheme}://{origin.netloc}")
