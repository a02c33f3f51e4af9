"""Addresses that people take for the S3 endpoint of a store: of consoles, websites, CDNs and downloads, and ARNs."""

import re
from typing import NamedTuple

from wizard.catalog.endpoints import provider_by_host
from wizard.catalog.providers import Provider, providers
from wizard.model.endpoint import Endpoint, amazon_host

_CONSOLE, _WEBSITE, _CDN, _DOWNLOADS = "the web console", "a website", "the CDN", "the download address"
_MINIO_PAGES = r"/(?:login|browser|rustfs/console)(?:/(?P<bucket>[^/?#]+))?(?:[/?#].*)?"
_CONSOLE_PORT, _API_PORT = "9001", "9000"  # of MinIO and RustFS
_ARN = r"(?i:arn:[a-z-]+:(?P<service>[a-z0-9-]+):(?P<region>[^:]*):[^:]*:(?P<rest>.+))"

# By store: what is at the hosts, and the pattern of the host with what follows it. The groups `bucket`, `region` and
# `account` are what the address has of them. Sources, where it is more than the host of a console:
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html
# - https://docs.digitalocean.com/products/spaces/how-to/enable-cdn/
# - https://www.backblaze.com/apidocs/b2-download-file-by-name
# - https://developers.cloudflare.com/r2/buckets/public-buckets/
# - https://cloud.google.com/storage/docs/request-endpoints
_HOSTS: tuple[tuple[str, str, str], ...] = (
    (
        "aws",
        _CONSOLE,
        r"(?:.+\.)?(?:console\.aws\.amazon\.com|signin\.aws\.amazon\.com|console\.amazonaws-us-gov\.com"
        r"|console\.amazonaws\.cn)(?:/s3/(?:buckets|object)/(?P<bucket>[^/?#]+))?(?:.*[?&]region=(?P<region>[\w-]+))?.*",
    ),
    ("aws", _WEBSITE, r"(?:(?P<bucket>.+)\.)?s3-website[.-](?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?(?:/.*)?"),
    ("aws", "an access point", r"[^.]+\.s3-accesspoint(?:-fips)?\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:/.*)?"),
    ("aws", _CDN, r"[^.]+\.cloudfront\.net(?:/.*)?"),
    ("digitalocean", _CDN, r"(?:(?P<bucket>.+)\.)?(?P<region>[a-z0-9]+)\.cdn\.digitaloceanspaces\.com(?:/.*)?"),
    ("digitalocean", _CONSOLE, r"cloud\.digitalocean\.com(?:/spaces/(?P<bucket>[^/?#]+))?.*"),
    ("b2", _DOWNLOADS, r"f\d+\.backblazeb2\.com(?:/file/(?P<bucket>[^/?#]+))?(?:/.*)?"),
    ("b2", "the native API", r"api\d*\.backblazeb2\.com(?:/.*)?"),
    ("b2", _CONSOLE, r"secure\.backblaze\.com(?:/.*)?"),
    ("r2", _DOWNLOADS, r"pub-[^.]+\.r2\.dev(?:/.*)?"),
    (
        "r2",
        _CONSOLE,
        r"dash\.cloudflare\.com(?:/(?P<account>[0-9a-f]{32})(?:/r2/[^/]+/buckets/(?P<bucket>[^/?#]+))?)?.*",
    ),
    ("gcs", _CONSOLE, r"console\.cloud\.google\.com(?:/storage/browser/(?:_details/)?(?P<bucket>[^/?#;]+))?.*"),
    ("gcs", _DOWNLOADS, r"storage\.cloud\.google\.com(?:/(?P<bucket>[^/?#]+))?(?:/.*)?"),
    ("wasabi", _CONSOLE, r"console\.wasabisys\.com(?:/.*)?"),
    ("hetzner", _CONSOLE, r"console\.hetzner\.(?:com|cloud)(?:/.*)?"),
    ("scaleway", _CONSOLE, r"console\.scaleway\.com(?:/.*)?"),
    ("scaleway", _WEBSITE, r"(?:(?P<bucket>.+)\.)?s3-website\.(?P<region>[a-z-]+)\.scw\.cloud(?:/.*)?"),
    ("linode", _CONSOLE, r"cloud\.linode\.com(?:/.*)?"),
    ("linode", _WEBSITE, r"(?:(?P<bucket>.+)\.)?website-(?P<region>[a-z0-9-]+)\.linodeobjects\.com(?:/.*)?"),
    ("ovh", _CONSOLE, r"manager\.(?:.+\.)?ovhcloud\.com(?:/.*)?"),
    ("alibaba", _CONSOLE, r"oss\.console\.aliyun\.com(?:/.*)?"),
    ("ibm", _CONSOLE, r"cloud\.ibm\.com(?:/.*)?"),
    ("oracle", _CONSOLE, r"cloud\.oracle\.com(?:/.*)?"),
    ("exoscale", _CONSOLE, r"portal\.exoscale\.com(?:/.*)?"),
    ("vultr", _CONSOLE, r"(?:my|console)\.vultr\.com(?:/.*)?"),
    ("storj", _DOWNLOADS, r"link\.storjshare\.io(?:/.*)?"),
    ("yandex", _CONSOLE, r"console\.(?:yandex\.cloud|cloud\.yandex\.(?:ru|com))(?:/.*)?"),
    ("yandex", _WEBSITE, r"(?:(?P<bucket>.+)\.)?website\.yandexcloud\.net(?:/.*)?"),
)


