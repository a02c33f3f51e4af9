"""A setting is read from a file of Ruby as Ruby reads it, or the file is refused."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fuzzing import fuzz
from tests.support.programs import is_ci, require_program
from tests.support.ruby import Ruby
from wizard.formats import ruby_settings
from wizard.formats.format import FormatError
from wizard.formats.ruby_settings import load_setting


def load(text: str) -> object:
    return load_setting(text, "registry", "storage")


@pytest.fixture(scope="module")
def ruby() -> Iterator[Ruby]:
    with Ruby() as program:
        yield program


HASH = "{ 's3' => { 'bucket' => 'b', 'secure' => true } }"
VALUE = {"s3": {"bucket": "b", "secure": True}}

READ = {
    "the last assignment": f"registry['storage'] = 'one'\n  registry[\"storage\"] = {HASH}\n# registry['storage'] = 3",
    "a symbol": f"registry[:storage] = {HASH}",
    "blanks": f"registry[ 'storage' ]  =\n  {HASH} # comment\n\n",
    "ends of lines of Windows": f"# comment\r\nregistry['storage'] = {HASH}\r\n",
    "other settings": (
        "external_url 'https://gitlab.example'\nregistry_external_url(\"https://registry.example\")\n"
        "roles ['application_role']\ngit_data_dirs({ 'default' => { 'path' => '/mnt' } })\n"
        "nginx['listen_port'] = 80\ngitlab_rails['object_store']['enabled'] = true\n"
        "gitlab_rails['smtp_password'] = ENV['SMTP_PASSWORD'] # secret\nregistry['health'] = nil\n"
        "gitlab_rails['ldap_servers'] = YAML.load <<-'EOS' # closed below\n  main: &a\n    registry['storage'] = 1\n"
        f"  EOS\nregistry['storage'] = {HASH}\n"
    ),
    "an encoding": f"# encoding: utf-8\nregistry['storage'] = {HASH}\n",
    "parts of a hash": (
        "registry['storage'] = { 's3' => { bucket: 'old' } }\nregistry['storage']['s3']['bucket'] = 'b'\n"
        "registry[:storage][:s3][:secure] = true\n"
    ),
    "parts without a hash": ("registry['storage']['s3']['bucket'] = 'b'\nregistry['storage']['s3']['secure'] = true\n"),
    "parts of an empty hash": f"registry['storage'] = {{}}\nregistry['storage']['s3'] = {HASH[10:-2]}\n",
    "a hash after its parts": f"registry['storage']['gcs']['bucket'] = 'x'\nregistry['storage'] = {HASH}\n",
}


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_a_file_is_read_as_ruby_reads_it(text: str, ruby: Ruby) -> None:
    assert load(text) == VALUE
    assert ruby.storage(text) == (True, VALUE)


@pytest.mark.parametrize(("keys", "is_read"), [(10, True), (11, False)])
def test_a_path_has_ten_keys_at_most(keys: int, is_read: bool) -> None:
    text = "# comment\nx" + "['a']" * keys + f" = 1\nregistry['storage'] = {HASH}\n"
    if is_read:
        assert load(text) == VALUE
    else:
        with pytest.raises(FormatError, match="Line 2 contains Ruby code that cannot be imported"):
            load(text)


@pytest.mark.parametrize("text", ["", "# registry['storage'] = 1\n", "registry['storage_x'] = 'x'\n"])
def test_without_an_assignment_there_is_no_value(text: str) -> None:
    assert load(text) is None


ASSIGNMENT = f"registry['storage'] = {HASH}"

# By the line that is refused.
REFUSED: list[tuple[int, str]] = [
    (1, f"=begin\n{ASSIGNMENT}\n=end\n"),
    (2, f"{ASSIGNMENT}\n__END__\nregistry['storage'] = 1\n"),
    (1, f"if false\n{ASSIGNMENT}\nend\n"),
    (1, f"{ASSIGNMENT} if false\n"),
    (1, f"{ASSIGNMENT} unless true\n"),
    (1, f"{ASSIGNMENT} and x\n"),
    (1, f"{ASSIGNMENT}.merge('s3' => nil)\n"),
    (2, f"{ASSIGNMENT}\n  .merge('s3' => nil)\n"),
    (3, f"{ASSIGNMENT}\n# comment\n  &.clear\n"),
    (1, f"{ASSIGNMENT}; registry['storage'] = 1\n"),
    (1, f"{ASSIGNMENT} \\\n.clear\n"),
    (2, f"{ASSIGNMENT}\nregistry['storage'].clear\n"),
    (2, f"{ASSIGNMENT}\nregistry.clear\n"),
    (2, f"{ASSIGNMENT}\nregistry = {{}}\n"),
    (2, f"{ASSIGNMENT}\nregistry['storage'] ||= 1\n"),
    (1, "registry['storage'] += 1\n"),
    (1, "registry['storage'] == 'x'\n"),
    (2, f"{ASSIGNMENT}\nother = registry\n"),
    (2, f"{ASSIGNMENT}\neval 'registry.clear'\n"),
    (2, f"{ASSIGNMENT}\nexit['x'] = 1\n"),
    (2, f"{ASSIGNMENT}\nself['x'] = 1\n"),
    (2, f"{ASSIGNMENT}\n__method__['x'] = 1\n"),
    (2, f"{ASSIGNMENT}\nfrom_file '/etc/gitlab/more.rb'\n"),
    (2, f"{ASSIGNMENT}\nroles('a'.upcase)\n"),
    (2, f"{ASSIGNMENT}\nroles {{ registry.clear }}\n"),
    (2, f"{ASSIGNMENT}\nx['y'] = \"#{{registry.clear}}\"\n"),
    (2, f"{ASSIGNMENT}\nx['y'] = registry.clear\n"),
    (2, f"{ASSIGNMENT}\nx['y'] = ENV['A'].upcase\n"),
    (2, f"{ASSIGNMENT}\nx['y'] = ENV[\"#{{registry.clear}}\"]\n"),
    (2, f"{ASSIGNMENT}\nx['y'] = YAML.load <<-EOS\n#{{registry.clear}}\nEOS\n"),
    (2, f"{ASSIGNMENT}\nx['y'] = YAML.load <<-\"EOS\"\n#{{registry.clear}}\nEOS\n"),
    (2, f"{ASSIGNMENT}\nx['y'] = YAML.load <<'EOS'\n  EOS\n"),
    (2, "x['y'] = 'text'\nx['y']['z'] = 1\n"),
    (2, "registry['storage'] = 's3'\nregistry['storage']['s3'] = 1\n"),
    (2, "registry['storage'] = nil\nregistry['storage']['s3'] = 1\n"),
    (2, "registry['storage'] = { 's3' => [] }\nregistry['storage']['s3']['bucket'] = 1\n"),
    (1, "registry['storage'] = YAML.load <<-'EOS'\ns3:\nEOS\n"),
    (1, "registry['storage'] = ENV['X']\n"),
    (1, "registry['storage'] = <<~E\n  x\nE\n"),
    (1, "# encoding: iso-8859-1\n" + ASSIGNMENT),
    (1, "#!/usr/bin/ruby\n# -*- coding: latin-1 -*-\n" + ASSIGNMENT),
    (2, ASSIGNMENT + "\n\x04\n"),
    (2, ASSIGNMENT + "\n# \x1a\n"),
    (1, "registry['storage'] = 'a\rb'\n"),
    (1, "puts 'x'\n"),
    (1, "registry ['storage'] = 1\n"),
    (1, "registry['sto' 'rage'] = 1\n"),
    (1, "external_url\n'x'\n"),
]


@pytest.mark.parametrize(("line", "text"), REFUSED, ids=[ascii(text)[-40:] for _, text in REFUSED])
def test_other_code_is_refused_with_its_line(line: int, text: str) -> None:
    with pytest.raises(FormatError, match=f"Line {line} contains Ruby code that cannot be imported"):
        load(text)


def test_every_method_of_an_object_is_refused_as_a_name() -> None:
    script = "puts (Object.new.methods + Object.new.private_methods).grep(/\\A[a-z]\\w*\\z/)"
    program = require_program("ruby", "apt-get install ruby")
    names = subprocess.run([program, "-e", script], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in names if name not in ruby_settings._RUBY_NAMES] == []


# Compared with Ruby

# Without backquotes, and names of methods that could run other programs: Ruby evaluates these.
_TOKENS = [
    *("registry['storage']", "registry[:storage]", " = ", "=", "{", "}", "[", "]", "(", ")", "'a'", '"c"', ":d", "e:"),
    *(
        "'f':",
        " => ",
        "=>",
        ",",
        ", ",
        " ",
        "\n",
        "\t",
        "\r\n",
        "1",
        "5_0",
        "07",
        "1.5",
        "-1",
        "true",
        "nil",
        ";",
        "\\\n",
    ),
    *("x['y']", "x['y']['z']", "registry['storage']['s3']", ".merge({'a'=>1})", "&.x", " if false", " unless true"),
    *("'a\\nb'", '"a\\nb"', '"\\x2b"', '"#{1}"', '"#@x"', '"# x"', '"\\#{x}"', "'\\\\'", "'\\''", '"\\""', '"\\u0041"'),
    *('"\\u{41}"', '"\\e\\s\\q"', '"\\01"', '"\\0"', "# comment", "#", "=begin", "=end", "__END__", "<<~E", "E"),
    *("<<-'E'", "%w(a)", "%q(a)", "'a' 'b'", " + 'x'", "external_url 'x'", "roles ['a']", "ENV['X']", "[0]", ".freeze"),
    *("?a", "||=", "+=", "==", "registry", "::A", "A", "->{}", "do", "end", "if true", "else", "é", "'é'", "\u00a0"),
    *("'x'\n.upcase", "1e3", "1r", "_", "$x", "@x", "**{}", "*[]", "\x00", "\x04", "\x0c", '"a\nb"', "'a\nb'"),
    *("{'a'=>1}", "{ 'a' => 'b', }", "{a: 1, b: {c: 'x'}}"),
]
_tokens = st.lists(st.sampled_from(_TOKENS), min_size=1, max_size=6).map("".join)
_FILE = (
    "registry['storage'] = { 's3' => { 'bucket' => 'b', 'n' => 5, :k => true, l: \"x\" } }\nx['y'] = [1, 'z']\n# c\n"
)


@st.composite
def snippets(draw: st.DrawFn) -> str:
    """Tokens in any order, in an assignment, or in place of a part of a file."""
    tokens = draw(_tokens)
    start = draw(st.integers(0, len(_FILE)))
    end = draw(st.integers(start, min(len(_FILE), start + 5)))
    frame = ["{}", "registry['storage'] = {}", "registry['storage'] = {{{}}}"]
    frames = [text.format(tokens) for text in frame] + [_FILE[:start] + tokens + _FILE[end:]]
    return draw(st.sampled_from(frames))


@settings(fuzz, max_examples=1500 if is_ci() else 400)
@given(snippets())
def test_ruby_reads_the_same_or_the_file_is_refused(ruby: Ruby, text: str) -> None:
    try:
        value = load(text)
    except FormatError:
        return
    is_valid, expected = ruby.storage(text)
    assert is_valid
    assert json.dumps(value) == json.dumps(expected)
