"""The name of the bucket."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.catalog.providers import BucketNames, provider_of
from wizard.catalog.registries import registry_of
from wizard.model.findings import Finding, Fix, Severity
from wizard.model.settings import Settings
from wizard.rules.invalid import describe_invalid_character, invalid_setting
from wizard.text.sanitize import sanitize

_ADDRESS = re.compile(r"(?:s3://|arn:aws[a-z-]*:s3:::)(?P<bucket>[^/]+)(?P<path>/.*)?", re.IGNORECASE)
_RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def bucket(settings: Settings) -> Iterator[Finding]:
    """The name follows Amazon's rules, or the less strict ones that compatible servers share.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    name = settings.bucket
    if not name:
        yield invalid_setting("bucket", "Type the bucket's name; it must exist already.")
        return
    if address := _address_instead_of_name(name):
        yield address
        return
    amazon = provider_of(settings).bucket_names is BucketNames.AWS
    problem = _amazon_problem(name) if amazon else _compatible_problem(name)
    if problem:
        lower = name.lower()
        is_fixed = amazon and lower != name and not _amazon_problem(lower)
        fix = Fix(f"Use {lower}: bucket names have no capitals.", {"bucket": lower}) if is_fixed else None
        yield invalid_setting("bucket", problem, fix)
    elif "." in name and amazon and not registry_of(settings.registry).path_style(settings):
        yield invalid_setting(
            "bucket",
            "A dot in the name keeps certificates from matching; the registry falls back to path style.",
            severity=Severity.WARNING,
        )


def _address_instead_of_name(text: str) -> Finding | None:
    """A finding for an `s3://` URL, an ARN or a path, with the name in its fix; None for other texts."""
    address = _ADDRESS.fullmatch(text)
    name, path = (address["bucket"], address["path"] or "") if address else text.partition("/")[::2]
    path = path.strip("/*")
    if (not address and "/" not in text) or not name or ":" in name:
        return None
    if not path:
        return invalid_setting(
            "bucket",
            "Only the bucket's name belongs here, not its address.",
            Fix(f"Use {sanitize(name, 64)}.", {"bucket": name}),
        )
    return invalid_setting(
        "bucket",
        "A bucket's name has no slash; a path in the bucket is the root directory.",
        Fix(
            f"Use {sanitize(name, 64)} with root directory /{sanitize(path, 60)}.",
            {"bucket": name, "rootdirectory": f"/{path}"},
        ),
    )


def _amazon_problem(name: str) -> str:
    if char := describe_invalid_character(name, r"[a-z0-9.-]"):
        return f"{char} cannot be in a bucket's name: small letters, digits, hyphens and dots only."
    if not 3 <= len(name) <= 63:
        return f"A bucket's name has 3 to 63 characters; this one has {len(name)}."
    if not (name[0].isalnum() and name[-1].isalnum()):
        return "A bucket's name begins and ends with a letter or a digit."
    if ".." in name:
        return "A bucket's name has no two dots in a row."
    if re.fullmatch(r"\d+\.\d+\.\d+\.\d+", name):
        return "A bucket's name must not look like an IP address."
    reserved = [part for part in _RESERVED_PREFIXES if name.startswith(part)]
    reserved += [part for part in _RESERVED_SUFFIXES if name.endswith(part)]
    return f"Amazon reserves bucket names with `{reserved[0]}`." if reserved else ""


def _compatible_problem(name: str) -> str:
    if char := describe_invalid_character(name, r"[A-Za-z0-9._-]"):
        return f"{char} cannot be in a bucket's name: letters, digits, hyphens, dots and underscores only."
    if not 3 <= len(name) <= 255:
        return f"A bucket's name has 3 to 255 characters; this one has {len(name)}."
    if not name[0].isalnum():
        return "A bucket's name begins with a letter or a digit."
    return ""
