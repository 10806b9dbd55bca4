"""Makes docs/benchmarks.md of what the benchmarks found, and of nothing else."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HEAD = """\
# Benchmarks

<!-- Made by `setup/dev benchmarks`: what is written here by hand is lost. -->

Every figure on this page was measured, by the command that stands beside it; `setup/dev
benchmarks` runs all of them, one after the other, and makes this page of what they
found. A target is what the project promises. Where another engine or a floor is named,
it ran in the same run on the same machine, and the ratio is what counts.
"""
_QUICK = """
**This is a short pass of small numbers, to try the benchmarks: its figures say
nothing.**
"""


@dataclass(frozen=True)
class Section:
    """A benchmark, and its latest result if there is one."""

    name: str
    title: str
    #: The docstring of its script.
    text: str
    result: dict[str, Any] | None


def docstring(script: Path) -> str:
    """Return what a script says of itself."""
    return ast.get_docstring(ast.parse(script.read_text())) or ""


def page(sections: Sequence[Section], quick: bool) -> str:
    """Return the page."""
    measured = [section for section in sections if section.result]
    parts = [_HEAD + (_QUICK if quick else "")]
    if measured:
        parts += [_machines(measured), _overview(measured)]
    if missing := [section for section in sections if not section.result]:
        names = ", ".join(section.name for section in missing)
        parts.append(f"Not measured yet: {names}.\n")
    parts += map(_section, measured)
    return "\n".join(parts)


def _machines(sections: Sequence[Section]) -> str:
    """Return where it was measured, once where all are from the same machine."""
    machines = Counter(
        tuple(section.result["machine"].items())
        for section in sections
        if section.result
    )
    lines = ["## Where\n"]
    for machine, count in machines.most_common():
        if len(machines) > 1:
            lines.append(f"{count} of the benchmarks:\n")
        lines += [f"- {name}: {value}" for name, value in machine]
        lines.append("")
    return "\n".join(lines)


def _overview(sections: Sequence[Section]) -> str:
    rows = []
    for section in sections:
        result = section.result or {}
        targets = result["targets"]
        met = sum(target["met"] for target in targets)
        anchor = re.sub(r"[^a-z0-9 -]", "", section.title.lower()).replace(" ", "-")
        of_all = f"{met} of {len(targets)}"
        rows.append(
            {
                "benchmark": f"[{section.title}](#{anchor})",
                "targets met": of_all if met == len(targets) else f"**{of_all}**",
                "date": result["date"],
                "minutes": f"{result['seconds'] / 60:.1f}",
            }
        )
    return "## Overview\n\n" + _table(rows)


def _section(section: Section) -> str:
    result = section.result or {}
    lines = [f"## {section.title}", "", _prose(section.text), ""]
    lines += [
        f"`{result['command']}`, {result['date']}; load of the machine before it:"
        f" {result['load']}.",
        "",
    ]
    targets = [
        {
            "figure": target["name"],
            "value": _number(target["value"]),
            "target": f"{target['sense']} {_number(target['bound'])}",
            "": "met" if target["met"] else "**missed**",
        }
        for target in result["targets"]
    ]
    tables = filter(None, [targets, *result["tables"].values()])
    return "\n".join([*lines, *map(_table, tables)])


def _prose(text: str) -> str:
    """Return what a docstring says, but for how to run the script by itself."""
    paragraphs = text.replace("``", "`").split("\n\n")
    by_hand = ("    ", "Needs ")
    kept = (part for part in paragraphs if not part.startswith(by_hand))
    return "\n\n".join(map(_listed, kept))


def _listed(paragraph: str) -> str:
    """Return a paragraph; names in a column with their texts become a list."""
    lines = [re.fullmatch(r"(\w+) {2,}(.+)", line) for line in paragraph.splitlines()]
    if not all(lines):
        return paragraph
    return "\n".join(f"- *{line[1]}*: {line[2]}" for line in lines if line)


def _table(rows: Sequence[dict[str, str]]) -> str:
    """Return rows as a table, numbers to the right."""
    header = list(rows[0])
    lines = [
        f"| {' | '.join(header)} |",
        f"|{'|'.join(['---', *['--:'] * (len(header) - 1)])}|",
        *(f"| {' | '.join(row[column] for column in header)} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    """Return a number as short as it is told apart."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
