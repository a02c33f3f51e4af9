"""The steps of the wizard: which settings each one asks for, when it applies, and its texts."""

from __future__ import annotations

from typing import NamedTuple

from wizard.model.settings import Settings


class Step(NamedTuple):
    """`settings` are always shown, `more` only on request. Steps that are `s3_only` do not apply to a local folder."""

    id: str
    title: str
    intro: str
    settings: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    s3_only: bool = False

    def applies(self, settings: Settings) -> bool:
        """Whether the step is shown."""
        return settings.type == "s3" or not self.s3_only

    def asks(self, settings: Settings) -> tuple[str, ...]:
        """The settings that are always shown."""
        if settings.type == "filesystem":
            return tuple(name for name in self.settings if name in ("registry", "provider", "rootdirectory"))
        return self.settings


STEPS: tuple[Step, ...] = (
    Step(
        "storage",
        "Storage",
        "Which registry reads the settings, and who keeps its images; all else follows.",
        ("registry", "provider"),
    ),
    Step(
        "bucket",
        "Bucket",
        "Which bucket holds the images; one close to the registry makes pulls fast.",
        ("bucket", "region", "rootdirectory"),
    ),
    Step(
        "keys",
        "Keys",
        "How the registry proves who it is; without that the store refuses every call.",
        ("accesskey", "secretkey"),
        s3_only=True,
    ),
    Step(
        "endpoint",
        "Endpoint",
        "Where the store is reached. Amazon S3 needs none: its region says enough.",
        ("regionendpoint",),
        s3_only=True,
    ),
    Step(
        "advanced",
        "Advanced",
        "Right as they are for most. What the chosen store demands is set already.",
        ("v4auth", "secure", "skipverify", "redirect"),
        (
            "forcepathstyle",
            "encrypt",
            "keyid",
            "storageclass",
            "objectacl",
            "chunksize",
            "multipartcopythresholdsize",
        ),
        s3_only=True,
    ),
    Step("validate", "Validate", "Tries every operation the registry will perform, so that no push fails later."),
    Step("save", "Save", "This is what will be written."),
)


def step_named(step_id: str) -> Step:
    """The step with an id."""
    return next(step for step in STEPS if step.id == step_id)


def step_of(setting: str) -> Step:
    """The step that asks for a setting."""
    return next(step for step in STEPS if setting in step.settings + step.more)


def adjacent_step(step: Step, settings: Settings, direction: int) -> Step | None:
    """The next step that applies (`direction` 1), or the one before (-1); None at either end."""
    index = STEPS.index(step) + direction
    while 0 <= index < len(STEPS):
        if STEPS[index].applies(settings):
            return STEPS[index]
        index += direction
    return None
