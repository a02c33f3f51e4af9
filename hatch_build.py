"""Adds the manual page, the shell completions and the commit to the wheel. The first two come from the parser."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_COMPLETIONS = {
    "bash": "share/bash-completion/completions/storage-wizard",
    "zsh": "share/zsh/site-functions/_storage-wizard",
    "fish": "share/fish/vendor_completions.d/storage-wizard.fish",
}


class Hook(BuildHookInterface[Any]):
    """Runs before and after the build of each wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Writes the files to a temporary folder, and adds them to the wheel."""
        del version
        sys.path.insert(0, self.root)
        try:
            texts = {"share/man/man1/storage-wizard.1": _manual_page()} | {
                path: _completion(shell) for shell, path in _COMPLETIONS.items()
            }
        finally:
            sys.path.remove(self.root)
        self._temporary = tempfile.TemporaryDirectory()
        folder = Path(self._temporary.name)
        for path, text in texts.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            build_data["shared_data"][str(file)] = path
        stamp = folder / "build.txt"
        stamp.write_text(_commit(self.root), encoding="utf-8")
        build_data["force_include"][str(stamp)] = "wizard/cli/build.txt"  # read by wizard.cli.version

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Removes the temporary folder."""
        del version, build_data, artifact_path
        self._temporary.cleanup()


def _commit(root: str) -> str:
    """The commit and its date; empty if the source is not a Git checkout."""
    git = shutil.which("git")
    if git is None or not (Path(root) / ".git").exists():
        return ""
    command = [git, "-C", root, "log", "-1", "--date=short", "--format=%h of %cd"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 - no outside input


def _manual_page() -> str:
    from argparse_manpage.manpage import Manpage

    from wizard.cli import arguments

    parser = arguments.parser()
    vars(parser)["man_short_description"] = "configures S3 storage for a container registry"
    return str(Manpage(parser))


def _completion(shell: str) -> str:
    from wizard.cli.commands import completion

    return completion.script(shell) + "\n"
