"""The steps: their order, and the settings that each one asks for."""

from __future__ import annotations

from wizard.model.settings import DECLARATIONS, Settings
from wizard.session.steps import STEPS, Step, adjacent_step, step_named, step_of

S3, FOLDER = Settings(provider="aws"), Settings(provider="filesystem")


def steps_from(start: str, settings: Settings, direction: int) -> list[str]:
    """The ids of the steps from `start` to the last one in a direction."""
    step: Step | None = step_named(start)
    ids = []
    while step is not None:
        ids.append(step.id)
        step = adjacent_step(step, settings, direction)
    return ids


def test_all_seven_steps_apply_to_s3_in_both_directions() -> None:
    ids = [step.id for step in STEPS]
    assert len(ids) == 7
    assert steps_from("storage", S3, 1) == ids
    assert steps_from("save", S3, -1) == ids[::-1]


def test_a_folder_has_no_keys_endpoint_or_advanced_settings() -> None:
    assert steps_from("storage", FOLDER, 1) == ["storage", "bucket", "validate", "save"]
    assert steps_from("save", FOLDER, -1) == ["save", "validate", "bucket", "storage"]


def test_for_a_folder_the_bucket_step_asks_only_for_the_folder() -> None:
    assert step_named("bucket").asks(FOLDER) == ("rootdirectory",)
    assert step_named("bucket").asks(S3) == ("bucket", "region", "rootdirectory")


def test_for_a_folder_the_bucket_step_has_texts_of_its_own() -> None:
    step = step_named("bucket")
    assert step.heading(S3) == ("Bucket", step.intro)
    assert step.heading(FOLDER) == ("Folder", "Choose the folder for your images, as the registry sees it.")


def test_a_step_without_texts_for_a_folder_has_the_same_ones_for_it() -> None:
    step = step_named("storage")
    assert step.heading(FOLDER) == step.heading(S3) == ("Storage", step.intro)


def test_every_setting_is_asked_for_by_exactly_one_step() -> None:
    asked = [name for step in STEPS for name in step.settings + step.more]
    assert sorted(asked) == sorted(DECLARATIONS)


def test_the_step_of_a_setting_is_found_by_its_name() -> None:
    expected = {"registry": "storage", "bucket": "bucket", "secretkey": "keys", "keyid": "advanced"}
    assert {name: step_of(name).id for name in expected} == expected


def test_only_advanced_settings_are_optional() -> None:
    advanced = {name for name, declaration in DECLARATIONS.items() if declaration.advanced}
    assert {name for step in STEPS for name in step.more} <= advanced
