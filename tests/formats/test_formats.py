"""Settings → format → settings is the identity for what the format carries, whatever stands in them."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
import yaml
from hypothesis import HealthCheck, given
from hypothesis import settings as fix_verifier
from hypothesis import strategies as st

from wizard.catalog.registries import REGISTRIES
from wizard.formats import NAMES, SOURCE_NAMES
from wizard.formats import yaml as yaml_text
from wizard.formats.detect import detect
from wizard.formats.foreign import SOURCES
from wizard.formats.format import FormatError
from wizard.formats.lookup import all_formats
from wizard.formats.s3_parameters import PARAMETERS
from wizard.formats.yaml_splice import merge_into
from wizard.model.findings import Value
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Kind, Settings

FORMATS = all_formats()

T = TypeVar("T")
fix_verifier.register_profile("quick", max_examples=30, deadline=None, derandomize=True)
quick = fix_verifier(fix_verifier.get_profile("quick"), suppress_health_check=[HealthCheck.too_slow])

NASTY = ["", "yes", "1e3", "0x10", "0123", "null", "~", "2026-11-24", "<<", "=", "a: b", " #", "- x", "*a", "&a", "!t"]
NASTY += [
    "{}",
    "[]",
    "%",
    "@",
    "`",
    "$HOME",
    "$$",
    "${X}",
    "'",
    '"',
    "\\",
    "\\n",
    "#{x}",
    "a'b\"c",
    "x\ty",
    "é😀\u2028",
]
NASTY += ["1_000", "0b1", ".inf", "1:30", "true", "Off", "y", "?", "|", ">", "%TAG", "--- x", "...", " lead", "trail "]
TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40),
    st.from_regex(r"\A[ -~]{1,40}\Z"),
)
ENDPOINTS = st.sampled_from(["", "https://minio.example:9000", "http://10.0.0.5:9000", "https://[::1]:9000"])


@st.composite
def some_settings(draw: st.DrawFn, registry: str) -> Settings:
    """Settings as the rules let them pass in what a format leans on: a scheme agrees with HTTPS."""
    changes: dict[str, object] = {"registry": registry, "bucket": draw(st.sampled_from(["images", "my.images-1"]))}
    for name in ("accesskey", "rootdirectory", "keyid", "objectacl", "storageclass"):
        changes[name] = draw(TEXTS) or DECLARATIONS[name].default
    changes["secretkey"] = Secret(draw(TEXTS))
    for name in ("v4auth", "skipverify", "encrypt", "redirect"):
        changes[name] = draw(st.booleans())
    for name, declaration in DECLARATIONS.items():
        if declaration.kind is Kind.SIZE:
            changes[name] = draw(st.integers(declaration.minimum, declaration.maximum))
    changes["regionendpoint"] = endpoint = draw(ENDPOINTS)
    changes["secure"] = not endpoint.startswith("http:")
    if changes["secure"] is False:
        changes["skipverify"] = False
    changes["forcepathstyle"] = REGISTRIES[registry].path_style_setting and draw(st.booleans())
    return Settings(**changes)  # type: ignore[arg-type]


OF = {"harbor-helm": "harbor", "gitlab-helm": "gitlab", "env": "distribution-3", "compose": "distribution-3"}


def registry_for(name: str) -> str:
    """The registry that reads the format."""
    return OF.get(name, name)


def test_the_command_line_knows_them_all() -> None:
    assert (tuple(FORMATS), tuple(SOURCES)) == (NAMES, SOURCE_NAMES)


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_carried_comes_back(name: str) -> None:
    @quick
    @given(some_settings(registry_for(name)))
    def comes_back(settings: Settings) -> None:
        written = FORMATS[name].write(settings)
        assert detect(written.text) == name
        back = FORMATS[name].read(written.text).settings
        assert {n: back[n] for n in FORMATS[name].carried_settings} == {
            n: settings[n] for n in FORMATS[name].carried_settings
        }
        lost = [n for n in (*PARAMETERS, "redirect") if back[n] != settings[n]]
        assert all(any(n in remark for remark in written.remarks) for n in lost), (lost, written.remarks)

    comes_back()


@pytest.mark.parametrize("name", FORMATS)
def test_a_local_folder_comes_back(name: str) -> None:
    folder = Settings(registry=registry_for(name), provider="filesystem", rootdirectory="/srv/images: 1")
    back = FORMATS[name].read(FORMATS[name].write(folder).text).settings
    assert (back.type, back.rootdirectory) == ("filesystem", "/srv/images: 1")


FILES = {
    "distribution-2": """# ours
