"""OpenStack Swift on loopback: it verifies V2 and V4 signatures, the region, and who may read what.

It has a Python of its own, as its dependencies are not ours: in .venv-swift, which .ci/run makes, or where the
environment variable STORAGE_WIZARD_SWIFT says.
"""

from __future__ import annotations

import functools
import inspect
import os
import re
import subprocess
import tempfile
from pathlib import Path

from tests.support.certificates import Certificate
from tests.support.paths import ROOT
from tests.support.servers import REGION, LiveStore, Server, process, wait_for


class Swift(Server):
    """Swift with s3api and tempauth, on http at `endpoint` and, given a certificate, on https at `endpoint_tls`.

    All of it is one process, which keeps everything in `folder`. It ends with this process, whatever happens, and
    nothing of it stays.
    """

    access_key = "test:tester"
    secret_key = "testing"
    limited_access_key = "test:limited"  # may read what `allow_reading` says
    limited_secret_key = "limiting"
    region = REGION
    endpoint_tls: str
    folder: Path

    def __init__(self, certificate: Certificate | None = None) -> None:
        super().__init__()
        self._certificate = certificate

    @staticmethod
    def missing() -> str | None:
        """What it lacks to run here; None when nothing."""
        home = _home()
        if not (home / "bin" / "swift-proxy-server").exists():
            return f"Swift is not installed: python3 -m venv {home} && {home}/bin/pip install swift"
        if _where_attributes_are_kept() is None:
            return "Swift needs a temporary folder with extended attributes: set TMPDIR to one"
        return None

    def _start(self) -> None:
        made = tempfile.TemporaryDirectory(prefix="swift-", dir=_where_attributes_are_kept())
        self.folder = Path(self._opened.enter_context(made))
        log = self._opened.enter_context((self.folder / "log").open("wb"))
        source = inspect.getsource(_serve)
        code = f"from __future__ import annotations\n\n{source}\nimport sys\n_serve(*sys.argv[1:])"
        command = [str(_home() / "bin" / "python"), "-I", "-W", "ignore", "-c", code, str(self.folder), self.region]
        if self._certificate:
            command += [str(self._certificate.cert), str(self._certificate.key)]
        running = self._opened.enter_context(
            # The standard input is what tells it that this process has ended.
            process(command, stdin=subprocess.PIPE, stderr=log, environment={"PATH": os.defpath, "TZ": "UTC"})
        )
        found = wait_for(functools.partial(_endpoints, self.folder / "log", running))
        self.endpoint = found[0]
        if self._certificate:
            self.endpoint_tls = found[1]

    def store(self, *, tls: bool = False) -> LiveStore:
        endpoint = self.endpoint_tls if tls else self.endpoint
        return LiveStore(endpoint, self.fresh_bucket(), self.access_key, self.secret_key, self.region)

    def allow_reading(self, bucket: str) -> None:
        """Let the limited key list `bucket` and read what is in it now; an object put later is its owner's alone."""
        grant = {"GrantRead": f"id={self.limited_access_key}", "GrantFullControl": f"id={self.access_key}"}
        self._s3.put_bucket_acl(Bucket=bucket, **grant)
        for key in self.contents(bucket):
            self._s3.put_object_acl(Bucket=bucket, Key=key, **grant)


def _home() -> Path:
    return Path(os.environ.get("STORAGE_WIZARD_SWIFT") or ROOT / ".venv-swift")


@functools.cache
def _where_attributes_are_kept() -> Path | None:
    """A folder for temporary ones whose file system has the extended attributes that Swift keeps its metadata in."""
    for folder in (tempfile.gettempdir(), "/var/tmp", "/dev/shm", ROOT):
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                os.setxattr(file.fileno(), "user.swift.metadata", b"test")
        except OSError:
            continue
        return Path(folder)
    return None


def _endpoints(log: Path, running: subprocess.Popen[bytes]) -> list[str] | None:
    text = log.read_text(errors="replace")
    assert running.poll() is None, f"Swift ended: {text}"
    ready = re.search(r"^ready (.+)\n", text, re.MULTILINE)
    return ready and ready[1].split()


