"""The checksums of S3: their values, and how a body is followed by one."""

from __future__ import annotations

import base64

import pytest

from wizard.rules import further
from wizard.s3.checksums import CHECKSUMS, checksum, with_trailer

# https://reveng.sourceforge.io/crc-catalogue/all.htm has the values of the CRCs for these bytes.
OF_DIGITS = {
    "CRC32": "cbf43926",
    "CRC32C": "e3069283",
    "CRC64NVME": "ae8b14860a799888",
    "SHA1": "f7c3bc1d808e04732adf679965ccc34ca7ae3441",
    "SHA256": "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
}


@pytest.mark.parametrize("algorithm", CHECKSUMS)
def test_the_checksum_of_the_digits_is_the_published_one(algorithm: str) -> None:
    assert base64.b64decode(checksum(algorithm, b"123456789")).hex() == OF_DIGITS[algorithm]


def test_the_rules_accept_the_algorithms_that_can_be_sent() -> None:
    assert sorted(further.CHECKSUMS) == sorted(CHECKSUMS)


@pytest.mark.parametrize(
    ("body", "encoded"),
    [
        (b"hello", b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"),
        (b"", b"0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"),
    ],
)
def test_a_trailer_follows_the_only_chunk(body: bytes, encoded: bytes) -> None:
    assert with_trailer("CRC32", body) == encoded
