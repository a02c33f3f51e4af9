"""Endpoint templates: URLs with a `{region}` and at most one `<PLACEHOLDER>`, which only the admin can fill in.

Matching looks at the host alone: scheme, port, path and letter case make no difference.
"""

from __future__ import annotations

import re
from functools import cache

_PLACEHOLDER = re.compile(r"<[A-Z_]+>")
_VARIABLE = re.compile(r"(\{region\}|<[A-Z_]+>)")
_SCHEME = re.compile(r"^[^:/]+://")
# Some hosts have another word in place of a region: transfer acceleration of Alibaba, Tencent and Amazon, and Amazon's
# hosts for websites, FIPS, access points and S3 Control.
_REGION = r"(?!accelerate|website|fips|external|accesspoint|control|outposts|object-lambda|dualstack)([a-z0-9-]+)"


def fill_region(template: str, region: str) -> str:
    """The template with `region` filled in; a placeholder stays."""
    return template.replace("{region}", region)


def has_placeholder(template: str) -> bool:
    """Whether the template has a part that only the admin can fill in."""
    return _PLACEHOLDER.search(template) is not None


def fill_placeholder(template: str, value: str) -> str:
    """The template with `value` in place of its placeholder."""
    return _PLACEHOLDER.sub(lambda _: value, template)


def placeholder_in(template: str, endpoint: str) -> str:
    """The text that `endpoint` has where the template has its placeholder; meaningless if the rest differs."""
    before, *after = _PLACEHOLDER.split(template, maxsplit=1)
    return endpoint.removeprefix(before).removesuffix("".join(after))


def host_of(endpoint: str) -> str:
    """The host of an endpoint or a template, without the credentials that an address can have before it.

    `urllib.parse` does not accept the placeholders of a template.
    """
    authority = re.split(r"[/?#]", _SCHEME.sub("", endpoint.strip()), maxsplit=1)[0]
    return re.sub(r":\d*$", "", authority.rpartition("@")[2])


def matches(template: str, endpoint: str) -> bool:
    """Whether `endpoint` has a host that the template can produce."""
    host = host_of(endpoint).lower()
    # Most templates end differently. A pattern is compiled only for the others, which keeps the start-up short.
    return bool(template) and host.endswith(_ending(template)) and _host_pattern(template).fullmatch(host) is not None


def region_in(template: str, endpoint: str) -> str | None:
    """The region that the template's host has in `endpoint`, in lower case; None where it does not match."""
    if "{region}" not in template:
        return None
    found = _host_pattern(template).fullmatch(host_of(endpoint).lower())
    return found[1] if found else None


@cache
def _ending(template: str) -> str:
    """The host after its last variable."""
    return _VARIABLE.split(host_of(template))[-1]


@cache
def _host_pattern(template: str) -> re.Pattern[str]:
    return re.compile("".join(map(_part_pattern, _VARIABLE.split(host_of(template)))))


def _part_pattern(part: str) -> str:
    if part == "{region}":
        return _REGION
    return "[^.]+" if _PLACEHOLDER.fullmatch(part) else re.escape(part)
