"""Names: registry, provider, bucket, region, root directory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from wizard.catalog.providers import BucketNames, provider_of, providers
from wizard.catalog.registries import REGISTRIES, registry_of
from wizard.model.endpoint import url_of
from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize


def _invalid(setting: str, text: str, fix: Fix | None = None, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(Cause.INVALID_SETTING, text, severity, setting, fix)


def registry_and_provider(settings: Settings) -> Iterator[Finding]:
    """Both are words out of our own lists."""
    for name, value, known in (
        ("registry", settings.registry, list(REGISTRIES)),
        ("provider", settings.provider, list(providers())),
    ):
        if value not in known:
            import difflib  # here, as most never need it

            near = difflib.get_close_matches(value, known, 1, 0.5)
            fix = Fix(f"Use {near[0]}.", {name: near[0]}) if near else None
            some = ", ".join(known) if name == "registry" else "aws, minio, other and so on"
            yield _invalid(name, f"No {name} is called `{sanitize(value, 20)}`; choose from {some}.", fix)


# --- bucket ---------------------------------------------------------------------------------------------


def bucket(settings: Settings) -> Iterator[Finding]:
    """Amazon's naming rules, or the laxer ones of compatible servers.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    name = settings.bucket
    if not name:
        yield _invalid("bucket", "Type the bucket's name; it must exist already.")
        return
    if (elsewhere := _bucket_inside(name)) is not None:
        yield elsewhere
        return
    amazon = provider_of(settings).bucket_names is BucketNames.AWS
    problem = _amazon_bucket_problem(name) if amazon else _compatible_bucket_problem(name)
    if problem:
        lower = name.lower()
        mended = amazon and lower != name and not _amazon_bucket_problem(lower)
        fix = Fix(f"Use {lower}: bucket names have no capitals.", {"bucket": lower}) if mended else None
        yield _invalid("bucket", problem, fix)
    elif "." in name and amazon and not registry_of(settings.registry).path_style(settings):
        yield _invalid(
            "bucket",
            "A dot in the name keeps certificates from matching; the registry falls back to path style.",
            severity=Severity.WARNING,
        )


_ADDRESS = re.compile(r"(?:s3://|arn:aws[a-z-]*:s3:::)(?P<bucket>[^/]+)(?P<path>/.*)?", re.IGNORECASE)


def _bucket_inside(text: str) -> Finding | None:
    """Somebody pasted an `s3://` address, an ARN or a path where the name alone belongs."""
    found = _ADDRESS.fullmatch(text)
    name, path = (found["bucket"], found["path"] or "") if found else text.partition("/")[::2]
    path = path.strip("/*")
    if (not found and "/" not in text) or not name or ":" in name:
        return None
    if not path:
        return _invalid(
            "bucket",
            "Only the bucket's name belongs here, not its address.",
            Fix(f"Use {sanitize(name, 64)}.", {"bucket": name}),
        )
    return _invalid(
        "bucket",
        "A bucket's name has no slash; a path in the bucket is the root directory.",
        Fix(
            f"Use {sanitize(name, 64)} with root directory /{sanitize(path, 60)}.",
            {"bucket": name, "rootdirectory": f"/{path}"},
        ),
    )


_RESERVED_STARTS = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def _amazon_bucket_problem(name: str) -> str:
    if odd := _first_odd(name, r"[a-z0-9.-]"):
        return f"{odd} cannot be in a bucket's name: small letters, digits, hyphens and dots only."
    if not 3 <= len(name) <= 63:
        return f"A bucket's name has 3 to 63 characters; this one has {len(name)}."
    if not (name[0].isalnum() and name[-1].isalnum()):
        return "A bucket's name begins and ends with a letter or a digit."
    if ".." in name:
        return "A bucket's name has no two dots in a row."
    if re.fullmatch(r"\d+\.\d+\.\d+\.\d+", name):
        return "A bucket's name must not look like an IP address."
    for part in (
        *(p for p in _RESERVED_STARTS if name.startswith(p)),
        *(p for p in _RESERVED_ENDS if name.endswith(p)),
    ):
        return f"Amazon reserves bucket names with `{part}`."
    return ""


def _compatible_bucket_problem(name: str) -> str:
    if odd := _first_odd(name, r"[A-Za-z0-9._-]"):
        return f"{odd} cannot be in a bucket's name: letters, digits, hyphens, dots and underscores only."
    if not 3 <= len(name) <= 255:
        return f"A bucket's name has 3 to 255 characters; this one has {len(name)}."
    if not name[0].isalnum():
        return "A bucket's name begins with a letter or a digit."
    return ""


