"""Commands read and write no file that another user controls, overwrite no change, and report who can read a key."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.command_line import COMMAND, environment, run_wizard
from tests.support.files import OTHER_USER, as_root, mode_of, names_in, needs_acl, set_acl
from tests.support.paths import ROOT
from tests.support.samples import sampled
from wizard.cli import main as cli
from wizard.config.file import load, save
from wizard.files.leftovers import temporary_name
from wizard.files.safe_path import user_name
from wizard.files.state_dir import state_dir_problem
from wizard.model.settings import Settings

_SETTINGS = Settings(bucket="images", accesskey="k")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings file in the current folder."""
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "storage.toml", _SETTINGS, None)
    return tmp_path / "storage.toml"


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, which other users can reach, with a settings file in it."""
    folder = Path(tempfile.mkdtemp())
    save(folder / "storage.toml", _SETTINGS, None)
    folder.chmod(0o755)
    monkeypatch.chdir(folder)
    yield folder
    shutil.rmtree(folder)


_NOT_WRITABLE = "this user cannot write there. Run as its owner, or choose another location. storage.toml is unchanged."


@pytest.mark.sample
@as_root
@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "owner", "error"),
    [
        (0o755, 0o644, 0, _NOT_WRITABLE),
        (0o1777, 0o644, 0, _NOT_WRITABLE),
        (0o1777, 0o600, 0, "storage.toml cannot be read by this user. Run as its owner"),
        (0o755, 0o600, OTHER_USER, "this user cannot write there."),
    ],
)
def test_a_file_that_the_user_may_not_write_is_unchanged(
    shared: Path, folder_mode: int, file_mode: int, owner: int, error: str
) -> None:
    file = shared / "storage.toml"
    before = file.read_bytes()
    file.chmod(file_mode)
    os.chown(file, owner, owner)
    shared.chmod(folder_mode)
    program = [sys.executable, "-m", "tests.support.other_user", str(shared)]
    arguments = ["configure", "--bucket", "new", "--no-validate"]
    run = subprocess.run([*program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, "Traceback" in run.stderr) == (2, False), run.stderr
    assert error in run.stderr
    assert file.read_bytes() == before
    assert set(names_in(shared)) <= {"storage.toml", "storage.toml.bak"}


@as_root
@pytest.mark.parametrize(("mode", "owner"), [(0o1777, 0), (0o755, OTHER_USER), (0o755, 0)])
@pytest.mark.parametrize(
    "arguments",
    [
        ("configure", "-c", "planted", "--bucket", "x", "--no-validate"),
        ("import", "-c", "planted", "config.yml"),
        ("import", "planted", "-c", "other.toml"),
        ("export", "--to", "env", "-o", "planted"),
        ("export", "--to", "distribution-2", "--into", "planted"),
        ("policy", "-o", "planted"),
        ("configure", "--secretkey-file", "planted", "--no-validate"),
        ("check", "--offline", "planted"),
    ],
)
def test_no_command_follows_a_planted_link(
    arguments: tuple[str, ...],
    mode: int,
    owner: int,
    shared: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    victim = tmp_path / "victim"
    victim.touch()
    (shared / "config.yml").write_text("storage: {s3: {bucket: x}}\n")
    (shared / "planted").symlink_to(victim)
    os.chown(shared / "planted", OTHER_USER, OTHER_USER, follow_symlinks=False)
    shared.chmod(mode)
    os.chown(shared, owner, owner)
    assert cli.main(arguments) == 2
    assert "planted is a link owned by" in capsys.readouterr().err
    assert victim.read_bytes() == b""
    assert not {"other.toml", "victim.bak", "planted.bak"} & {*names_in(shared), *names_in(tmp_path)}


@as_root
@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("configure", "--bucket", "new-one", "--no-validate"), "storage.toml"),
        (("import", "config.yml"), "storage.toml"),
        (("export", "--to", "env", "-o", "out"), "out"),
        (("export", "--to", "distribution-2", "--into", "config.yml"), "config.yml"),
        (("policy", "-o", "out"), "out"),
    ],
)
def test_each_write_below_the_folder_of_another_user_is_reported(
    shared: Path, arguments: tuple[str, ...], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (shared / "config.yml").write_text("storage: {s3: {bucket: x}}\n")
    assert cli.main(arguments) == 0
    assert "belongs to" not in capsys.readouterr().err
    (shared / "config.yml").write_text("storage: {s3: {bucket: x}}\n")
    os.chown(shared, OTHER_USER, OTHER_USER)
    assert cli.main(arguments) == 0
    owner = user_name(OTHER_USER)
    assert f"note: {shared} is owned by {owner}, who can replace {name}." in capsys.readouterr().err.splitlines()


@as_root
def test_a_draft_is_not_kept_below_the_folder_of_another_user(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shared / "state").mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(shared / "state"))
    assert state_dir_problem() == ""
    os.chown(shared, OTHER_USER, OTHER_USER)
    assert f"Nothing is stored in {shared} because it is owned by " in state_dir_problem()


@pytest.mark.parametrize(
    "arguments",
    [("show",), ("configure", "--no-validate", "--bucket", "x"), ("policy", "-o", "x", "--bucket", "xyz")],
)
def test_a_deleted_current_folder_is_an_error(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    try:
        assert cli.main(arguments) == 2
    finally:
        monkeypatch.chdir(tmp_path)
    assert "The current folder no longer exists. Change to an existing folder." in capsys.readouterr().err


def test_a_change_of_the_registrys_file_at_the_last_moment_is_not_overwritten(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = path.with_name("config.yml")
    config.write_text("version: 0.1\n")
    fsync = os.fsync

    def edit_and_sync(descriptor: int) -> None:
        config.write_text("version: 0.1  # theirs\n")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", edit_and_sync)
    assert cli.main(["export", "--to", "distribution-2", "--into", "config.yml"]) == 2
    assert "config.yml was changed by another program, so nothing was written" in capsys.readouterr().err
    assert config.read_text() == "version: 0.1  # theirs\n"


@pytest.mark.parametrize(("mode", "access"), [(0o644, "read"), (0o666, "change"), (0o620, "change"), (0o640, "read")])
@pytest.mark.parametrize(
    "arguments", [("show", "--json"), ("check", "--offline"), ("export", "--to", "env"), ("policy",)]
)
def test_a_command_reports_what_other_users_may_do_with_the_file(
    path: Path, arguments: tuple[str, ...], mode: int, access: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path.chmod(mode)
    cli.main(arguments)
    note = f"note: storage.toml: other users can {access} it (mode 0{mode:o}). To fix this, run: chmod 600 storage.toml"
    assert note in capsys.readouterr().err.splitlines()
    assert mode_of(path) == mode  # nothing is changed without being asked


def test_a_save_reports_what_other_users_could_do_with_the_file(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.chmod(0o644)
    cli.main(["configure", "--bucket", "new-one", "--no-validate"])
    assert "note: Until now other users could read it (mode 0644)" in capsys.readouterr().err
    assert mode_of(path) == 0o600


def test_an_interrupted_save_is_reported(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.with_name(temporary_name(path)).touch()
    cli.main(["show"])
    assert "an earlier save of storage.toml was interrupted. The file is complete and unchanged." in (
        capsys.readouterr().err
    )


# What a command writes beside the settings file

_WRITERS = [
    ("export", "--to", "env", "-o"),
    ("policy", "-o"),
    ("policy", "--documented", "-o"),
]


@pytest.mark.parametrize("arguments", _WRITERS)
def test_a_file_that_is_replaced_has_a_backup_and_a_line(
    path: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    output = path.with_name("out")
    output.write_text("precious")
    assert cli.main([*arguments, "out"]) == 0
    assert (path.with_name("out.bak").read_text(), output.read_text() != "precious") == ("precious", True)
    assert "out saved. Previous version saved as out.bak." in capsys.readouterr().err


def _same_path(path: Path) -> str:
    return str(path)


def _by_a_link(path: Path) -> str:
    path.with_name("link").symlink_to(path)
    return "link"


def _by_a_hard_link(path: Path) -> str:
    path.with_name("hard").hardlink_to(path)
    return "hard"


def _by_a_folder(path: Path) -> str:
    path.with_name("folder").mkdir()
    return f"folder/../{path.name}"


@pytest.mark.parametrize("arguments", [*_WRITERS, ("export", "--to", "distribution-2", "--into")])
@pytest.mark.parametrize("name_of", [_same_path, _by_a_link, _by_a_hard_link, _by_a_folder])
def test_the_settings_file_is_never_the_output(
    path: Path, arguments: tuple[str, ...], name_of: Callable[[Path], str], capsys: pytest.CaptureFixture[str]
) -> None:
    name = name_of(path)
    before = path.read_bytes()
    assert cli.main([*arguments, name]) == 2
    assert path.read_bytes() == before
    assert not path.with_name(f"{Path(name).name}.bak").exists()
    if "--into" not in arguments:  # there, it is no YAML to begin with
        assert (
            "is a settings file of storage-wizard, so nothing was written. Choose another file: -o "
            in capsys.readouterr().err
        )


def test_a_policy_does_not_become_the_settings_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["policy", "--bucket", "images", "-o", "storage.toml"]) == 2
    assert "is the settings file itself" in capsys.readouterr().err
    assert names_in(tmp_path) == []


@pytest.mark.sample
@pytest.mark.parametrize("output", sampled(["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"], 3))
@pytest.mark.parametrize("arguments", _WRITERS)
def test_the_standard_output_can_be_named(path: Path, arguments: tuple[str, ...], output: str) -> None:
    with path.with_name("redirected").open("w+") as redirected:
        piped = run_wizard(*arguments, output, folder=path.parent)
        command = [*COMMAND, *arguments, output]
        subprocess.run(command, cwd=path.parent, env=environment({}), stdout=redirected, check=True)
    printed = run_wizard(*arguments[:-1], folder=path.parent)
    assert (piped.returncode, piped.stdout.rstrip("\n")) == (0, printed.stdout.rstrip("\n"))
    assert path.with_name("redirected").read_text() == piped.stdout
    assert names_in(path.parent) == ["redirected", "storage.toml"]


def test_a_process_substitution_can_be_named(path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    command = f"{shlex.join(COMMAND)} export --to env -o >(cat > out) && wait $!"
    subprocess.run([bash, "-c", command], cwd=path.parent, env=environment({}), check=True)
    assert "REGISTRY_STORAGE_S3_BUCKET" in path.with_name("out").read_text()


@needs_acl
def test_a_registrys_file_and_its_backup_keep_their_access_control_list(path: Path) -> None:
    config = path.with_name("config.yml")
    config.write_text("version: 0.1\n")
    config.chmod(0o640)
    set_acl(config, f"u:{OTHER_USER}:r,g::-,m::r")
    expected = os.getxattr(config, "system.posix_acl_access")
    assert cli.main(["export", "--to", "distribution-2", "--into", "config.yml"]) == 0
    for each in (config, path.with_name("config.yml.bak")):
        assert os.getxattr(each, "system.posix_acl_access") == expected


@needs_acl
def test_no_folder_gives_others_access_to_a_private_file(path: Path) -> None:
    set_acl(path.parent, f"u:{OTHER_USER}:rwx", "-d")
    cli.main(["configure", "--bucket", "new-one", "--no-validate"])
    cli.main(["export", "--to", "env", "-o", "out"])
    for each in (path, path.with_name("storage.toml.bak"), path.with_name("out")):
        assert (mode_of(each), os.listxattr(each)) == (0o600, [])


# Files that could be of another user


@as_root
@pytest.mark.parametrize(
    "arguments",
    [
        *(("show",), ("check", "--offline"), ("export", "--to", "env"), ("policy",)),
        *(("configure", "--bucket", "new-one", "--no-validate"), ("import", "config.yml")),
    ],
)
@pytest.mark.parametrize("mode", [0o755, 0o1777, 0o777])
def test_the_settings_file_of_another_user_is_loaded_with_a_note(
    shared: Path, arguments: tuple[str, ...], mode: int, capsys: pytest.CaptureFixture[str]
) -> None:
    (shared / "config.yml").write_text("storage: {s3: {bucket: x}}\n")
    os.chown(shared / "storage.toml", OTHER_USER, OTHER_USER)
    shared.chmod(mode)
    cli.main(arguments)
    notes = capsys.readouterr().err
    assert "note: storage.toml: It is owned by " in notes
    assert (f"note: storage.toml: Other users can write to {shared} (mode {mode:04o})." in notes) == (mode != 0o755)


@pytest.mark.parametrize(
    ("mode", "note"), [(0o644, "other users can read it"), (0o622, "other users can change it"), (0o600, "")]
)
def test_a_secret_file_of_others_is_reported(
    path: Path, mode: int, note: str, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = path.with_name("secret")
    secret.write_text("a-secret-key")
    secret.chmod(mode)
    cli.main(["configure", "--secretkey-file", "secret", "--no-validate"])
    printed = capsys.readouterr().err
    assert ("file of --secretkey-file" in printed, note in printed) == (bool(note), True)
    assert "a-secret-key" not in printed


def _flock_as_another_user(folder: Path) -> subprocess.Popen[bytes]:
    """A process of another user that holds the lock on the folder, and reports that."""
    program = (
        "import fcntl, os, sys\n"
        f"os.setgid({OTHER_USER}); os.setuid({OTHER_USER})\n"
        f"fcntl.flock(os.open({str(folder)!r}, os.O_RDONLY), fcntl.LOCK_EX)\n"
        "print('locked', flush=True); sys.stdin.read()\n"
    )
    return subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


@as_root
def test_a_lock_of_another_user_on_the_folder_does_not_delay_a_save(shared: Path) -> None:
    with _flock_as_another_user(shared) as process:
        assert process.stdout
        assert process.stdout.readline() == b"locked\n"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("time.sleep", lambda _seconds: pytest.fail("the save waited"))
            assert cli.main(["configure", "--bucket", "new-one", "--no-validate"]) == 0
        assert process.stdin
        process.stdin.close()


@pytest.mark.ci_only
def test_of_many_saves_at_once_each_is_complete(path: Path) -> None:
    processes = [
        subprocess.Popen(
            [*COMMAND, "configure", "--bucket", f"bucket-{number}", "--no-validate"],
            cwd=path.parent,
            env=environment({}),
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    errors = [process.communicate()[1] for process in processes]
    saved = [process.returncode == 0 for process in processes]
    assert any(saved)
    for is_saved, error in zip(saved, errors, strict=True):
        assert is_saved or "was changed by another program since it was read" in error
    assert load(path).settings.bucket in {f"bucket-{number}" for number in range(4) if saved[number]}
    assert names_in(path.parent) == ["storage.toml", "storage.toml.bak"]


def test_a_registrys_file_with_another_name_is_reported(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = path.with_name("config.yml")
    config.write_text("version: 0.1\n")
    path.with_name("other.yml").hardlink_to(config)
    assert cli.main(["export", "--to", "distribution-2", "--into", "config.yml"]) == 0
    assert path.with_name("other.yml").read_text() == "version: 0.1\n"
    note = f"note: {config} had another hard link. That link still has the previous content."
    assert note in capsys.readouterr().err.splitlines()
