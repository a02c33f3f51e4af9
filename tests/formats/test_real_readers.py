"""Values that bite: written by every format and read by its real reader, down to the registry, they are as before.

Each reader runs once for all values. The last one is always the configuration parser of Distribution; GitLab's registry
and Harbor's have that of the 2.x line.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
import pytest
import yaml

from tests.formats.test_kubernetes_reader import decode
from tests.support.formats import FORMATS, MINIO, SPECIAL_TEXTS
from tests.support.programs import require_program
from tests.support.ruby import Ruby
from tests.support.servers.readers import COMPOSE_READER, HELM_TEMPLATE, REGISTRY_CONFIGURATION
from wizard.model.secret import Secret
from wizard.model.settings import Settings

pytestmark = pytest.mark.ci_server

VALUES = [text for text in SPECIAL_TEXTS if text]
_NO_STORAGE = "version: 0.1\nstorage: {filesystem: {}}\n"
_CHART = Path(__file__).parent / "charts" / "harbor"
_NAMES = ("accesskey", "secretkey", "keyid", "rootdirectory")


class Question(NamedTuple):
    """What a registry starts with: its configuration and its variables."""

    text: str
    environment: Mapping[str, str] = {}


def with_value(text: str, registry: str) -> Settings:
    """Settings that have a text wherever any text can be."""
    changes = {name: text for name in _NAMES if name != "secretkey"}
    return MINIO.replace({**changes, "registry": registry, "secretkey": Secret(text), "forcepathstyle": True})


def exports(name: str) -> list[str]:
    """The export of each value."""
    registry = FORMATS[name].registry or "distribution-3"
    return [FORMATS[name].write(with_value(text, registry)).text for text in VALUES]


def run(command: list[str | Path], lines: Iterable[object]) -> list[Any]:
    """The answers of a program that answers each line of JSON with one."""
    given = "".join(f"{json.dumps(line)}\n" for line in lines)
    done = subprocess.run(command, input=given, capture_output=True, encoding="utf-8", check=True)
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def seen_by_registry(line: int, questions: Iterable[Question]) -> list[list[str]]:
    """For each question, the values of `_NAMES` that a registry of the line gives to its driver."""
    lines = [{"line": line, **each._asdict()} for each in questions]
    answers = run([REGISTRY_CONFIGURATION.require()], lines)
    assert [each["error"] for each in answers] == [""] * len(lines)
    return [[each["parameters"][name] for name in _NAMES] for each in answers]


def docker_variables(text: str) -> dict[str, str]:
    """What `docker run --env-file` passes on."""
    lines = (line for line in text.split("\n") if line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def variables(texts: Iterable[str]) -> list[Question]:
    """As variables of containers, as Docker reads their files."""
    return [Question(_NO_STORAGE, docker_variables(text)) for text in texts]


def one_compose_file(folder: Path, services: Iterable[str]) -> Path:
    """A Compose file with the text of each service below its own name."""
    path = folder / "compose.yaml"
    path.write_text("services:\n" + "".join(services), encoding="utf-8")
    return path


def services_of(texts: Iterable[str]) -> list[str]:
    """The service in each Compose file, below a name of its own."""
    bodies = (text.partition("services:\n")[2] for text in texts)
    return [body.replace("registry:", f"r{number}:", 1) for number, body in enumerate(bodies)]


def read_by_compose(path: Path) -> list[Question]:
    """The variables of each service as Compose's library reads them."""
    done = subprocess.run([COMPOSE_READER.require(), path], capture_output=True, encoding="utf-8", env={}, check=True)
    found = json.loads(done.stdout)["services"]
    return [Question(_NO_STORAGE, found[f"r{number}"]) for number in range(len(found))]


def read_by_docker_compose(path: Path) -> list[Question]:
    """The variables of each service as `docker-compose config` of Debian shows them, with each `$` doubled."""
    program = require_program("docker-compose", "apt-get install docker-compose")
    done = subprocess.run([program, "-f", path, "config"], capture_output=True, encoding="utf-8", check=True)
    found = yaml.safe_load(done.stdout)["services"]
    environments = [found[f"r{number}"]["environment"] for number in range(len(found))]
    return [Question(_NO_STORAGE, {k: v.replace("$$", "$") for k, v in each.items()}) for each in environments]


def compose(read: Callable[[Path], list[Question]], folder: Path) -> list[Question]:
    return read(one_compose_file(folder, services_of(exports("compose"))))


def env_files(read: Callable[[Path], list[Question]], folder: Path) -> list[Question]:
    """Services that name a file of variables each."""
    for number, text in enumerate(exports("env")):
        (folder / f"{number}.env").write_text(text, encoding="utf-8")
    services = (f"  r{n}:\n    image: registry\n    env_file: {folder / f'{n}.env'}\n" for n in range(len(VALUES)))
    return read(one_compose_file(folder, services))


