"""Who can access a file: owner, group, mode, access control list, and the other extended attributes.

POSIX access control lists are the extended attribute `system.posix_acl_access`, see acl(5) and xattr(7). Where a file
has one, the bits of the group in its mode are the mask, so the mode alone does not show who can read it.
"""

import contextlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Self

from wizard.files.errors import FileError
from wizard.files.sharing import ACL
from wizard.text.sanitize import sanitize

PRIVATE_MODE = 0o600  # of every file that belongs to this program
_OF_CONTENT = {"security.ima", "security.evm"}  # signatures of the bytes, which the kernel writes anew


class KeepError(FileError):
    """An attribute of a file cannot be given to the file that would replace it."""

    def __init__(self, path: Path, attribute: str) -> None:
        super().__init__(
            f"{sanitize(path)} was not saved: its {sanitize(attribute, 60)} cannot be preserved. Run as its "
            "owner or as root, or choose another file."
        )


class Attributes(NamedTuple):
    """The attributes of a file; `extended` are its extended attributes by name."""

    owner: int
    group: int
    mode: int
    extended: Mapping[str, bytes]

    @classmethod
    def of(cls, descriptor: int) -> Self:
        """The attributes of an open file."""
        status = os.fstat(descriptor)
        return cls(status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode), _extended(descriptor))

    def apply(self, descriptor: int, path: Path) -> None:
        """Give an open file these attributes. Raises `KeepError`, which names `path`, if it does not have them then."""
        with contextlib.suppress(OSError):  # what could not be set is found below
            os.fchown(descriptor, self.owner, self.group)
        for name in _extended(descriptor).keys() - self.extended.keys():
            with contextlib.suppress(OSError):
                os.removexattr(descriptor, name)
        for name in sorted(self.extended, key=lambda name: name == ACL):
            if name == ACL:
                _set_mode(descriptor, self.mode)  # before the list, which contains the bits of the group
            with contextlib.suppress(OSError):
                os.setxattr(descriptor, name, self.extended[name])
        if ACL not in self.extended:
            _set_mode(descriptor, self.mode)
        if difference := self._difference(Attributes.of(descriptor)):
            raise KeepError(path, difference)

    def _difference(self, other: Self) -> str:
        """The first attribute that differs; empty if there is none."""
        names = sorted(self.extended.keys() | other.extended.keys())
        differing = (name for name in names if self.extended.get(name) != other.extended.get(name))
        own = (("owner", "owner"), ("group", "group"), ("mode", "mode"))
        basic = (word for word, field in own if getattr(self, field) != getattr(other, field))
        first = next(basic, None) or next(differing, "")
        return "access control list" if first == ACL else first if first in dict(own) or not first else f'"{first}"'


def set_plain_mode(descriptor: int, mode: int) -> None:
    """Give an open file exactly these permission bits, without an access control list. Raises `OSError`."""
    if hasattr(os, "removexattr"):
        with contextlib.suppress(OSError):  # most files have none; a folder can give one to each new file in it
            os.removexattr(descriptor, ACL)
    os.fchmod(descriptor, mode)  # the umask may have removed bits


def _set_mode(descriptor: int, mode: int) -> None:
    with contextlib.suppress(OSError):
        os.fchmod(descriptor, mode)


def _extended(descriptor: int) -> dict[str, bytes]:
    if not hasattr(os, "listxattr"):
        return {}
    try:
        names = os.listxattr(descriptor)
    except OSError:  # the file system has none
        return {}
    values = {}
    for name in names:
        if name not in _OF_CONTENT:
            with contextlib.suppress(OSError):  # not for this user
                values[name] = os.getxattr(descriptor, name)
    return values
