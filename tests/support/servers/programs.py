"""Programs in pinned versions from the package registries of Go, Cargo, npm and Maven."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.programs import skip_or_fail

# Not $HOME, which the tests change.
CACHE = Path(
    os.environ.get("STORAGE_WIZARD_SERVERS") or Path(pwd.getpwuid(os.getuid()).pw_dir, ".cache/storage-wizard")
)
_TOOL_FOLDERS = ("/usr/local/go/bin",)  # where its installation puts Go, without adding it to PATH


@dataclass(frozen=True, slots=True)
class Program:
    """A program in a version. Each kind of package has its own subclass.

    `package` is the name in the package registry.
    """

    name: str
    version: str
    package: str

    @property
    def folder(self) -> Path:
        """Where the program is installed. There is one folder for each version."""
        return CACHE / f"{self.name}-{self.version}"

    @property
    def path(self) -> Path:
        """The program's file."""
        return self.folder / self.name

    def require(self) -> Path:
        """The program's file. Without it the test is skipped or, in CI, fails."""
        if not self.path.exists():
            skip_or_fail(
                f"{self.name} is not installed: {Path(sys.executable).name} -m tests.support.servers {self.name}"
            )
        return self.path

    def install(self) -> None:
        """Build or download the program, unless it is there. The folder appears once it is complete."""
        if self.path.exists():
            return
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{self.name}-", dir=CACHE) as name:
            folder = Path(name) / "complete"
            folder.mkdir()
            self._install_into(folder)
            folder.rename(self.folder)

    def _install_into(self, folder: Path) -> None:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class GoProgram(Program):
    """`package` is the path of a main package; the last part of it is the program's name, unless `binary` is given."""

    def _install_into(self, folder: Path) -> None:
        _run(["go", "install", f"{self.package}@{self.version}"], GOBIN=str(folder))
        (folder / self.package.rpartition("/")[2]).rename(folder / self.name)


@dataclass(frozen=True, slots=True)
class GoSource(Program):
    """`package` is the path of a module that `go install` refuses, because it replaces one of its dependencies.

    `main` is the folder of its main package.
    """

    main: str

    def _install_into(self, folder: Path) -> None:
        downloaded = _run(["go", "mod", "download", "-json", f"{self.package}@{self.version}"], cwd=folder)
        source = json.loads(downloaded)["Dir"]
        _run(["go", "build", "-C", source, "-buildvcs=false", "-o", str(folder / self.name), f"./{self.main}"])


@dataclass(frozen=True, slots=True)
class GoModule(Program):
    """`package` is the folder of a module in this checkout, with one main package."""

    def _install_into(self, folder: Path) -> None:
        _run(["go", "build", "-C", self.package, "-mod=readonly", "-o", str(folder / self.name), "."])


@dataclass(frozen=True, slots=True)
class CargoProgram(Program):
    """`package` is a crate with a program of that name."""

    features: str = ""

    @property
    def path(self) -> Path:
        return self.folder / "bin" / self.package

    def _install_into(self, folder: Path) -> None:
        command = ["cargo", "install", f"{self.package}@{self.version}", "--locked", "--quiet", "--root", str(folder)]
        _run([*command, "--features", self.features])


@dataclass(frozen=True, slots=True)
class NpmProgram(Program):
    """`package` is an npm package with a program of that name."""

    @property
    def path(self) -> Path:
        return self.folder / "node_modules" / ".bin" / self.package

    def _install_into(self, folder: Path) -> None:
        _run(["npm", "install", "--silent", "--prefix", str(folder), f"{self.package}@{self.version}"])


@dataclass(frozen=True, slots=True)
class PythonProgram(Program):
    """`package` is a package of Python's index with a program of that name. Its dependencies are not ours."""

    @property
    def path(self) -> Path:
        return self.folder / "bin" / self.name

    @property
    def environment(self) -> dict[str, str]:
        """The variables that it needs to find its modules."""
        (modules,) = self.folder.glob("lib/python*/site-packages")
        return {"PYTHONPATH": str(modules)}

    def _install_into(self, folder: Path) -> None:
        options = ["--quiet", "--ignore-installed", "--no-warn-conflicts", "--prefix", str(folder)]
        _run([sys.executable, "-m", "pip", "install", *options, f"{self.package}=={self.version}"])


@dataclass(frozen=True, slots=True)
class JavaProgram(Program):
    """`package` is a group and an artifact, such as "org.example:server"; what it depends on is copied beside it.

    `main` is the main class, or its source file.
    """

    main: str

    @property
    def path(self) -> Path:
        return self.folder / f"{self.package.partition(':')[2]}-{self.version}.jar"

    def command(self, *options: str) -> list[str]:
        """The command that starts the program; `options` are for the virtual machine."""
        return ["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", *options, "-cp", str(self.folder / "*"), self.main]

    def _install_into(self, folder: Path) -> None:
        group, artifact = self.package.split(":")
        with tempfile.TemporaryDirectory() as project:
            pom = Path(project) / "pom.xml"
            pom.write_text(_POM.format(group=group, artifact=artifact, version=self.version), encoding="utf-8")
            _run(["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={folder}"])


_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tests</groupId>
  <artifactId>servers</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>{group}</groupId>
      <artifactId>{artifact}</artifactId>
      <version>{version}</version>
    </dependency>
  </dependencies>
</project>
"""


def _run(command: Sequence[str], cwd: Path | None = None, **environment: str) -> str:
    """What a command of a package manager prints; its messages go to this terminal."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *_TOOL_FOLDERS))
    tool = shutil.which(command[0], path=path)
    if tool is None:
        sys.exit(f"{command[0]} is not installed: it is needed to build the servers of the tests")
    variables = {**os.environ, "PATH": path, **environment}
    try:
        done = subprocess.run(
            [tool, *command[1:]], check=True, cwd=cwd, env=variables, stdout=subprocess.PIPE, text=True
        )
    except subprocess.CalledProcessError as error:
        sys.exit(f"failed with status {error.returncode}: {' '.join(command)}\n{error.stdout}")
    return done.stdout