def harbor(_: Path) -> list[Question]:
    """Harbor's prepare reads harbor.yml with PyYAML, and inserts the values with Jinja."""
    template = jinja2.Template(
        "version: 0.1\nstorage:\n  s3:\n{% for name, value in s3.items() %}    {{ name }}: {{ value }}\n{% endfor %}"
    )
    documents = [yaml.safe_load(text) for text in exports("harbor")]
    return [Question(template.render(each["storage_service"])) for each in documents]


def harbor_helm(_: Path) -> list[Question]:
    """The chart puts the keys into variables, and the rest into the configuration."""
    answers = run([HELM_TEMPLATE.require(), _CHART], exports("harbor-helm"))
    assert [each["error"] for each in answers] == [""] * len(VALUES)
    questions = []
    for each in answers:
        secret = yaml.safe_load(each["templates"]["harbor/templates/secret.yaml"])
        environment = {name: base64.b64decode(value).decode() for name, value in secret.items()}
        questions.append(Question(each["templates"]["harbor/templates/config.yaml"], environment))
    return questions


def with_their_storage(storage: Mapping[str, Any]) -> Question:
    """The configuration of GitLab's registry; its driver has a name that Distribution takes, too."""
    return Question(yaml.safe_dump({"version": 0.1, "storage": storage}, default_style='"'))


def gitlab(_: Path) -> list[Question]:
    with Ruby() as ruby:
        found = [ruby.storage(text) for text in exports("gitlab")]
    assert all(is_valid for is_valid, _ in found)
    return [with_their_storage(storage) for _, storage in found]


def gitlab_helm(_: Path) -> list[Question]:
    """The chart puts the text of the secret below `storage`."""
    indented = (re.sub("^", "  ", text, flags=re.MULTILINE) for text in exports("gitlab-helm"))
    return [Question(f"version: 0.1\nstorage:\n{text}") for text in indented]


def kubernetes(_: Path) -> list[Question]:
    secrets = decode("---\n".join(exports("kubernetes")))
    return [Question(base64.b64decode(each["data"]["config.yml"]).decode()) for each in secrets]


# By name: the line of the registry, and the readers before it.
READERS: dict[str, tuple[int, Callable[[Path], list[Question]]]] = {
    "config.yml of Distribution 2": (2, lambda _: [Question(text) for text in exports("distribution-2")]),
    "config.yml of Distribution 3": (3, lambda _: [Question(text) for text in exports("distribution-3")]),
    "Docker's files of variables, Distribution 2": (2, lambda _: variables(exports("env"))),
    "Docker's files of variables, Distribution 3": (3, lambda _: variables(exports("env"))),
    "files of variables in Compose's library": (3, lambda folder: env_files(read_by_compose, folder)),
    "Compose's library": (3, lambda folder: compose(read_by_compose, folder)),
    "docker-compose": (2, lambda folder: compose(read_by_docker_compose, folder)),
    "Harbor's prepare": (2, harbor),
    "Helm": (2, harbor_helm),
    "Ruby": (2, gitlab),
    "the secret of GitLab's chart": (2, gitlab_helm),
    "Kubernetes": (3, kubernetes),
}


def test_there_are_enough_values() -> None:
    assert len(set(VALUES)) >= 70


@pytest.mark.sample
@pytest.mark.parametrize("reader", READERS)
def test_a_value_is_the_same_behind_its_real_readers(reader: str, tmp_path: Path) -> None:
    line, read = READERS[reader]
    assert seen_by_registry(line, read(tmp_path)) == [[text] * len(_NAMES) for text in VALUES]


NUMBERS = ["2024", "1234567890", "-1", "0", "999999"]


def test_a_number_in_place_of_a_text_is_read_as_the_registry_reads_it() -> None:
    texts = [f"version: 0.1\nstorage: {{s3: {{bucket: b, region: r, accesskey: {each}}}}}\n" for each in NUMBERS]
    answers = run([REGISTRY_CONFIGURATION.require()], [{"line": 2, "text": text} for text in texts])
    imported = [FORMATS["distribution-2"].read(text).settings.accesskey for text in texts]
    assert [each["parameters"]["accesskey"] for each in answers] == NUMBERS == imported


def test_helm_changes_the_numbers_that_are_refused() -> None:
    values = [f"persistence: {{imageChartStorage: {{type: s3, s3: {{bucket: {n}}}}}}}" for n in (999999, 1000000)]
    small, large = run([HELM_TEMPLATE.require(), _CHART], values)
    assert "bucket: 999999\n" in small["templates"]["harbor/templates/config.yaml"]
    assert "bucket: 1e+06\n" in large["templates"]["harbor/templates/config.yaml"]
