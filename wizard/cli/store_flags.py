"""Keeps a store, its endpoint and both keys together when flags change only some of them."""

from __future__ import annotations

from wizard.catalog.endpoints import detect_provider, is_of_another_store
from wizard.catalog.presets import apply_preset
from wizard.console.exit_status import CommandError
from wizard.console.stdio import print_message
from wizard.model.endpoint import Endpoint
from wizard.model.redaction import displayed
from wizard.model.secret import Secret
from wizard.model.settings import Settings, Value
from wizard.text.sanitize import sanitize

_SAFE_TRANSPORT: dict[str, Value] = {"secure": True, "skipverify": False}
_NO_KEYS: dict[str, Value] = {"accesskey": "", "secretkey": Secret()}


def keep_together(previous: Settings, settings: Settings, given: set[str]) -> Settings:
    """`settings` without what belongs to the store of `previous`; `given` names the settings that have flags.

    Prints a note on what is dropped. Raises `CommandError` for an access key without its secret key.
    """
    if settings.type != previous.type and previous.rootdirectory and "rootdirectory" not in given:
        was = "a folder on this machine" if previous.type == "filesystem" else "a folder in the bucket"
        print_message(f"note: rootdirectory was removed because it was {was}.")
    if settings.provider != previous.provider:
        settings = _leave_store(previous, settings, given)
    elif _owner(settings) != _owner(previous) and not {"accesskey", "secretkey"} & given:
        settings = _without_keys(settings)
    kept = [
        name
        for name in ("accesskey", "secretkey")
        if settings.value(name) and settings.value(name) == previous.value(name)
    ]
    if kept and _address(settings) != _address(previous):
        print_message(
            f"note: {' and '.join(kept)} unchanged and now used for {_address(settings)}. "
            "If that store has other keys, use --accesskey and --secretkey-file."
        )
    if "accesskey" not in given or "secretkey" in given or settings.accesskey == previous.accesskey:
        return settings
    if settings.accesskey and settings.secretkey:
        raise CommandError(
            "the new --accesskey does not match the saved secret key. Add its secret key with --secretkey-file."
        )
    if settings.secretkey:
        print_message("note: the secret key was removed together with its access key.")
    return settings.replace({"secretkey": Secret()})


def _leave_store(previous: Settings, settings: Settings, given: set[str]) -> Settings:
    """`settings` of another store: new keys without the former endpoint, or a new endpoint without the former keys.

    A store with hosts of its own has no other endpoint, whatever was given.
    """
    has_former_endpoint = settings.regionendpoint == previous.regionendpoint and "regionendpoint" not in given
    is_of_former = "accesskey" in given or is_of_another_store(settings)
    if is_of_former and has_former_endpoint and settings.regionendpoint:
        print_message("note: regionendpoint was removed because it was for the previous store.")
        of_former = {name: value for name, value in _SAFE_TRANSPORT.items() if name not in given}
        settings = apply_preset(settings.replace({"regionendpoint": "", **of_former}), settings.provider)
    has_other_endpoint = settings.regionendpoint != previous.regionendpoint
    return _without_keys(settings) if has_other_endpoint and not {"accesskey", "secretkey"} & given else settings


def _without_keys(settings: Settings) -> Settings:
    if settings.accesskey or settings.secretkey:
        print_message("note: accesskey and secretkey were removed because they were for the previous store.")
    return settings.replace(_NO_KEYS)


def _owner(settings: Settings) -> str:
    """The id of the provider whose host the endpoint names; `other` for a server that can have any host."""
    endpoint = Endpoint.parse(settings.regionendpoint)
    return detect_provider(str(endpoint._replace(port="")))  # a port alone would say which software it is


def _address(settings: Settings) -> str:
    """The host, and the port if there is one, that the keys are for, to be displayed."""
    if not settings.regionendpoint:
        return "Amazon S3 in China" if settings.region.startswith("cn-") else "Amazon S3"
    endpoint = Endpoint.parse(displayed(settings).regionendpoint)
    return sanitize(str(endpoint._replace(scheme="")), 100)
