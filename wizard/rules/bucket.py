"""The name of the bucket."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.catalog.endpoints import is_global, provider_by_host, store_of
from wizard.catalog.providers import BucketNames
from wizard.catalog.registries import registry_of
from wizard.catalog.store_search import FoundStores, find_stores, is_address
from wizard.model.endpoint import Endpoint, host_of
from wizard.model.findings import Finding, Fix, Severity
from wizard.model.settings import Settings
from wizard.rules.invalid import describe_invalid_character, invalid_setting
from wizard.text.sanitize import sanitize

_ADDRESS = r"(?i:(?:(?:s3[an]?|gs)://|arn:aws[a-z-]*:s3:::)(?P<bucket>[^/]+)(?P<path>/.*)?)"
_ACCESS_POINT = r"(?i:arn:aws[a-z-]*:s3[a-z-]*:[^:]*:\d*:(?:accesspoint|outpost)\b.*)"
_RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
# An alias of an access point (`-s3alias`) is not among these: it can be used in place of a bucket's name.
_OTHER_KINDS = {
    "--x-s3": "a directory bucket",  # no path style, no ACL
    "--table-s3": "a table bucket",
    "--ol-s3": "an Object Lambda access point",  # reads only
    ".mrap": "a multi-region access point",  # signature version 4A only
}
_TENANT = r"(?a)^\w*:"  # of Ceph: https://docs.ceph.com/en/latest/radosgw/multitenancy/
_WARNING = Severity.WARNING


def bucket(settings: Settings) -> Iterator[Finding]:
    """The name can be that of a bucket.

    Amazon's rules for new buckets are only warnings: buckets from before a rule keep their names, such as `MyRegistry`
    and `my_registry` in us-east-1 until 2018. No fix changes a name: the other one can be a bucket of another account.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    name = settings.bucket
    if not name:
        yield invalid_setting("bucket", "Enter a bucket name.")
        return
    if address := _address_instead_of_name(name, settings):
        yield address
        return
    amazon = store_of(settings).bucket_names is BucketNames.AWS
    untenanted = name if amazon else re.sub(_TENANT, "", name)
    if problem := _problem_of_any_name(untenanted) or (_problem_of_kind(name) if amazon else ""):
        yield invalid_setting("bucket", problem)
    elif amazon and (problem := _problem_of_new_name(name)):
        yield invalid_setting("bucket", f"New buckets can't {problem}. Older ones can.", severity=_WARNING)
    elif "." in name and amazon and not registry_of(settings.registry).path_style(settings):
        yield invalid_setting(
            "bucket",
            "Dots break TLS certificate matching, so the registry falls back to path style.",
            severity=_WARNING,
        )


def _address_instead_of_name(text: str, settings: Settings) -> Finding | None:
    """A finding for a URL, a host, an ARN or a path, with the name in its fix; None for other texts."""
    if re.fullmatch(_ACCESS_POINT, text):
        return invalid_setting(
            "bucket", "This is an access point. Enter its alias, which ends with -s3alias, or the bucket's name."
        )
    if re.match(r"https?://", text, re.IGNORECASE):
        found = find_stores(text)
        name = found.bucket or Endpoint.parse(text).path.strip("/").partition("/")[0]
        return _only_the_name("a URL", name, _other_region(found, settings))
    if host := _host_instead_of_name(text, settings):
        return host
    address = re.fullmatch(_ADDRESS, text)
    name, path = (address["bucket"], address["path"] or "") if address else text.partition("/")[::2]
    path = path.strip("/*")
    if (not address and "/" not in text) or not name or ":" in name:
        return None
    if not path:
        surplus = "a path" if not address else "an ARN" if text[:3].lower() == "arn" else "a URL"
        return _only_the_name(surplus, name)
    return invalid_setting(
        "bucket",
        "Bucket names can't contain slashes. Put the path in Root directory.",
        Fix(
            f"Use {sanitize(name, 64)} with root directory /{sanitize(path, 60)}.",
            {"bucket": name, "rootdirectory": f"/{path}"},
        ),
    )


def _host_instead_of_name(text: str, settings: Settings) -> Finding | None:
    """A finding for a host of a known store or that of the endpoint, with the bucket before it or in its path.

    None for other hosts: they can be names of buckets, which can have dots.
    """
    if not is_address(text) or "://" in text or text.lower().startswith("arn:"):
        return None
    found, parsed = find_stores(text), Endpoint.parse(text)
    is_at_endpoint = parsed.host.lower() == host_of(settings).lower() and (parsed.path or parsed.port)
    if not (found.bucket or provider_by_host(text) or is_at_endpoint):
        return None
    name = found.bucket or parsed.path.strip("/").partition("/")[0]
    return _only_the_name("an address", name, _other_region(found, settings))


def _other_region(found: FoundStores, settings: Settings) -> str:
    """The region in an address of the store, where it is another one; empty if none is. A global host names none."""
    is_same_store = found.ids == (store_of(settings).id,)
    region = "" if is_global(found.endpoint) else found.region
    return region if is_same_store and region != settings.region else ""


def _only_the_name(surplus: str, name: str, region: str = "") -> Finding:
    changes, others = {"bucket": name}, ""
    if region:
        changes, others = changes | {"region": region}, f" with region {sanitize(region, 30)}"
    fix = Fix(f"Use {sanitize(name, 64)}{others}.", changes) if name else None
    return invalid_setting("bucket", f"Enter only the bucket name, not {surplus}.", fix)


def _problem_of_any_name(name: str) -> str:
    """Why no store can have a bucket with this name; empty if one can. Names were once as free in us-east-1."""
    if char := describe_invalid_character(name, r"[A-Za-z0-9._-]"):
        return f"{char} isn't allowed in a bucket name: use letters, digits, hyphens, dots and underscores."
    if not 3 <= len(name) <= 255:
        return f"Bucket names must be 3 to 255 characters long (this is {len(name)})."
    if not name[0].isalnum():
        return "Bucket names must start with a letter or digit."
    return ""


def _problem_of_kind(name: str) -> str:
    """Why a name of Amazon's is not one of a bucket that a registry can use; empty if it can be one."""
    kind = next((kind for suffix, kind in _OTHER_KINDS.items() if name.endswith(suffix)), "")
    return f"This is {kind}, which registries can't use. Enter a general purpose bucket." if kind else ""


def _problem_of_new_name(name: str) -> str:
    """What Amazon does not allow for new buckets, to complete "New buckets can't"; empty if the name is valid."""
    if name != (lower := name.lower()):
        example = f', only small ones, as in "{sanitize(lower, 63)}"' if not _problem_of_new_name(lower) else ""
        return f"have capital letters in their name{example}"
    if char := describe_invalid_character(name, r"[a-z0-9.-]"):
        return f"have {char} in their name"
    if len(name) > 63:
        return f"have names of {len(name)} characters"
    if not name[-1].isalnum():
        return f'have names that end with "{name[-1]}"'
    if ".." in name:
        return "have two dots in a row in their name"
    if re.fullmatch(r"\d+\.\d+\.\d+\.\d+", name):
        return "have names that look like an IP address"
    reserved = [part for part in _RESERVED_PREFIXES if name.startswith(part)]
    return f'have names that begin with "{reserved[0]}"' if reserved else ""
