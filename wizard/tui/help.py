"""The help texts of F1."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.catalog.providers import provider_of
from wizard.model.settings import Declaration
from wizard.session.explanation import explanation, listed_regions
from wizard.session.state import WizardState
from wizard.session.steps import Step
from wizard.tui.keys import help_rows
from wizard.tui.theme import DIM

_STEP_TEXTS = {
    "validate": "Runs every S3 call the registry makes, with exactly the settings that will be saved. Test objects are "
    "written under a random prefix, compared byte for byte, and then deleted. Press Space on a row to see its checks, "
    "required permissions and timings. After a failure, Enter leads to the field to correct or check, if any.",
    "save": "The file is replaced atomically and is readable only by you. The previous version is kept as a backup, "
    "and settings this wizard doesn't recognise are preserved. Once they are saved and the registry was restarted, F9 "
    "verifies the registry: it pushes a tiny image, pulls it, looks for it in the store, and removes it.",
}


def help_for(
    state: WizardState, step: Step, declaration: Declaration | None, enter: str
) -> tuple[str, list[tuple[str, str]]]:
    """The heading and the text of the help on a setting, or on the step without one. The text is in styled pieces.

    `enter` is what Enter does now; empty if it does nothing.
    """
    if declaration is None:
        return step.title, [(_STEP_TEXTS.get(step.id, step.intro) + "\n", ""), *_keys(enter)]
    text = [(f"{paragraph}\n", "") for paragraph in explanation(declaration, state.settings)]
    if declaration.name == "region" and (regions := listed_regions(state.settings)):
        text += [("\nRegions\n", "bold"), (f"{', '.join(regions)}.\n", "")]
    if declaration.name in ("provider", "regionendpoint", "region", "bucket"):
        text += _notes(state)
    return f"{state.label(declaration.name)}  ({declaration.name})", [*text, *_keys(enter)]


def _notes(state: WizardState) -> Iterator[tuple[str, str]]:
    provider = provider_of(state.settings)
    if provider.notes:
        yield f"\n{provider.title}\n", "bold"
    for note in provider.notes:
        yield f"– {note.text}\n", ""
        yield f"  {note.source}\n", DIM


def _keys(enter: str) -> Iterator[tuple[str, str]]:
    yield "\nKeys\n", "bold"
    for key, effect in help_rows("next step" if enter == "Next" else f"{enter[:1].lower()}{enter[1:]}"):
        yield f"{key:<15}", "$primary"
        yield f"{effect}\n", DIM
