"""The environment in which every test runs."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.moto_server import Moto


def test_a_test_inherits_no_settings_of_the_machine() -> None:
    names = {name for name in os.environ if name.startswith(("AWS_", "REGISTRY_", "XDG_"))}
    assert names == {"AWS_EC2_METADATA_DISABLED"}
    assert not {"SSL_CERT_FILE", "SSL_CERT_DIR", "NO_COLOR", "HTTPS_PROXY", "https_proxy"} & set(os.environ)


def test_a_test_uses_no_proxy() -> None:
    assert os.environ["NO_PROXY"] == "*"


def test_a_test_has_an_empty_home_folder() -> None:
    assert list(Path(os.environ["HOME"]).iterdir()) == []


def test_starting_moto_does_not_change_the_environment() -> None:
    before = dict(os.environ)
    with Moto() as server:
        server.create_bucket()
    assert dict(os.environ) == before
