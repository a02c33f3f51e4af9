"""The providers: what each one demands of the settings, with reasons.

The data is in `providers.toml`, whose head explains each key.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from wizard.catalog import endpoint_template
from wizard.model.settings import GIB, Settings, Value

_HOST_LABEL = r"[A-Za-z0-9-]{1,63}"
_PORT = r":(\d+)$"
_WORDS = {  # of keys whose value can be unverified
    "endpoint": "endpoint",
    "region": "region",
    "regions": "list of regions",
    "signatures": "signature versions",
    "addressing": "request style",
    "bucket_names": "rules for bucket names",
}
_FRESH = timedelta(days=365)  # how long the facts of a store count as up to date


class Addressing(StrEnum):
    """Which request style a store accepts as it is usually set up.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
    """

    PATH = "path"  # https://host/bucket
    VIRTUAL = "virtual"  # https://bucket.host
    BOTH = "both"


class Group(StrEnum):
    """Where a store is found in a list that is too long for one page."""

    OWN = "own"  # on the admin's own machines
    WORLD = "world"  # clouds with regions in many parts of the world
    EUROPE = "europe"
    MORE = "more"  # clouds of Asia, Latin America, the Middle East and Russia


class Entry(NamedTuple):
    """What a list of stores shows and is searched by; the names are those of `Provider`."""

    title: str
    also: tuple[str, ...]
    group: Group
    common: bool
    read: date
    endpoint: str


class BucketNames(StrEnum):
    """Whose rules a bucket name must follow: Amazon's, or only those that all S3-compatible servers share."""

    AWS = "aws"
    COMPATIBLE = "compatible"


class Default(NamedTuple):
    """The value that a store demands of a setting (a size is in bytes), and the reason in at most 72 characters."""

    value: Value
    reason: str


class Note(NamedTuple):
    """What an admin of a registry must know: one sentence of at most 150 characters.

    `source` is a URL or an issue such as `distribution/distribution#3873`.
    """

    text: str
    source: str


class EndpointVariable(NamedTuple):
    """The part of an endpoint that only the admin knows, such as an account id: its label, and where to find it.

    `pattern` is the regular expression of its values, if they have a form of their own.
    """

    label: str
    help: str
    pattern: str = ""

    def accepts(self, text: str) -> bool:
        """Whether `text` can be a value of the variable: it must be one label of a host name."""
        return re.fullmatch(_HOST_LABEL, text) is not None

    def is_well_formed(self, text: str) -> bool:
        """Whether `text` has the form of all values of the variable."""
        return re.fullmatch(self.pattern or _HOST_LABEL, text) is not None


