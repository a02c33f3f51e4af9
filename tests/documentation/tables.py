"""Generated tables: settings, causes, formats, checks, permissions and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wizard.catalog.policy import least_privilege
from wizard.catalog.registries import REGISTRIES, Registry
from wizard.checks.all_checks import S3_CHECKS
from wizard.checks.check import Check
from wizard.checks.filesystem import FILESYSTEM_CHECKS
from wizard.formats import EXPORT_ONLY_NAMES
from wizard.formats.format import no_reader, no_writer
from wizard.formats.lookup import all_formats, format_of
from wizard.model.findings import Cause
from wizard.model.settings import DECLARATIONS, Declaration, Kind, Settings, format_value
from wizard.session.steps import step_of
from wizard.tui.keys import KEYS, POLICY_KEYS, label
from wizard.verification.all_checks import VERIFY_CHECKS


def settings() -> Iterator[str]:
    """A row for each setting."""
    yield "| setting | label | default | step | what it is |"
    yield "|---|---|---|---|---|"
    for declaration in DECLARATIONS.values():
        default = _default(declaration)
        step, text = step_of(declaration.name).title, f"{declaration.help}{_registries_without(declaration.name)}"
        yield f"| `{declaration.name}` | {declaration.label} | {default} | {step} | {text} |"


def registries() -> Iterator[str]:
    """A row for each registry."""
    yield "| `registry` | name | what it is |"
    yield "|---|---|---|"
    for registry in REGISTRIES.values():
        note = "" if registry.is_offered else " The wizard does not list it; `configure` accepts it."
        yield f"| `{registry.id}` | {registry.label} | {registry.summary}{note} |"


def _default(declaration: Declaration) -> str:
    if declaration.kind is Kind.SECRET or declaration.default == "":
        return ""
    default = format_value(declaration.default)
    return default if declaration.kind in (Kind.SIZE, Kind.SWITCH) else f"`{default}`"


def _registries_without(name: str) -> str:
    """A sentence that names the registries that ignore a setting."""
    without = [registry.title for registry in REGISTRIES.values() if not registry.supports(name)]
    return f" Not read by {', '.join(without)}." if without else ""


def settings_in_detail() -> Iterator[str]:
    """A section for each setting, with the text of F1."""
    for number, declaration in enumerate(DECLARATIONS.values()):
        if number:
            yield ""
        yield f"### `{declaration.name}`"
        yield ""
        yield declaration.about


def causes() -> Iterator[str]:
    """A row for each cause."""
    yield "| cause | what it means | what fixes it |"
    yield "|---|---|---|"
    for cause in Cause:
        yield f"| `{cause.value}` | {cause.meaning} | {cause.fixed_by} |"


def formats() -> Iterator[str]:
    """A row for each format."""
    yield "| format | what it is | read | written | into a file | it cannot carry | tests compare it with |"
    yield "|---|---|---|---|---|---|---|"
    for each in (*all_formats().values(), *map(format_of, EXPORT_ONLY_NAMES)):
        marks = (each.read is not no_reader, each.write is not no_writer, bool(each.sections))
        cells = " | ".join("yes" if mark else "no" for mark in marks)
        limits = each.limits + ("" if each.has_folders or not each.limits else ", ") + _FOLDERS[each.has_folders]
        yield f"| `{each.id}` | {each.title} | {cells} | {limits} | {each.checked_by} |"


_FOLDERS = {True: "", False: "a local folder"}


def trust() -> Iterator[str]:
    """A row for each way in which the registries of written formats trust a CA."""
    yield "| format of `export` | how the registry trusts the CA |"
    yield "|---|---|"
    written = [each for each in all_formats().values() if each.write is not no_writer]
    for way in dict.fromkeys(each.trust for each in written):
        names = ", ".join(f"`{each.id}`" for each in written if each.trust == way)
        yield f"| {names} | {way[0].upper()}{way[1:]}. |"


def checks() -> Iterator[str]:
    """A row for each check of a store, and of a local folder."""
    yield "| check | title | calls | IAM actions |"
    yield "|---|---|---|---|"
    for check in S3_CHECKS:
        calls, actions = _of_all(Check.calls_of, check), _of_all(Check.actions_of, check)
        yield f"| `{check.id}` | {check.title} | {calls} | {actions} |"
    for check in FILESYSTEM_CHECKS:
        if check not in S3_CHECKS:
            yield f"| `{check.id}` | {check.title} (local folder) | | |"


def _of_all(words: Callable[[Check, Registry], tuple[str, ...]], check: Check) -> str:
    """What any registry makes or needs."""
    return ", ".join(dict.fromkeys(word for registry in REGISTRIES.values() for word in words(check, registry)))


def verify_checks() -> Iterator[str]:
    """A row for each check of a running registry."""
    yield "| check | title | needed for |"
    yield "|---|---|---|"
    for check in VERIFY_CHECKS:
        yield f"| `{check.id}` | {check.title} | {', '.join(check.needed_for)} |"


def permissions() -> Iterator[str]:
    """A row for the bucket, and one for its objects."""
    yield "| on | actions |"
    yield "|---|---|"
    for statement, name in zip(least_privilege(Settings(bucket="BUCKET"))["Statement"], _RESOURCES, strict=True):
        yield f"| {name} | {', '.join(f'`{action}`' for action in statement['Action'])} |"


_RESOURCES = ("the bucket", "its objects")


def keys() -> Iterator[str]:
    """A row for each action of the screens, with all its keys; those of the policy's dialog come last."""
    yield "| keys | what they do |"
    yield "|---|---|"
    for action in KEYS.values():
        yield f"| {label(action.binding)} | {action.effect} |"
    for action in POLICY_KEYS.values():
        yield f"| {label(action.binding)} | while the policy is shown: {action.effect} |"
