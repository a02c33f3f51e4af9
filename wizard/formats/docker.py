"""A container that Docker or Podman runs: `docker run` in a script or a history, or what `docker inspect` prints.

https://docs.docker.com/reference/cli/docker/container/run/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from wizard.formats import containers, env, shell_words, yaml_reader
from wizard.formats.compose_syntax import Interpolated
from wizard.formats.containers import Container, FilesBeside
from wizard.formats.format import Format, FormatError, Given, Imported, ReadBeside, no_files, no_writer
from wizard.formats.image import registry_in
from wizard.formats.shell_words import Word
from wizard.formats.variables import no_variables
from wizard.text.sanitize import sanitize

_CHOOSE = "To import one of them, run: docker inspect CONTAINER | storage-wizard import -"
_FILL_IN = "To import the container's actual values, run: docker inspect CONTAINER | storage-wizard import -"
_PROGRAMS = ("docker", "podman", "nerdctl")
_START = re.compile(
    rf"^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_]\w*)=|(?<![\w-])(?:{'|'.join(_PROGRAMS)})(?=[ \t\\])",
    re.MULTILINE,
)
_GROUPS = ("container", "service")
_COMMANDS = ("run", "create")
_SHORT_SWITCHES = frozenset("ditPq")
_SWITCHES = frozenset(
    [
        *("detach", "disable-content-trust", "env-host", "help", "init", "interactive", "no-healthcheck", "no-hosts"),
        *("no-resolve-image", "oom-kill-disable", "privileged", "publish-all", "quiet", "read-only", "replace", "rm"),
        *("rmi", "sig-proxy", "tls-verify", "tty", "use-api-socket", "with-registry-auth"),
    ]
)
_TARGETS = ("target", "destination", "dst")
_NAMED_BY_VARIABLE = "whose name contains a variable"
_MAX_LINE = 4096  # characters before a command that can begin a comment
_LONG_NAMES = {"e": "env", "v": "volume"}


def _read(text: str, read_beside: ReadBeside = no_files) -> Imported:
    files = FilesBeside(read_beside)
    entries = _inspected(text)
    if entries is None:
        found = [_run_container(run, files) for run in _runs(text)]
    else:
        found = [_inspected_container(entry, files) for entry in entries]
    container, remarks = containers.choose(found, "containers", _CHOOSE)
    imported = containers.read(container, _FILL_IN)
    return imported._replace(remarks=(*remarks, *imported.remarks))


# The output of `docker inspect`


def _inspected(text: str) -> list[Mapping[str, object]] | None:
    """The containers in the output of `docker inspect`; None for other texts."""
    if not text.lstrip().startswith(("[", "{")):
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):  # a number can be too long for Python
        return None
    entries = document if isinstance(document, list) else [document]
    found = [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("Config"), dict)]
    return [entry for entry in found if isinstance(entry["Config"].get("Env"), list)] or None


def _inspected_container(entry: Mapping[str, object], files: FilesBeside) -> Container:
    config = yaml_reader.require_mapping(entry["Config"], "Config")
    variables = no_variables()
    items = config["Env"]
    for item in items if isinstance(items, list) else []:
        name, _, value = str(item).partition("=")
        variables.set(name, value)
    mounts = entry.get("Mounts")
    sources = [
        (Interpolated(str(mount.get("Source"))), str(mount.get("Source")))
        for mount in (mounts if isinstance(mounts, list) else [])
        if isinstance(mount, dict) and mount.get("Destination") in containers.CONFIGURATION_PATHS
    ]
    name = str(entry.get("Name", "")).lstrip("/") or "without a name"
    registry = registry_in(config.get("Image") or entry.get("ImageName"))
    return _configured(Container(name, variables.below(containers.OURS), registry), sources, files)


# Command lines


class _Argument(NamedTuple):
    """An argument of a command, the names of the variables without a value in it, and how sentences name it."""

    text: str
    missing: tuple[str, ...]
    shown: str

    def __repr__(self) -> str:
        return f"_Argument({len(self.text)} characters)"  # it can be secret

    @property
    def path(self) -> Interpolated:
        """The argument as a path."""
        return Interpolated(self.text, self.missing)


def _argument(word: Word, values: Mapping[str, str]) -> _Argument:
    value = word.value(values)
    return _Argument(*value, value.text if word.is_literal else _NAMED_BY_VARIABLE)


class _Run(NamedTuple):
    """A command that runs a container: its line, the values of the options by name, and its image."""

    line: int
    options: dict[str, list[_Argument]]
    image: str
    values: Mapping[str, str]  # of the variables of the shell, until the next command is read

    def __repr__(self) -> str:
        return f"_Run(line {self.line})"  # the values can be secret


def _runs(text: str) -> Iterator[_Run]:
    """The commands in a text that run a container. Variables of the shell have the values that the text gives them."""
    values: dict[str, str] = {}
    position, line, counted = 0, 1, 0
    while start := _START.search(text, position):
        position = start.end()
        if start["name"]:
            word, end = shell_words.read_word(text, position)
            value = word.value(values)
            position = position if value.text.endswith(_PROGRAMS) else end  # ExecStart=/usr/bin/docker run, for example
            values.pop(start["name"], None)
            if not value.missing:
                values[start["name"]] = value.text
        elif not _is_in_comment(text, start.start()):
            words, position = shell_words.read_line(text, position)
            arguments = _arguments([_argument(word, values) for word in words])
            if arguments is not None:
                line, counted = line + text.count("\n", counted, start.start()), start.start()
                yield _Run(line, *_options(arguments), values)


def _is_in_comment(text: str, position: int) -> bool:
    first = max(0, position - _MAX_LINE)
    before = text[max(first, text.rfind("\n", first, position) + 1) : position]
    return re.search(r"(?:^|\s)#", before) is not None


def _arguments(words: Sequence[_Argument]) -> Sequence[_Argument] | None:
    """The arguments of a command that runs a container; None for another command of Docker."""
    for index, word in enumerate(words):
        if word.text in _COMMANDS:
            return words[index + 1 :]
        is_value = index > 0 and words[index - 1].text.startswith("-")
        if not word.text.startswith("-") and word.text not in _GROUPS and not is_value:
            return None
    return None


def _options(words: Sequence[_Argument]) -> tuple[dict[str, list[_Argument]], str]:
    """The values of the options by their long name, and the image, which is the first word after them."""
    options: dict[str, list[_Argument]] = {}
    pending = list(reversed(words))
    while pending:
        word = pending.pop()
        if not word.text:  # a variable without a value
            continue
        if not word.text.startswith("-"):
            return options, word.text
        name, value = _option(word)
        if value is None and name not in _SWITCHES and pending and not pending[-1].text.startswith("-"):
            value = pending.pop()
        if value is not None:
            options.setdefault(name, []).append(value)
    return options, ""


def _option(word: _Argument) -> tuple[str, _Argument | None]:
    """The long name of an option, and its value if that is in the same word."""
    if word.text.startswith("--"):
        name, sign, value = word.text[2:].partition("=")
        return name, _part(word, value) if sign else None
    letters = word.text[1:].lstrip("".join(_SHORT_SWITCHES))
    if not letters:
        return "help", None
    name = _LONG_NAMES.get(letters[0], letters[0])
    return name, _part(word, letters[1:].removeprefix("=")) if letters[1:] else None


def _part(word: _Argument, text: str) -> _Argument:
    return word._replace(text=text, shown=text if word.shown != _NAMED_BY_VARIABLE else _NAMED_BY_VARIABLE)


def _run_container(run: _Run, files: FilesBeside) -> Container:
    remarks: list[str] = []
    variables = no_variables()
    for path in run.options.get("env-file", []):
        text = files.read_named(path.path, path.shown, remarks)
        try:
            variables.update(env.read_docker_variables(text))
        except FormatError as error:
            remarks.append(f"The file {sanitize(path.shown, 80)} was not read. {error}")
    for item in run.options.get("env", []):
        name, sign, value = item.text.partition("=")
        variables.set(name, value, item.missing if sign else (name,))
    for name, missing in [*variables.missing.items()]:
        if missing == (name,) and name in run.values:
            variables.set(name, run.values[name])
    names = run.options.get("name")
    title = names[-1].shown if names and names[-1].shown != _NAMED_BY_VARIABLE else f"line {run.line}"
    sources = [
        (source.path, source.shown)
        for source, target in _mounts(run.options)
        if target in containers.CONFIGURATION_PATHS
    ]
    registry = registry_in(run.image)
    return _configured(Container(title, variables.below(containers.OURS), registry, tuple(remarks)), sources, files)


def _mounts(options: Mapping[str, Sequence[_Argument]]) -> Iterator[tuple[_Argument, str]]:
    """The source and the target of each file or folder that is mounted."""
    for mount in options.get("volume", []):
        source, _, rest = mount.text.partition(":")
        yield _part(mount, source), rest.partition(":")[0]
    for mount in options.get("mount", []):
        fields = dict(field.partition("=")[::2] for field in mount.text.split(","))
        source = fields.get("source", fields.get("src", ""))
        yield _part(mount, source), next((fields[name] for name in _TARGETS if name in fields), "")


def _configured(container: Container, sources: Sequence[tuple[Interpolated, str]], files: FilesBeside) -> Container:
    """The container with the first configuration that can be read. A source is a path, and how sentences name it."""
    remarks = [*container.remarks]
    variables = container.variables
    for path, shown in sources:
        if text := files.read_named(path, shown, remarks):
            configured, further = containers.configuration(text)
            variables = containers.with_configuration(variables, configured)
            remarks += further
            break
    return container._replace(variables=variables, remarks=tuple(remarks))


def _is_script(given: Given) -> bool:
    """Whether it has a command that runs a container. A line with a colon in it is a mapping of YAML."""
    is_mapping = bool(given.document) and not any(re.match(env.RUNS_CONTAINER, str(key)) for key in given.document)
    return not is_mapping and given.has_line(env.RUNS_CONTAINER)


DOCKER = Format(
    "docker",
    "a container of docker run or docker inspect",
    no_writer,
    _read,
    frozenset(),
    lambda given: _inspected(given.text) is not None or _is_script(given),
    read_with=_read,
    checked_by="its own reader only",
)
