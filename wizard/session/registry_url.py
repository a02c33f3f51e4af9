"""Finds the URL of a registry in the configuration that its settings were imported from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wizard.config.schema import ImportedFrom
from wizard.formats.format import FormatError
from wizard.session.importing import read_text

_HTTP, _HTTPS = 80, 443
_ADDRESS = re.compile(r"[^:]*:([0-9]+)")


def registry_url_in(source: ImportedFrom) -> str:
    """The URL that the configuration of Distribution or Harbor says; empty if it says none."""
    from wizard.formats.yaml_reader import load_mappings  # imported here: YAML takes 20 ms to import
    from wizard.oci.address import Address, AddressError

    read = {"distribution-2": _of_distribution, "distribution-3": _of_distribution, "harbor": _of_harbor}
    if source.format not in read:
        return ""
    try:
        documents = load_mappings(read_text(Path(source.file), lambda _: None))
    except FormatError:
        return ""
    try:
        return str(Address.parse(read[source.format](documents[0]))) if len(documents) == 1 else ""
    except AddressError:
        return ""


def _of_distribution(document: Mapping[str, Any]) -> str:
    """`http.host`, or else the address on this machine, for which no certificate is issued."""
    http = _section(document, "http")
    if host := http.get("host"):
        return str(host)
    address = _ADDRESS.fullmatch(str(http.get("addr", "")))
    return f"http://localhost:{address[1]}" if address and not http.get("tls") else ""


def _of_harbor(document: Mapping[str, Any]) -> str:
    """`external_url`, or else what Harbor makes of `hostname` and the ports (https://goharbor.io/docs/)."""
    if url := document.get("external_url"):
        return str(url)
    host = document.get("hostname")
    if not isinstance(host, str):
        return ""
    scheme, default = ("https", _HTTPS) if document.get("https") else ("http", _HTTP)
    port = _section(document, scheme).get("port", default)
    return f"{scheme}://{host}" if port == default else f"{scheme}://{host}:{port}"


def _section(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = document.get(name)
    return section if isinstance(section, Mapping) else {}
