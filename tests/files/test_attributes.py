"""Owner, group, mode, access control list and extended attributes are carried over, or it is an error."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tests.support.files import OTHER_USER, as_root, failing, mode_of, needs_acl, set_acl, set_attribute
from wizard.files.attributes import Attributes, KeepError, set_plain_mode

_ACL = "system.posix_acl_access"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model"
    path.touch(0o640)
    return path


def attributes_of(path: Path) -> Attributes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return Attributes.of(descriptor)
    finally:
        os.close(descriptor)


def apply(attributes: Attributes, path: Path) -> None:
    path.touch(0o600)
    descriptor = os.open(path, os.O_RDWR)
    try:
        attributes.apply(descriptor, path)
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o640, 0o400, 0o4755, 0o2775, 0o000])
def test_the_mode_is_carried_over(model: Path, mode: int) -> None:
    model.chmod(0o600)
    before = attributes_of(model)
    apply(Attributes(before.owner, before.group, mode, before.extended), model.with_name("new"))
    assert mode_of(model.with_name("new")) == mode


@as_root
def test_owner_and_group_are_carried_over(model: Path) -> None:
    os.chown(model, OTHER_USER, OTHER_USER - 1)
    model.chmod(0o4750)
    apply(attributes_of(model), model.with_name("new"))
    status = model.with_name("new").stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (OTHER_USER, OTHER_USER - 1, 0o4750)


@needs_acl
def test_an_access_control_list_is_carried_over(model: Path) -> None:
    set_acl(model, f"u:{OTHER_USER}:r,g::-,m::r")
    apply(attributes_of(model), model.with_name("new"))
    assert attributes_of(model.with_name("new")) == attributes_of(model)
    assert _ACL in attributes_of(model).extended


@needs_acl
def test_an_access_control_list_that_the_model_lacks_is_removed(model: Path) -> None:
    new = model.with_name("new")
    new.touch()
    set_acl(new, f"u:{OTHER_USER}:rw")
    apply(attributes_of(model), new)
    assert attributes_of(new) == attributes_of(model)


@needs_acl
def test_other_attributes_are_carried_over_and_removed(model: Path) -> None:
    new = model.with_name("new")
    new.touch()
    set_attribute(new, "user.extra", b"x")
    set_attribute(model, "user.origin", b"by hand")
    model.chmod(0o400)
    apply(attributes_of(model), new)
    assert attributes_of(new).extended == {"user.origin": b"by hand"}


def test_an_access_control_list_is_set_last_as_it_can_forbid_writing(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = []
    monkeypatch.setattr(os, "setxattr", lambda _descriptor, name, _value: names.append(name))
    extended = {"user.origin": b"x", _ACL: b"x", "security.selinux": b"x"}
    with pytest.raises(KeepError):
        apply(Attributes(os.geteuid(), os.getegid(), 0o440, extended), model.with_name("new"))
    assert names[-1] == _ACL


@pytest.mark.parametrize(
    ("attributes", "word"),
    [
        (Attributes(1, os.getegid(), 0o640, {}), "its owner cannot be preserved"),
        (Attributes(os.geteuid(), 1, 0o640, {}), "its group cannot be preserved"),
        (Attributes(os.geteuid(), os.getegid(), 0o640, {_ACL: b"x"}), "its access control list cannot be preserved"),
        (Attributes(os.geteuid(), os.getegid(), 0o640, {"security.selinux": b"x"}), 'its "security.selinux" cannot be'),
    ],
)
def test_what_cannot_be_carried_over_is_an_error(
    model: Path, monkeypatch: pytest.MonkeyPatch, attributes: Attributes, word: str
) -> None:
    monkeypatch.setattr(os, "fchown", failing(os.fchown, errno.EPERM))
    monkeypatch.setattr(os, "setxattr", failing(os.setxattr, errno.EPERM))
    with pytest.raises(KeepError) as caught:
        apply(attributes, model.with_name("new"))
    assert word in str(caught.value)
    assert str(caught.value).endswith("Run as its owner or as root, or choose another file.")


def test_a_mode_that_cannot_be_carried_over_is_an_error(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fchmod", failing(os.fchmod, errno.EPERM))
    with pytest.raises(KeepError, match="its mode cannot be preserved"):
        apply(attributes_of(model), model.with_name("new"))


def test_signatures_of_the_content_are_not_carried_over(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "listxattr", lambda _descriptor: ["security.ima", "security.evm"])
    assert attributes_of(model).extended == {}


def test_a_file_system_without_extended_attributes_has_none(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "listxattr", failing(os.listxattr, errno.EOPNOTSUPP))
    assert attributes_of(model).extended == {}


def test_an_attribute_that_this_user_cannot_read_is_left_out(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "listxattr", lambda _descriptor: ["user.x"])
    monkeypatch.setattr(os, "getxattr", failing(os.getxattr, errno.EPERM))
    assert attributes_of(model).extended == {}


@needs_acl
@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_a_plain_mode_has_no_access_control_list(model: Path, mode: int) -> None:
    set_acl(model, f"u:{OTHER_USER}:rw")
    descriptor = os.open(model, os.O_RDWR)
    set_plain_mode(descriptor, mode)
    os.close(descriptor)
    assert (mode_of(model), attributes_of(model).extended) == (mode, {})
