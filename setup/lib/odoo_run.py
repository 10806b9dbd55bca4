"""How Odoo is configured and started here."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ports import claim
from processes import Child
from workspace import LOCAL, LOG, PYTHON, ROOT, TEST_ADDONS, SetupError, base_env

DATA_DIR = LOCAL / "data"


@dataclass(frozen=True)
class Odoo:
    """Odoo against one PostgreSQL server; `pg` are the PG* variables."""

    pg: dict[str, str]

    def env(self) -> dict[str, str]:
        """Return the environment of every Odoo process."""
        return {**base_env(), **self.pg}

    def argv(self, command: str, conf: Path, *arguments: str) -> list[str]:
        """Return the command line of one of Odoo's commands."""
        return [*self.argv_start(), command, "-c", str(conf), *arguments]

    def argv_start(self) -> list[str]:
        """Return how a command line starts: with the path, to find our commands."""
        return [str(PYTHON), str(program()), f"--addons-path={addons_path()}"]

    def write_conf(self, name: str, **options: object) -> Path:
        """Write a configuration file, for its owner only, and return its path."""
        http = claim(None, "Odoo")
        values: dict[str, object] = {
            "addons_path": addons_path(),
            "data_dir": DATA_DIR,
            "db_host": self.pg["PGHOST"],
            "db_port": self.pg["PGPORT"],
            "db_user": self.pg["PGUSER"],
            "http_interface": "127.0.0.1",
            "http_port": http,
            "gevent_port": claim(None, "Odoo's websocket"),
            "list_db": False,
            "max_cron_threads": 0,
            "limit_time_real": 1200,
            "limit_time_cpu": 1200,
            **options,
        }
        if self.pg["PGPASSWORD"]:
            values["db_password"] = self.pg["PGPASSWORD"]
        conf = LOCAL / "conf" / f"{name}.conf"
        conf.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"{key} = {value}" for key, value in values.items()]
        conf.touch(mode=0o600)
        conf.write_text("\n".join(["[options]", *lines, ""]))
        return conf

    def run(self, name: str, conf: Path, *arguments: str) -> Path:
        """Run a command of the server to its end and return its log.

        Raises SetupError when it fails.
        """
        log = LOG / f"{name}.log"
        argv = self.argv("server", conf, *arguments, "--stop-after-init")
        with Child(name, argv, self.env(), log, ROOT) as child:
            status = child.process.wait()
        if status:
            lines = log.read_text(errors="replace").splitlines()[-20:]
            tail = "\n".join(f"  | {line}" for line in lines)
            raise SetupError(f"Odoo failed ({name}); the end of {log}:\n{tail}")
        return log


def program() -> Path:
    """Return Odoo's script. Not `-m odoo`: a prefork server starts helpers by its own
    first argument, which then is a module that does not run as a script."""
    tree = Path(os.environ["ODOO_PATH"])
    for script in (tree / "odoo-bin", tree.parents[2] / "bin" / "odoo"):
        if script.exists():
            return script
    raise SetupError(
        f"{tree} has no odoo-bin", "name a whole checkout of Odoo in ODOO_SOURCE"
    )


def addons_path() -> str:
    """Return where addons are: this clone, its test-only addons, an Odoo checkout."""
    folders = [ROOT]
    if any(TEST_ADDONS.glob("*/__manifest__.py")):
        folders.append(TEST_ADDONS)
    return ",".join(map(str, [*folders, *checkout_addons()]))


def checkout_addons() -> list[Path]:
    """Return where Odoo's own addons are, unless it finds them by itself."""
    folder = Path(os.environ["ODOO_PATH"]) / "addons"
    return [folder] if folder.is_dir() else []


def odoo_version() -> str:
    """Return what tells one Odoo from another, for the names of templates."""
    tree = Path(os.environ["ODOO_PATH"])
    note = LOCAL / "odoo" / "version"
    if note.exists() and tree.is_relative_to(LOCAL):
        return note.read_text().strip()
    head = subprocess.run(
        ["git", "-C", str(tree), "rev-parse", "HEAD"], capture_output=True, text=True
    )
    return head.stdout.strip() or str(tree)
