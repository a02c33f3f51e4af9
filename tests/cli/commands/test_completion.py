"""`completion` prints a script that completes the command line in a shell."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from wizard.cli import main as cli
from wizard.cli.arguments import COMMANDS
from wizard.cli.commands.completion import script
from wizard.cli.flags import SHELLS


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_names_commands_flags_and_values(shell: str) -> None:
    text = script(shell)
    commands = [command.name for group in COMMANDS.values() for command in group]
    for word in (*commands, "regionendpoint", "create-bucket", "minio", "rook", "distribution-3", "openshift"):
        assert word in text
    assert re.search(r"gitlab\W+openshift\W+zot\W+quay\b", text), "the registries"


def test_the_command_prints_the_script(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", "bash"]) == 0
    assert capsys.readouterr().out == script("bash") + "\n"


def test_bash_completes_a_command(tmp_path: Path) -> None:
    text = script("bash")
    (tmp_path / "completions.bash").write_text(text, encoding="utf-8")
    function = next(line for line in text.splitlines() if line.startswith("complete ")).split()[-2]
    call = f"COMP_WORDS=(storage-wizard exp); COMP_CWORD=1; {function}; echo ${{COMPREPLY[@]}}"
    result = subprocess.run(
        ["bash", "-c", f"source ./completions.bash; {call}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert result.stdout.split() == ["export"], result.stderr
