"""The single file verifies what it has unpacked, and shares nothing with other users. Tested with a small program."""

from __future__ import annotations

import ast
import contextlib
import fcntl
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.files import OTHER_USER, as_root, mode_of, names_in
from tests.support.paths import ROOT
from tests.support.processes import wait_for
from tests.support.samples import sampled
from tests.support.zipapp import (
    ABI,
    OTHER_ABIS,
    STATUS,
    installed_python,
    pack,
    start,
    unpacked,
    with_member,
    write_program,
)

GREETING = "hello world\n"
PLANTED = "open({!r}, 'w').close()\n"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the program."""
    folder = tmp_path_factory.mktemp("program")
    write_program(folder)
    return folder


@pytest.fixture(scope="module")
def file(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program as a single file."""
    return pack(program, tmp_path_factory.mktemp("file") / "storage-wizard.pyz")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder."""
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder of this user in a place that other users can enter."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


@pytest.fixture
def greet(file: Path, home: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Start the program with the home folder."""
    return lambda **options: start(file, "greet", **{"environment": {"HOME": home}} | options)


@contextlib.contextmanager
def waiting(file: Path, **environment: str | Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """The running program, and the folder that it was unpacked into."""
    with subprocess.Popen(
        [sys.executable, file, "wait"],
        env={"PATH": os.defpath} | {name: str(value) for name, value in environment.items()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        yield process, Path(process.stdout.readline().strip())
        process.kill()


def assert_greeted(result: subprocess.CompletedProcess[str]) -> None:
    assert (result.stdout, result.stderr, result.returncode) == (GREETING, "", STATUS)


def contents(folder: Path) -> dict[str, bytes | None]:
    """The files and folders below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


# --- unpacked once ---


def test_the_program_is_unpacked_once(greet: Callable[..., subprocess.CompletedProcess[str]], home: Path) -> None:
    assert_greeted(greet())
    folder = unpacked(home / ".cache")
    before = {path: path.stat().st_ctime_ns for path in folder.rglob("*")}
    assert_greeted(greet())
    assert {path: path.stat().st_ctime_ns for path in folder.rglob("*")} == before


def test_only_its_owner_can_enter_the_folder(
    greet: Callable[..., subprocess.CompletedProcess[str]], home: Path
) -> None:
    greet(before=("bash", "-c", 'umask 0; exec "$@"', "bash"))
    folder = unpacked(home / ".cache")
    modes = {path: mode_of(path) for path in (home / ".cache", folder.parent, folder, *folder.rglob("*"))}
    assert set(modes.values()) == {0o700, 0o600}


def test_the_cache_folder_of_the_environment_is_used(file: Path, home: Path, tmp_path: Path) -> None:
    cache = tmp_path / "new" / "cache"
    assert_greeted(start(file, "greet", environment={"HOME": home, "XDG_CACHE_HOME": cache}))
    assert unpacked(cache).is_dir()
    assert names_in(home) == []


def test_a_relative_cache_folder_is_ignored(file: Path, home: Path) -> None:
    assert_greeted(start(file, "greet", folder=home, environment={"HOME": home, "XDG_CACHE_HOME": "cache"}))
    assert names_in(home) == [".cache"]


def test_files_have_the_time_of_the_build(greet: Callable[..., subprocess.CompletedProcess[str]], home: Path) -> None:
    greet()
    files = [path for path in unpacked(home / ".cache").rglob("*") if path.is_file()]
    assert {path.stat().st_mtime for path in files} == {1764000000}


def test_only_the_extension_modules_of_this_python_are_unpacked(
    greet: Callable[..., subprocess.CompletedProcess[str]], home: Path
) -> None:
    greet()
    names = {path.name for path in unpacked(home / ".cache").rglob("*.so")}
    assert names == {"stable.abi3.so", f"fast.{ABI}.so"}


def test_a_read_only_cache_that_was_unpacked_is_used(
    greet: Callable[..., subprocess.CompletedProcess[str]], home: Path
) -> None:
    greet()
    folder = unpacked(home / ".cache")
    folder.parent.chmod(0o500)
    folder.chmod(0o500)
    assert_greeted(greet())
    folder.parent.chmod(0o700)


def test_a_version_that_was_not_used_for_a_month_is_removed(
    greet: Callable[..., subprocess.CompletedProcess[str]], home: Path
) -> None:
    cache = home / ".cache" / "storage-wizard"
    for name, days in (("old", 40), ("used", 20)):
        (cache / name).mkdir(mode=0o700, parents=True)
        os.utime(cache / name, (time.time() - 86400 * days,) * 2)
    greet()
    assert "used" in names_in(cache)
    assert "old" not in names_in(cache)


# --- verified before each run ---


def plant_sitecustomize(folder: Path, code: str) -> None:
    (folder / "site" / "sitecustomize.py").write_text(code, encoding="utf-8")


def plant_package(folder: Path, code: str) -> None:
    (folder / "site" / "json").mkdir(mode=0o700)
    (folder / "site" / "json" / "__init__.py").write_text(code, encoding="utf-8")


def plant_source(folder: Path, code: str) -> None:
    """Python prefers source to byte-code without source."""
    (folder / "site" / "wizard" / "words.py").write_text(f"{code}GREETING = 'bad'\n", encoding="utf-8")


def replace_bytecode_by_source(folder: Path, code: str) -> None:
    """The number of files stays the same."""
    plant_source(folder, code)
    (folder / "site" / "wizard" / "words.pyc").unlink()


def plant_bytecode_cache(folder: Path, code: str) -> None:
    cache = folder / "site" / "wizard" / "__pycache__"
    cache.mkdir(mode=0o700)
    (cache / f"words.{sys.implementation.cache_tag}.pyc").write_bytes(code.encode())


def plant_extension_module(folder: Path, code: str) -> None:
    (folder / "site" / "wizard" / f"words.{ABI}.so").write_bytes(code.encode())


def plant_template(folder: Path, code: str) -> None:
    """A file whose source could not be compiled."""
    (folder / "site" / "wizard" / "template.pyc").write_bytes(code.encode())


def plant_beside(folder: Path, code: str) -> None:
    (folder / "x.py").write_text(code, encoding="utf-8")


def plant_empty_folder(folder: Path, _code: str) -> None:
    (folder / "site" / "json").mkdir(mode=0o700)


def change_bytecode(folder: Path, code: str) -> None:
    path = folder / "site" / "wizard" / "words.pyc"
    source = path.with_name("planted.py")
    source.write_text(f"{code}GREETING = 'bad'\n", encoding="utf-8")
    compile_file = "import sys, py_compile; py_compile.compile(*sys.argv[1:])"
    subprocess.run([sys.executable, "-c", compile_file, source, path], check=True, timeout=60)
    source.unlink()


def swap_bytecode(folder: Path, _code: str) -> None:
    """Two modules that were both compiled here change places."""
    for name in ("words", "__init__"):
        (folder / "site" / "wizard" / f"{name}.pyc").rename(folder / "site" / "wizard" / f"{name}.bak")
    (folder / "site" / "wizard" / "words.bak").rename(folder / "site" / "wizard" / "__init__.pyc")
    (folder / "site" / "wizard" / "__init__.bak").rename(folder / "site" / "wizard" / "words.pyc")


def change_extension_module(folder: Path, _code: str) -> None:
    (folder / "site" / f"fast.{ABI}.so").write_text("changed", encoding="utf-8")


def change_a_byte_of_data(folder: Path, _code: str) -> None:
    path = folder / "site" / "wizard" / "cli" / "text.txt"
    status = path.stat()
    path.write_text("World", encoding="utf-8")
    os.utime(path, (status.st_atime, status.st_mtime))


def change_the_record(folder: Path, _code: str) -> None:
    (folder / "compiled.json").write_text("[1]", encoding="utf-8")


def truncate_the_record(folder: Path, _code: str) -> None:
    (folder / "compiled.json").write_text('{"wizard/__init__.py": ', encoding="utf-8")


def remove_a_file(folder: Path, _code: str) -> None:
    (folder / "site" / "wizard" / "words.pyc").unlink()


def remove_the_record(folder: Path, _code: str) -> None:
    (folder / "compiled.json").unlink()


def replace_a_file_by_a_link(folder: Path, _code: str) -> None:
    path = folder / "site" / "wizard" / "words.pyc"
    target = folder.parents[2] / "words.pyc"
    path.rename(target)
    path.symlink_to(target)


def replace_a_folder_by_a_link(folder: Path, _code: str) -> None:
    path = folder / "site" / "wizard"
    target = folder.parents[2] / "wizard"
    path.rename(target)
    path.symlink_to(target)


def replace_all_by_a_link(folder: Path, _code: str) -> None:
    target = folder.parents[2] / "all"
    folder.rename(target)
    folder.symlink_to(target)


def replace_a_file_by_a_pipe(folder: Path, _code: str) -> None:
    path = folder / "site" / "wizard" / "words.pyc"
    path.unlink()
    os.mkfifo(path)


def replace_all_by_a_file(folder: Path, _code: str) -> None:
    shutil.rmtree(folder)
    folder.write_text("", encoding="utf-8")


def let_others_write_a_file(folder: Path, _code: str) -> None:
    (folder / "site" / "wizard" / "words.pyc").chmod(0o666)


def let_others_write_a_folder(folder: Path, _code: str) -> None:
    (folder / "site" / "wizard").chmod(0o777)


def let_others_write_all(folder: Path, _code: str) -> None:
    folder.chmod(0o777)


TAMPER = [
    plant_sitecustomize,
    plant_package,
    plant_source,
    replace_bytecode_by_source,
    plant_bytecode_cache,
    plant_extension_module,
    plant_template,
    plant_beside,
    plant_empty_folder,
    change_bytecode,
    swap_bytecode,
    change_extension_module,
    change_a_byte_of_data,
    change_the_record,
    truncate_the_record,
    remove_a_file,
    remove_the_record,
    replace_a_file_by_a_link,
    replace_a_folder_by_a_link,
    replace_all_by_a_link,
    replace_a_file_by_a_pipe,
    replace_all_by_a_file,
    let_others_write_a_file,
    let_others_write_a_folder,
    let_others_write_all,
]


@pytest.mark.sample
@pytest.mark.parametrize("tamper", sampled(TAMPER, 3), ids=lambda function: function.__name__)
def test_a_changed_folder_is_unpacked_again_and_never_run(
    greet: Callable[..., subprocess.CompletedProcess[str]],
    home: Path,
    tmp_path: Path,
    tamper: Callable[[Path, str], None],
) -> None:
    greet()
    folder = unpacked(home / ".cache")
    before = contents(folder)
    tamper(folder, PLANTED.format(str(tmp_path / "was-run")))
    changed = folder.lstat()
    assert_greeted(greet())
    assert not (tmp_path / "was-run").exists()
    assert unpacked(home / ".cache") == folder
    assert contents(folder) == before
    now = folder.lstat()
    assert (now.st_ino, now.st_ctime_ns) != (changed.st_ino, changed.st_ctime_ns)  # a number is used again


@as_root
def test_files_of_another_user_are_not_run(greet: Callable[..., subprocess.CompletedProcess[str]], home: Path) -> None:
    greet()
    path = unpacked(home / ".cache") / "site" / "wizard" / "words.pyc"
    os.chown(path, OTHER_USER, OTHER_USER)
    assert_greeted(greet())
    assert path.stat().st_uid == os.geteuid()


# --- interrupted, at the same time, without room ---


@pytest.fixture
def large_file(program: Path, tmp_path: Path) -> Path:
    """The program with so many modules that it takes a moment to unpack."""
    folder = tmp_path / "large"
    shutil.copytree(program, folder)
    for number in range(100):
        (folder / "wizard" / f"module_{number}.py").write_text("x = [1, 2, 3]\n" * 1000, encoding="utf-8")
    return pack(folder, tmp_path / "large.pyz")


@pytest.mark.ci_only
def test_a_start_that_is_killed_while_unpacking_leaves_nothing_that_is_run(large_file: Path, home: Path) -> None:
    cache = home / ".cache" / "storage-wizard"
    command = [sys.executable, str(large_file), "greet"]
    with subprocess.Popen(command, env={"HOME": str(home)}, stdout=subprocess.DEVNULL) as process:
        (leftover,) = wait_for(lambda: list(cache.glob(".new-*/site/*"))[:1] or None)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert leftover.exists()
    assert_greeted(start(large_file, "greet", environment={"HOME": home}))
    assert unpacked(home / ".cache").is_dir()


@pytest.mark.ci_only
def test_two_first_starts_at_once_share_the_folder(large_file: Path, home: Path) -> None:
    command = [sys.executable, str(large_file), "greet"]
    processes = [
        subprocess.Popen(command, env={"HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for process in processes:
        assert process.communicate(timeout=60) == (GREETING, "")
        assert process.returncode == STATUS
    assert unpacked(home / ".cache").is_dir()


@contextlib.contextmanager
def held_lock(home: Path) -> Iterator[Path]:
    """Hold the lock of the program in this process."""
    path = home / ".cache" / "storage-wizard" / "lock"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield path


def wait_for_lock(process: subprocess.Popen[str], lock: Path) -> None:
    """Wait until a process has opened the lock."""

    def has_opened() -> bool | None:
        for link in Path(f"/proc/{process.pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # it closes files meanwhile
                if link.readlink() == lock:
                    return True
        return None

    wait_for(has_opened)


def test_a_start_uses_what_another_has_unpacked_meanwhile(
    file: Path, greet: Callable[..., subprocess.CompletedProcess[str]], home: Path
) -> None:
    greet()
    folder = unpacked(home / ".cache")
    inode = folder.stat().st_ino
    folder.rename(home / "kept")
    with held_lock(home) as lock:
        process = subprocess.Popen(
            [sys.executable, str(file), "greet"], env={"HOME": str(home)}, stdout=subprocess.PIPE, text=True
        )
        wait_for_lock(process, lock)
        (home / "kept").rename(folder)
    with process:
        assert process.communicate(timeout=60)[0] == GREETING
    assert folder.stat().st_ino == inode


def test_ctrl_c_while_another_start_unpacks_ends_without_a_traceback(file: Path, home: Path) -> None:
    with held_lock(home) as path:
        command = [sys.executable, str(file), "greet"]
        with subprocess.Popen(command, env={"HOME": str(home)}, stderr=subprocess.PIPE, text=True) as process:
            wait_for_lock(process, path)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
    assert (errors, process.returncode) == ("", 130)


def test_a_lock_that_is_never_released_does_not_block(file: Path, home: Path, tmp_path: Path) -> None:
    impatient = with_member(
        file, tmp_path / "x.pyz", "zipapp_start.py", lambda data: data.replace(b"_LOCK_WAIT = 60.0", b"_LOCK_WAIT = 0")
    )
    with held_lock(home) as path:
        result = start(impatient, "greet", environment={"HOME": home, "TMPDIR": tmp_path})
    assert (result.stdout, result.returncode) == (GREETING, STATUS)
    assert f"unpacked for this run only, as another start of the program holds {path}." in result.stderr


def test_a_full_disk_is_a_sentence_and_leaves_nothing(file: Path, home: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    limit = ("bash", "-c", 'ulimit -f 0; exec "$@"', "bash")  # no file may have a byte
    result = start(file, "greet", environment={"HOME": home, "TMPDIR": temporary}, before=limit)
    assert (result.stdout, result.returncode) == ("", 2)
    first, second = result.stderr.splitlines()
    assert first.startswith("storage-wizard: unpacked for this run only, as ")
    assert first.endswith(": File too large.")
    assert second.startswith("storage-wizard: the program cannot be unpacked: ")
    assert second.endswith("Name a folder of yours with 80 MB of free space in TMPDIR.")
    assert names_in(home / ".cache" / "storage-wizard") == ["lock"]
    assert names_in(temporary) == []


def test_a_full_cache_is_replaced_by_a_temporary_folder(
    greet: Callable[..., subprocess.CompletedProcess[str]], home: Path
) -> None:
    (home / ".cache" / "storage-wizard" / "lock").mkdir(mode=0o700, parents=True)
    result = greet()
    assert (result.stdout, result.returncode) == (GREETING, STATUS)
    assert result.stderr == (
        f"storage-wizard: unpacked for this run only, as {home}/.cache/storage-wizard/lock: Is a directory.\n"
    )


# --- a temporary folder ---


@pytest.mark.parametrize("how", ["to its end", "killed"])
def test_the_temporary_folder_is_private_and_removed_at_the_end(file: Path, tmp_path: Path, how: str) -> None:
    with waiting(file, TMPDIR=tmp_path) as (process, folder):
        assert folder.parent.parent == tmp_path
        assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
        if how == "killed":
            process.kill()
        _, errors = process.communicate(timeout=60)
        assert errors == "storage-wizard: unpacked for this run only, as HOME is not set.\n"
    wait_for(lambda: None if folder.parent.exists() else True)


def test_a_temporary_folder_that_others_can_change_is_not_used(file: Path, shared: Path) -> None:
    shared.chmod(0o777)
    with waiting(file, TMPDIR=shared) as (_, folder):
        assert folder.parent.parent == Path("/tmp")
        assert names_in(shared) == []
    wait_for(lambda: None if folder.parent.exists() else True)


def test_a_missing_home_folder_is_not_created(file: Path, tmp_path: Path) -> None:
    result = start(file, "greet", environment={"HOME": tmp_path / "missing"})
    assert (result.stdout, result.returncode) == (GREETING, STATUS)
    assert f"as the home folder {tmp_path}/missing does not exist." in result.stderr
    assert names_in(tmp_path) == []


# --- other users ---


@as_root
def test_the_home_of_another_user_is_left_alone(file: Path, home: Path) -> None:
    os.chown(home, OTHER_USER, OTHER_USER)
    result = start(file, "greet", environment={"HOME": home})
    assert (result.stdout, result.returncode) == (GREETING, STATUS)
    assert result.stderr == f"storage-wizard: unpacked for this run only, as {home} belongs to another user.\n"
    assert names_in(home) == []


@as_root
def test_a_cache_of_another_user_is_left_alone(file: Path, home: Path) -> None:
    cache = home / ".cache" / "storage-wizard"
    cache.mkdir(parents=True)
    os.chown(cache, OTHER_USER, OTHER_USER)
    result = start(file, "greet", environment={"HOME": home})
    assert (result.stdout, result.returncode) == (GREETING, STATUS)
    assert result.stderr == f"storage-wizard: unpacked for this run only, as {cache} belongs to another user.\n"
    assert names_in(cache) == []


def test_a_link_in_place_of_the_cache_is_not_followed(file: Path, home: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (home / ".cache").mkdir()
    (home / ".cache" / "storage-wizard").symlink_to(tmp_path / "elsewhere")
    result = start(file, "greet", environment={"HOME": home})
    assert (result.stdout, result.returncode) == (GREETING, STATUS)
    assert "/storage-wizard is not a folder." in result.stderr
    assert names_in(tmp_path / "elsewhere") == []


@pytest.mark.parametrize("mode", [0o777, 0o775, 0o757])
def test_a_folder_that_others_can_change_is_not_used(file: Path, shared: Path, mode: int) -> None:
    (shared / "cache").mkdir()
    (shared / "cache").chmod(mode)
    result = start(file, "greet", environment={"XDG_CACHE_HOME": shared / "cache" / "mine"})
    assert (result.stdout, result.returncode) == (GREETING, STATUS)
    assert f"unpacked for this run only, as other users can change {shared}/cache." in result.stderr
    assert names_in(shared / "cache") == []


def test_a_shared_folder_in_which_only_owners_rename_is_used(file: Path, shared: Path) -> None:
    (shared / "cache").mkdir()
    (shared / "cache").chmod(0o1777)
    assert_greeted(start(file, "greet", environment={"XDG_CACHE_HOME": shared / "cache"}))


def test_permissions_below_a_private_folder_do_not_matter(file: Path, shared: Path) -> None:
    shared.chmod(0o700)
    (shared / "cache").mkdir()
    (shared / "cache").chmod(0o777)
    assert_greeted(start(file, "greet", environment={"XDG_CACHE_HOME": shared / "cache"}))


# --- nothing else is imported ---


def test_modules_are_searched_in_the_program_and_the_standard_library_only(
    file: Path, home: Path, tmp_path: Path
) -> None:
    environment: dict[str, str | Path] = {"HOME": home, "PYTHONPATH": f":{tmp_path}:."}
    site, *others = start(file, "path", folder=tmp_path, environment=environment).stdout.splitlines()
    assert site == str(unpacked(home / ".cache") / "site")
    standard = Path(os.__file__).parent
    assert set(others) <= {
        str(standard),
        str(standard / "lib-dynload"),
        str(standard.parent / f"python{sys.version_info.major}{sys.version_info.minor}.zip"),
    }


@pytest.mark.sample(3)
@pytest.mark.parametrize("name", ["json.py", "hashlib.py", "wizard/__init__.py", "zipapp_start.py", "zipfile.py"])
@pytest.mark.parametrize("path", ["", ".", ":/nowhere"])
def test_a_module_in_the_current_folder_or_on_pythonpath_is_not_imported(
    file: Path, home: Path, tmp_path: Path, name: str, path: str
) -> None:
    module = tmp_path / name
    module.parent.mkdir(exist_ok=True)
    module.write_text(PLANTED.format(str(tmp_path / "was-run")), encoding="utf-8")
    environment: dict[str, str | Path] = {"HOME": home, "PYTHONPATH": path, "PYTHONSTARTUP": module}
    assert_greeted(start(file, "greet", folder=tmp_path, environment=environment))
    assert not (tmp_path / "was-run").exists()


def test_bytecode_of_the_environment_is_not_used(file: Path, home: Path, tmp_path: Path) -> None:
    """Without a home folder the source is run."""
    for environment in ({"HOME": home}, {"TMPDIR": tmp_path}):
        prefix = tmp_path / "planted"
        result = start(file, "greet", environment={**environment, "PYTHONPYCACHEPREFIX": prefix})
        assert (result.stdout, result.returncode) == (GREETING, STATUS)
        assert list(prefix.rglob("words.*")) == []


def test_a_package_that_was_imported_before_the_program_is_not_used(file: Path, home: Path, tmp_path: Path) -> None:
    (tmp_path / "fast.py").write_text("", encoding="utf-8")
    (tmp_path / "wizard").mkdir()
    (tmp_path / "wizard" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "sitecustomize.py").write_text("import fast, wizard\n", encoding="utf-8")
    environment = {"HOME": home, "PYTHONPATH": tmp_path}
    modules = start(file, "modules", environment=environment).stdout.splitlines()
    assert str(tmp_path / "wizard" / "__init__.py") not in modules
    assert str(unpacked(home / ".cache") / "site" / "wizard" / "__init__.pyc") in modules


@pytest.mark.sample(3)
@pytest.mark.parametrize("flag", ["-I", "-O", "-P", "-B", "-Werror", "-S"])
def test_the_file_starts_with_each_flag_of_python(file: Path, home: Path, tmp_path: Path, flag: str) -> None:
    script = tmp_path / "python"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {flag} "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    assert_greeted(start(file, "greet", python=str(script), environment={"HOME": home}))


# --- refused with a sentence ---


def test_every_python_can_read_the_first_module() -> None:
    source = (ROOT / ".ci" / "zipapp_main.py").read_bytes()
    ast.parse(source, feature_version=(3, 0))
    assert source.isascii()  # Python 2 accepts nothing else without a declaration
    assert not re.search(rb'\bf"|\bprint\b|->|:=|nonlocal|\bmatch\b', source)


OLD_PYTHONS = ["python2.7", *(f"python3.{minor}" for minor in range(4, 11))]


@pytest.mark.sample
@pytest.mark.parametrize("name", OLD_PYTHONS)
def test_an_old_python_is_refused(file: Path, name: str) -> None:
    python = installed_python(name)
    if python is None:
        pytest.skip(f"{name} is not installed")
    result = start(file, "greet", python=python, environment={"PATH": "/nowhere"})
    assert (result.stdout, result.returncode) == ("", 2)
    version = name.removeprefix("python")
    assert result.stderr == (f"storage-wizard: this is Python {version}, and the program needs Python 3.11 or later.\n")


def test_an_old_python_names_a_newer_one_on_the_path(tmp_path: Path) -> None:
    (tmp_path / "python3.12").symlink_to(sys.executable)
    source = (ROOT / ".ci" / "zipapp_main.py").read_text(encoding="utf-8")
    script = tmp_path / "main.py"
    script.write_text(source.replace("sys.version_info < (3, 11)", "True"), encoding="utf-8")
    result = start(script, python=sys.executable, environment={"PATH": tmp_path})
    assert result.returncode == 2
    assert result.stderr.endswith(f" or later. Start it with: python3.12 {script}\n")


def test_another_kind_of_python_or_machine_is_refused(file: Path, home: Path, tmp_path: Path) -> None:
    other = with_member(
        file, tmp_path / "x.pyz", "manifest.json", lambda data: data.replace(f'"{ABI}",\n'.encode(), b"", 1)
    )
    result = start(other, "greet", environment={"HOME": home})
    assert (result.stdout, result.returncode) == ("", 2)
    assert result.stderr == (
        f"storage-wizard: this file is for Python 3.11 or 3.14t ({', '.join(OTHER_ABIS)}), and this Python is {ABI}. "
        "Use one of those.\n"
    )
    assert names_in(home) == []


def test_an_old_c_library_is_refused(file: Path, home: Path, tmp_path: Path) -> None:
    other = with_member(file, tmp_path / "x.pyz", "manifest.json", lambda data: data.replace(b"2,\n17\n", b"9,\n17\n"))
    result = start(other, "greet", environment={"HOME": home})
    assert (result.stdout, result.returncode) == ("", 2)
    assert result.stderr.startswith("storage-wizard: this file needs glibc 9.17 or later, and this system has ")


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("member", "change"),
    [
        ("manifest.json", lambda data: data[:-10]),
        ("manifest.json", lambda data: data.replace(b'cli/text.txt": "', b'cli/text.txt": "0')),
        ("manifest.json", lambda data: data.replace(b"words.py", b"woods.py")),
        ("manifest.json", lambda data: data.replace(b'"abis"', b'"abiz"')),
        ("manifest.json", lambda _: b"[]"),
        ("files.zip", lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:]),
        ("files.zip", lambda data: data[:-100]),
        ("files.zip", lambda _: b""),
    ],
)
def test_a_damaged_file_is_a_sentence(
    file: Path, home: Path, tmp_path: Path, member: str, change: Callable[[bytes], bytes]
) -> None:
    result = start(with_member(file, tmp_path / "x.pyz", member, change), "greet", environment={"HOME": home})
    assert (result.stdout, result.returncode) == ("", 2)
    assert re.fullmatch(r"storage-wizard: this file is damaged \(.*\). Copy it again.\n", result.stderr)


def test_the_end_of_the_program_is_that_of_the_file(
    greet: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    assert greet().returncode == STATUS


def test_without_standard_error_nothing_is_printed_elsewhere(file: Path) -> None:
    result = start(file, "greet", before=("bash", "-c", 'exec "$@" 2>&-', "bash"))
    assert (result.stdout, result.returncode) == (GREETING, STATUS)


# --- packed ---


def test_the_same_files_give_the_same_bytes(program: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for path in sorted(program.rglob("*"), reverse=True):
        if path.is_file():
            target = copy / path.relative_to(program)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    first, second = (pack(folder, tmp_path / f"{folder.name}.pyz").read_bytes() for folder in (program, copy))
    assert first == second
