# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The settings of the linters are obeyed: bad code is found by them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import bounds
import pytest
from checks import LAYERS
from conftest import ROOT
from dead_code import write_used_names
from import_tree import link_addons

BAD_MODEL = """
import requests
from odoo import models
import os


class Bad(models.Model):
    _name = "bad"

    def action(self):
        self.env.cr.commit()
        requests.get("http://shop.example")
        self.env.cr.execute("SELECT %s" % self.name)
        return self._cr
"""


def tool(*argv: str, cwd: Path = ROOT, **env: str) -> str:
    """Return what a tool of the virtual environment prints about bad code."""
    program = str(Path(sys.executable).parent / argv[0])
    done = subprocess.run(
        [program, *argv[1:]],
        cwd=cwd,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode, f"{argv[0]} found nothing:\n{done.stdout}"
    return done.stdout


@pytest.fixture
def addon(tmp_path: Path) -> Path:
    """Return an addon that breaks the rules."""
    addon = tmp_path / "bad"
    (addon / "models").mkdir(parents=True)
    (addon / "__init__.py").write_text("from . import models\n")
    (addon / "__manifest__.py").write_text(
        '{"name": "Bad", "version": "19.0.1.0.0", "author": "Somebody",'
        ' "license": "LGPL-3", "website": "https://shop.example.com/x"}\n'
    )
    (addon / "models" / "__init__.py").write_text("from . import bad\n")
    (addon / "models" / "bad.py").write_text(BAD_MODEL)
    return addon


def test_pylint_odoo(addon: Path) -> None:
    """pylint-odoo names what Odoo addons must not do."""
    found = tool("pylint", "--rcfile=pyproject.toml", str(addon))
    for message in (
        "invalid-commit",
        "external-request-timeout",
        "sql-injection",
        "deprecated-self-cr",
        "manifest-required-author",
    ):
        assert message in found


def test_ruff(addon: Path) -> None:
    """ruff names the order of imports and what is not used."""
    found = tool("ruff", "check", "--config", "pyproject.toml", str(addon))
    assert "I001" in found
    assert "F401" in found


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a tree with the packages that the contracts name, all empty."""
    packages = ("queue_job/core", "connector/http", "connector_ecommerce/core")
    for package in (*packages, "component", "component_event", "connector_example"):
        folder = tmp_path / package
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        (folder.parent / "__init__.py").touch()
    (tmp_path / "__init__.py").unlink()
    return tmp_path


@pytest.mark.parametrize(
    "place", ["queue_job/core", "connector/http", "connector_ecommerce/core"]
)
def test_pure_packages(tree: Path, place: str) -> None:
    """What must stay free of Odoo cannot import it."""
    (tree / place / "a.py").write_text("from odoo import fields\n")
    contracts = str(ROOT / "pyproject.toml")
    found = tool("lint-imports", "--no-cache", "--config", contracts, cwd=tree)
    assert f"{place.replace('/', '.')} is not allowed to import odoo" in found


@pytest.mark.parametrize(
    ("place", "line", "found"),
    [
        ("component/utils.py", "from odoo.addons.connector import http", "connector"),
        ("component/utils.py", "from odoo.addons.queue_job import core", "queue_job"),
        ("queue_job/utils.py", "from odoo.addons.component import core", "component"),
        ("connector/http/retry.py", "from .. import models", "connector.models"),
        ("queue_job/store/heads.py", "from .. import runtime", "queue_job.runtime"),
    ],
)
def test_layers(tmp_path: Path, place: str, line: str, found: str) -> None:
    """A module cannot import one above it."""
    module = link_addons(tmp_path / "path") / "odoo" / "addons" / place
    module.unlink()
    module.write_text(f"{line}\n")
    assert f"is not allowed to import odoo.addons.{found}:" in layers(module)


def test_every_module_has_its_place(tmp_path: Path) -> None:
    """A module that no layer names is found."""
    module = link_addons(tmp_path / "path") / "odoo/addons/component_event/new.py"
    module.touch()
    assert "odoo.addons.component_event.new" in layers(module)


def test_circles(tmp_path: Path) -> None:
    """Two modules of one package cannot import each other."""
    store = link_addons(tmp_path / "path") / "odoo/addons/queue_job/store"
    for name, other in (("heads", "sample"), ("sample", "heads")):
        module = store / f"{name}.py"
        module.unlink()
        module.write_text(f"from . import {other}\n")
    assert "No cycles are allowed in odoo.addons.queue_job.store." in layers(store)


def layers(inside: Path) -> str:
    """Return what the contracts of the layers say of a tree that breaks them."""
    path = str(next(folder for folder in inside.parents if folder.name == "path"))
    options = ("--no-cache", "--config", str(LAYERS))
    found = tool("lint-imports", *options, cwd=Path(path), PYTHONPATH=path)
    return " ".join(found.split())


def test_types(tmp_path: Path) -> None:
    """A wrong type is found: in an addon, whose classes are Odoo's, and in a script."""
    tree = link_addons(tmp_path / "path")
    module = tree / "odoo/addons/component_event/events.py"
    module.unlink()
    module.write_text("def count() -> int:\n    return 'three'\n")
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "names.py").write_text("def name() -> str:\n    return 3\n")
    (scripts / "run.py").write_text("import names\n\nnames.name() + 1\n")
    config = str(ROOT / "pyproject.toml")
    options = ("--config-file", config, "--cache-dir", str(tmp_path / "cache"))
    folders = (str(module.parent), str(scripts))
    found = tool("mypy", *options, *folders, MYPYPATH=f"{tree}{os.pathsep}{scripts}")
    assert found.count("[return-value]") == 2
    assert "run.py:3: error: Unsupported operand types" in found


def test_bandit(tmp_path: Path) -> None:
    """A known kind of hole is found."""
    (tmp_path / "hole.py").write_text("import pickle\npickle.loads(b'')\n")
    config = str(ROOT / "pyproject.toml")
    assert "B301" in tool("bandit", "-q", "-c", config, "-r", str(tmp_path))


def test_dead_code(tmp_path: Path) -> None:
    """What nobody uses is found; what views and strings name is not."""
    used = write_used_names(tmp_path / "used_names.py")
    (tmp_path / "code.py").write_text(
        "def forgotten_by_all():\n    pass\n\n\ndef action_import_all():\n    pass\n"
    )
    found = tool("vulture", str(tmp_path / "code.py"), str(used))
    assert "forgotten_by_all" in found
    assert "action_import_all" not in found


def test_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file and a function that are too long are named, with the remedy."""
    monkeypatch.setattr(bounds, "ROOT", tmp_path)
    path = tmp_path / "long.py"
    path.write_text("def steps():\n" + "    pass\n" * 400)
    file, function = bounds.too_long(path)
    assert "long.py has 401 lines" in file
    assert "steps() has 401 lines, of 60: name its steps" in function
    path.write_text("def step():\n" + "    pass\n" * 59)
    assert not list(bounds.too_long(path))
