"""Starts the program that lies in the same archive (`zipapp_pack.py` writes it).

The archive is the only thing that is trusted. `manifest.json` in it has the SHA-256 of every file of the program. The
files are unpacked once, into a folder that only the effective user can change: `$XDG_CACHE_HOME/storage-wizard/KEY`,
where KEY names the manifest and the byte-code of this Python. At every start each file there is compared with the
manifest, and a file that the manifest does not name is a mismatch too. After a mismatch everything is unpacked again,
and nothing of what was found is run.

Python source is compiled when it is unpacked. Only the byte-code is kept, so that Python never looks for a cache of its
own. `compiled.json` beside it has the SHA-256 of each; it cannot be proven by the archive, as it depends on the Python.

Without a safe folder the program is unpacked into a temporary one, which is removed at the end, also after SIGKILL.
"""
# ruff: noqa: PTH102, PTH104, PTH108, PTH112, PTH118, PTH120, PTH123 - pathlib makes each start slower

from __future__ import annotations

import atexit
import contextlib
import hashlib
import json
import os
import stat
import sys
import time
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import MAGIC_NUMBER

_NAME = "storage-wizard"
_USAGE, _INTERRUPTED = 2, 130  # exit statuses
_LOCK_WAIT = 60.0  # seconds for another start to unpack
_KEPT = 30 * 86400  # seconds that the files of an unused version are kept
_UNCHECKED_BYTECODE = (
    MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8)
)  # PEP 552: Python does not look for the source


class _UnusableError(Exception):
    """The program cannot be unpacked into a folder. The message says why."""


class _DamagedError(Exception):
    """The archive is not as it was built."""


class _MismatchError(Exception):
    """An unpacked file is not as it was written."""


def main(loader) -> int:
    """Runs the program with the files in the archive of `loader`; returns its exit status."""
    try:
        program = _Program(loader)
        if refusal := program.refusal():
            _say(refusal)
            return _USAGE
        folder = _unpacked(program)
    except _DamagedError as error:
        _say(f"this file is damaged ({error}). Copy it again.")
        return _USAGE
    except _UnusableError as error:
        _say(f"the program cannot be unpacked: {error}. Name a folder of yours with 80 MB of free space in TMPDIR.")
        return _USAGE
    except KeyboardInterrupt:
        return _INTERRUPTED
    return _run(program, folder)


def _say(text: str) -> None:
    text = "".join(character if character.isprintable() else "\ufffd" for character in text)
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(f"{_NAME}: {text}\n")  # its error handler is backslashreplace


class _Program:
    """The files of the program in the archive."""

    def __init__(self, loader) -> None:
        self._loader = loader
        manifest = self._member("manifest.json")
        tag = sys.implementation.cache_tag
        self.key = f"{hashlib.sha256(manifest).hexdigest()[:32]}-{tag}-{MAGIC_NUMBER[:2].hex()}"
        try:
            entries = json.loads(manifest)
            self._abis, self._glibc, self.time = entries["abis"], entries["glibc"], entries["time"]
            self._archive, files = entries["archive"], entries["files"]
        except (ValueError, KeyError, TypeError):
            raise _DamagedError("manifest.json") from None
        others = tuple(f".{other}.so" for other in self._abis if other != _abi())
        self.files = {name: sha for name, sha in files.items() if not name.endswith(others)}

    def refusal(self) -> str:
        """Why this Python cannot run the program; empty if it can."""
        if _abi() not in self._abis:
            found = _abi() or "another one"
            return f"this file is for {_names(self._abis)}, and this Python is {found}. Use one of those."
        if _glibc() < tuple(self._glibc):
            needed, found = (".".join(map(str, version)) for version in (self._glibc, _glibc()))
            return f"this file needs glibc {needed} or later, and this system has {found or 'another C library'}."
        return ""

    def contents(self):
        """The name and the verified bytes of each file."""
        import io
        import zipfile

        data = self._member("files.zip")
        if hashlib.sha256(data).hexdigest() != self._archive:
            raise _DamagedError("files.zip")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name, expected in self.files.items():
                file = archive.read(name) if name in archive.NameToInfo else b""
                if hashlib.sha256(file).hexdigest() != expected:
                    raise _DamagedError(name)
                yield name, file

    def _member(self, name: str) -> bytes:
        try:
            return self._loader.get_data(os.path.join(self._loader.archive, name))
        except OSError as error:
            raise _DamagedError(error.strerror or name) from None


def _abi() -> str:
    """What the names of the extension modules of this Python end with, such as `cpython-313-x86_64-linux-gnu`."""
    return EXTENSION_SUFFIXES[0].strip(".").removesuffix(".so") if EXTENSION_SUFFIXES else ""


def _names(abis) -> str:
    """Such as "Python 3.11 or 3.12 (cpython-311-x86_64-linux-gnu, cpython-312-x86_64-linux-gnu)"."""
    versions = [abi.split("-")[1] for abi in abis]
    *most, last = [f"{version[0]}.{version[1:]}" for version in versions]
    return f"Python {', '.join(most)}{' or ' if most else ''}{last} ({', '.join(abis)})"


