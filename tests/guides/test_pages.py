# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every block of code of the documentation works, in the order of its page.

What pages call files are addons, installed together; the rest is done in that
database, while real workers run its jobs.
"""

from __future__ import annotations

import configparser
import functools
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from .addons import write_addon
from .conftest import copied, setting
from .pages import ROOT, all_pages, blocks_of, name_of
from .reader import Desk, Workers
from .unrun import Checker

PAGES = all_pages()
SUMMARY = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for what is made of the pages."""
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def addons(folder: Path) -> list[str]:
    """Write the addons of the pages, and return their names."""
    written = []
    for page in PAGES:
        name = f"page_{name_of(page)}"
        if write_addon(folder / "addons" / name, blocks_of(page)):
            written.append(name)
    return written


@pytest.fixture(scope="module")
def base(folder: Path) -> configparser.RawConfigParser:
    """Return the configuration of every Odoo here."""
    conf = configparser.RawConfigParser()
    conf.read(setting("GUIDES_CONFIG"))
    paths = (str(folder / "addons"), setting("GUIDES_ADDONS"))
    conf["options"]["addons_path"] = ",".join(paths)
    with (folder / "odoo.conf").open("w") as file:
        conf.write(file)
    return conf


@pytest.fixture(scope="module")
def program(folder: Path) -> Path:
    """Return the program `odoo` that commands of pages find."""
    path = folder / "bin" / "odoo"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\nexec {setting("GUIDES_ODOO")} "$@"\n')
    path.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def database(
    folder: Path, addons: list[str], base: configparser.RawConfigParser, program: Path
) -> Iterator[str]:
    """Return a database where the addons of the pages are, with their tests green."""
    with copied(setting("GUIDES_SUITE")) as name:
        done = subprocess.run(
            [program, "server", "-c", folder / "odoo.conf", "-d", name]
            + ["-i", ",".join(addons), "--stop-after-init", "--test-tags"]
            + [",".join(f"/{addon}" for addon in addons)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        problems = re.search(r" (ERROR|CRITICAL) .*", done.stdout, re.DOTALL)
        assert not (done.returncode or problems), (problems or [done.stdout])[0]
        yield name


@pytest.fixture(scope="module")
def workers(database: str, folder: Path, program: Path) -> Iterator[Workers]:
    """Return job workers, to be started."""
    argv = [str(program), "queue_job", "run", "--workers", "2", "-d", database]
    environment = {**os.environ, "ODOO_RC": str(folder / "odoo.conf")}
    workers = Workers(argv, environment, folder / "workers.log")
    yield workers
    workers.stop()


@pytest.fixture(scope="module")
def registry(database: str, folder: Path) -> Any:
    """Return the models of the database, in this process."""
    from odoo.modules.module import initialize_sys_path
    from odoo.orm.registry import Registry
    from odoo.tools import config

    options = ["-c", str(folder / "odoo.conf"), "-d", database, "--no-http"]
    config.parse_config(options, setup_logging=False)
    initialize_sys_path()
    return Registry(database)


@pytest.fixture
def desk(
    registry: Any,
    database: str,
    base: configparser.RawConfigParser,
    program: Path,
    workers: Workers,
    tmp_path: Path,
) -> Iterator[Desk]:
    """Return a desk for the reader of one page."""
    from odoo import SUPERUSER_ID, api

    workers.start()
    with closing(registry.cursor()) as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        with closing(Desk(database, tmp_path, program, base, workers, env)) as desk:
            yield desk


@pytest.fixture(scope="module")
def checker(registry: Any, program: Path, folder: Path) -> Checker:
    """Return what checks the blocks that are not run."""

    @functools.cache
    def help_of(command: str) -> str:
        environment = {**os.environ, "ODOO_RC": str(folder / "odoo.conf")}
        argv = [program, *shlex.split(command), "--help"]
        return subprocess.run(
            argv, env=environment, stdout=subprocess.PIPE, text=True
        ).stdout

    return Checker(help_of)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_page(page: Path, desk: Desk, checker: Checker) -> None:
    """Each block does what it says; a file of the addon did so at its installation."""
    for block in blocks_of(page):
        if block.unrun or block.language in ("mermaid", "text"):
            checker.check(block)
        elif not block.file:
            desk.do(block)


@pytest.mark.parametrize(
    "path",
    sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md"), *ROOT.glob("*/README.md")]),
    ids=name_of,
)
def test_links_lead_somewhere(path: Path) -> None:
    """A link inside the repository names a file, and a heading that is on it."""
    text = path.read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!\w+:)([^)\s]+)\)", text):
        name, _, heading = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), f"{path}: {link}"
        if heading:
            assert heading in _anchors(target), f"{path}: {link}"


def _anchors(path: Path) -> set[str]:
    """Return the anchors of the headings of a page, as code forges name them."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    }
