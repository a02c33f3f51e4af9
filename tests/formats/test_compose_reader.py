"""Compose's own library reads variables, and the files beside a Compose file, as the import does."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats.test_compose_syntax import FILES, INTERPOLATED, REFUSED, VALUES
from tests.support.formats import MINIO, SPECIAL_TEXTS
from tests.support.servers.readers import COMPOSE_READER
from wizard.cli.source_text import reader_beside
from wizard.formats import env
from wizard.formats.compose import COMPOSE
from wizard.formats.compose_syntax import Interpolated, interpolate, read_variables
from wizard.formats.format import FormatError
from wizard.model.secret import Secret

pytestmark = pytest.mark.ci_server


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(**files: str) -> None:
    for name, text in files.items():
        Path({"env": ".env", "compose": "compose.yaml"}.get(name, f"{name}.env")).write_text(text, encoding="utf-8")


def read_by_compose(kind: str = "services", name: str = "registry") -> dict[str, str | None] | None:
    """What Compose reads of `compose.yaml`; None if it refuses the file."""
    program = COMPOSE_READER.require()
    done = subprocess.run(
        [program, Path("compose.yaml").resolve()], capture_output=True, text=True, env={}, check=False
    )
    assert done.returncode == 0 or done.stderr
    found: dict[str, str | None] | None = json.loads(done.stdout)[kind][name] if done.returncode == 0 else None
    return found


def test_all_forms_of_variables_are_replaced_alike() -> None:
    """Compose refuses a required variable without a value, and replaces others without one with nothing."""
    environment = {f"N{n}": template for n, (template, _, _) in enumerate(INTERPOLATED) if "?" not in template}
    write(env="A='a'\nEMPTY=\nDOLLAR='$A'\n")
    document = {"services": {"registry": {"image": "registry", "environment": environment}}}
    write(compose=json.dumps(document))
    assert read_by_compose() == {name: interpolate(template, VALUES).text for name, template in environment.items()}


@pytest.mark.parametrize(("template", "result", "missing"), [case for case in INTERPOLATED if "?" in case[0]])
def test_required_variables_are_those_that_compose_requires(
    template: str, result: str, missing: tuple[str, ...]
) -> None:
    write(
        env="A='a'\nEMPTY=\n",
        compose=json.dumps({"services": {"registry": {"image": "x", "environment": {"N": template}}}}),
    )
    assert read_by_compose() == (None if missing else {"N": result})


@pytest.mark.parametrize("template", REFUSED)
def test_what_compose_refuses_is_refused(template: str) -> None:
    write(compose=json.dumps({"services": {"registry": {"image": "x", "environment": {"N": template}}}}))
    assert read_by_compose() is None
    with pytest.raises(FormatError):
        interpolate(template, {})


@pytest.mark.parametrize("text", [text for text, _ in FILES])
def test_files_of_variables_are_read_alike(text: str) -> None:
    write(env="OUT=out\n", compose="services: {registry: {image: x, env_file: a.env}}\n", a=text)
    assert read_by_compose() == read_variables(text, {"OUT": "out"}).values


SERVICES = [
    "environment: [REGISTRY_STORAGE_S3_BUCKET=$A, 'REGISTRY_STORAGE_S3_REGION=${R:-r}']",
    "environment: {REGISTRY_STORAGE_S3_BUCKET: , REGISTRY_STORAGE_S3_REGION: r}",
    "environment: {REGISTRY_STORAGE_S3_BUCKET: b, REGISTRY_STORAGE_S3_SECURE: false, REGISTRY_STORAGE_S3_CHUNKSIZE: 9}",
    "env_file: a.env",
    "env_file: [a.env, b.env]",
    "env_file: [b.env, a.env]",
    "env_file: [{path: none.env, required: false}, {path: a.env}]",
    "env_file: a.env, environment: {REGISTRY_STORAGE_S3_BUCKET: own}",
    "env_file: a.env, environment: [REGISTRY_STORAGE_S3_BUCKET, REGISTRY_STORAGE_S3_KEYID]",
    "env_file: c.env, environment: {A: own}",
]


@pytest.mark.parametrize("service", SERVICES)
def test_the_variables_of_a_service_are_those_of_compose(service: str) -> None:
    write(
        env="A=images\nREGISTRY_STORAGE_S3_BUCKET=outside\n",
        a="REGISTRY_STORAGE_S3_BUCKET='a'\nREGISTRY_STORAGE_S3_KEYID=\"k$A\"\n",
        b="REGISTRY_STORAGE_S3_BUCKET=b #c\n",
        c="A=file\nREGISTRY_STORAGE_S3_BUCKET=$A\n",
        compose=f"services: {{registry: {{image: x, {service}}}}}\n",
    )
    read_files = read_by_compose()
    assert read_files is not None
    write(compose=json.dumps({"services": {"registry": {"environment": escaped(read_files)}}}))
    assert COMPOSE.read_with is not None
    expected = COMPOSE.read(Path("compose.yaml").read_text(encoding="utf-8")).settings
    text = f"services: {{registry: {{image: x, {service}}}}}\n"
    assert COMPOSE.read_with(text, reader_beside("compose.yaml")).settings == expected


def escaped(values: dict[str, str | None]) -> dict[str, str]:
    return {name: value.replace("$", "$$") for name, value in values.items() if value is not None}


def test_variables_in_the_content_of_a_config_are_replaced_alike() -> None:
    content = "storage: {s3: {bucket: ${B}, secretkey: 'a$$b'}}"
    document = {"services": {"registry": {"image": "x"}}, "configs": {"c": {"content": content}}}
    write(env="B=images\n", compose=json.dumps(document))
    program_output = read_by_compose("configs", "c")
    assert Interpolated(str(program_output)) == interpolate(content, {"B": "images"})


@pytest.mark.parametrize("text", SPECIAL_TEXTS)
def test_special_characters_in_an_export_come_back(text: str) -> None:
    special = MINIO.replace({"registry": "distribution-3", "secretkey": Secret(text), "keyid": text})
    write(compose=COMPOSE.write(special).text)
    assert read_by_compose() == env.variables(special)


_templates = st.lists(
    st.sampled_from(["$", "{", "}", "A", "NONE", ":-", "-", ":", "+", "é", "\\", "$$", "${A"]), max_size=12
)


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_templates.map("".join))
def test_any_template_is_replaced_alike(template: str) -> None:
    write(env="A=a\n", compose=json.dumps({"services": {"registry": {"image": "x", "environment": {"N": template}}}}))
    try:
        expected = {"N": interpolate(template, {"A": "a"}).text}
    except FormatError:
        expected = None
    assert read_by_compose() == expected


_lines = st.lists(
    st.sampled_from(
        ["A", "=", "B=", "'", '"', "\n", " ", "#", "$A", "${", "}", "\\", "\\n", "$$", "export ", "x", "\t", ":"]
    ),
    max_size=14,
)


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_lines.map("".join))
def test_any_file_of_variables_is_read_alike(text: str) -> None:
    write(compose="services: {registry: {image: x, env_file: a.env}}\n", a=f"A=1\n{text}\n")
    try:
        expected = read_variables(f"A=1\n{text}\n", {})
    except FormatError:
        expected = None
    found = read_by_compose()
    assert (found is None) == (expected is None)
    if expected is not None and not expected.missing:
        assert found == expected.values
