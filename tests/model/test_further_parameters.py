"""Parameters of the drivers that are no settings are kept with the settings."""

from __future__ import annotations

import pytest

from wizard.model.further_parameters import FURTHER_PARAMETERS, FurtherParameters, Plain
from wizard.model.settings import DECLARATIONS, Settings

SETTINGS = Settings(bucket="images")


def test_no_further_parameter_is_a_setting() -> None:
    assert not FURTHER_PARAMETERS.keys() & DECLARATIONS.keys()
    assert "further" not in DECLARATIONS


def test_they_are_in_one_order_without_unknown_names() -> None:
    given: dict[str, Plain] = {"accelerate": True, "sessiontoken": "x", "useragent": "me"}
    assert list(FurtherParameters(given).items()) == [("useragent", "me"), ("accelerate", True)]
    assert FurtherParameters(given) == FurtherParameters({"useragent": "me", "accelerate": True})
    assert hash(FurtherParameters(given)) == hash(FurtherParameters({"useragent": "me", "accelerate": True}))


def test_their_values_are_not_in_a_representation() -> None:
    assert repr(FurtherParameters({"useragent": "s3cr3t"})) == "FurtherParameters(useragent)"


def test_a_change_adds_one_and_keeps_the_others() -> None:
    changed = SETTINGS.replace({"useragent": "me"}).replace({"accelerate": False, "bucket": "other"})
    assert changed.bucket == "other"
    assert dict(changed.further) == {"useragent": "me", "accelerate": False}
    assert changed != SETTINGS.replace({"bucket": "other"})


def test_with_further_replaces_all() -> None:
    assert dict(SETTINGS.replace({"useragent": "me"}).with_further({"maxretries": 3}).further) == {"maxretries": 3}


@pytest.mark.parametrize("name", FURTHER_PARAMETERS)
def test_an_absent_one_has_its_default(name: str) -> None:
    assert SETTINGS.value(name) == FURTHER_PARAMETERS[name].default
    assert name not in SETTINGS.further


def test_a_change_of_settings_keeps_them() -> None:
    assert dict(SETTINGS.replace({"useragent": "me"}).replace({"region": "eu-west-1"}).further) == {"useragent": "me"}


@pytest.mark.parametrize(("text", "kept"), [("standard", "STANDARD"), ("Glacier_IR", "GLACIER_IR"), ("", "")])
def test_a_storage_class_is_in_capitals_as_the_driver_sends_it(text: str, kept: str) -> None:
    assert Settings(storageclass=text).storageclass == kept
    assert SETTINGS.replace({"storageclass": text}).storageclass == kept
