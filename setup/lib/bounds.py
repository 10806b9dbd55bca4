"""Finds files and functions that are too long to be read at once."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from workspace import ADDONS, ROOT

FILE_LINES, FUNCTION_LINES = 400, 60
FOLDERS = (*ADDONS, "setup", "tests")
SUFFIXES = {".py", ".sql", ".js", ".sh"}


def main() -> int:
    """Print what is too long; return the status."""
    found = [line for path in sources() for line in too_long(path)]
    for line in found:
        print(line)
    return 1 if found else 0


def sources() -> Iterator[Path]:
    """Yield the files that are written by hand."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path


def too_long(path: Path) -> Iterator[str]:
    """Yield what is too long in a file, and the file if it is."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT)
    if (lines := text.count("\n")) > FILE_LINES:
        yield f"{name} has {lines} lines, of {FILE_LINES}: give each concept its file"
    if path.suffix != ".py":
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield (
                    f"{name}:{node.lineno}: {node.name}() has {lines} lines, "
                    f"of {FUNCTION_LINES}: name its steps"
                )


if __name__ == "__main__":
    sys.exit(main())
