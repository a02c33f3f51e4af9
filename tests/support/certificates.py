"""Certificates for servers on loopback: a valid one, and one for each reason to reject it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LOOPBACK = (
    x509.DNSName("localhost"),
    x509.DNSName("*.localhost"),
    x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
)
_OTHER_HOST = (x509.DNSName("elsewhere.example"),)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server's certificate and key as PEM files, and the CA file that a client must trust."""

    cert: Path
    key: Path
    ca: Path


@dataclass(frozen=True, slots=True)
class Certificates:
    """The CA in `ca` signed all but `self_signed`; all but `other_host` are for loopback."""

    ca: Path
    good: Certificate
    self_signed: Certificate
    expired: Certificate
    other_host: Certificate


@dataclass(frozen=True, slots=True)
class _Issuer:
    name: x509.Name
    key: ec.EllipticCurvePrivateKey


def make_certificates(folder: Path) -> Certificates:
    """Write a CA and the server certificates to `folder`."""
    issuer = _Issuer(_name("storage-wizard test CA"), _new_key())
    ca = folder / "ca.pem"
    ca.write_bytes(_pem(_certificate(issuer.name, issuer.key, issuer, is_ca=True)))

    def signed(
        name: str, hosts: tuple[x509.GeneralName, ...], valid_until: timedelta = timedelta(days=30)
    ) -> Certificate:
        key = _new_key()
        return _write(folder, name, _certificate(_name(name), key, issuer, hosts, valid_until), key, ca)

    return Certificates(
        ca=ca,
        good=signed("good", _LOOPBACK),
        self_signed=_self_signed(folder),
        expired=signed("expired", _LOOPBACK, -timedelta(days=1)),
        other_host=signed("other-host", _OTHER_HOST),
    )


def issue_certificate(
    folder: Path,
    subject: x509.Name,
    hosts: tuple[x509.GeneralName, ...] = _LOOPBACK,
    valid_from: timedelta = -timedelta(days=30),
    valid_until: timedelta = timedelta(days=30),
    ca_valid_until: timedelta = timedelta(days=30),
) -> Certificate:
    """A certificate for any subject, hosts and validity (relative to the present), signed by a new CA."""
    issuer, key = _Issuer(_name("its own CA"), _new_key()), _new_key()
    ca = folder / "its-own-ca.pem"
    ca.write_bytes(_pem(_certificate(issuer.name, issuer.key, issuer, valid_until=ca_valid_until, is_ca=True)))
    certificate = _certificate(subject, key, issuer, hosts, valid_until, valid_from=valid_from)
    return _write(folder, "issued", certificate, key, ca)


def _self_signed(folder: Path) -> Certificate:
    issuer = _Issuer(_name("self-signed"), _new_key())
    certificate = _certificate(issuer.name, issuer.key, issuer, _LOOPBACK)
    return _write(folder, "self-signed", certificate, issuer.key, folder / "self-signed.pem")


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: _Issuer,
    hosts: tuple[x509.GeneralName, ...] = (),
    valid_until: timedelta = timedelta(days=30),
    *,
    valid_from: timedelta = -timedelta(days=30),
    is_ca: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + valid_from)
        .not_valid_after(now + valid_until)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(_key_usage(is_ca), critical=True)
        # Python 3.13 rejects a chain without these two.
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return builder.sign(issuer.key, hashes.SHA256())


def _key_usage(is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write(
    folder: Path, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, ca: Path
) -> Certificate:
    files = Certificate(folder / f"{name}.pem", folder / f"{name}.key", ca)
    files.cert.write_bytes(_pem(certificate))
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files