def _glibc() -> tuple[int, ...]:
    """The version of the C library; empty if it is not glibc."""
    try:
        name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
        return tuple(int(number) for number in version.split(".")[:2]) if name == "glibc" else ()
    except (OSError, ValueError):
        return ()


# The folder


def _unpacked(program: _Program) -> str:
    """A folder with the verified files of the program: the cache of this user, or a temporary folder."""
    try:
        cache = _cache_folder()
        folder = os.path.join(cache, program.key)
        if not _is_intact(program, folder):
            _unpack_once(program, cache)
        with contextlib.suppress(OSError):
            os.utime(folder)  # in use: `_remove_unused` leaves it alone
    except _UnusableError as error:
        _say(f"unpacked for this run only, as {error}.")
    except OSError as error:
        _say(f"unpacked for this run only, as {_reason(error)}.")
    else:
        return os.path.join(folder, "site")
    return _unpacked_temporarily(program)


def _reason(error: OSError) -> str:
    return f"{error.filename or 'the cache'}: {error.strerror or type(error).__name__}"


def _cache_folder() -> str:
    """The folder of this program in the user's cache, which exists and which no other user can change.

    Raises `_UnusableError` or `OSError`.
    """
    cache, home = os.environ.get("XDG_CACHE_HOME", ""), os.environ.get("HOME", "")
    if not cache.startswith("/"):
        if not home.startswith("/"):
            raise _UnusableError("HOME is not set")
        if not os.path.isdir(home):
            raise _UnusableError(f"the home folder {home} does not exist")
        cache = os.path.join(home, ".cache")
    folder = os.path.join(os.path.realpath(cache), _NAME)
    _check_owners(folder, create=True)
    if os.lstat(folder).st_uid != os.geteuid():
        raise _UnusableError(f"{folder} belongs to another user")
    _check_executable(folder)
    return folder


def _check_owners(folder: str, *, create: bool) -> None:
    """Raises `_UnusableError` if another user can change or replace a folder, or one that it lies in.

    Folders that are missing are created if `create` says so. Below a folder that only this user can enter, write
    permissions of others have no effect. In a user namespace `/` can have another owner than root: that is root's name.
    """
    trusted = {0, os.geteuid(), os.lstat("/").st_uid}
    is_private = False
    path = "/"
    for part in folder.split("/"):
        path = os.path.join(path, part)
        if create and not os.path.lexists(path):
            with contextlib.suppress(FileExistsError):
                os.mkdir(path, 0o700)
        status = os.lstat(path)
        mode = status.st_mode
        if not stat.S_ISDIR(mode):
            raise _UnusableError(f"{path} is not a folder")
        if status.st_uid not in trusted:
            raise _UnusableError(f"{path} belongs to another user")
        if mode & 0o022 and not mode & stat.S_ISVTX and not is_private:
            raise _UnusableError(f"other users can change {path}")
        is_private = is_private or not mode & 0o077


def _check_executable(folder: str) -> None:
    if os.statvfs(folder).f_flag & os.ST_NOEXEC:
        raise _UnusableError(f"{folder} is on a file system without permission to execute")


# Verifying


def _is_intact(program: _Program, folder: str) -> bool:
    """Whether a folder has exactly the files that were unpacked there, unchanged."""
    try:
        compiled = json.loads(_read(os.path.join(folder, "compiled.json")))
        expected = {f"site/{name}": sha for name, sha in program.files.items() if not name.endswith(".py")}
        expected |= {f"site/{name}c": compiled[name] for name in program.files if name.endswith(".py")}
        expected = {name: sha for name, sha in expected.items() if sha is not None} | {"compiled.json": None}
        _check_status(os.lstat(folder), stat.S_ISDIR)
        return _compare(folder, "", expected, _folders(expected)) == len(expected)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, _MismatchError):
        return False


def _folders(names) -> set[str]:
    """The folders that files lie in, and those folders' own."""
    found = set()
    for name in names:
        while (name := name.rpartition("/")[0]) and name not in found:
            found.add(name)
    return found


def _compare(folder: str, prefix: str, expected, folders) -> int:
    """The number of files below a folder. Raises `_MismatchError` at the first that is not as expected."""
    count = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            name = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if name not in folders:
                    raise _MismatchError
                _check_status(entry.stat(follow_symlinks=False), stat.S_ISDIR)
                count += _compare(entry.path, f"{name}/", expected, folders)
                continue
            if name not in expected:
                raise _MismatchError
            sha = expected[name]
            if sha is not None and hashlib.sha256(_read(entry.path)).hexdigest() != sha:
                raise _MismatchError
            count += 1
    return count


