"""Where things are in this clone, and the environment every program is run with."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
SETUP = ROOT / "setup"
LOG = LOCAL / "log"
RUN = LOCAL / "run"
PYTHON = LOCAL / "venv" / "bin" / "python"
TEST_ADDONS = ROOT / "tests" / "addons"

#: The suite, in the order of its layers.
ADDONS = (
    "component",
    "component_event",
    "queue_job",
    "connector",
    "connector_ecommerce",
    "connector_example",
)

#: Tells the databases of this clone from those of another on the same server.
CLONE_ID = hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]


class SetupError(Exception):
    """Something the user can mend; the message says how."""

    def __init__(self, problem: str, *remedies: str) -> None:
        super().__init__(problem)
        self.remedies = remedies

    def report(self) -> str:
        """Return the text for the terminal, the remedies below the problem."""
        return "\n".join(
            [f"\nsetup: {self}", *(f"  -> {remedy}" for remedy in self.remedies)]
        )


def addon_folder(addon: str) -> Path:
    """Return the folder of an addon of this repository; Odoo's own have none there."""
    test_only = TEST_ADDONS / addon
    return test_only if test_only.exists() else ROOT / addon


def base_env() -> dict[str, str]:
    """Return the environment for child processes: no file is written outside .local."""
    env = dict(os.environ)
    for name in ("ODOO_RC", "OPENERP_SERVER", "PGDATABASE", "NODE_ENV"):
        env.pop(name, None)
    home = LOCAL / "home"
    home.mkdir(parents=True, exist_ok=True)
    env.update(
        HOME=str(home),
        XDG_CACHE_HOME=str(home / ".cache"),
        XDG_CONFIG_HOME=str(home / ".config"),
        XDG_DATA_HOME=str(home / ".local" / "share"),
        PYTHONDONTWRITEBYTECODE="1",
        PYTHONUNBUFFERED="1",
        LANG="C.UTF-8",
        LC_ALL="C.UTF-8",
        TZ="UTC",
    )
    return env


def content_hash(paths: Iterable[Path], *more: str) -> str:
    """Return a short hash of files (folders are walked) and texts."""
    digest = hashlib.sha256()
    for text in more:
        digest.update(text.encode() + b"\0")
    for path in sorted(_files(paths)):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    """Yield the files below paths that make a database: no tests, no translations."""
    skipped = {"__pycache__", "i18n", "tests", "readme", "node_modules"}
    for path in paths:
        if path.is_file():
            yield path
        for child in sorted(path.rglob("*")) if path.is_dir() else ():
            inside = set(child.relative_to(path).parts)
            if child.is_file() and not inside & skipped:
                yield child
