"""The shop server: seeded once, then started from a copy of its seed."""

from __future__ import annotations

import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from databases import Databases
from locks import locked
from ports import claim
from processes import Child
from workspace import (
    CLONE_ID,
    LOCAL,
    LOG,
    RUN,
    SETUP,
    SetupError,
    base_env,
    content_hash,
)

CODE = SETUP / "shop-server"
FOLDER = LOCAL / "shop"
ORDERS = 24
START_SECONDS = 90
SEED_SECONDS = 300


@dataclass
class Shop:
    """One shop server with a database of its own, by name."""

    databases: Databases
    name: str
    port: int = field(default_factory=lambda: claim(None, "the shop"))

    @property
    def url(self) -> str:
        """Return where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def key_file(self) -> Path:
        """Return the file that holds the API key for a connector."""
        return self._seed_folder() / "api-key"

    def start(self) -> Child:
        """Start it in the state of its seed; the caller stops it."""
        self.seed()
        database = f"{self.name}_{CLONE_ID}"
        self.databases.copy(self._seed_database(), database)
        return self._serve(database, self.name)

    def seed(self) -> None:
        """Make the catalogue, customers and orders, once; complete or not at all."""
        with locked("shop-seed"):
            if not (
                self.key_file.exists() and self.databases.exists(self._seed_database())
            ):
                self._make_seed()

    def _make_seed(self) -> None:
        started = time.monotonic()
        print("Shop server: making its catalogue, customers and orders", flush=True)
        work = f"making_shop_{CLONE_ID}"
        self.databases.drop(work)
        self.databases.execute("CREATE DATABASE {}", work)
        self._seed_folder().mkdir(parents=True, exist_ok=True)
        self._node("shop-populate", work, "populate.js", SHOP_SEEDING="1")
        new_key = self._seed_folder() / "api-key.new"
        with self._serve(work, "shop-seed"):
            self._node(
                "shop-orders", work, "seed.js", self.url, str(ORDERS), str(new_key)
            )
        self.databases.drop(self._seed_database())
        self.databases.execute(
            "ALTER DATABASE {} RENAME TO {}", work, self._seed_database()
        )
        new_key.rename(self.key_file)
        print(f"Shop server: seeded in {time.monotonic() - started:.0f} s", flush=True)

    def _serve(self, database: str, name: str) -> Child:
        child = Child(name, self._argv("server.js"), self._env(database))
        child.wait_until(self._healthy, START_SECONDS)
        return child

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _node(
        self, name: str, database: str, script: str, *args: str, **env: str
    ) -> None:
        log = LOG / f"{name}.log"
        argv = self._argv(script, *args)
        with Child(name, argv, {**self._env(database), **env}, log) as child:
            try:
                status = child.process.wait(SEED_SECONDS)
            except subprocess.TimeoutExpired:
                status = -1
        if status:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise SetupError(f"{script} failed; the end of {log}:\n{tail}")

    def _argv(self, script: str, *args: str) -> list[str]:
        node = Path((RUN / "node-bin").read_text().strip()) / "node"
        return [str(node), str(CODE / script), *args]

    def _env(self, database: str) -> dict[str, str]:
        return {
            **base_env(),
            **self.databases.odoo.pg,
            "NODE_PATH": str(FOLDER / "server" / "node_modules"),
            "SHOP_PGDB": database,
            "SHOP_PORT": str(self.port),
            "SHOP_ASSETS": str(self._seed_folder() / "assets"),
            "VENDURE_DISABLE_TELEMETRY": "true",
        }

    def _seed_folder(self) -> Path:
        return FOLDER / f"seed-{self._seed_hash()}"

    def _seed_database(self) -> str:
        return f"tpl_vendure_{CLONE_ID}_{self._seed_hash()}"

    def _seed_hash(self) -> str:
        return content_hash([CODE], str(ORDERS))
