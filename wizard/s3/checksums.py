"""Checksums that AWS SDKs send with the body of a request.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Callable


def checksum_header(algorithm: str) -> str:
    """The name of the header, or of the trailer, for an algorithm such as `CRC32`."""
    return f"x-amz-checksum-{algorithm.lower()}"


def checksum(algorithm: str, body: bytes) -> str:
    """The value of that header: the checksum in base64, the bytes of a number in big-endian order.

    KeyError for an algorithm that S3 does not have; the rules report that.
    """
    return base64.b64encode(_ALGORITHMS[algorithm](body)).decode()


def with_trailer(algorithm: str, body: bytes) -> bytes:
    """The body in one chunk of the encoding `aws-chunked`, followed by its checksum.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
    """
    trailer = f"{checksum_header(algorithm)}:{checksum(algorithm, body)}".encode()
    chunk = b"%x\r\n%s\r\n" % (len(body), body) if body else b""
    return b"%s0\r\n%s\r\n\r\n" % (chunk, trailer)


def _crc(polynomial: int, size: int) -> Callable[[bytes], bytes]:
    """A cyclic redundancy check of `size` bytes that starts with ones and inverts its result.

    `polynomial` is in reversed order of bits.
    """
    ones = (1 << 8 * size) - 1

    def digest(body: bytes) -> bytes:
        table, value = _table(polynomial), ones
        for byte in body:
            value = table[(value ^ byte) & 0xFF] ^ value >> 8
        return (value ^ ones).to_bytes(size, "big")

    return digest


@functools.cache
def _table(polynomial: int) -> list[int]:
    """What each value of a byte adds to the remainder."""
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ polynomial * (value & 1)  # noqa: PLW2901 - the remainder of the byte
        table.append(value)
    return table


_ALGORITHMS: dict[str, Callable[[bytes], bytes]] = {
    "CRC32": _crc(0xEDB88320, 4),
    "CRC32C": _crc(0x82F63B78, 4),
    "CRC64NVME": _crc(0x9A6C9329AC4BC9B5, 8),
    "SHA1": lambda body: hashlib.sha1(body, usedforsecurity=False).digest(),
    "SHA256": lambda body: hashlib.sha256(body).digest(),
}
CHECKSUMS = tuple(_ALGORITHMS)
