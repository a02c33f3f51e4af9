"""The rules about the root directory."""

from __future__ import annotations

import pytest

from tests.support.rules import AMAZON, FOLDER, assert_accepts, assert_reports
from wizard.rules.paths import local_directory, prefix_in_bucket

SLASHES = "Remove the double slash."
DOTS = '"." and ".." have no meaning in a bucket. Enter the path itself.'


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "/registry", "registry", "/registry/", "/a/b.c/d_e-f", "/..."),
        *("/my images", " images", "/a/ b", "/a+b", "/a&b", "/a=b", "/it's", '/a"b', "/images*", "/a:b"),
        *("/a?b", "/a#b", "/100%", "C:\\images"),
        *("/größe", "/образы", "/画像", "/e\u0301", "/~a@b!c$d(e),f;g", "/[a]{b}|<c>^`"),
    ],
)
def test_a_prefix_that_registries_can_use(path: str) -> None:
    assert_accepts(prefix_in_bucket, AMAZON, rootdirectory=path)


@pytest.mark.parametrize(
    ("path", "text", "fixed"),
    [
        ("/a//b", SLASHES, "/a/b"),
        ("a///b//c/", SLASHES, "/a/b/c"),
        ("/a%20b", 'Stores decode "%20" when they copy an object, so pushes fail.', ""),
        ("/a\tb", "A tab isn't allowed in a path", ""),
        ("/a\nb", "A line break isn't allowed in a path", ""),
        ("/a\x1bb", '"�" isn\'t allowed in a path', ""),
        ("/a\x7fb", '"�" isn\'t allowed in a path', ""),
        ("/a\x9bb", '"�" isn\'t allowed in a path', ""),
        ("/a\u202eb", '"�" isn\'t allowed in a path', ""),
        ("/a\udcffb", '"�" isn\'t allowed in a path', ""),
        ("/a/../b", DOTS, ""),
        ("./images", DOTS, ""),
    ],
)
def test_a_prefix_that_fails_is_reported(path: str, text: str, fixed: str) -> None:
    fix = {"rootdirectory": fixed} if fixed else None
    assert_reports(prefix_in_bucket, AMAZON.replace({"rootdirectory": path}), "rootdirectory", text, fix)


@pytest.mark.parametrize("path", ["/team", "/a//b"])
def test_openshift_has_no_root_directory(path: str) -> None:
    settings = AMAZON.replace({"rootdirectory": path, "registry": "openshift"})
    text = "OpenShift's registry has no root directory: it keeps its images at the top of the bucket."
    assert_reports(prefix_in_bucket, settings, "rootdirectory", text, {"rootdirectory": ""})
    assert_accepts(prefix_in_bucket, settings, rootdirectory="/")


@pytest.mark.parametrize(
    ("path", "name"), [("/my images", "a space"), ("/a#b", '"#"'), ("/a?b", '"?"'), ("/100%", '"%"')]
)
def test_with_v2_a_prefix_cannot_have_what_delimits_an_address(path: str, name: str) -> None:
    text = f"With V2 the registry doesn't escape {name}, so every call fails."
    assert_reports(prefix_in_bucket, AMAZON.replace({"rootdirectory": path, "v4auth": False}), "rootdirectory", text)


@pytest.mark.parametrize("path", ["/a+b", "/größe", "/a|b"])
def test_with_v2_the_store_decides_about_other_characters(path: str) -> None:
    assert_accepts(prefix_in_bucket, AMAZON, rootdirectory=path, v4auth=False)


@pytest.mark.parametrize("path", ["/var/lib/registry", "/", "/my images", "/größe"])
def test_a_local_directory_can_have_any_name(path: str) -> None:
    assert_accepts(local_directory, FOLDER, rootdirectory=path)


@pytest.mark.parametrize(
    ("path", "text", "fixed"),
    [
        ("", "Enter the folder for the images.", "/var/lib/registry"),
        ("srv/images", "Enter an absolute path, such as /srv/images.", "/srv/images"),
        ("./data", "Enter an absolute path, such as /srv/images.", ""),
        ("~/images", "Enter an absolute path, such as /srv/images.", ""),
        ("/srv\0", "The path contains control characters. Retype it.", ""),
        ("/srv\n", "The path contains control characters. Retype it.", ""),
        ("/srv\x1b", "The path contains control characters. Retype it.", ""),
        ("/srv\x7f", "The path contains control characters. Retype it.", ""),
    ],
)
def test_an_invalid_local_directory_is_reported(path: str, text: str, fixed: str) -> None:
    fix = {"rootdirectory": fixed} if fixed else None
    assert_reports(local_directory, FOLDER.replace({"rootdirectory": path}), "rootdirectory", text, fix)