def _read(path: str) -> bytes:
    """The bytes of a file that this user owns. Raises `OSError` or `_MismatchError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        _check_status(status, stat.S_ISREG)
        return os.read(descriptor, status.st_size)
    finally:
        os.close(descriptor)


def _check_status(status: os.stat_result, has_type) -> None:
    if not has_type(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise _MismatchError


# Unpacking


def _unpack_once(program: _Program, cache: str) -> None:
    """Unpacks into the cache unless another start has just done so. Raises `OSError`, `_UnusableError`."""
    import secrets
    import shutil

    folder = os.path.join(cache, program.key)
    new, old = (os.path.join(cache, f".{word}-{secrets.token_hex(8)}") for word in ("new", "old"))
    with _lock(cache):
        _remove_unused(cache)
        if _is_intact(program, folder):
            return
        try:
            _unpack(program, new, compiled_for=folder)
            if os.path.lexists(folder):
                os.rename(folder, old)
            os.rename(new, folder)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        _remove_unused(cache)
        if not _is_intact(program, folder):
            raise _UnusableError(f"{folder} is not as it was written")


@contextlib.contextmanager
def _lock(cache: str):
    """Only one start unpacks at a time. The system releases the lock of a process that was killed."""
    import fcntl

    path = os.path.join(cache, "lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    try:
        end = time.monotonic() + _LOCK_WAIT
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise _UnusableError(f"another start of the program holds {path}") from None
                time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _remove_unused(cache: str) -> None:
    """Removes what a start that was killed has left behind, and versions that nobody has started for a month."""
    import shutil

    now = time.time()
    with os.scandir(cache) as entries:
        for entry in entries:
            is_leftover = entry.name.startswith((".new-", ".old-"))
            if entry.name == "lock" or not (is_leftover or now - entry.stat(follow_symlinks=False).st_mtime > _KEPT):
                continue
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)


def _unpack(program: _Program, folder: str, compiled_for: str = "") -> None:
    """Writes the files into a new folder; source as byte-code if it says for which later name of the folder."""
    mask = os.umask(0o077)
    try:
        os.mkdir(folder)
        for parent in sorted(_folders(f"site/{name}" for name in program.files)):  # a folder comes before those in it
            os.mkdir(os.path.join(folder, parent))
        compiled = {}
        for name, data in program.contents():
            path = os.path.join(folder, "site", name)
            if not (compiled_for and name.endswith(".py")):
                _write(path, data, program.time)
                continue
            code = _compile(data, os.path.join(compiled_for, "site", name))
            compiled[name] = code and hashlib.sha256(code).hexdigest()
            if code:
                _write(f"{path}c", code, program.time)
        if compiled_for:
            _write(os.path.join(folder, "compiled.json"), json.dumps(compiled).encode(), program.time)
    finally:
        os.umask(mask)


def _compile(source: bytes, path: str) -> bytes | None:
    """The byte-code file of a module; None for a file that is no module of this Python."""
    import marshal
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            code = compile(source, path, "exec", dont_inherit=True, optimize=0)
        except (SyntaxError, ValueError):
            return None
    return _UNCHECKED_BYTECODE + marshal.dumps(code)


def _write(path: str, data: bytes, modified: float) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
    os.utime(path, (modified, modified))


# A temporary folder


def _unpacked_temporarily(program: _Program) -> str:
    """Unpacks into a new folder, which is removed when this process ends. Raises `_UnusableError`."""
    import secrets

    reasons = []
    for parent in dict.fromkeys((os.environ.get("TMPDIR", ""), "/tmp", "/var/tmp")):  # noqa: S108 - the folder in it is new
        if not parent.startswith("/"):
            continue
        folder = os.path.join(os.path.realpath(parent), f"{_NAME}-{secrets.token_hex(8)}")
        try:
            _check_owners(os.path.dirname(folder), create=False)
            _check_executable(os.path.dirname(folder))
            remove = _remove_at_the_end(folder)
            try:
                _unpack(program, folder)
            except BaseException:
                remove()
                raise
        except _UnusableError as error:
            reasons.append(str(error))
        except OSError as error:
            reasons.append(_reason(error))
        else:
            return os.path.join(folder, "site")
    raise _UnusableError("; ".join(reasons))


def _remove_at_the_end(folder: str):
    """Removes a folder when this process ends, in whatever way: another process waits for that and does it.

    Returns a function that removes it now.
    """
    import shutil

    reader, writer = os.pipe()  # its end is that of this process
    process = os.fork()
    if not process:
        try:
            _detach(reader)
            while os.read(0, 1):
                pass
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os._exit(0)
    os.close(reader)

    def remove() -> None:
        atexit.unregister(remove)
        os.close(writer)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, 0)

    atexit.register(remove)
    return remove


def _detach(descriptor: int) -> None:
    """Makes a file the standard input, closes all others, and ignores the signals that end a terminal or a service."""
    import signal

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    os.setsid()
    os.dup2(descriptor, 0)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.closerange(3, 4096)


# Running


def _run(program: _Program, site: str) -> int:
    """Runs the program. Its files take the place of the archive on the module search path."""
    sys.path[0] = site
    sys.dont_write_bytecode, sys.pycache_prefix = True, None
    packages = {name.partition("/")[0].removesuffix(".py") for name in program.files}
    for name in list(sys.modules):  # such as a package that a `.pth` file has imported
        if name.partition(".")[0] in packages:
            del sys.modules[name]
    from wizard.cli.main import main as run

    return run()
