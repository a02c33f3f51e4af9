"""Certificates, as TLS clients see them."""

from __future__ import annotations

import ssl

import pytest

from tests.support.certificates import Certificate, Certificates
from tests.support.http_requests import http_get
from tests.support.moto_server import Moto


def test_a_client_that_trusts_the_ca_accepts_the_valid_certificate(moto: Moto, certificates: Certificates) -> None:
    store = moto.store(tls=True)
    assert b"AccessDenied" in http_get(f"{store.endpoint}/{store.bucket}", ca=certificates.ca).body


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("self_signed", "self-signed certificate"),
        ("expired", "certificate has expired"),
        ("other_host", "IP address mismatch"),
    ],
)
def test_each_invalid_certificate_has_its_own_problem(certificates: Certificates, name: str, problem: str) -> None:
    certificate: Certificate = getattr(certificates, name)
    with Moto(certificate) as server, pytest.raises(ssl.SSLCertVerificationError, match=problem):
        http_get(server.endpoint_tls, ca=certificates.ca)