version: 0.1
storage:    # here
  # of old
  cache: {blobdescriptor: redis}
  s3:
    # the key
    accesskey: OLD  # of old
    useragent: keep-me
    encrypt: true
  maintenance:
    uploadpurging:
      enabled: true   # keep
  delete:
    enabled: false
  redirect: {disable: true}

# the door
http: {addr: ':5000'}
""",
    "distribution-3": "storage: {filesystem: {rootdirectory: /x}, cache: {blobdescriptor: inmemory}}\n"
    "http:\n  addr: :5000\n",
    "harbor": "hostname: x\n# data_volume: /data\nstorage_service:\n  ca_bundle: /ca.crt\n"
    "  filesystem:\n    maxthreads: 9\n  redirect:\n    disable: false\nlog:\n- a\n- b  # two\n",
    "harbor-helm": "expose: {type: ingress}\npersistence:\n  enabled: true # yes\n  imageChartStorage:\n"
    "    caBundleSecretName: ca\n    disableredirect: true\n    type: filesystem\n    filesystem:\n"
    "      rootdirectory: /storage\n\nlogLevel: info\n",
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("name", FILES)
def test_the_section_is_replaced_and_nothing_else(name: str, newline: str) -> None:
    before = FILES[name].replace("\n", newline)

    @quick
    @given(some_settings(registry_for(name)))
    def is_replaced(settings: Settings) -> None:
        after = merge_into(before, FORMATS[name], settings)
        assert FORMATS[name].read(after).settings == FORMATS[name].read(FORMATS[name].write(settings).text).settings
        assert "\n" not in after.replace(newline, "")
        head, tail = before.split("storage", 1)[0], before.rsplit(newline, 3)[1:]
        assert after.startswith(head) or name == "harbor-helm"
        assert after.endswith(newline.join(tail)) or name == "distribution-3"
        assert merge_into(after, FORMATS[name], settings) == after  # said already

    is_replaced()


def test_comments_and_the_rest_of_the_section_stay() -> None:
    settings = Settings(bucket="images", accesskey="NEW", secretkey=Secret("s"), v4auth=True)
    after = merge_into(FILES["distribution-2"], FORMATS["distribution-2"], settings)
    before = FILES["distribution-2"]
    kept = [
        line for line in before.splitlines() if "OLD" not in line and "encrypt" not in line and "redirect" not in line
    ]
    lines = iter(after.splitlines())
    assert all(any(line == other for other in lines) for line in kept)  # all there, in their order
    assert '    accesskey: "NEW"  # of old' in after
    assert "encrypt" not in after
    assert "redirect" not in after


@pytest.mark.parametrize(
    "text",
    [
        "x: &a {secretkey: canary}\nstorage:\n  s3: *a\n",
        "storage:\n  s3: &a\n    bucket: x\nother: *a\n",
        "base: &b {accesskey: canary}\nstorage:\n  s3:\n    <<: *b\n",
        "- storage\n",
        "storage: 5\n",
        "storage: [canary]\n",
    ],
)
def test_a_file_with_no_safe_place_is_left_alone(text: str) -> None:
    settings = Settings(bucket="images", accesskey="NEW", secretkey=Secret("s"), v4auth=True)
    after = tried(lambda: merge_into(text, FORMATS["distribution-2"], settings))
    if isinstance(after, FormatError):
        assert "canary" not in str(after)
    else:
        assert FORMATS["distribution-2"].read(after).settings.bucket == "images"
        assert {**yaml.safe_load(after), "storage": 0} == {**yaml.safe_load(text), "storage": 0}


def tried(what: Callable[[], T]) -> T | FormatError:
    """What comes of it, also where that is a refusal."""
    try:
        return what()
    except FormatError as error:
        return error


# Traps of the consumers


RIGHT = Settings(provider="minio", bucket="images", accesskey="me", secretkey=Secret("0123"), v4auth=True)


def test_the_values_of_variables_are_quoted_where_yaml_would_take_them_for_something_else() -> None:
    text = FORMATS["env"].write(RIGHT).text
    assert 'REGISTRY_STORAGE_S3_SECRETKEY="0123"' in text
    assert "REGISTRY_STORAGE_S3_ACCESSKEY=me" in text
    assert "REGISTRY_STORAGE=s3" in text.splitlines()


def test_compose_keeps_its_hands_off_dollar_signs() -> None:
    document = yaml.safe_load(FORMATS["compose"].write(RIGHT.replace({"secretkey": Secret("a$HOME")})).text)
    (service,) = document["services"].values()
    assert service["environment"]["REGISTRY_STORAGE_S3_SECRETKEY"] == '"a$$HOME"'
    assert all(isinstance(value, str) for value in service["environment"].values())


def test_harbor_pastes_quotes_that_are_inside() -> None:
    s3 = yaml.safe_load(FORMATS["harbor"].write(RIGHT).text)["storage_service"]["s3"]
    pasted = yaml.safe_load("\n".join(f"{name}: {value}" for name, value in s3.items()))
    assert pasted["secretkey"] == "0123"


def test_the_chart_of_harbor_says_nothing_false() -> None:
    plain = RIGHT.replace({"regionendpoint": "http://m:9000", "secure": False, "chunksize": 20 << 20})
    chart = yaml.safe_load(FORMATS["harbor-helm"].write(plain).text)["persistence"]["imageChartStorage"]
    assert chart["disableredirect"] is False
    assert chart["s3"]["regionendpoint"] == "http://m:9000"
    assert chart["s3"]["secure"] is True  # else skipverify would be dropped; the scheme decides
    assert chart["s3"]["chunksize"] == str(20 << 20)
    assert False not in chart["s3"].values()
    assert any("v4auth" in remark for remark in FORMATS["harbor-helm"].write(plain.replace({"v4auth": False})).remarks)


def test_gitlab_has_its_own_word_for_the_path_style() -> None:
    settings = RIGHT.replace({"registry": "gitlab", "forcepathstyle": True, "regionendpoint": "https://m:9000"})
    secret = yaml.safe_load(FORMATS["gitlab-helm"].write(settings).text)
    assert secret["s3_v2"]["pathstyle"] is True
    assert "forcepathstyle" not in secret["s3_v2"]
    assert secret["s3_v2"]["checksum_disabled"] is True


def test_ruby_reads_what_is_written_for_gitlab(tmp_path: Path) -> None:
    ruby = shutil.which("ruby")
    nasty = "a'b\\c\\\\'#{1}\"\n$x"
    text = FORMATS["gitlab"].write(RIGHT.replace({"registry": "gitlab", "secretkey": Secret(nasty)})).text
    assert FORMATS["gitlab"].read(text).settings.secretkey.reveal() == nasty
    if ruby:  # where there is one, it is the judge
        script = f"require 'json'; registry = {{}}\n{text}\nputs registry.to_json"
        (tmp_path / "x.rb").write_text(script, encoding="utf-8")
        done = subprocess.run([ruby, tmp_path / "x.rb"], capture_output=True, text=True, check=True)
        assert json.loads(done.stdout)["storage"]["s3_v2"]["secretkey"] == nasty


def test_distribution_3_gets_its_path_style_in_so_many_words() -> None:
    text = FORMATS["distribution-3"].write(RIGHT.replace({"registry": "distribution-3"})).text
    assert "forcepathstyle: false" in text


@pytest.mark.parametrize(
    ("name", "word"), [("distribution-3", "forcepathstyle"), ("gitlab", "pathstyle"), ("gitlab-helm", "pathstyle")]
)
@pytest.mark.parametrize(
    ("registry", "endpoint", "said", "by_path"),
    [
        ("dtr", "https://m:9000", False, True),
        ("dtr", "", True, False),
        ("distribution-3", "https://m:9000", False, False),
        ("distribution-3", "https://m:9000", True, True),
    ],
)
def test_the_bucket_stays_where_it_was_proven(
    name: str, word: str, registry: str, endpoint: str, said: bool, by_path: bool
) -> None:
    """The 2.x line goes by the endpoint; what is written for others says the same in their words."""
    changes: dict[str, Value] = {"registry": registry, "regionendpoint": endpoint, "forcepathstyle": said}
    written = FORMATS[name].write(RIGHT.replace(changes))
    assert FORMATS[name].read(written.text).settings.forcepathstyle is by_path
    assert any(word in remark for remark in written.remarks) is (said != by_path)


def test_a_size_of_nothing_comes_back_from_the_chart_of_harbor() -> None:
    chart = FORMATS["harbor-helm"]
    nothing = RIGHT.replace({"registry": "harbor", "multipartcopythresholdsize": 0})
    assert chart.read(chart.write(nothing).text).settings.multipartcopythresholdsize == 0


def test_what_stands_beside_the_keys_of_a_chart_is_told() -> None:
    chart = "caBundleSecretName: ca\n    type: s3\n    s3: {bucket: b, region: r, existingSecret: keys}\n"
    found = FORMATS["harbor-helm"].read(f"persistence:\n  imageChartStorage:\n    {chart}")
    assert [remark.split("`")[1] for remark in found.remarks] == ["caBundleSecretName", "existingSecret"]


@pytest.mark.parametrize(
    ("parameter", "format_id"), [("accelerate: true", "distribution-3"), ("useragent: x", "distribution-2")]
)
def test_a_parameter_of_the_newer_driver_tells_the_version(parameter: str, format_id: str) -> None:
    assert detect(f"version: 0.1\nstorage:\n  s3:\n    bucket: b\n    {parameter}\n") == format_id


def test_a_name_that_is_nearly_a_parameter_is_told() -> None:
    variables = "REGISTRY_STORAGE=s3\nREGISTRY_STORAGE_S3_ACCESS_KEY=AKIA\nREGISTRY_STORAGE_S3_USERAGENT=x\n"
    slip, other = FORMATS["env"].read(variables).remarks
    assert slip.endswith("Did you mean accesskey?")
    assert "Did you mean" not in other


def test_dtr_is_told_by_curl() -> None:
    written = FORMATS["dtr"].write(RIGHT)
    assert json.loads(written.text)["storage"]["s3"]["bucket"] == "images"
    assert "curl -u ADMIN -X PUT" in written.command
    assert "0123" not in written.command


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("distribution-2", "storage: {s3: {}, gcs: {}}", "exactly one"),
        ("distribution-2", "storage: {cache: {}}", "no driver"),
        ("distribution-2", "storage: {azure: {}}", "azure"),
        ("distribution-2", "storage: {s3: {accesskey: 0123}}", "`accesskey` should be a text in quotes"),
        ("distribution-2", "storage: {s3: {secure: maybe}}", "`secure` should be true or false"),
        ("distribution-2", "storage: {s3: {chunksize: 10MB}}", "a number of bytes"),
        ("distribution-2", 'storage: {s3: {}, redirect: {disable: "true"}}', "without quotes"),
        ("distribution-2", "a: 1\nb: [canary\n", "line 3"),
        ("distribution-2", "a: 1\na: 2\n", "line 2"),
        ("distribution-2", "x: " + "[" * 5000, "nested"),
        ("distribution-2", "x: 2026-13-45\n", "YAML"),
        ("env", "REGISTRY_STORAGE_S3_SECRETKEY=0123", "text in quotes"),
        ("env", "hello", "Line 1"),
        ("env", "PATH=/bin", "REGISTRY_STORAGE"),
        ("compose", "services: {r: {environment: [REGISTRY_STORAGE_S3_BUCKET=$B, REGISTRY_STORAGE=s3]}}", "variable"),
        ("compose", "services: {}", "no service"),
        ("harbor", "hostname: x", "names no store"),
        ("gitlab", "registry['enable'] = true", "sets no"),
        ("gitlab", "registry['storage'] = { 's3' => { 'bucket' => ENV['X'] } }", "Line 1"),
        ("gitlab", "registry['storage'] = {" + "'a' => {" * 50, "Line 1"),
        ("dtr", "{", "line 1"),
        ("dtr", "[" * 100_000, "nested"),
        ("dtr", "{}", "no driver"),
    ],
)
def test_what_is_not_of_the_format_gets_a_sentence(name: str, text: str, said: str) -> None:
    with pytest.raises(FormatError) as refused:
        FORMATS[name].read(text)
    assert said in str(refused.value)
    assert "canary" not in str(refused.value)


def test_a_bomb_of_aliases_is_refused() -> None:
    lines = ["a0: &a0 {x: 1}"] + [f"a{n}: &a{n} {{y: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 40)]
    with pytest.raises(FormatError):
        yaml_text.load("\n".join(lines))


@pytest.mark.parametrize("name", FORMATS)
def test_any_text_gives_settings_or_a_sentence(name: str) -> None:
    written = FORMATS[name].write(RIGHT).text

    @quick
    @given(st.one_of(st.text(max_size=200), st.tuples(st.integers(0, len(written)), st.text(max_size=4))))
    def is_met(change: str | tuple[int, str]) -> None:
        text = change if isinstance(change, str) else written[: change[0]] + change[1] + written[change[0] :]
        read, found = tried(lambda: FORMATS[name].read(text)), tried(lambda: detect(text))
        assert not isinstance(read, FormatError) or len(str(read)) > 20
        assert not isinstance(found, FormatError) or "--from" in str(found)

    is_met()
