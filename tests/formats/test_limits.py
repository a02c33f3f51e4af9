"""No text of a megabyte takes a reader more than two seconds or 100 MiB: it is read, or refused in a sentence."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.paths import ROOT
from tests.support.samples import sampled

SIZE = 1 << 20  # bytes, as much as is read of any file
_MAX_SECONDS = 8.0  # of processor time, up to 1.3 alone; what grows with the square of the size takes minutes
_MAX_MEMORY = {"save": 300.0}  # MiB; a save also parses the text without loss, to keep its comments
_OTHER_MAX_MEMORY = 100.0
_NUMBERS = [f"{number:07}" for number in range(SIZE // 6)]


def repeated(text: str, before: str = "", after: str = "") -> str:
    """`text` as often as it fits."""
    return before + text * ((SIZE - len(before) - len(after)) // len(text)) + after


def numbered(text: str, before: str = "", after: str = "") -> str:
    """`text` with a number in place of `{}`, as often as it fits."""
    count = (SIZE - len(before) - len(after)) // (len(text) + 5)
    between = text.split("{}")
    return before + "".join(number.join(between) for number in _NUMBERS[:count])[: SIZE - len(after)] + after


def doubled(levels: int) -> str:
    """Mappings that each merge the one before twice."""
    lines = (f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: 1}}\n" for n in range(1, levels))
    return "a0: &a0 {x: 1}\n" + "".join(lines)


NESTED = {
    "brackets": repeated("["),
    "braces": repeated("{"),
    "names": repeated('{"a":'),
    "dashes": repeated("- "),
    "question marks": repeated("? "),
}
TEXT = {
    "one line": repeated("x"),
    "blanks": repeated(" "),
    "ends of lines": repeated("\n"),
    "comments": repeated("# x\n"),
}
YAML = {
    "names": numbered("k{}: 1\n"),
    "a flow mapping": numbered("k{}: 1, ", "{", "}"),
    "a flow sequence": repeated("1,", "a: [", "]"),
    "a text": repeated("x ", "a: "),
    "a quoted text": repeated("\\x41", 'a: "', '"'),
    "merge keys": numbered("k{}: 1, ", "a: &a {", "}\n")[: SIZE // 8]
    + "}\n"
    + "".join(f"b{n}: {{<<: *a}}\n" for n in range(32)),
    "doubled merge keys": doubled(30),
    "aliases": repeated("*a, ", "a: &a [" + "x, " * 100 + "]\nb: [", "]"),
    "anchors": numbered("- &a{} x\n"),
    "a hexadecimal number": repeated("f", "a: 0x"),
    "a sexagesimal number": repeated(":1", "a: 1"),
    "tags": repeated("!!str "),
}
TOML = {
    "a dotted key": repeated(".a", "a", " = 1"),
    "dotted keys": numbered("a.b.c.d.e.f.g.h.i{} = 1\n"),
    "deep tables": numbered("[a{}.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u]\n"),
    "tables": numbered("[a{}]\n"),
    "an array of tables": repeated("[[a]]\n"),
    "keys": numbered("k{} = 1\n"),
    "a quoted dotted key": repeated("'a'.", after="a = 1"),
    "an array": repeated("1,", "a = [", "]"),
    "empty tables": repeated("{},", "a = [", "]"),
    "an inline table": numbered("k{} = 1, ", "a = {", "b = 1}"),
    "a nested inline table": repeated("{a=", "a="),
    "quotes": repeated('"'),
    "backslashes": repeated("\\\\", 'a = "', '"'),
    "escaped quotes": repeated('"\\'),
    "a number": repeated("9", "a = "),
}
_TABLE = '\n[storage.s3]\nregion = "us-east-1"\nbucket = "images"\n'
_SECTIONS = "[[a]]\n[b]\n[[a]]\n"  # tomlkit moves such tables
SAVED = {
    "an array": repeated("1,", "a = [", f"]{_TABLE}"),
    "an array of tables": repeated("{},", "a = [", f"]{_TABLE}"),
    "an array of texts": repeated("'',", "a = [", f"]{_TABLE}"),
    "an array of dates": repeated("2020-01-01,", "a = [", f"]{_TABLE}"),
    "nested arrays": repeated("[[[[[[[[[[]]]]]]]]]],", "a = [", f"]{_TABLE}"),
    "an inline table": numbered("k{} = 1, ", "a = {", f"b = 1}}{_TABLE}"),
    "keys": numbered("k{} = 1\n")[: 15 * 9000] + _TABLE,
    "long values": "".join(f"k{number:05} = '{'x' * 90}'\n" for number in range(9900)) + _TABLE,
    "blanks after a value": repeated(" ", "a = 1", f"\n{_TABLE}"),
    "blanks in an array": repeated(" ", "a = [1,", f"]{_TABLE}"),
    "blanks in a text": repeated(" ", 'a = "', f'"{_TABLE}'),
    "tabs before a comment": repeated("\t", "a = 1", f"# x{_TABLE}"),
    "lines of blanks": f"{' ' * 100}\n" * 9900 + _TABLE,
    "commas in a text": repeated(", ", 'a = "', f'"{_TABLE}'),
    "backslashes": repeated("\\\\", 'a = "', f'"{_TABLE}'),
    "a comment": repeated("x", "# ", _TABLE),
    "a long array after tables": f"{_SECTIONS}x = [\n" + f"{'1,' * 1000}\n" * 490 + f"]{_TABLE}",
    "a long text after tables": f'{_SECTIONS}x = """\n' + f"{'y' * 2000}\n" * 490 + f'"""{_TABLE}',
    "long texts after tables": _SECTIONS
    + "".join(f'x{number} = """\n' + f"{'y' * 100}\n" * 480 + '"""\n' for number in range(20))
    + _TABLE,
}
JSON = {
    "names": numbered('"k{}":{},', "{", '"a":1}'),
    "parameters": numbered('"accesskey{}":1,', '{"storage":{"s3":{', '"a":1}}}'),
    "arrays": repeated("[],", "[", "[]]"),
    "a number": repeated("9", '{"a":', "}"),
    "a text": repeated("\\u0041", '{"a":"', '"}'),
}
RUBY = {
    "names": numbered("'k{}'=>1,", "registry['storage'] = {", "}"),
    "parameters": numbered("'k{}'=>1,", "registry['storage'] = {'s3' => {", "}}"),
    "assignments": numbered("x['k{}']=1\n"),
    "quotes": repeated("\\'", "registry['storage'] = '", "'"),
    "escapes": repeated("\\n", "registry['storage'] = \"", '"'),
    "an open text": repeated("a", "registry['storage'] = '"),
    "an open heredoc": repeated(" \n", "x['y'] = YAML.load <<-'E'\n"),
    "a blank heredoc": repeated(" ", "x['y'] = YAML.load <<-'E'\n"),
    "arrays": repeated("[", "x['y'] = "),
    "a number": repeated("9", "x['y'] = "),
    "underscores": repeated("_9", "x['y'] = 1"),
    "marks of comments": repeated("#"),
    "colons": repeated("a:", "x['y'] = {"),
    "indices": repeated("['a']", "x"),
    "an assignment to indices": repeated("['a']", "x", " = 1"),
    "assignments to indices": numbered("x['a']['b']['c']['d']['e']['f']['g']['h']['i']['k{}'] = 1\n"),
    "assignments to many indices": repeated("x" + "['a']" * 2000 + " = 1\n"),
}
ENV = {
    "variables": numbered("K{}=1\n"),
    "parameters": numbered("REGISTRY_STORAGE_S3_K{}=1\n"),
    "a value": repeated("[", "REGISTRY_STORAGE_S3_BUCKET="),
    "quotes": repeated("'", "export REGISTRY_STORAGE_S3_BUCKET="),
}
INI = {
    "sections": numbered("[k{}]\n"),
    "names": numbered("k{} = 1\n", "[a]\n"),
    "lines of a value": repeated(" x\n", "[a]\nk =\n"),
    "marks": repeated("=", "[a]\n"),
}
COMPOSE = {
    "services": numbered(" s{}: {environment: {REGISTRY_STORAGE_S3_K: 1}}\n", "services:\n"),
    "parameters": numbered("REGISTRY_STORAGE_S3_K{}: '1', ", "services: {a: {environment: {", "}}}"),
}
_SECRET = "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {config.yml: '"
KUBERNETES = {
    "documents": repeated("---\na: 1\n"),
    "Base64": repeated("YWFh", _SECRET, "'}}"),
    "almost Base64": repeated("YWFh", _SECRET, "='}}"),
    "configurations": numbered("k{}: 'storage: {s3: { }}'\n ", "apiVersion: v1\nkind: Secret\nstringData:\n "),
    "a configuration": repeated("a: 1\n\n    ", f"{_SECRET.replace('data', 'stringData')}storage: 1\n\n    ", "'}}"),
    "blanks in a value": repeated(" ", f"{_SECRET.replace('data', 'stringData')}{{", "'}}"),
    "references": repeated(
        "$(", "{apiVersion: v1, kind: Pod, spec: {containers: [{env: [{name: A, value: '", "'}]}]}}"
    ),
    "variables": numbered(
        "{name: REGISTRY_STORAGE_S3_K{}, value: '$(A)'}, ",
        "{apiVersion: v1, kind: Pod, spec: {containers: [{env: [",
        "]}]}}",
    ),
    "values of a Secret many times": "{apiVersion: v1, kind: List, items: ["
    + f"{_SECRET}{'YWFh' * 200_000}'}}}}, "
    + "&a {apiVersion: v1, kind: Pod, spec: {containers: [{envFrom: [{secretRef: {name: a}}]}]}}, "
    + "*a, " * 600
    + "]}",
}
CHART = {
    "values": numbered("v{}: {storage: s3, s3: {}}\n"),
    "parameters": numbered("accesskey{}: '1', ", "storage: s3\nconfigData: {storage: {s3: {", "}}}"),
    "variables": numbered("{name: REGISTRY_STORAGE_S3_K{}, value: a}, ", "storage: s3\ns3: {}\nextraEnvVars: [", "]"),
}
OPENSHIFT = {
    "objects": numbered("---\napiVersion: imageregistry.operator.openshift.io/v1\nkind: Config\nx: {}\n"),
    "parameters": numbered(
        "a{}: '1', ",
        "{apiVersion: imageregistry.operator.openshift.io/v1, kind: Config, spec: {storage: {s3: {",
        "}}}}",
    ),
}
MSR = {"values": numbered("v{}: {registry: {storage: {backend: s3}}}\n")}
ZOT = {
    "sub-paths": numbered('"/a{}": {"storageDriver": {}}, ', '{"storage": {"subPaths": {', '"b": {}}}}'),
    "parameters": numbered('"a{}": "1", ', '{"storage": {"storageDriver": {', '"name": "s3"}}}'),
    "tabs": repeated("\t", '{"storage": {"storageDriver": {"name":', '"s3"}}}'),
    "arrays": repeated("[", '{"storage": '),
}
QUAY = {
    "storages": numbered("s{}: [LocalStorage, {}]\n ", "DISTRIBUTED_STORAGE_CONFIG:\n "),
    "parameters": numbered("a{}: '1', ", "DISTRIBUTED_STORAGE_CONFIG: {a: [S3Storage, {", "}]}"),
}
HARBOR = {"parameters": numbered("accesskey{}: '1', ", "storage_service: {s3: {", "}}")}

CASES = {
    f"{reader}: {name}": (reader, text)
    for reader, texts in {
        "toml": {**NESTED, **TEXT, **TOML},
        "distribution-2": {**NESTED, **TEXT, **YAML},
        "save": SAVED,
        "dtr": {**NESTED, **JSON},
        "gitlab": {**NESTED, **TEXT, **RUBY},
        "env": {**TEXT, **ENV},
        "ini": {**TEXT, **INI},
        "compose": COMPOSE,
        "harbor": HARBOR,
        "kubernetes": KUBERNETES,
        "docker-registry-helm": CHART,
        "openshift": OPENSHIFT,
        "msr-helm": MSR,
        "zot": ZOT,
        "quay": QUAY,
        "detect": {**NESTED, **TEXT, "names": YAML["names"], **KUBERNETES},
    }.items()
    for name, text in texts.items()
}


@pytest.mark.ci_only
@pytest.mark.sample(3)
@pytest.mark.parametrize(("reader", "text"), sampled(CASES.values(), 24), ids=CASES)
def test_a_text_of_a_megabyte_is_read_within_limits(reader: str, text: str) -> None:
    assert len(text) <= SIZE + 1000
    run = subprocess.run(
        [sys.executable, "-m", "tests.support.limited_reader", reader],
        input=text,
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        check=True,
    )
    seconds, memory, *words = run.stdout.split()
    assert run.stderr == ""
    assert float(seconds) < _MAX_SECONDS
    assert float(memory) < _MAX_MEMORY.get(reader, _OTHER_MAX_MEMORY)
    assert not words or words[-1].endswith(".")
