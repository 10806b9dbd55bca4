"""Files that a command writes, and that must not differ from what it would write."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def write_or_check(
    files: Mapping[Path, str], arguments: list[str], command: str
) -> int:
    """Write the files; with --check, say which are out of date. Return the status.

    :param command: writes them, for people
    """
    changed = stale(files)
    for path in changed:
        if arguments == ["--check"]:
            print(f"{path} is not what {command} makes of the sources now")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path], encoding="utf-8")
            print(path)
    if changed and arguments == ["--check"]:
        print(f"  -> run {command}, read the difference and commit it")
        return 1
    return 0


def stale(files: Mapping[Path, str]) -> list[Path]:
    """Return those that are not on the disk as they should be."""
    return [path for path, text in files.items() if _read(path) != text]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