def _serve(folder: str, region: str, *certificate: str) -> None:
    """Swift's account, container, object and proxy servers in one process, until the standard input ends.

    Swift's Python runs it from its source alone: all that it needs, it imports itself.
    """
    import os
    import shutil
    import sys
    from pathlib import Path
    from typing import Any

    import eventlet  # type: ignore[import-not-found]

    eventlet.monkey_patch()

    from eventlet import hubs, wsgi
    from swift.common.ring import RingData  # type: ignore[import-not-found]
    from swift.common.utils import set_swift_dir  # type: ignore[import-not-found]
    from swift.common.wsgi import SwiftHttpProtocol, loadapp  # type: ignore[import-not-found]

    home = Path(folder)
    (home / "devices" / "d1").mkdir(parents=True)
    (home / "swift.conf").write_text(
        "[swift-hash]\nswift_hash_path_suffix = test\n[storage-policy:0]\nname = one\ndefault = yes\n"
    )
    set_swift_dir(folder)

    # Its log would go to the machine's; port 9 drops it. A busy machine may be slow, but none of it is ever down.
    usual = f"""[DEFAULT]
        swift_dir = {folder}
        devices = {folder}/devices
        recon_cache_path = {folder}
        mount_check = false
        log_udp_host = 127.0.0.1
        log_udp_port = 9
        log_level = CRITICAL
        conn_timeout = 10
        node_timeout = 30
        container_update_timeout = 30
        error_suppression_limit = 1000000
    """
    pipeline = "catch_errors gatekeeper s3api tempauth copy slo dlo versioned_writes symlink proxy-server"
    settings = {
        "s3api": f"location = {region}\ns3_acl = true\nstorage_domain = localhost",
        "tempauth": "user_test_tester = testing .admin\nuser_test_limited = limiting",
        "versioned_writes": "allow_object_versioning = true",
    }

    def application(name: str, sections: str) -> Any:
        text = "\n".join(line.strip() for line in f"{usual}\n{sections}".splitlines())
        (home / f"{name}.conf").write_text(text)
        return loadapp(str(home / f"{name}.conf"))

    def serve(listening: Any, app: Any) -> None:
        usual = {"socket_timeout": 60, "capitalize_response_headers": False, "log_output": False, "debug": False}
        eventlet.spawn(wsgi.server, listening, app, protocol=SwiftHttpProtocol, **usual)

    for name in ("account", "container", "object"):
        listening = eventlet.listen(("127.0.0.1", 0))
        device = {"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": listening.getsockname()[1]}
        device |= {"device": "d1", "weight": 1.0, "meta": ""}
        RingData([[0, 0]], [device], 31).save(str(home / f"{name}.ring.gz"))  # two partitions, both on the one device
        serve(listening, application(name, f"[app:main]\nuse = egg:swift#{name}"))

    sections = f"[pipeline:main]\npipeline = {pipeline}\n[app:proxy-server]\nuse = egg:swift#proxy\n"
    sections += "account_autocreate = true\n"
    for name in pipeline.split()[:-1]:
        sections += f"[filter:{name}]\nuse = egg:swift#{name}\n{settings.get(name, '')}\n"
    proxy = application("proxy", sections)
    endpoints = []
    for scheme in ["http", "https"] if certificate else ["http"]:
        listening = eventlet.listen(("127.0.0.1", 0))
        endpoints.append(f"{scheme}://127.0.0.1:{listening.getsockname()[1]}")
        if scheme == "https":
            cert, key = certificate
            listening = eventlet.wrap_ssl(listening, certfile=cert, keyfile=key, server_side=True)
        serve(listening, proxy)

    sys.stderr.write(f"ready {' '.join(endpoints)}\n")
    sys.stderr.flush()
    hubs.trampoline(sys.stdin, read=True)
    shutil.rmtree(folder, ignore_errors=True)  # whoever started this was killed
    os._exit(0)
