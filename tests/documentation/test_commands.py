"""Every command in the README and in `docs/` works: it is run here, or its mark says where or why not.

The mark is an HTML comment right above the code block: `not run: REASON` for other programs, `run by: TEST` for what
another test runs. What the commands run on is declared in `scenarios`.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.documentation.pages import PAGES, Block, blocks_of, prose_of
from tests.documentation.scenarios import REGISTRY_URL, REPLACED, SCENARIOS, SECRET, Scenario
from tests.registry.exercise import FORMATS, configured_registry
from tests.registry.registries import DEBIAN_2_8
from tests.support.certificates import Certificates
from tests.support.command_line import write_wizard
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.paths import ROOT
from tests.support.programs import is_ci
from wizard.cli import arguments
from wizard.config import file as config_file

_BLOCKS = [block for page in PAGES if page == "README.md" or page.startswith("docs/") for block in blocks_of(page)]
_SHELL = [block for block in _BLOCKS if block.language == "sh"]
_RUN = [block for block in _SHELL if not block.mark]
_RUN_BY = {"demo": "tests/program/test_terminal.py", "tests": ".ci/run"}  # the two commands of the set-up
_OUR_COMMAND = re.compile(r"\bstorage-wizard [a-z-]")


def _name(block: Block) -> str:
    return f"{block.page}:{block.line}"


@pytest.mark.sample
@pytest.mark.parametrize("page", SCENARIOS)
def test_the_commands_of_a_page_work(
    page: str, moto: Moto, certificates: Certificates, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    scenario, store = SCENARIOS[page], moto.store(tls=SCENARIOS[page].tls)
    variables = dict(scenario.variables)
    if scenario.iam_user:
        iam: Moto = request.getfixturevalue("moto_with_iam")
        iam.iam_client().create_user(UserName=scenario.iam_user)
        variables["AWS_ENDPOINT_URL_IAM"] = iam.endpoint
    _write_files(scenario, store, tmp_path)
    commands = _commands(page, scenario, store).replace("/etc/ssl/my-ca.pem", str(certificates.ca))
    with _registry(store) if scenario.registry else contextlib.nullcontext("") as url:
        output = _run(commands.replace(REGISTRY_URL, url), tmp_path, variables)
    assert SECRET not in output
    assert [name for name in scenario.written if not (tmp_path / name).is_file()] == []


@contextlib.contextmanager
def _registry(store: LiveStore) -> Iterator[str]:
    """A registry that keeps its images in the store; its URL."""
    config = FORMATS[DEBIAN_2_8.id].write(store.settings(registry=DEBIAN_2_8.id)).text
    with configured_registry(DEBIAN_2_8.require(), config) as address:
        yield f"http://{address}"


def _write_files(scenario: Scenario, store: LiveStore, folder: Path) -> None:
    for name, text in scenario.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(store), encoding="utf-8")
        file.chmod(0o600)
    if scenario.is_saved:
        config_file.save(folder / "storage.toml", store.settings(), None)


def _run(commands: str, folder: Path, variables: Mapping[str, str]) -> str:
    """The output of a shell script that must succeed, with its lines."""
    write_wizard(folder / "bin")
    script = folder / "commands.sh"
    script.write_text(commands, encoding="utf-8")
    done = subprocess.run(
        ["sh", "-euv", script],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", **variables},
        input=SECRET,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def _commands(page: str, scenario: Scenario, store: LiveStore) -> str:
    """All commands of a page, in their order."""
    blocks = [_replace(textwrap.dedent(block.text), scenario, store) for block in _RUN if block.page == page]
    program = scenario.program
    if program and not is_ci() and not shutil.which(program):
        blocks = [text for text in blocks if not text.startswith(f"{program} ")]
    return "".join(blocks)


def _replace(text: str, scenario: Scenario, store: LiveStore) -> str:
    for replaced in (scenario.replace, REPLACED):
        for old, new in replaced.items():
            text = text.replace(old, new.format(store))
    return text


def test_every_page_with_commands_to_run_has_a_scenario() -> None:
    assert set(SCENARIOS) == {block.page for block in _RUN}


def test_the_readme_has_the_two_commands_of_the_set_up() -> None:
    assert {block.mark for block in _SHELL if block.page == "README.md"} >= set(_RUN_BY)


@pytest.mark.parametrize("block", _SHELL, ids=_name)
def test_a_command_that_is_not_run_here_says_why(block: Block) -> None:
    kind, _, value = block.mark.partition(": ")
    match kind:
        case "":
            return
        case "not run":
            assert len(value.split()) > 1
            assert not _OUR_COMMAND.search(block.text), "our own commands are run"
        case "run by":
            assert (ROOT / value).is_file()
        case _:
            assert block.page == "README.md"
            assert (ROOT / _RUN_BY[kind]).is_file()


def test_every_code_block_has_a_language_that_the_tests_know() -> None:
    assert {block.language for block in _BLOCKS} <= {"ini", "sh", "text", "toml", "yaml"}


@pytest.mark.parametrize("page", [page for page in PAGES if page != "CHANGELOG.md"])
def test_commands_in_sentences_have_flags_that_exist(page: str) -> None:
    for command in re.findall(r"`storage-wizard ((?!COMMAND)[^`]*)`", prose_of(page).replace("\n", " ")):
        words = shlex.split(command.replace("FORMAT", "env"))
        if "--help" not in words and "--version" not in words:
            arguments.parser().parse_args(words)
