# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A copy of setup/ in a folder of its own, and programs that misbehave on demand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "setup" / "lib"))

SYSTEM_PATH = ("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin")


@dataclass
class Clone:
    """The scripts of setup/ in an empty clone, run with an environment of their own."""

    root: Path
    bin: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def local(self) -> Path:
        """Return its .local folder."""
        return self.root / ".local"

    def fake(self, name: str, script: str) -> None:
        """Put a program of this name before the machine's own."""
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/bash\n{script}\n")
        path.chmod(0o755)

    def hide(self, *names: str) -> None:
        """Make programs missing."""
        for name in names:
            (self.bin / name).unlink(missing_ok=True)

    def run(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run a script of the clone to its end; output and errors together."""
        return subprocess.run(
            [str(self.root / argv[0]), *argv[1:]],
            env=self.env,
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )

    def step(self, commands: str) -> subprocess.CompletedProcess[str]:
        """Run single steps of the installation, as install.sh runs them."""
        script = self.root / "step"
        script.write_text(
            "#!/bin/bash\nset -euo pipefail\n"
            f'SETUP={self.root}/setup\n. "$SETUP/lib/install.sh"\n{commands}\n'
        )
        script.chmod(0o755)
        return self.run("step")


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """Return a clone without .local, its PATH a folder of links that can be changed."""
    root = tmp_path / "clone"
    shutil.copytree(
        ROOT / "setup", root / "setup", ignore=shutil.ignore_patterns("__pycache__")
    )
    programs = tmp_path / "bin"
    programs.mkdir()
    for folder in SYSTEM_PATH:
        for program in Path(folder).glob("*"):
            link = programs / program.name
            if not link.is_symlink():
                link.symlink_to(program)
    env = {"PATH": str(programs), "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    return Clone(root, programs, env)


@pytest.fixture
def python() -> Callable[..., subprocess.Popen[str]]:
    """Return a function that runs Python with the modules of setup/lib."""

    def run(code: str, root: Path = ROOT, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": str(root / "setup" / "lib"), **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return run
