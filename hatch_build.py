"""What a build adds to the wheel: the manual page and the shells' completions, made from the parser; its commit."""

from __future__ import annotations

import contextlib
import io
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
    """Runs before and after each wheel is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Writes the files into a folder of their own, and says where they go."""
        del version
        sys.path.insert(0, self.root)
        try:
            texts = {"share/man/man1/storage-wizard.1": _manual()} | {
                place: _completion(shell) for shell, place in _COMPLETIONS.items()
            }
        finally:
            sys.path.remove(self.root)
        self._made = tempfile.TemporaryDirectory()
        folder = Path(self._made.name)
        for place, text in texts.items():
            file = folder / place
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            build_data["shared_data"][str(file)] = place
        stamp = folder / "build.txt"
        stamp.write_text(_stamp(self.root), encoding="utf-8")
        build_data["force_include"][str(stamp)] = "wizard/cli/build.txt"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Takes away what was written."""
        del version, build_data, artifact_path
        self._made.cleanup()


def _stamp(root: str) -> str:
    """The commit and its date; nothing where the source is no checkout."""
    git = shutil.which("git")
    if git is None or not (Path(root) / ".git").exists():
        return ""
    words = [git, "-C", root, "log", "-1", "--date=short", "--format=%h of %cd"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout  # noqa: S603 - our own words


def _manual() -> str:
    from argparse_manpage.manpage import Manpage

    from wizard.cli import arguments

    parser = arguments.parser()
    vars(parser)["man_short_description"] = "tells a container registry which S3 storage keeps its images"
    return str(Manpage(parser))


def _completion(shell: str) -> str:
    from wizard.cli import arguments
    from wizard.cli.commands import completion

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        completion.run(arguments.parser(), shell)
    return out.getvalue()
