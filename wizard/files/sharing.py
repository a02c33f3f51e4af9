"""Which folders other users can write to: by the mode, the members of the group, and the access control list.

See acl(5): where a folder has an access control list, the bits of the group in its mode are the mask of that list.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

ACL = "system.posix_acl_access"  # the extended attribute
_ENTRY = "<HHI"  # tag, permissions, user or group: posix_acl_xattr.h of the Linux kernel
_VERSION_BYTES = 4
_USER, _OWNING_GROUP, _GROUP = 0x02, 0x04, 0x08  # tags
_WRITE = 0x02
_NO_ACL = (errno.ENODATA, errno.EOPNOTSUPP)
_SYSTEM_USERS = 100  # user ids below this are accounts of services, which distributions create


def is_shared(folder: os.stat_result, path: Path | str) -> bool:
    """Whether users other than its owner, this user and root can write to a folder; `folder` is the status of `path`.

    A group with the number of a user is taken for the group of that user alone, as most systems create it, unless it
    has other members.
    """
    if folder.st_mode & 0o002:
        return True
    if not folder.st_mode & 0o020:
        return False
    trusted = {folder.st_uid, os.geteuid(), 0}
    entries = _acl_entries(path)
    if entries is None:
        return True
    groups = [folder.st_gid] if not entries else []
    for tag, permissions, number in entries:
        if not permissions & _WRITE:
            continue
        if tag == _USER and number not in trusted:
            return True
        if tag in (_GROUP, _OWNING_GROUP):
            groups.append(number if tag == _GROUP else folder.st_gid)
    return any(group not in trusted or _has_other_members(group, trusted) for group in groups)


def _acl_entries(path: Path | str) -> list[tuple[int, int, int]] | None:
    """The entries of the access control list; empty if there is none, None if it cannot be read."""
    if not hasattr(os, "getxattr"):
        return []
    import struct  # imported here: only needed for a folder that a group can write to

    try:
        data = os.getxattr(path, ACL)
        return list(struct.iter_unpack(_ENTRY, data[_VERSION_BYTES:]))
    except OSError as error:
        return [] if error.errno in _NO_ACL else None
    except struct.error:
        return None


def _has_other_members(group: int, trusted: set[int]) -> bool:
    """Whether a user who is not `trusted` belongs to the group."""
    return any(user not in trusted for user in _members(group))


def _members(group: int) -> Iterator[int]:
    import grp  # imported here: only needed for a folder that a group can write to
    import pwd

    entries = [entry for entry in grp.getgrall() if entry.gr_gid == group]
    with contextlib.suppress(KeyError):
        entries.append(grp.getgrgid(group))  # a directory service may not list its groups
    for name in {name for entry in entries for name in entry.gr_mem}:
        try:
            yield pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    for user in pwd.getpwall():
        if user.pw_gid == group and not (group == 0 and user.pw_uid < _SYSTEM_USERS):
            yield user.pw_uid