def _first_odd(text: str, allowed: str) -> str:
    """The first character that does not match `allowed`, named so that it can be read, or ''."""
    for char in text:
        if not re.fullmatch(allowed, char):
            return "A blank" if char.isspace() else f"`{sanitize(char)}`"
    return ""


# --- region ---------------------------------------------------------------------------------------------


_AMAZON_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d{1,2}")


def region(settings: Settings) -> Iterator[Finding]:
    """The region is never empty, and on a store with known regions it is one of them."""
    provider, name = provider_of(settings), settings.region
    if not name:
        yield _invalid(
            "region",
            "The registry does not start without a region.",
            Fix(f"Use {provider.region}.", {"region": provider.region}),
        )
    elif odd := _first_odd(name, r"[A-Za-z0-9._-]"):
        near = _nearest_region(name, provider.regions)
        yield _invalid("region", f"{odd} cannot be in a region's name.", near)
    elif provider.regions and name not in provider.regions:
        near = _nearest_region(name, provider.regions)
        unknown = f"{provider.title} has no region `{sanitize(name, 30)}` that we know"
        if provider.id == "aws" and not _AMAZON_REGION.fullmatch(name):
            yield _invalid("region", f"{unknown}.", near)
        elif provider.id == "aws" and _is_refused(settings):
            refused = f"{registry_of(settings.registry).title} refuses it without an endpoint"
            yield _invalid("region", f"{unknown}; {refused}.", near)
        else:
            yield _invalid("region", f"{unknown}.", near, Severity.WARNING)


def _is_refused(settings: Settings) -> bool:
    """Whether the registry does not start: without an endpoint it takes only the regions that its SDK knows."""
    known = registry_of(settings.registry).regions
    return not settings.regionendpoint and known is not None and settings.region not in known


def _nearest_region(name: str, regions: Mapping[str, str]) -> Fix | None:
    by_word: dict[str, str] = {}
    for known, place in regions.items():
        by_word[known] = known
        by_word.setdefault(place.lower(), known)  # of two regions at a place the first
    zone = name.lower().rstrip("abcdef")  # us-east-1a is a zone of us-east-1
    parts = reversed(re.split(r"[()]", name.lower()))  # the console writes: US East (Ohio) us-east-2
    import difflib  # here, as most never need it

    near = (match for part in parts for match in difflib.get_close_matches(part.strip(), by_word, 1, 0.6))
    best = zone if zone in regions else by_word.get(next(near, ""))
    if best is None:
        return None
    place = f" ({regions[best]})" if regions[best] else ""
    return Fix(f"Use {best}{place}.", {"region": best})


def region_of_registry(settings: Settings) -> Iterator[Finding]:
    """Without an endpoint the registry refuses regions that its SDK was built before."""
    if _is_refused(settings) and settings.provider == "aws" and settings.region in provider_of(settings).regions:
        endpoint = url_of(settings.replace({"secure": True}))
        registry = registry_of(settings.registry)
        yield _invalid(
            "region",
            f"{registry.title} is older than {settings.region} and refuses it without an endpoint.",
            Fix(f"Set the endpoint to {endpoint}.", {"regionendpoint": endpoint}),
        )


# --- paths ----------------------------------------------------------------------------------------------


def root_directory(settings: Settings) -> Iterator[Finding]:
    """The driver's own pattern for paths: `^(/[A-Za-z0-9._-]+)+$`, slashes at either end being optional."""
    path = settings.rootdirectory.strip("/")
    if not path:
        return
    if "//" in path:
        yield _invalid(
            "rootdirectory",
            "Two slashes in a row name an empty folder.",
            Fix("Use one slash.", {"rootdirectory": "/" + re.sub("/+", "/", path)}),
        )
    elif odd := _first_odd(path, r"[A-Za-z0-9._/-]"):
        yield _invalid("rootdirectory", f"{odd} cannot be in a path: letters, digits, `.`, `_`, `-` and `/` only.")
    elif {".", ".."} & set(path.split("/")):
        yield _invalid("rootdirectory", "`.` and `..` mean nothing in a bucket; give the path itself.")


def folder(settings: Settings) -> Iterator[Finding]:
    """On a local filesystem the root directory is an absolute path."""
    path = settings.rootdirectory
    if not path:
        yield _invalid(
            "rootdirectory",
            "Type the folder that keeps the images.",
            Fix("Use /var/lib/registry.", {"rootdirectory": "/var/lib/registry"}),
        )
    elif not PurePosixPath(path).is_absolute():
        yield _invalid(
            "rootdirectory",
            "The folder must be an absolute path.",
            Fix(f"Use /{sanitize(path, 80)}.", {"rootdirectory": f"/{path}"}),
        )
    elif any(char < " " or char == "\x7f" for char in path):
        yield _invalid("rootdirectory", "A path has no control characters; type it again.")
