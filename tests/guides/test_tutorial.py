# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The code of the tutorial is an addon that works, complete and nothing more."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_step_works(tmp_path: Path, install: Callable[[Path], int]) -> None:
    """All the blocks are files; together they install, and their tests pass."""
    addon = tmp_path / "connector_tea"
    for _language, name, code in BLOCK.findall(TUTORIAL.read_text(encoding="utf-8")):
        assert name, f"a block of code names no file:\n{code}"
        path = addon / name
        assert not path.exists(), f"{name} is written twice"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
    assert install(addon) >= 8
