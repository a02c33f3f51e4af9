"""How images are moved: which sides are refused, and what is printed for each registry, in its order."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.support.files import mode_of
from wizard.catalog.registries import REGISTRIES, Instruction
from wizard.config.schema import ImportedFrom
from wizard.formats.format import FormatError
from wizard.model.secret import Secret
from wizard.model.settings import Settings, Value
from wizard.session import migration
from wizard.session.migration import MigrationError, Side

CANARY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
OLD = Settings(
    registry="distribution-3",
    provider="minio",
    bucket="old",
    accesskey="me",
    secretkey=Secret(CANARY),
    regionendpoint="https://minio.example:9000",
    forcepathstyle=True,
    v4auth=True,
)
NEW = OLD.replace({"bucket": "new", "regionendpoint": "https://rgw.example"})
FOLDER = Settings(registry="distribution-3", provider="filesystem", rootdirectory="/srv/registry")
SOURCE = ImportedFrom("/etc/distribution/config.yml", "distribution-3")


def sides(old: Settings = OLD, new: Settings = NEW) -> tuple[Side, Side]:
    return Side(Path("old.toml"), old), Side(Path("new.toml"), new)


def steps(old: Settings = OLD, new: Settings = NEW) -> list[Instruction]:
    return list(migration.steps(*sides(old, new), Path("rclone.conf")))


def command(word: str, old: Settings = OLD, new: Settings = NEW) -> list[str]:
    """The words of the command of rclone with that name."""
    commands = [shlex.split(step.command.replace("\\\n", "")) for step in steps(old, new)]
    (found,) = (words for words in commands if {"rclone", word} <= set(words[:4]))
    return found


# What is refused


@pytest.mark.parametrize(
    ("old", "changes", "message"),
    [
        (
            OLD,
            {},
            'old.toml and new.toml name the same location: "old" at minio.example:9000. Use a file with other',
        ),
        (OLD, {"accesskey": "x", "region": "eu-west-1"}, "name the same location"),
        (OLD, {"rootdirectory": "/"}, "If the registry's file was already updated, import its .bak as OLD."),
        (NEW, {"regionendpoint": "https://RGW.example.:443"}, "name the same location"),
        (
            OLD.replace({"regionendpoint": "http://localhost:9000"}),
            {"regionendpoint": "http://127.0.0.1:9000"},
            "name the same location",
        ),
        (
            OLD.replace({"regionendpoint": "http://[0:0:0:0:0:0:0:1]:9000"}),
            {"regionendpoint": "http://localhost:9000"},
            "name the same location",
        ),
        (
            OLD.replace({"regionendpoint": "http://[fd00::A:1]:9000"}),
            {"regionendpoint": "http://[FD00:0:0::a:0001]:9000"},
            "name the same location",
        ),
        (FOLDER, {"rootdirectory": "/srv/./registry/"}, "name the same location"),
        (
            OLD,
            {"rootdirectory": "/docker/registry"},
            'One location is inside the other: "old" at minio.example:9000 and',
        ),
        (FOLDER, {"rootdirectory": "/srv/registry/docker/x"}, 'One location is inside the other: "/srv/registry" and'),
        (FOLDER.replace({"rootdirectory": "/srv/registry/docker/x"}), {"rootdirectory": "/srv/registry"}, "inside"),
        (OLD.replace({"registry": "zot"}), {"rootdirectory": "/a"}, "One location is inside the other"),
        (
            OLD.replace({"registry": "distribution-2"}),
            {"registry": "harbor"},
            "is for Distribution 2, and new.toml for",
        ),
        (OLD, {"registry": "harbor"}, "old.toml is for Distribution 3, and new.toml for Harbor. Choose the same"),
        (OLD, {"bucket": ""}, "new.toml: Enter a bucket name"),
        (OLD.replace({"secretkey": Secret()}), {"bucket": "new"}, "old.toml: "),
        (FOLDER, {"rootdirectory": "srv"}, "new.toml: Enter an absolute path, such as /srv/images."),
    ],
)
def test_sides_between_which_nothing_can_be_moved_are_refused(
    old: Settings, changes: dict[str, Value], message: str
) -> None:
    with pytest.raises(MigrationError) as refused:
        migration.remotes(*sides(old, old.replace(changes)))
    assert message in str(refused.value)
    assert CANARY not in str(refused.value)


def test_a_backup_that_a_second_save_has_replaced_is_said() -> None:
    old, new = (migration.Side(Path(name), OLD) for name in ("storage.toml.bak", "storage.toml"))
    with pytest.raises(MigrationError, match="the file was saved again since it changed"):
        migration.remotes(old, new)


def test_a_link_to_the_same_folder_is_seen(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    old, new = (FOLDER.replace({"rootdirectory": str(path)}) for path in (tmp_path, tmp_path / "link"))
    with pytest.raises(MigrationError, match="the same location"):
        migration.remotes(*sides(old, new))


@pytest.mark.parametrize("registry", ["openshift", "msr-3"])
def test_a_registry_without_folders_is_not_moved_to_one(registry: str) -> None:
    with pytest.raises(FormatError, match="folder"):
        migration.remotes(*sides(OLD.replace({"registry": registry}), FOLDER.replace({"registry": registry})))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OLD, NEW),
        (OLD, OLD.replace({"rootdirectory": "/moved"})),
        (OLD, OLD.replace({"bucket": "old-2"})),
        (FOLDER, NEW),
        (NEW, FOLDER),
        (FOLDER, FOLDER.replace({"rootdirectory": "/srv/registry-2"})),
        (FOLDER, FOLDER.replace({"rootdirectory": "/srv/registry/moved"})),
    ],
)
def test_two_places_get_two_remotes(old: Settings, new: Settings) -> None:
    text = migration.remotes(*sides(old, new))
    assert [line for line in text.splitlines() if line.startswith("[")] == ["[old]", "[new]"]


# The commands of rclone


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        (OLD, NEW, ["old:old/docker", "new:new/docker"]),
        (FOLDER, NEW.replace({"rootdirectory": "/r"}), ["old:/srv/registry/docker", "new:new/r/docker"]),
        (OLD.replace({"registry": "zot"}), NEW.replace({"registry": "zot"}), ["old:old", "new:new"]),
    ],
)
def test_each_command_has_the_same_paths(old: Settings, new: Settings, paths: list[str]) -> None:
    assert [command(word, old, new)[-2:] for word in ("copy", "sync", "check")] == [paths] * 3


def test_a_copy_compares_checksums_and_deletes_nothing() -> None:
    assert "--checksum" in command("copy")
    words = command("sync")
    assert "--checksum" in words
    assert words[words.index("--max-delete") + 1] == "0"


@pytest.mark.parametrize(
    ("registry", "patterns"), [("dtr", ["_uploads/**"]), ("zot", [".uploads/**", "/cache.db", "/meta.db"])]
)
@pytest.mark.parametrize("word", ["copy", "sync", "check"])
def test_uploads_that_were_never_finished_are_left_out(registry: str, patterns: list[str], word: str) -> None:
    words = command(word, OLD.replace({"registry": registry}), NEW.replace({"registry": registry}))
    assert [words[index + 1] for index, each in enumerate(words) if each == "--exclude"] == patterns


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (OLD.replace({"bucket": "new"}), True),
        (NEW, False),
        (OLD.replace({"bucket": "new", "accesskey": "other"}), False),
        (OLD.replace({"bucket": "new", "secretkey": Secret("other")}), False),
        (FOLDER, False),
    ],
)
def test_the_store_copies_on_its_own_if_one_key_pair_has_access_to_both_sides(new: Settings, expected: bool) -> None:
    assert ("--server-side-across-configs" in command("sync", OLD, new)) is expected


@pytest.mark.parametrize(
    ("old", "new", "program"),
    [
        (OLD, NEW, ["rclone"]),
        (FOLDER, NEW, ["sudo", "rclone"]),
        (FOLDER, NEW.replace({"accesskey": "", "secretkey": Secret()}), ["sudo", "--preserve-env", "rclone"]),
    ],
)
def test_a_folder_is_read_as_root(old: Settings, new: Settings, program: list[str]) -> None:
    assert command("sync", old, new)[: len(program)] == program


def test_certificates_are_not_verified_if_a_side_says_so() -> None:
    assert "--no-check-certificate" in command("check", OLD, NEW.replace({"skipverify": True}))
    assert "--no-check-certificate" not in command("check")


def test_names_are_quoted() -> None:
    old = FOLDER.replace({"rootdirectory": "/srv/my images"})
    assert command("sync", old)[-2] == "old:/srv/my images/docker"
    commands = [
        step.command for step in migration.steps(Side(Path("a b.toml"), OLD), Side(Path("c d"), NEW), Path("e f"))
    ]
    assert "storage-wizard check 'c d'" in commands
    assert any("--config 'e f'" in each for each in commands)


def test_no_name_of_a_file_is_a_flag() -> None:
    steps = migration.steps(Side(Path("-old.toml"), OLD), Side(Path("-new.toml"), NEW), Path("-r.conf"))
    commands = [step.command for step in steps if step.command]
    assert "storage-wizard check ./-old.toml" in commands
    assert any("--config ./-r.conf" in each for each in commands)
    assert not any(word.startswith(("-o", "-n", "-r")) for each in commands for word in shlex.split(each))


def test_each_blank_of_a_name_stays() -> None:
    """One blank less would be another folder or file."""
    old = FOLDER.replace({"rootdirectory": "/srv/my  images"})
    assert command("sync", old)[-2] == "old:/srv/my  images/docker"
    assert command("check", NEW, old)[-1] == "new:/srv/my  images/docker"
    commands = [step.command for step in migration.steps(Side(Path("a  b"), OLD), Side(Path("c  d"), NEW), Path("e"))]
    assert {"storage-wizard check 'a  b'", "storage-wizard check 'c  d'"} <= {*commands}


def test_the_files_of_a_folder_get_its_owner() -> None:
    commands = [step.command for step in steps(OLD, FOLDER)]
    assert "sudo chown -R --reference=/srv/registry /srv/registry/docker" in commands
    assert not any("chown" in step.command for step in steps())


# The order


@pytest.mark.parametrize("registry", REGISTRIES)
def test_the_steps_of_a_registry_are_in_a_safe_order(registry: str) -> None:
    migrating = REGISTRIES[registry].migration
    found = steps(*(each.replace({"registry": registry}) for each in (OLD, NEW)))
    rclone = {word: f"rclone {word}" for word in ("copy", "sync", "check")}
    position = {
        word: next(index for index, step in enumerate(found) if step.command.startswith(text))
        for word, text in (rclone | {"prove": "storage-wizard check"}).items()
    }
    verified = [index for index, step in enumerate(found) if step.command.startswith("storage-wizard verify")]
    after = [*verified, found.index(migrating.collection_on[-1])]
    switch = next(index for index, step in enumerate(found) if step.text.startswith("Switch to the new settings."))
    places = [found.index(group[0]) for group in (migrating.collection_off, migrating.read_only) if group]
    assert [position["prove"], *places] == sorted([position["prove"], *places])
    assert position["copy"] < found.index(migrating.read_only[-1]) < position["sync"] < position["check"] < switch
    for group in (migrating.backup, migrating.before_switch):
        assert all(found.index(step) < switch for step in group)
    assert all(switch < found.index(step) < after[0] for step in migrating.read_write)
    assert [switch, *after] == sorted([switch, *after])
    assert bool(verified) == bool(REGISTRIES[registry].usual_url)
    assert CANARY not in "".join(step.command + step.text for step in found)


@pytest.mark.parametrize(
    ("registry", "words"),
    [
        ("dtr", ("select Never", "dtr:VERSION backup", "--storage-migrated", "read-only mode")),
        ("msr-3", ("select Never", "msr backup", "msr restore")),
        ("harbor", ("Repository Read Only", "pg_dumpall", "set the schedule of garbage collection to None")),
        ("distribution-2", ("storage.maintenance.readonly.enabled", "systemctl stop docker-registry")),
        ("gitlab", ("'maintenance' => {'readonly'", "sudo gitlab-ctl reconfigure", "backup-etc")),
        ("openshift", ('{"spec":{"readOnly":true}}', '{"spec":{"suspend":true}}', '{"spec":{"readOnly":false}}')),
        ("zot", ("systemctl stop zot", "storage.gc")),
        ("quay", ("DISABLE_PUSHES", "FEATURE_GARBAGE_COLLECTION", "pg_dump")),
    ],
)
def test_a_registry_has_its_own_steps(registry: str, words: tuple[str, ...]) -> None:
    found = steps(*(each.replace({"registry": registry}) for each in (OLD, NEW)))
    text = "\n".join(f"{step.text}\n{step.command}" for step in found)
    assert [word for word in words if word not in text] == []


def test_the_password_of_a_backup_is_not_the_next_line_of_a_paste(tmp_path: Path) -> None:
    """The lines come at once, as from a terminal without bracketed paste; then the password is typed."""
    (command,) = (
        step.command
        for step in steps(*(each.replace({"registry": "dtr"}) for each in (OLD, NEW)))
        if "backup" in step.command
    )
    docker = tmp_path / "docker"
    docker.write_text('#!/bin/sh\necho "$UCP_PASSWORD $9"', encoding="utf-8")
    docker.chmod(0o700)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run(["bash"], input=f"{command}\ntyped\n", text=True, env=environment, cwd=tmp_path, check=True)
    assert (tmp_path / "dtr-metadata.tar").read_text(encoding="utf-8") == "typed backup\n"
    assert mode_of(tmp_path / "dtr-metadata.tar") == 0o600


# The switch


@pytest.mark.parametrize("is_new", [True, False])
def test_the_settings_are_written_back_where_either_side_is_from(is_new: bool) -> None:
    old, new = sides()
    old, new = (old, new._replace(source=SOURCE)) if is_new else (old._replace(source=SOURCE), new)
    commands = [step.command for step in migration.steps(old, new, Path("rclone.conf"))]
    export = commands.index("storage-wizard export -c new.toml --to distribution-3 --into /etc/distribution/config.yml")
    assert commands[export + 1] == "sudo systemctl restart docker-registry"


def test_without_a_source_the_registry_says_how() -> None:
    harbor = steps(*(each.replace({"registry": "harbor"}) for each in (OLD, NEW)))
    commands = [step.command for step in harbor]
    export = commands.index("storage-wizard export -c new.toml --to harbor -o harbor-storage.yml")
    assert commands[export + 1] == "sudo ./prepare && docker compose up -d"


def test_a_configuration_that_the_registry_has_is_not_replaced_by_one_of_the_storage_alone() -> None:
    commands = [step.command for step in steps()]
    assert "storage-wizard export -c new.toml --to distribution-3 --into config.yml" in commands
    assert not any(" -o config.yml" in command for command in commands)


def test_registries_that_keep_images_alike_can_follow_each_other() -> None:
    new = NEW.replace({"registry": "distribution-3"})
    assert "--to distribution-3" in str(steps(OLD.replace({"registry": "distribution-2"}), new))


def test_the_introduction_says_what_happens_to_the_images() -> None:
    text = migration.introduction(*sides())
    assert text.startswith(
        'Moves the images of Distribution 3 from "old" at minio.example:9000 to "new" at rgw.example:443.'
    )
    assert REGISTRIES["distribution-3"].images.left_behind in text


# A registry in a container


def container_steps(format_id: str) -> list[Instruction]:
    old = Side(Path("old.toml"), FOLDER, ImportedFrom("/srv/my app/registry.yml", format_id))
    return list(migration.steps(old, Side(Path("new.toml"), NEW), Path("rclone.conf")))


@pytest.mark.parametrize(
    ("format_id", "commands"),
    [
        (
            "compose",
            [
                "docker compose -f '/srv/my app/registry.yml' stop",
                "storage-wizard export -c new.toml --to compose -o registry-storage.yml",
                "docker compose -f '/srv/my app/registry.yml' up -d",
            ],
        ),
        ("env", ["storage-wizard export -c new.toml --to env -o registry.env"]),
        (
            "kubernetes",
            [
                "kubectl scale deployment/NAME --replicas 0",
                "storage-wizard export -c new.toml --to kubernetes -o registry-storage.yaml",
                "kubectl apply -f registry-storage.yaml && kubectl scale deployment/NAME --replicas 1",
            ],
        ),
    ],
)
def test_a_registry_in_a_container_is_switched_by_its_own_file(format_id: str, commands: list[str]) -> None:
    found = container_steps(format_id)
    assert [each.command for each in found if each.command in commands] == commands
    assert not any("config.yml" in each.command for each in found)
    switch = next(each for each in found if "export" in each.command)
    assert "Switch to the new settings." in switch.text


@pytest.mark.parametrize("format_id", ["compose", "env", "kubernetes"])
def test_a_folder_of_a_container_is_called_that(format_id: str) -> None:
    assert "/srv/registry is the path inside the container." in container_steps(format_id)[1].text
    assert "rootdirectory" in container_steps(format_id)[1].text


def test_harbor_s_own_folder_is_named_by_its_place_on_this_machine() -> None:
    changes: dict[str, Value] = {"registry": "harbor"}
    old = Side(Path("old.toml"), FOLDER.replace(changes), ImportedFrom("harbor.yml", "harbor"))
    new = Side(Path("new.toml"), NEW.replace(changes))
    found = list(migration.steps(old, new, Path("rclone.conf")))
    assert "registry below data_volume of harbor.yml (usually /data/registry): enter that" in found[1].text
    assert "storage-wizard export -c new.toml --to harbor --into harbor.yml" in [each.command for each in found]


def test_a_folder_of_this_machine_is_not_called_that_of_a_container() -> None:
    old = Side(Path("old.toml"), FOLDER, SOURCE)
    assert not any("container." in each.text for each in list(migration.steps(old, sides()[1], Path("c")))[:3])


# A registry in a cluster


@pytest.mark.parametrize(
    ("registry", "format_id", "expected"),
    [
        (
            "distribution-2",
            "docker-registry-helm",
            [
                "kubectl scale deployment/NAME-docker-registry --replicas 0",
                "storage-wizard export -c new.toml --to docker-registry-helm --into /srv/values.yaml",
                "helm upgrade NAME twuni/docker-registry -f /srv/values.yaml",
            ],
        ),
        (
            "gitlab",
            "gitlab-helm",
            [
                "storage-wizard export -c new.toml --to gitlab-helm -o registry-storage.yaml",
                "kubectl create secret generic registry-storage --from-file=config=registry-storage.yaml \\\n"
                "    --dry-run=client -o yaml | kubectl apply -f -",
            ],
        ),
        (
            "harbor",
            "harbor-helm",
            [
                "(umask 077; kubectl exec harbor-database-0 -- pg_dumpall -U postgres > harbor-db.sql)",
                "storage-wizard export -c new.toml --to harbor-helm --into /srv/values.yaml",
                "helm upgrade harbor harbor/harbor -f /srv/values.yaml",
            ],
        ),
        (
            "msr-3",
            "msr-helm",
            [
                "storage-wizard export -c new.toml --to msr-helm --into /srv/values.yaml",
                "helm upgrade NAME CHART -f /srv/values.yaml",
            ],
        ),
        (
            "msr-3",
            "msr-operator",
            [
                "storage-wizard export -c new.toml --to msr-operator --into /srv/values.yaml",
                "kubectl patch msrs.msr.mirantis.com NAME --type merge --patch-file /srv/values.yaml",
            ],
        ),
        (
            "openshift",
            "openshift",
            ["storage-wizard export -c new.toml --to openshift | oc apply -f -"],
        ),
    ],
)
def test_a_registry_in_a_cluster_has_no_commands_of_a_host(registry: str, format_id: str, expected: list[str]) -> None:
    changes: dict[str, Value] = {"registry": registry, "rootdirectory": "", "v4auth": True}
    old = Side(Path("old.toml"), OLD.replace(changes), ImportedFrom("/srv/values.yaml", format_id))
    new = Side(Path("new.toml"), NEW.replace(changes))
    commands = [step.command for step in migration.steps(old, new, Path("rclone.conf"))]
    own = [command for command in commands if "rclone" not in command and " check " not in command]
    assert [command for command in own if command in expected] == expected
    text = "\n".join(own)
    assert not any(word in text for word in ("systemctl", "gitlab-ctl", "docker exec", "docker compose", "prepare"))
