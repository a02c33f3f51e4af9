"""The image of a container, whose tag shows which registry runs in it."""

from __future__ import annotations

import re

_VERSION = re.compile(r"(?:^|/)(?:registry|distribution):v?([23])(?:\.|@|$)")


def registry_in(image: object) -> str:
    """The id of the registry in an image such as `docker.io/library/registry:2.8.3`; empty without a version."""
    version = _VERSION.search(image) if isinstance(image, str) else None
    return f"distribution-{version[1]}" if version else ""
