"""How the images of a registry are moved from one storage to another: the steps, with the commands of rclone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from wizard import rules
from wizard.catalog.registries import Instruction, Registry, registry_of
from wizard.catalog.registries.next_steps import apply_instruction, restart_instruction
from wizard.config.schema import ImportedFrom
from wizard.files.written import backup_of
from wizard.formats.lookup import all_formats
from wizard.formats.rclone import path_in_remote, write_remotes
from wizard.model.settings import Settings
from wizard.session.images import place_of
from wizard.session.installation import adapted, is_applied_without_source, path_remark, switch_steps
from wizard.session.write_back import write_back_command
from wizard.text.sanitize import sanitize, sanitize_command
from wizard.text.shell_path import path_word, shell_path, shell_word

_OLD, _NEW = "old", "new"  # the remotes
# A tag is a file of 71 bytes, whatever it names, so the size alone does not show that it has changed. Times would cost
# a request for each object. The folders of a registry are many and small, so one long listing is much faster.
_COMPARE, _LIST, _PARALLEL = "--checksum", "--fast-list", ("--transfers", "16", "--checkers", "16")
_INDENT = " \\\n    "


class MigrationError(Exception):
    """The images cannot be moved. The message is one or two sentences: the reason, and what to do."""


class Side(NamedTuple):
    """A settings file: its path, its settings, and the file that they were imported from, if it names one."""

    path: Path
    settings: Settings
    source: ImportedFrom | None = None

    @property
    def registry(self) -> Registry:
        """The registry of the settings."""
        return registry_of(self.settings.registry)

    @property
    def shown_path(self) -> str:
        """The path as a word of a command, safe to print."""
        return shell_path(self.path)

    @property
    def images(self) -> str:
        """The path in the remote of what is copied."""
        return path_in_remote(self.settings, self.registry.images.folder)


def remotes(old: Side, new: Side) -> str:
    """The configuration of rclone with a remote for each side, which contains the secret keys.

    Raises `MigrationError` if nothing can be moved between the sides, and `FormatError`.
    """
    _require_valid(old)
    _require_valid(new)
    _require_one_registry(old, new)
    _require_two_places(old, new)
    _require_writer(new)
    return write_remotes({_OLD: old.settings, _NEW: new.settings})


def introduction(old: Side, new: Side) -> str:
    """A sentence on what the steps do, and on what happens without them."""
    names = [_name(side) for side in (old, new)]
    return f"Moves the images of {old.registry.title} from {names[0]} to {names[1]}. {old.registry.images.left_behind}"


def steps(old: Side, new: Side, config: Path) -> Iterator[Instruction]:
    """What to do, in this order. `config` is the file with the remotes. No command contains a secret."""
    migration, rclone = adapted(old.registry.migration, old.source), _Rclone(old, new, config)
    yield Instruction(
        "Validate the new storage. It must pass and must not contain images of another registry:",
        f"storage-wizard check {new.shown_path}",
    )
    remark = path_remark(old.source, old.settings, old.path)
    yield Instruction(
        "Check that the old settings name the place of the images. "
        f"{f'{remark} ' if remark else ''}It must list repositories that you know:",
        f"storage-wizard check {old.shown_path}",
    )
    yield from migration.collection_off
    yield Instruction(
        "Copy the images while the registry runs, so that the last copy is short. You can repeat this.", rclone.copy
    )
    yield from migration.read_only
    yield from migration.backup
    yield Instruction(
        "Copy what has changed. This deletes nothing: it fails if the new storage has files that the old one does not "
        "have. The next step lists them. If they are images that were deleted meanwhile, run it again without "
        "--max-delete 0.",
        rclone.sync,
    )
    yield Instruction(
        "Prove that the copy is complete. Continue only if this reports 0 differences and how many files match. "
        "Without that number nothing was copied: the old settings name a place without images.",
        rclone.check,
    )
    yield from _ownership(new)
    yield from migration.before_switch
    yield from _switch(old, new)
    yield from migration.read_write
    if url := new.registry.usual_url:
        yield Instruction(
            "Verify that the registry uses the new storage, at the URL that images are pushed to:",
            f"storage-wizard verify -c {new.shown_path} {url}",
        )
    yield from migration.collection_on
    yield Instruction(
        f"Keep the old storage until you are sure. Delete {sanitize(config)}, and {sanitize(config)}.bak if it exists: "
        "they contain the keys."
    )


# Whether it can be done

_NEW_CONFIGURATION = "-o config.yml"
_ONE_LAYOUT = {"distribution-2", "distribution-3"}  # one reads what the other has written (registry/storage/paths.go)


def _require_valid(side: Side) -> None:
    if errors := rules.errors(side.settings):
        raise MigrationError(
            f"{sanitize(side.path)}: {errors[0].text} How to correct it: storage-wizard check {side.shown_path}"
        )


def _require_one_registry(old: Side, new: Side) -> None:
    registries = {old.settings.registry, new.settings.registry}
    if len(registries) > 1 and not registries <= _ONE_LAYOUT:
        raise MigrationError(
            f"{sanitize(old.path)} is for {old.registry.title}, and {sanitize(new.path)} for {new.registry.title}. "
            "Choose the same registry in both: a copy does not make images of one readable by the other."
        )


def _require_two_places(old: Side, new: Side) -> None:
    from_place, to_place = (_copied(side) for side in (old, new))
    if from_place == to_place and old.path == backup_of(new.path):
        raise MigrationError(
            f"{sanitize(old.path)} has the same location as {sanitize(new.path)}: the file was saved again since it "
            "changed. Import the configuration that the registry still uses, and use that as OLD: storage-wizard "
            "import FILE -c old.toml"
        )
    if from_place == to_place:
        raise MigrationError(
            f"{sanitize(old.path)} and {sanitize(new.path)} name the same location: {_name(old)}. Use a file with "
            "other settings as NEW. If the registry's file was already updated, import its .bak as OLD."
        )
    is_inside = any(inner[: len(outer)] == outer for inner, outer in ((from_place, to_place), (to_place, from_place)))
    if is_inside:
        raise MigrationError(
            f"One location is inside the other: {_name(old)} and {_name(new)}. Choose another root directory."
        )


def _require_writer(new: Side) -> None:
    """Raises `FormatError` if no configuration of the registry can have a folder."""
    if new.settings.type == "filesystem":
        formats = [each for each in all_formats().values() if each.registry == new.settings.registry]
        if formats and not any(each.has_folders for each in formats):
            formats[0].write(new.settings)


def _copied(side: Side) -> tuple[str, ...]:
    """Where the files are that are copied: the host, the bucket, and the folders on the way to them."""
    place, folder = place_of(side.settings), side.registry.images.folder
    root = place.root if place.host else os.path.realpath(f"/{place.root}")  # a link can lead into the other one
    return (place.host, place.bucket, *filter(None, f"{root}/{folder}".split("/")))


# The commands


class _Rclone:
    """The commands of rclone between two sides."""

    def __init__(self, old: Side, new: Side, config: Path) -> None:
        sides = (old.settings, new.settings)
        stores = [settings for settings in sides if settings.type == "s3"]
        has_keys = all(settings.accesskey for settings in stores)
        by_root = ("sudo",) if has_keys else ("sudo", "--preserve-env")  # the folder of a registry is usually root's
        trust = ["--no-check-certificate"] if any(settings.skipverify for settings in stores) else []
        self._program = (*(by_root if len(stores) < len(sides) else ()), "rclone")
        self._common = ["--config", path_word(config), _LIST, *_PARALLEL, *trust]
        self._left_out = [word for pattern in old.registry.migration.left_out for word in ("--exclude", pattern)]
        self._in_store = ("--server-side-across-configs",) if _is_one_account(*sides) else ()
        self._paths = (f"{_OLD}:{old.images}", f"{_NEW}:{new.images}")

    @property
    def copy(self) -> str:
        """Copies what is new."""
        return self._command("copy", _COMPARE, *self._in_store, "--progress")

    @property
    def sync(self) -> str:
        """Copies what is new, and fails if something would have to be deleted."""
        return self._command("sync", _COMPARE, *self._in_store, "--max-delete", "0", "--progress")

    @property
    def check(self) -> str:
        """Compares both sides."""
        return self._command("check")

    def _command(self, action: str, *flags: str) -> str:
        lines = (*self._program, action), self._common, self._left_out, flags, self._paths
        return _INDENT.join(sanitize_command(" ".join(map(shell_word, line))) for line in lines if line)


def _is_one_account(old: Settings, new: Settings) -> bool:
    """Whether the store can copy on its own: the same key pair has access to both sides."""
    keys = [(place_of(each).host, each.accesskey, each.secretkey, each.v4auth) for each in (old, new)]
    return old.type == new.type == "s3" and keys[0] == keys[1]


def _ownership(new: Side) -> Iterator[Instruction]:
    """The files of a folder belong to the user that runs rclone."""
    if new.settings.type == "filesystem":
        root = shell_word(new.settings.rootdirectory)
        yield Instruction(
            "Give the files to the user that owns the folder:",
            sanitize_command(f"sudo chown -R --reference={root} {shell_word(new.images)}"),
        )


def _switch(old: Side, new: Side) -> Iterator[Instruction]:
    """The new settings reach the registry, which then reads them.

    They are written into the file that either side was imported from. If that is not known, the registry says how.
    """
    source = new.source or old.source
    command = write_back_command(source, new.path) if source and not is_applied_without_source(source) else ""
    if source and command:
        yield Instruction("Switch to the new settings. Write them into the registry's configuration:", command)
        yield apply_instruction(source.format, Path(source.file))
        return
    if source and (steps_of_container := tuple(switch_steps(source, new.path))):
        yield from steps_of_container
        return
    first, *others, _ = new.registry.next_steps(new.settings, new.path)  # the last one is a check
    if first.command.endswith(_NEW_CONFIGURATION):  # the registry has one already, with more than its storage
        first = Instruction(
            "Write them into the registry's configuration, with its path in place of config.yml. If the registry has "
            "its storage in environment variables, use export --to env instead:",
            first.command.removesuffix(_NEW_CONFIGURATION) + "--into config.yml",
        )
    switch = (first._replace(text=f"Switch to the new settings. {first.text}"), *others)
    yield from switch
    restart = restart_instruction(new.settings.registry)
    if restart.command and restart.command not in [step.command for step in switch]:
        yield restart


def _name(side: Side) -> str:
    """How a sentence names a storage."""
    place = place_of(side.settings)
    return f"{place.name} at {sanitize(place.host, 80)}" if place.host else place.name