class Provider(NamedTuple):
    """A store that the wizard has a preset for.

    `title` has at most 22 characters, `summary` at most 72. `also` holds the other names that people know the store by,
    in lower case. `common` is whether it is on the first page of a list. `read` is the day on which its facts were last
    compared with their sources.
    `endpoint` is a template (see `endpoint_template`), empty where no endpoint is needed; `aliases` are further
    templates of the same store, and `endpoints` has those of regions that the template does not produce.
    `endpoint_variable` describes the placeholder where it is not the complete host.
    `addressing` is the request style of all these, except of the templates in `addressing_of_aliases`.
    `region` is the suggested region, empty where none applies; `regions` maps the ids of known regions to places.
    `hosts` maps hosts to the region that they are in where that is not the word in the host.
    `rclone` is its name in rclone's configuration.
    `signatures` holds `v2`, `v4` or both. `port` is the usual port of a self-hosted server.
    `defaults` maps names of settings to the values that the store demands.
    `equal_parts` is whether the store accepts no last part that is larger than the others of an upload.
    `largest_copy` is the size in bytes of the largest object that one CopyObject copies.
    `access` is how a key of the registry gets its permissions, where Amazon's IAM is not the way.
    `sources` maps URLs to the fields and defaults whose values were found there. `unverified` names those whose value
    was not found in documents or code of the vendor; the last of the `notes` says so.
    """

    id: str
    title: str
    summary: str
    endpoint: str
    region: str
    group: Group
    read: date
    signatures: frozenset[str]
    addressing: Addressing
    bucket_names: BucketNames
    defaults: Mapping[str, Default]
    notes: tuple[Note, ...]
    also: tuple[str, ...] = ()
    common: bool = False
    regions: Mapping[str, str] = MappingProxyType({})
    aliases: tuple[str, ...] = ()
    addressing_of_aliases: Mapping[str, Addressing] = MappingProxyType({})
    endpoints: Mapping[str, str] = MappingProxyType({})
    hosts: Mapping[str, str] = MappingProxyType({})
    largest_copy: int = 5 * GIB
    endpoint_variable: EndpointVariable | None = None
    equal_parts: bool = False
    rclone: str = ""
    access: Note | None = None
    sources: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    unverified: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The first name of the title, for sentences."""
        return _first_name(self.title)

    @property
    def port(self) -> int | None:
        """The usual port of a self-hosted server."""
        found = re.search(_PORT, self.endpoint)
        return int(found[1]) if found else None

    @property
    def has_placeholder(self) -> bool:
        """Whether the endpoint has a part that only the admin can fill in."""
        return endpoint_template.has_placeholder(self.endpoint)

    def endpoint_for(self, region: str) -> str:
        """The endpoint in `region`; a placeholder such as `<HOST>` stays. Empty where each region has its own host."""
        if self.endpoints and "{region}" not in self.endpoint:
            return self.endpoints.get(region, "")
        return self.endpoints.get(region) or endpoint_template.fill_region(self.endpoint, region)

    def complete_endpoint(self, value: str, region: str) -> str:
        """The endpoint in `region`, with `value` in place of the placeholder."""
        return endpoint_template.fill_placeholder(self.endpoint_for(region), value)

    def example_endpoint(self, region: str) -> str:
        """The endpoint with an example in place of the placeholder; empty if the store has no usual one."""
        return self.complete_endpoint("s3.example", region)

    def endpoint_variable_in(self, endpoint: str, region: str) -> str | None:
        """The value with which `complete_endpoint` returns `endpoint`; None if there is none."""
        value = endpoint_template.placeholder_in(self.endpoint_for(region), endpoint)
        is_valid = self.endpoint_variable is not None and self.endpoint_variable.accepts(value)
        return value if is_valid and self.complete_endpoint(value, region) == endpoint else None

    def addressing_at(self, endpoint: str) -> Addressing:
        """The request style that the store accepts at `endpoint`."""
        own = (
            style for alias, style in self.addressing_of_aliases.items() if endpoint_template.matches(alias, endpoint)
        )
        return next(own, self.addressing)

    def region_in(self, endpoint: str) -> str | None:
        """The region of an endpoint of this provider, in lower case; None if it has none."""
        return self.hosts.get(_host(endpoint)) or self.region_word_in(endpoint)

    def region_word_in(self, endpoint: str) -> str | None:
        """The region that the host of an endpoint of this provider names, in lower case; None if it names none."""
        host = _host(endpoint)
        if region := next((name for name, url in self.endpoints.items() if _host(url) == host), None):
            return region
        # The longest first: a shorter template can match the same host and take the extra text for the region.
        templates = sorted((self.endpoint, *self.aliases), key=len, reverse=True)
        regions = (endpoint_template.region_in(template, endpoint) for template in templates)
        return next(filter(None, regions), None)


def providers() -> Mapping[str, Provider]:
    """All providers by id, in the order of the screen."""
    return _document()


@cache
def provider_entries() -> Mapping[str, Entry]:
    """What a list shows of each provider, by id in the order of the screen. Far quicker than reading every provider."""
    return MappingProxyType(_document().entries())


def provider_titles() -> Mapping[str, str]:
    """The title of each provider by id, in the order of the screen."""
    return {name: entry.title for name, entry in provider_entries().items()}


def providers_with(text: str) -> Iterator[Provider]:
    """The providers in whose data `text` occurs, as written in the file. Only these are parsed."""
    return _document().with_text(text)


def stale_providers(today: date) -> list[str]:
    """The ids of the providers whose facts were last read more than a year before `today`, in the order of the file."""
    return [name for name, entry in provider_entries().items() if entry.read < today - _FRESH]


@cache
def _document() -> "_Providers":
    loader: Any = __spec__.loader  # reads from a zip file too, and imports faster than importlib.resources
    return _Providers(loader.get_data(str(Path(__file__).with_name("providers.toml"))).decode())


class _Providers(Mapping[str, Provider]):
    """The providers of a TOML document. Each table is parsed once it is needed: most commands need one."""

    def __init__(self, document: str) -> None:
        self._texts: dict[str, str] = {}
        for table in document.split("\n[")[1:]:
            name = table[: table.index("]")].partition(".")[0]  # of a store, or of a table in it
            self._texts[name] = f"{self._texts.get(name, '')}[{table}\n"
        self._parsed: dict[str, Provider] = {}

    def entries(self) -> Mapping[str, Entry]:
        """What a list needs of each provider. The first screen has them all, so no table is parsed for them."""
        return {name: _entry(text) for name, text in self._texts.items()}

    def with_text(self, text: str) -> Iterator[Provider]:
        """The providers whose table contains `text`."""
        return (self[name] for name, table in self._texts.items() if text in table)

    def __getitem__(self, name: str) -> Provider:
        if name not in self._parsed:
            self._parsed[name] = _provider(name, tomllib.loads(self._texts[name])[name])
        return self._parsed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def provider_of(settings: Settings) -> Provider:
    """The chosen provider; `other` for an unknown id."""
    return providers().get(settings.provider) or providers()["other"]


def _entry(table: str) -> Entry:
    """The entry of a table that is not parsed. Each key must be on one line, and a text without escapes."""
    return Entry(
        title=_line(table, "title").strip('"'),
        also=tuple(_line(table, "also").strip('[]"').split('", "')),
        group=Group(_line(table, "group").strip('"')),
        common="\ncommon = true\n" in table,
        read=date.fromisoformat(_line(table, "read")),
        endpoint=_line(table, "endpoint").strip('"'),
    )


def _line(table: str, key: str) -> str:
    """What the line of a key has after the equals sign."""
    return table.partition(f"\n{key} = ")[2].partition("\n")[0]


def _first_name(title: str) -> str:
    return title.partition(",")[0]


def _host(endpoint: str) -> str:
    return endpoint_template.host_of(endpoint).lower().rstrip(".")


def _provider(provider_id: str, table: Mapping[str, Any]) -> Provider:
    variable = table.get("endpoint_variable")
    aliases = [alias if isinstance(alias, dict) else {"endpoint": alias} for alias in table.get("aliases", ())]
    given = {name: Default(**default) for name, default in table.get("defaults", {}).items()}
    return Provider(
        id=provider_id,
        title=table["title"],
        summary=table["summary"],
        endpoint=table["endpoint"],
        region=table["region"],
        group=Group(table["group"]),
        read=table["read"],
        signatures=frozenset(table.get("signatures", ("v2", "v4"))),
        addressing=Addressing(table.get("addressing", Addressing.BOTH)),
        bucket_names=BucketNames(table.get("bucket_names", BucketNames.COMPATIBLE)),
        defaults=MappingProxyType(dict(_implied_defaults(table)) | given),
        notes=(*(Note(**note) for note in table.get("notes", ())), *_caveat(table)),
        also=tuple(table["also"]),
        common=table.get("common", False),
        regions=MappingProxyType(table.get("regions", {})),
        aliases=tuple(alias["endpoint"] for alias in aliases),
        addressing_of_aliases=MappingProxyType(
            {alias["endpoint"]: Addressing(alias["addressing"]) for alias in aliases if "addressing" in alias}
        ),
        endpoints=MappingProxyType(table.get("endpoints", {})),
        hosts=MappingProxyType(table.get("hosts", {})),
        largest_copy=table.get("largest_copy", 5 * GIB),
        endpoint_variable=EndpointVariable(**variable) if variable else None,
        equal_parts=table.get("equal_parts", False),
        rclone=table.get("rclone", ""),
        access=Note(**access) if (access := table.get("access")) else None,
        sources=MappingProxyType({url: tuple(keys) for url, keys in table.get("sources", {}).items()}),
        unverified=frozenset(table.get("unverified", ())),
    )


def _caveat(table: Mapping[str, Any]) -> Iterator[Note]:
    """The note that names the unverified keys. Its source is a document that was read and does not settle them."""
    unverified = [words for key, words in _WORDS.items() if key in table.get("unverified", ())]
    if unverified:
        source = next(iter(table.get("sources", ())), "") or table["notes"][0]["source"]
        yield Note(f"Not verified in the vendor's documentation: {', '.join(unverified)}.", source)


def _implied_defaults(table: Mapping[str, Any]) -> Iterator[tuple[str, Default]]:
    """The defaults that follow from what the store accepts."""
    name, signatures = _first_name(table["title"]), table.get("signatures", ())
    unverified = table.get("unverified", ())
    if signatures == ["v4"] and "signatures" not in unverified:
        yield "v4auth", Default(value=True, reason=f"On: {name} accepts only Signature V4.")
    elif signatures:
        yield "v4auth", Default(value=True, reason="On: with V2, redirected pulls fail.")
    match table.get("addressing"):
        case Addressing.PATH if "addressing" in unverified:
            yield "forcepathstyle", Default(value=True, reason="On: most S3-compatible servers use path style.")
        case Addressing.PATH:
            yield "forcepathstyle", Default(value=True, reason=f"On: {name} uses path style.")
        case Addressing.VIRTUAL:
            yield "forcepathstyle", Default(value=False, reason=f"Off: {name} requires virtual-hosted style.")
