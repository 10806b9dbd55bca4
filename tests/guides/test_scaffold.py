# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`odoo scaffold_connector` writes an addon that works as it is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["acme", "acme_shop2"])
def test_skeleton_works(
    name: str, tmp_path: Path, odoo: Callable[..., str], install: Callable[[Path], int]
) -> None:
    """It installs, and its own tests pass."""
    assert "files" in odoo("scaffold_connector", name, str(tmp_path))
    addon = tmp_path / f"connector_{name}"
    assert install(addon) >= 8


def test_skeleton_is_tidy(tmp_path: Path, odoo: Callable[..., str]) -> None:
    """Ruff finds nothing, with the rules of this repository."""
    odoo("scaffold_connector", "acme", str(tmp_path))
    rules = ("--config", str(ROOT / "pyproject.toml"))
    for check in (("check",), ("format", "--check")):
        ruff = [sys.executable, "-m", "ruff", *check, *rules, str(tmp_path)]
        done = subprocess.run(ruff, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Acme-Shop", "did you mean 'acme_shop'?"),
        ("connector_acme", "did you mean 'acme'?"),
        ("class", "must be lower case letters"),
    ],
)
def test_name_that_cannot_be(
    name: str, message: str, tmp_path: Path, odoo: Callable[..., str]
) -> None:
    """It says what is wrong, and writes nothing."""
    with pytest.raises(AssertionError, match="scaffold_connector: error") as refused:
        odoo("scaffold_connector", name, str(tmp_path))
    assert message in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_what_exists_is_left_alone(tmp_path: Path, odoo: Callable[..., str]) -> None:
    """An addon of this name is not written over."""
    (tmp_path / "connector_acme").mkdir()
    with pytest.raises(AssertionError, match="exists already"):
        odoo("scaffold_connector", "acme", str(tmp_path))
