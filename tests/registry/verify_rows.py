"""Registries that `verify` meets: how each is configured, what is in front of it, and what the report must say."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urljoin

from werkzeug.wrappers import Request, Response

from tests.support.registry_front import Change
from tests.support.verification import PASSWORD, USER
from wizard.model.findings import Cause

HTPASSWD = f"{USER}:$2b$04$abcdefghijklmnopqrstuuamwOPdp1L36/7GzvAJth2nImS4IsMjW\n"
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Row(NamedTuple):
    """One registry. `findings`: the cause of each check that failed or has a warning; all others pass or are skipped.

    `words`: what the first finding says. `configuration`: sections that the registry's configuration has too.
    `place`: where it keeps its images: the `bucket` of the settings file, `another` bucket, `another root` of the same,
    a `folder`, or a store that is `down`; with `settings` False there is no settings file. `auth`: `htpasswd`, or what
    the token server differs in.
    `password` is None for a client that does not sign in. `front`: the proxy in front of it; see `front_of`. `tls`: it
    has a certificate of a CA of its own. `stays`: something of the test stays in the storage, and must be named.
    `client_differs`: why skopeo can or cannot push and pull there although the report says otherwise.
    """

    name: str
    findings: Mapping[str, Cause] = NOTHING
    words: tuple[str, ...] = ()
    configuration: Mapping[str, Any] = NOTHING
    rootdirectory: str = ""
    place: str = "bucket"
    settings: bool = True
    auth: str | Mapping[str, Any] | None = None
    password: str | None = None
    front: Mapping[str, Any] | None = None
    tls: bool = False
    stays: bool = False
    client_differs: str = ""


def _relative(url: str) -> str:
    return url[url.index("/v2/") :]


def _redirect_to(target: str) -> Change:
    """Clients are redirected to `target` for layers, or to this path of the same store."""

    def change(request: Request, response: Response) -> Response:
        if request.method == "GET" and "/blobs/" in request.path:
            response.headers["Location"] = urljoin(response.headers["Location"], target)
        return response

    return change


def _damage(request: Request, response: Response) -> Response:
    if request.method == "GET" and "/blobs/" in request.path:
        response.set_data(b"x" * len(response.get_data()))
    return response


def _send_everything(request: Request, response: Response) -> Response:
    if "Range" in request.headers:
        response.status_code = 200
    return response


def _redirect_to_itself(request: Request, response: Response) -> Response:
    if request.method == "GET" and "/blobs/" in request.path:
        response.status_code, response.headers["Location"] = 307, request.url
    return response


def _send_nothing(request: Request, response: Response) -> Response:
    if request.method == "GET" and "/blobs/" in request.path:
        response.set_data(b"")
        response.status_code = 204
    return response


_NO_REDIRECTS = {"storage": {"redirect": {"disable": True}}}

ROWS = (
    Row("its images are in the bucket"),
    Row("no settings file", settings=False, stays=True),
    Row("a root directory", rootdirectory="/deep/er"),
    Row("a folder", place="folder"),
    Row(
        "another bucket",
        {"storage": Cause.OTHER_STORAGE},
        ("uses another bucket or root directory: the image is not in the bucket", "restart it"),
        place="another",
        stays=True,
    ),
    Row(
        "another root directory",
        {"storage": Cause.OTHER_STORAGE},
        ("uses another bucket or root directory", "below registry."),
        rootdirectory="/registry",
        place="another root",
        stays=True,
    ),
    Row("a store that is down", {"push": Cause.REGISTRY_ERROR}, ("log", "storage-wizard check"), place="down"),
    Row("redirects are off", configuration=_NO_REDIRECTS),
    # Signing in
    Row("htpasswd", auth="htpasswd", password=PASSWORD),
    Row("htpasswd without a user", {"auth": Cause.REGISTRY_AUTH}, ("--password-file",), auth="htpasswd"),
    Row(
        "htpasswd with a wrong password",
        {"auth": Cause.REGISTRY_AUTH},
        ("user name or the password",),
        auth="htpasswd",
        password="wrong-Password-1",
    ),
    Row("tokens", auth={}, password=PASSWORD),
    Row(
        "tokens with a wrong password",
        {"auth": Cause.REGISTRY_AUTH},
        ("token server", "(status 401)"),
        auth={},
        password="wrong-Password-1",
    ),
    Row("tokens without a user", {"auth": Cause.REGISTRY_AUTH}, ("--password-file",), auth={}),
    Row(
        "tokens for anybody, to pull",
        {"push": Cause.REGISTRY_AUTH},
        ("without a user name", "who can push"),
        auth={"anonymous": True},
    ),
    Row(
        "tokens without the right to push",
        {"push": Cause.REGISTRY_AUTH},
        ("for this user", "who can push to storage-wizard-verify/…"),
        auth={"allowed": ("pull",)},
        password=PASSWORD,
    ),
    Row(
        "tokens without the right to delete",
        {"delete": Cause.REGISTRY_AUTH},
        ("doesn't let this user delete images",),
        auth={"allowed": ("pull", "push")},
        password=PASSWORD,
    ),
    Row(
        "tokens of another issuer",
        {"auth": Cause.REGISTRY_AUTH},
        ("rejects the token", "issuer", "rootcertbundle"),
        auth={"issuer": "another"},
        password=PASSWORD,
    ),
    # What the registry does not do
    Row(
        "read-only",
        {"push": Cause.READ_ONLY},
        ("read-only", "storage.maintenance.readonly"),
        configuration={"storage": {"maintenance": {"readonly": {"enabled": True}}}},
    ),
    Row(
        "delete is off",
        {"delete": Cause.UNSUPPORTED},
        ("storage.delete.enabled: true",),
        configuration={"storage": {"delete": {"enabled": False}}},
    ),
    Row(
        "delete is off, without a settings file",
        {"delete": Cause.UNSUPPORTED, "cleanup": Cause.LEFTOVERS},
        ("storage.delete.enabled: true",),
        configuration={"storage": {"delete": {"enabled": False}}},
        settings=False,
        stays=True,
    ),
    # What is in front of it
    Row("a proxy", front={}),
    Row("a proxy with tokens", front={}, auth={}, password=PASSWORD),
    Row("a proxy that does not pass Host", front={"passes_host": False}),
    Row("a proxy with TLS", front={}, tls=True),
    Row("a proxy with TLS, and tokens", front={}, tls=True, auth={}, password=PASSWORD),
    Row(
        "a proxy with TLS of which the registry does not learn",
        {"push": Cause.REGISTRY_ERROR},
        ("sends uploads to http://127.0.0.1", "instead of https://127.0.0.1", "X-Forwarded-Proto"),
        front={"says_https": False},
        tls=True,
    ),
    Row("relative locations", configuration={"http": {"relativeurls": True}}),
    Row("relative locations of a proxy", front={"location": _relative}, auth="htpasswd", password=PASSWORD),
    Row(
        "a path",
        {"registry": Cause.UNSUPPORTED},
        ("a path before /v2/", "at the root of a host"),
        client_differs="no client has a syntax for such an address, which is why the report has a warning",
        front={"prefix": "/registry", "location": lambda url: f"/registry{_relative(url)}"},
    ),
    Row(
        "a path that the registry does not know",
        {"registry": Cause.UNSUPPORTED, "push": Cause.REGISTRY_ERROR},
        ("a path before /v2/",),
        front={"prefix": "/registry", "location": _relative},
        client_differs="no client has a syntax for such an address",
    ),
    Row(
        "locations at which nothing listens",
        {"push": Cause.REGISTRY_ERROR},
        ("sends uploads to http://localhost:1 instead of", "http.host", "X-Forwarded-Proto"),
        front={"location": lambda url: "http://localhost:1" + _relative(url)},
    ),
    Row(
        "locations that need the password elsewhere",
        {"push": Cause.REGISTRY_ERROR},
        ("sends uploads to http://127.0.0.1", "http.host"),
        front={"passes_host": False},
        auth="htpasswd",
        password=PASSWORD,
        client_differs="skopeo sends the password to any server; Docker and containerd do not",
    ),
    Row(
        "a proxy that passes some paths only",
        {"push": Cause.NOT_REGISTRY},
        ("status 403", "proxy in front of it", "/v2/"),
        front={"refuses": "POST .*/blobs/uploads/"},
    ),
    Row(
        "a proxy that passes no manifests",
        {"push": Cause.NOT_REGISTRY},
        ("accept a manifest", "proxy in front of it"),
        front={"refuses": "PUT .*/manifests/"},
    ),
    Row(
        "a proxy with the limit of nginx",
        {"push": Cause.TOO_LARGE},
        ("layers of 100 MiB", "client_max_body_size"),
        front={"max_body_bytes": 1 << 20},
    ),
    Row(
        "a proxy with a tiny limit",
        {"push": Cause.TOO_LARGE},
        ("client_max_body_size",),
        front={"max_body_bytes": 100},
    ),
    Row(
        "redirects to a store that clients cannot reach",
        {"pull": Cause.REFUSED},
        ("redirects pulls there", "storage.redirect.disable"),
        front={"change": _redirect_to("http://localhost:1/")},
    ),
    Row(
        "redirects to a store that refuses them",
        {"pull": Cause.STORE_ERROR},
        ("redirects pulls to http://127.0.0.1", "(status 404, NoSuchBucket)"),
        front={"change": _redirect_to("/no-such-bucket/key")},
    ),
    Row(
        "a proxy that redirects layers to themselves",
        {"pull": Cause.REGISTRY_ERROR},
        ("serve a layer, http://127.0.0.1:", "redirects to itself (status 307). Correct that redirect"),
        configuration=_NO_REDIRECTS,
        front={"change": _redirect_to_itself},
    ),
    Row(
        "a proxy that sends no layers",
        {"pull": Cause.REGISTRY_ERROR},
        ("answers with status 204 and 0 bytes",),
        configuration=_NO_REDIRECTS,
        front={"change": _send_nothing},
    ),
    Row(
        "a proxy that changes layers",
        {"pull": Cause.CORRUPTED},
        ("A layer was accepted by the registry, but data came back different",),
        configuration=_NO_REDIRECTS,
        front={"change": _damage},
    ),
    Row(
        "a proxy that ignores ranges",
        {"resume": Cause.UNSUPPORTED},
        ("Range header",),
        configuration=_NO_REDIRECTS,
        front={"change": _send_everything},
    ),
)