class OtherAddress(NamedTuple):
    """An address that is no S3 endpoint: the id of its store, and a sentence that says so.

    `endpoint`, `region` and `bucket` are what follows from it, each empty if nothing does.
    """

    store: str
    text: str
    endpoint: str = ""
    region: str = ""
    bucket: str = ""


def other_address(address: str) -> OtherAddress | None:
    """What an address is that is not the endpoint of a store; None if it can be one."""
    return certain_other_address(address) or _at_console_port(Endpoint.parse(address))


def certain_other_address(address: str) -> OtherAddress | None:
    """As `other_address`, but not for the usual port of a console, where the S3 API can be, too."""
    if arn := re.fullmatch(_ARN, address):
        return _of_arn(arn)
    parsed = Endpoint.parse(address)
    if parsed.scheme not in ("", "http", "https"):
        return None
    place = parsed.host.lower().rstrip(".") + parsed.path + parsed.rest
    for store, kind, pattern in _HOSTS:
        if found := re.fullmatch(pattern, place):
            return _at_host(store, kind, {name: value or "" for name, value in found.groupdict().items()})
    return _at_console_page(parsed)


def _of_arn(arn: re.Match[str]) -> OtherAddress:
    if arn["service"].lower() != "s3" or arn["rest"].lower().startswith("accesspoint"):
        is_point = "accesspoint" in arn["rest"].lower()
        start = "That is the ARN of an access point." if is_point else "That ARN is not a bucket's."
        return OtherAddress("aws", f"{start} Choose Amazon S3, then enter the bucket.", region=arn["region"])
    bucket = arn["rest"].partition("/")[0]
    return OtherAddress("aws", "That is the ARN of a bucket. Amazon S3 needs no endpoint.", bucket=bucket)


def _at_host(store: str, kind: str, found: dict[str, str]) -> OtherAddress:
    provider, region = providers()[store], found.get("region", "")
    endpoint = _endpoint(provider, region, found.get("account", ""))
    if store == "aws":
        advice = ". Amazon S3 needs no endpoint."
    elif endpoint:
        advice = f", which is {endpoint}."
    else:
        advice = f", which looks like {provider.endpoint.replace('{region}', '<REGION>')}."
    text = f"That is {kind} of {provider.name}, not its S3 endpoint{advice}"
    return OtherAddress(store, text, endpoint, region, found.get("bucket", ""))


def _endpoint(provider: Provider, region: str, account: str) -> str:
    """The endpoint of a store, as far as it follows from the region and the account; else empty."""
    if provider.id == "aws":
        return f"https://{amazon_host(region)}" if region else ""
    if account:
        return provider.complete_endpoint(account, region)
    is_complete = not provider.has_placeholder and (region or "{region}" not in provider.endpoint)
    return provider.endpoint_for(region) if is_complete else ""


def _at_console_page(parsed: Endpoint) -> OtherAddress | None:
    """A page of MinIO's console, or of one that is built on it."""
    page = re.fullmatch(_MINIO_PAGES, parsed.path + parsed.rest)
    if not page or provider_by_host(str(parsed)):
        return None
    return _on_usual_port(parsed, "That is a page of", page["bucket"] or "")


def _at_console_port(parsed: Endpoint) -> OtherAddress | None:
    is_console = parsed.scheme in ("", "http", "https") and parsed.port == _CONSOLE_PORT
    return _on_usual_port(parsed, f"Port {parsed.port} is usually") if is_console else None


def _on_usual_port(parsed: Endpoint, start: str, bucket: str = "") -> OtherAddress:
    store = "rustfs" if "rustfs" in str(parsed).lower() else "minio"
    text = f"{start} {providers()[store].name}'s web console. The S3 API is usually on port {_API_PORT}."
    return OtherAddress(store, text, str(parsed.without_path()._replace(port=_API_PORT)), bucket=bucket)
