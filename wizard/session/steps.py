"""The steps of the wizard: which settings each one asks for, when it applies, and its texts."""

from collections.abc import Sequence
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
    of_folder: tuple[str, str] = ("", "")  # the title and the intro for a local folder, where they differ

    def applies(self, settings: Settings) -> bool:
        """Whether the step is shown."""
        return settings.type == "s3" or not self.s3_only

    def heading(self, settings: Settings) -> tuple[str, str]:
        """The title and the intro."""
        title, intro = self.of_folder if settings.type == "filesystem" else ("", "")
        return title or self.title, intro or self.intro

    def asks(self, settings: Settings) -> tuple[str, ...]:
        """The settings that are always shown."""
        if settings.type == "filesystem":
            return tuple(name for name in self.settings if name in ("registry", "provider", "rootdirectory"))
        return self.settings


STEPS: tuple[Step, ...] = (
    Step(
        "storage",
        "Storage",
        "Choose your registry and where it should store images.",
        ("registry", "provider"),
    ),
    Step(
        "bucket",
        "Bucket",
        "Choose the bucket for your images. A nearby region makes pulls faster.",
        ("bucket", "region", "rootdirectory"),
        of_folder=("Folder", "Choose the folder for your images, as the registry sees it."),
    ),
    Step(
        "keys",
        "Keys",
        "The access key and secret key that the registry signs in with.",
        ("accesskey", "secretkey"),
        s3_only=True,
    ),
    Step(
        "endpoint",
        "Endpoint",
        "The address to which the registry sends its requests.",
        ("regionendpoint",),
        s3_only=True,
    ),
    Step(
        "advanced",
        "Advanced",
        "The defaults suit most setups. Settings your store requires are already set.",
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
    Step("validate", "Validate", "Tests every operation that the registry performs."),
    Step("save", "Save", "Review the settings, then save."),
)


def step_named(step_id: str) -> Step:
    """The step with an id."""
    return next(step for step in STEPS if step.id == step_id)


def step_of(setting: str) -> Step:
    """The step that asks for a setting."""
    return next(step for step in STEPS if setting in step.settings + step.more)


def applicable_steps(settings: Settings) -> Sequence[Step]:
    """The steps that are shown."""
    return [step for step in STEPS if step.applies(settings)]


def adjacent_step(step: Step, settings: Settings, direction: int) -> Step | None:
    """The next step that applies (`direction` 1), or the one before (-1); None at either end."""
    index = STEPS.index(step) + direction
    while 0 <= index < len(STEPS):
        if STEPS[index].applies(settings):
            return STEPS[index]
        index += direction
    return None
