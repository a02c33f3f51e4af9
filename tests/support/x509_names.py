"""Subjects of certificates for tests."""

from __future__ import annotations

import warnings

from cryptography import x509


def distinguished_name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    """A name of these attributes, in this order; also an invalid one, such as one that is too long."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return x509.Name([x509.NameAttribute(part, text, _validate=False) for part, text in parts])
