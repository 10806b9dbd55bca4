# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is wrong on a page is found, also where nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from .pages import ROOT, Block, PageError, all_pages, blocks_of, name_of
from .reader import commands
from .unrun import Checker


def _page(tmp_path: Path, text: str) -> Path:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    return page


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("```\nprint()\n```\n", "a language"),
        ("Look:\n\n    print()\n", "needs a fence"),
        ("```python flie=x.py\nprint()\n```\n", "no flie"),
        ("<!-- hidden\nprint()\n-->\n", "a language"),
    ],
    ids=["no language", "indented", "misspelt", "hidden without a language"],
)
def test_block_that_would_go_unnoticed(tmp_path: Path, text: str, message: str) -> None:
    """It is refused, with its place."""
    with pytest.raises(PageError, match=message):
        blocks_of(_page(tmp_path, text))


def test_blocks_in_order(tmp_path: Path) -> None:
    """Those that no reader sees are among the others, each with its line."""
    page = _page(
        tmp_path,
        "# Title\n\n<!-- hidden python file=a.py\nx = 1\n-->\n\n- a list\n\n"
        '  ```ini unrun="no host"\n  [options]\n  ```\n',
    )
    found = blocks_of(page)
    assert [(block.language, block.line) for block in found] == [
        ("python", 4),
        ("ini", 10),
    ]
    assert found[0].file == "a.py"
    assert (found[1].unrun, found[1].code) == ("no host", "[options]\n")


def test_console() -> None:
    """Commands have the output that follows; a long one goes on in the next line."""
    said = commands("$ odoo \\\n  -d x\n$ ls\na\nb\n")
    assert said == [("odoo   -d x", ""), ("ls", "a\nb")]
    with pytest.raises(PageError, match="starts with"):
        commands("ls\n")


@pytest.mark.parametrize(
    ("language", "code", "message"),
    [
        ("python", "def f(:\n", "invalid syntax"),
        ("json", "{", "Expecting"),
        ("yaml", "a: [", "expected"),
        ("console", "$ sudo odoo queue_job run --wokers 2\n", "no option --wokers"),
        ("mermaid", "picture\n", "a picture starts with"),
        ("cobol", "STOP RUN.\n", "nobody knows"),
    ],
)
def test_block_that_is_not_run(language: str, code: str, message: str) -> None:
    """Syntax and names of options are checked."""
    checker = Checker(lambda _command: "usage: odoo [--workers N] [-d DB]")
    block = Block(ROOT / "README.md", 1, language, code, unrun="a test")
    with pytest.raises(PageError, match=message):
        checker.check(block)


def test_pages_leave_each_other_alone() -> None:
    """They are installed in one database: no two define the same method of a model."""
    pages: dict[tuple[str, str], set[str]] = {}
    for page in all_pages():
        for block in blocks_of(page):
            for method in _methods(block):
                pages.setdefault(method, set()).add(name_of(page))
    assert not {method: names for method, names in pages.items() if len(names) > 1}


def _methods(block: Block) -> Iterator[tuple[str, str]]:
    """Yield model or component, and what a file of an addon defines on it."""
    if block.language != "python" or not block.file or "tests/" in block.file:
        return
    for cls in ast.walk(ast.parse(block.code)):
        if isinstance(cls, ast.ClassDef):
            values = {
                target.id: ast.unparse(node.value)
                for node in cls.body
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            name = values.get("_name", values.get("_inherit", ""))
            defined = {node.name for node in cls.body if hasattr(node, "name")}
            for member in defined | {key for key in values if not key.startswith("_")}:
                yield name, member
