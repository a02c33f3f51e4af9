"""OpenStack Swift on loopback: it verifies V2 and V4 signatures, the region, and ACLs.

It runs in its own virtual environment, because its dependencies conflict with the program's: in .venv-swift, which
.ci/run creates, or in the folder named by the environment variable STORAGE_WIZARD_SWIFT.
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
from tests.support.live_store import REGION, LiveStore
from tests.support.paths import ROOT
from tests.support.processes import running_process, wait_for
from tests.support.programs import skip_or_fail
from tests.support.store_server import StoreServer


class Swift(StoreServer):
    """Swift with s3api and tempauth, on http at `endpoint` and, given a certificate, on https at `endpoint_tls`.

    It is one process that stores its data in `folder`. The process ends with this one, also if this one is killed, and
    deletes the folder.
    """

    access_key = "test:tester"
    secret_key = "testing"
    limited_access_key = "test:limited"  # can read what `allow_reading` grants
    limited_secret_key = "limiting"
    region = REGION
    endpoint_tls: str
    folder: Path

    def __init__(self, certificate: Certificate | None = None) -> None:
        super().__init__()
        self._certificate = certificate

    @staticmethod
    def require() -> None:
        """Skip the test or, in CI, fail it where Swift cannot run."""
        home = _home()
        if not (home / "bin" / "swift-proxy-server").exists():
            skip_or_fail(f"Swift is not installed: python3 -m venv {home} && {home}/bin/pip install swift")
        if _folder_with_extended_attributes() is None:
            skip_or_fail("Swift needs a temporary folder with extended attributes: set TMPDIR to one")

    def _start(self) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="swift-", dir=_folder_with_extended_attributes())
        self.folder = Path(self._resources.enter_context(temporary))
        log = self._resources.enter_context((self.folder / "log").open("wb"))
        source = inspect.getsource(_serve)
        code = f"from __future__ import annotations\n\n{source}\nimport sys\n_serve(*sys.argv[1:])"
        command = [str(_home() / "bin" / "python"), "-I", "-W", "ignore", "-c", code, str(self.folder), self.region]
        if self._certificate:
            command += [str(self._certificate.cert), str(self._certificate.key)]
        environment = {"PATH": os.defpath, "TZ": "UTC"}
        # Swift ends when its standard input is closed, which happens also if this process is killed.
        process = self._resources.enter_context(
            running_process(command, stdin=subprocess.PIPE, stderr=log, environment=environment)
        )
        endpoints = wait_for(functools.partial(_find_endpoints, self.folder / "log", process))
        self.endpoint = endpoints[0]
        if self._certificate:
            self.endpoint_tls = endpoints[1]

    def store(self, *, tls: bool = False) -> LiveStore:
        endpoint = self.endpoint_tls if tls else self.endpoint
        return LiveStore(endpoint, self.create_bucket(), self.access_key, self.secret_key, self.region)

    def allow_reading(self, bucket: str) -> None:
        """Allow the limited key to list `bucket` and to read its present objects; later objects stay private."""
        grant = {"GrantRead": f"id={self.limited_access_key}", "GrantFullControl": f"id={self.access_key}"}
        self._s3.put_bucket_acl(Bucket=bucket, **grant)
        for key in self.contents(bucket):
            self._s3.put_object_acl(Bucket=bucket, Key=key, **grant)


def _home() -> Path:
    return Path(os.environ.get("STORAGE_WIZARD_SWIFT") or ROOT / ".venv-swift")


@functools.cache
def _folder_with_extended_attributes() -> Path | None:
    """A folder for temporary files on a file system with extended attributes, where Swift stores its metadata."""
    for folder in (tempfile.gettempdir(), "/var/tmp", "/dev/shm", ROOT):
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                os.setxattr(file.fileno(), "user.swift.metadata", b"test")
        except OSError:
            continue
        return Path(folder)
    return None


def _find_endpoints(log: Path, process: subprocess.Popen[bytes]) -> list[str] | None:
    text = log.read_text(errors="replace")
    assert process.poll() is None, f"Swift ended: {text}"
    ready = re.search(r"^ready (.+)\n", text, re.MULTILINE)
    return ready and ready[1].split()


def _serve(folder: str, region: str, *certificate: str) -> None:  # noqa: PLR0915 - one piece: it runs elsewhere
    """Run Swift's account, container, object and proxy servers in one process until the standard input is closed.

    The source of this function is run by the Python of Swift's virtual environment, so it imports everything itself.
    """
    import os
    import shutil
    import sys
    from pathlib import Path
    from typing import Any

    import eventlet  # type: ignore[import-not-found]

    eventlet.monkey_patch()

    from eventlet import hubs, wsgi
    from swift.common.db import DatabaseBroker  # type: ignore[import-not-found]
    from swift.common.ring import RingData  # type: ignore[import-not-found]
    from swift.common.utils import set_swift_dir  # type: ignore[import-not-found]
    from swift.common.wsgi import SwiftHttpProtocol, loadapp  # type: ignore[import-not-found]

    home = Path(folder)
    (home / "devices" / "d1").mkdir(parents=True)
    (home / "swift.conf").write_text(
        "[swift-hash]\nswift_hash_path_suffix = test\n[storage-policy:0]\nname = one\ndefault = yes\n"
    )
    set_swift_dir(folder)

    # The log would go to the machine's syslog; port 9 discards it. With shorter timeouts, Swift on a busy machine would
    # treat its own servers as failed.
    common = f"""[DEFAULT]
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
    # A listing waits 0.1 s for a lock, and then lacks what was written last: too short for a busy machine.
    wait_for_lock = DatabaseBroker._commit_puts_stale_ok

    def wait_patiently(broker: Any, *arguments: Any) -> Any:
        broker.pending_timeout = max(broker.pending_timeout, 30)
        return wait_for_lock(broker, *arguments)

    DatabaseBroker._commit_puts_stale_ok = wait_patiently
    pipeline = "catch_errors gatekeeper s3api tempauth copy slo dlo versioned_writes symlink proxy-server"
    settings = {
        "s3api": f"location = {region}\ns3_acl = true\nstorage_domain = localhost",
        "tempauth": "user_test_tester = testing .admin\nuser_test_limited = limiting",
        "versioned_writes": "allow_object_versioning = true",
    }

    def application(name: str, sections: str) -> Any:
        text = "\n".join(line.strip() for line in f"{common}\n{sections}".splitlines())
        (home / f"{name}.conf").write_text(text)
        return loadapp(str(home / f"{name}.conf"))

    def serve(listener: Any, app: Any) -> None:
        options = {"socket_timeout": 60, "capitalize_response_headers": False, "log_output": False, "debug": False}
        eventlet.spawn(wsgi.server, listener, app, protocol=SwiftHttpProtocol, **options)

    for name in ("account", "container", "object"):
        listener = eventlet.listen(("127.0.0.1", 0))
        device = {"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": listener.getsockname()[1]}
        device |= {"device": "d1", "weight": 1.0, "meta": ""}
        RingData([[0, 0]], [device], 31).save(str(home / f"{name}.ring.gz"))  # two partitions on one device
        serve(listener, application(name, f"[app:main]\nuse = egg:swift#{name}"))

    sections = f"[pipeline:main]\npipeline = {pipeline}\n[app:proxy-server]\nuse = egg:swift#proxy\n"
    sections += "account_autocreate = true\n"
    for name in pipeline.split()[:-1]:
        sections += f"[filter:{name}]\nuse = egg:swift#{name}\n{settings.get(name, '')}\n"
    proxy = application("proxy", sections)
    endpoints = []
    for scheme in ["http", "https"] if certificate else ["http"]:
        listener = eventlet.listen(("127.0.0.1", 0))
        endpoints.append(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}")
        if scheme == "https":
            cert, key = certificate
            listener = eventlet.wrap_ssl(listener, certfile=cert, keyfile=key, server_side=True)
        serve(listener, proxy)

    sys.stderr.write(f"ready {' '.join(endpoints)}\n")
    sys.stderr.flush()
    hubs.trampoline(sys.stdin, read=True)
    shutil.rmtree(folder, ignore_errors=True)  # the starting process may have been killed
    os._exit(0)
