"""Reads one setting of a settings file in Ruby, such as GitLab's gitlab.rb.

Any other code in the file could change the setting, so the complete file is read. It may contain:

- `name['key'] = literal`, also with several keys, which change a part of the setting: hashes that are missing on the
  way are made, as by `ConfigMash` of omnibus-gitlab (files/gitlab-cookbooks/package/libraries/config_mash.rb);
- for other settings than the one that is read: `ENV['NAME']`, and `YAML.load` of a heredoc without interpolation;
- `external_url 'https://…'` and the other calls in `_CALLS`;
- comments that begin with `#`.

Everything else is refused with its line.
"""

from __future__ import annotations

import re

from wizard.formats.ruby import Scanner

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CALLS = re.compile(r"(?:[a-z_]*external_url|roles|git_data_dirs|runtime_dir)(?=[ \t(])")
_ASSIGN = re.compile(r"[ \t]*=(?![=~>])")
_ENVIRONMENT = re.compile(r"ENV\[(?:'\w+'|\"\w+\")\](?=[ \t]*(?:#|\n|\Z))", re.ASCII)
_HEREDOC = re.compile(
    r"YAML\.load[ \t]*<<(?:[-~]'(?P<indented>\w+)'|'(?P<flush>\w+)')[ \t]*(?:#[^\n]*)?\n"
    r"(?:(?!(?:[ \t]*+(?P=indented)|(?P=flush))(?:\n|\Z))[^\n]*+\n)*+(?:[ \t]*+(?P=indented)|(?P=flush))(?=\n|\Z)",
    re.ASCII,
)
_END = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f]")  # Ruby ends at some of them, and skips others
_ENCODING = re.compile(r"coding[:=][ \t]*([\w.-]+)", re.ASCII)  # in a comment on one of the first two lines
_MAX_KEYS = 10  # in one path: each path is compared with all that are a part of it

# Names that Ruby itself defines: keywords, and the methods of every object. Code such as `exit['x'] = 1` runs them.
_RUBY_NAMES = frozenset(
    """
    alias and begin break case class def defined do else elsif end ensure false for if in module next nil not or
    redo rescue retry return self super then true undef unless until when while yield abort at_exit autoload binding
    block_given caller caller_locations catch class clone define_singleton_method display dup enum_for eval exec
    exit extend fail fork format freeze gem gem_original_require gets global_variables hash initialize
    initialize_clone initialize_copy initialize_dup inspect instance_eval instance_exec instance_variable_get
    instance_variable_set instance_variables itself lambda load local_variables loop method method_missing methods
    object_id open p pp print printf private_methods proc protected_methods public_method public_methods public_send
    putc puts raise rand readline readlines remove_instance_variable require require_relative respond_to_missing
    select send set_trace_func singleton_class singleton_method singleton_method_added singleton_method_removed
    singleton_method_undefined singleton_methods sleep spawn sprintf srand syscall system taint tap test then throw
    timeout to_enum to_s trace_var trap trust untaint untrace_var untrust warn yield_self
    """.split()  # noqa: SIM905 - a list of literals would be one name per line
)


def load_setting(text: str, variable: str, key: str) -> object:
    """The value of `variable['key']` after all assignments to it and to parts of it; None if there is none.

    Raises `FormatError` for a file that has anything else than this module's docstring lists.
    """
    reader = _Reader(text.replace("\r\n", "\n"), variable, key)
    return reader.read()


class _Reader:
    def __init__(self, text: str, variable: str, key: str) -> None:
        self._scanner = Scanner(text)
        self._path = (variable, key)
        self._assigned: set[tuple[str, ...]] = set()
        self._values: dict[str, object] = {}  # has the setting once it is set

    def read(self) -> object:
        scanner = self._scanner
        if unreadable := _UNREADABLE.search(scanner.text):
            scanner.position = unreadable.start()
            scanner.refuse()
        encodings = (_ENCODING.search(line) for line in scanner.text.split("\n", 2)[:2])
        if any(found and found[1].lower() != "utf-8" for found in encodings):
            scanner.refuse()
        scanner.skip_space()
        while not scanner.is_at_end:
            self._statement()
            if not scanner.match(_END):
                scanner.refuse()
            scanner.skip_space()
        return self._values.get(self._path[1])

    def _statement(self) -> None:
        if self._scanner.match(_CALLS):
            self._call()
        else:
            self._assignment()

    def _call(self) -> None:
        """One argument, with or without parentheses. Braces without parentheses are a block."""
        scanner = self._scanner
        scanner.skip_blanks()
        if scanner.accept("("):
            scanner.skip_space()
            scanner.value()
            scanner.skip_space()
            if not scanner.accept(")"):
                scanner.refuse()
        elif scanner.text.startswith("{", scanner.position):
            scanner.refuse()
        else:
            scanner.value()

    def _assignment(self) -> None:
        scanner, start = self._scanner, self._scanner.position
        name = scanner.match(_NAME)
        if name is None or name[0] in _RUBY_NAMES:
            scanner.position = start
            scanner.refuse()
        path = [name[0]]
        while scanner.accept("["):
            if len(path) > _MAX_KEYS:
                scanner.refuse()
            path.append(self._index())
        if len(path) == 1 or not scanner.match(_ASSIGN):
            scanner.refuse()
        if tuple(path[:2]) == self._path:
            holder = self._holder(path[1:-1])
            scanner.skip_space()
            holder[path[-1]] = scanner.value()
            return
        self._refuse_partial(path)
        self._assigned.add(tuple(path))
        scanner.skip_space()
        if not scanner.match(_ENVIRONMENT) and not scanner.match(_HEREDOC):
            scanner.value()

    def _holder(self, keys: list[str]) -> dict[str, object]:
        """The hash of the setting below the keys, which is made if it is missing; another value there is refused."""
        holder = self._values
        for key in keys:
            inner = holder.setdefault(key, {})
            if not isinstance(inner, dict):
                self._scanner.refuse()
            holder = inner
        return holder

    def _refuse_partial(self, path: list[str]) -> None:
        """Refuses to change a part of a value that can be something else than a hash."""
        outer = [tuple(path[:length]) for length in range(2, len(path))]
        if not self._assigned.isdisjoint(outer):
            self._scanner.refuse()

    def _index(self) -> str:
        scanner = self._scanner
        scanner.skip_blanks()
        key = scanner.string()
        if key is None:
            key = scanner.symbol()
        scanner.skip_blanks()
        if key is None or not scanner.accept("]"):
            scanner.refuse()
        return key
