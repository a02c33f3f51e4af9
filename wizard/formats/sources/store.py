"""Puts the store of a source in place of the one in a settings file."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.catalog.endpoints import detect_provider, region_of_endpoint
from wizard.catalog.presets import apply_preset
from wizard.formats.format import Imported
from wizard.formats.sources.source import PartialSettings
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Settings, Value

# Settings that do not depend on the store. All others are dropped with a store.
_OF_REGISTRY = ("registry", "rootdirectory", "chunksize", "multipartcopythresholdsize", "redirect")
_FURTHER_OF_REGISTRY = (
    *("multipartcopychunksize", "multipartcopymaxconcurrency", "useragent", "loglevel"),
    *("maxrequestspersecond", "maxretries", "parallelwalk"),
)
_NO_STORE: dict[str, Value] = {"regionendpoint": "", "accesskey": "", "secretkey": Secret()}


def replace_store(previous: Settings | None, source: PartialSettings) -> Imported:
    """`previous` with the store of the source: its endpoint and both keys, also where the source has none.

    With another endpoint everything else that belongs to a store is dropped too. The bucket stays unless the source
    names one. The remarks list what was dropped.
    """
    changes = _NO_STORE | dict(source.changes)
    before = previous if previous and previous.type == "s3" else Settings(registry=(previous or Settings()).registry)
    if before is previous and before.regionendpoint == changes["regionendpoint"]:
        settings = before.replace(changes)
    else:
        base = Settings(bucket=before.bucket).replace({name: before.value(name) for name in _OF_REGISTRY})
        provider = source.provider or detect_provider(str(changes["regionendpoint"]))
        settings = apply_preset(base, provider).replace(changes)
        if "region" not in source.changes and (region := region_of_endpoint(settings)):
            settings = settings.replace({"region": region})
        kept = {name: value for name, value in before.further.items() if name in _FURTHER_OF_REGISTRY}
        settings = settings.with_further(kept)
    remarks = () if previous is None else _dropped(before, settings, source)
    return Imported(settings, (*source.remarks, *remarks))


def _dropped(before: Settings, after: Settings, source: PartialSettings) -> Iterator[str]:
    dropped = [
        name
        for name, declaration in DECLARATIONS.items()
        if name not in ("provider", *source.changes)
        and before.value(name) not in (declaration.default, after.value(name))
    ]
    dropped += [name for name in before.further if name not in after.further]
    replaced = [
        name
        for name in _NO_STORE
        if name in source.changes and before.value(name) not in ("", Secret(), after.value(name))
    ]
    if dropped:
        yield f"The settings file used a different store. Removed with it: {', '.join(dropped)}."
    if replaced:
        yield f"Replaced with values from the source: {', '.join(replaced)}."
    if before.bucket and "bucket" not in source.changes and before.regionendpoint != after.regionendpoint:
        yield '"bucket" is unchanged from the settings file. Check that this store has a bucket with that name.'
