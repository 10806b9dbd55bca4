"""Databases that are made once and copied: installing modules takes a minute, a copy
half a second."""

from __future__ import annotations

import contextlib
import shutil
import time
from dataclasses import dataclass

from locks import locked
from odoo_run import DATA_DIR, Odoo, odoo_version
from postgres import connect
from psycopg2 import sql
from workspace import ADDONS, CLONE_ID, addon_folder, content_hash

FILESTORE = DATA_DIR / "filestore"


@dataclass(frozen=True)
class Template:
    """A set of installed modules, on top of another template."""

    name: str
    modules: tuple[str, ...]
    base: Template | None = None

    def database(self) -> str:
        """Return the name of its database, new when what it is made of changes."""
        return f"tpl_{self.name}_{CLONE_ID}_{self._key()}"

    def _key(self) -> str:
        ours = [addon_folder(module) for module in self.modules]
        below = self.base._key() if self.base else odoo_version()
        return content_hash(ours, below, *self.modules)


BASE = Template("base", ("base", "web", "mail"))
SHOP = Template(
    "shop", ("sale_management", "stock", "delivery", "stock_delivery", "account"), BASE
)
SUITE = Template("suite", ADDONS, SHOP)
CHAOS = Template("chaos", ("queue_job", "queue_job_chaos"), BASE)
GUIDES = Template("guides", (*ADDONS[:4], "product"), BASE)


@dataclass(frozen=True)
class Databases:
    """Makes templates, and databases from them, on one server."""

    odoo: Odoo

    def template(self, template: Template) -> str:
        """Return the name of the template's database; make it when it is missing."""
        name = template.database()
        if self.exists(name):
            return name
        base = self.template(template.base) if template.base else None
        with locked(f"template-{template.name}"):
            if not self.exists(name):
                self._make(template, name, base)
        return name

    def create(self, name: str, template: Template) -> None:
        """Make a database as a copy of a template, anew when it exists."""
        self.copy(self.template(template), name)

    def drop(self, name: str) -> None:
        """Delete a database, whoever is connected, and its files."""
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        shutil.rmtree(FILESTORE / name, ignore_errors=True)

    def exists(self, name: str) -> bool:
        """Tell whether there is such a database."""
        with contextlib.closing(connect(self.odoo.pg)) as connection:
            with connection.cursor() as cr:
                cr.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
                return cr.fetchone() is not None

    def _make(self, template: Template, name: str, base: str | None) -> None:
        """Install the modules in a work copy, and give it its name when it is done."""
        started = time.monotonic()
        print(f"Database: installing {', '.join(template.modules)}", flush=True)
        work = f"making_{template.name}_{CLONE_ID}"
        if base:
            self.copy(base, work)
        else:
            self.drop(work)
        conf = self.odoo.write_conf(f"template-{template.name}")
        self.odoo.run(
            f"template-{template.name}",
            conf,
            *("-d", work, "-i", ",".join(template.modules), "--no-http"),
        )
        self._drop_stale(template)
        # In a copy PostgreSQL 15 logs no step of a sequence before the next checkpoint:
        # after a crash it would stand behind its table.
        self.execute("CHECKPOINT")
        # The files of one on a server that is no more may be there.
        self.drop(name)
        self.execute("ALTER DATABASE {} RENAME TO {}", work, name)
        if (FILESTORE / work).exists():
            (FILESTORE / work).rename(FILESTORE / name)
        seconds = time.monotonic() - started
        print(f"Database: template {name} made in {seconds:.0f} s", flush=True)

    def _drop_stale(self, template: Template) -> None:
        """Drop what the template was made of before."""
        pattern = f"tpl\\_{template.name}\\_{CLONE_ID}\\_%"
        with contextlib.closing(connect(self.odoo.pg)) as connection:
            with connection.cursor() as cr:
                cr.execute(
                    "SELECT datname FROM pg_database WHERE datname LIKE %s", (pattern,)
                )
                names = [name for (name,) in cr.fetchall()]
        for name in names:
            self.drop(name)

    def copy(self, source: str, target: str) -> None:
        """Copy a database nobody is connected to, with its files, over another."""
        self.drop(target)
        self.execute("CREATE DATABASE {} TEMPLATE {}", target, source)
        if (FILESTORE / source).exists():
            shutil.copytree(FILESTORE / source, FILESTORE / target)

    def execute(self, statement: str, *names: str) -> None:
        """Run a database command; each {} stands for one of the names."""
        query = sql.SQL(statement).format(*map(sql.Identifier, names))
        with contextlib.closing(connect(self.odoo.pg)) as connection:
            with connection.cursor() as cr:
                cr.execute(query)
