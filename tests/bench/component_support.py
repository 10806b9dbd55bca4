# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the benches of component and component_event share.

Each bench runs this repository's addons and OCA's, as installed from PyPI into a
temporary folder, in the same run: the sides take turns in short rounds, so that both
see the same machine, and only ratios are reported. Times are CPU times of the process
that runs Odoo unless a column says otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ("odoo-addon-component", "odoo-addon-component-event")

Row = tuple[str, ...]
#: What is printed: the rows of each table, by its header.
Tables = Mapping[Row, Sequence[Row]]


class Target(NamedTuple):
    """A measured ratio and the bound it must keep."""

    name: str
    value: float
    #: "≥" or "≤"
    sense: str
    bound: float

    @property
    def met(self) -> bool:
        """Whether the bound is kept."""
        if self.sense == "≥":
            return self.value >= self.bound
        return self.value <= self.bound


class Worker:
    """A process that runs Odoo with one addons path and answers calls."""

    def __init__(self, addons_path: str | Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/bench/component_worker.py")],
            env=dict(
                os.environ, BENCH_ADDONS_PATH=str(addons_path), PYTHONHASHSEED="0"
            ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def call(self, function: str, **arguments: Any) -> Any:
        """Run a function of component_worker.py and return its result."""
        asks, answers = self._process.stdin, self._process.stdout
        assert asks and answers
        print(json.dumps([function, arguments]), file=asks, flush=True)
        answer = answers.readline()
        if not answer:
            raise RuntimeError(f"The bench process ended in {function}({arguments}).")
        return json.loads(answer)

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


class Bench(NamedTuple):
    """Two processes, and the databases they work on."""

    ours: Worker
    oca: Worker
    ours_database: str
    oca_database: str


@contextmanager
def bench(addon: str) -> Iterator[Bench]:
    """Install the addon of both sides, each on a database that is dropped after."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        _progress("installing the reference from PyPI")
        install_reference(folder, *REFERENCE)
        ours = Worker(ROOT)
        stack.callback(ours.close)
        oca = Worker(Path(folder, "odoo/addons"))
        stack.callback(oca.close)
        names = [f"bench_component_{os.getpid()}_{x}" for x in ("plain", "ours", "oca")]
        for name in names:
            stack.callback(ours.call, "drop_database", name=name)
        # registered last, so it comes first: nobody is connected when names go
        stack.callback(oca.call, "close_databases")
        stack.callback(ours.call, "close_databases")
        _progress("creating databases")
        plain, ours_database, oca_database = names
        ours.call("create_database", name=plain)
        for worker, name in ((ours, ours_database), (oca, oca_database)):
            ours.call("copy_database", name=name, template=plain)
            worker.call("install", database=name, addon=addon)
        yield Bench(ours, oca, ours_database, oca_database)


def install_reference(folder: str | Path, *packages: str) -> None:
    """Install OCA's addons as opaque packages."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    subprocess.run([*command, "--target", folder, *packages], check=True)


def parser(doc: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options of all benches."""
    result = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    result.add_argument("--quick", action="store_true", help="fewer rounds")
    result.add_argument("--json", type=Path, help="also write the figures to this file")
    result.add_argument(
        "--check", action="store_true", help="exit with 1 when a target is missed"
    )
    return result


def report(
    args: argparse.Namespace,
    header: Row,
    rows: Sequence[Row],
    targets: list[Target],
) -> None:
    """Print a table, the targets, and the ratios as one line of JSON."""
    report_tables(args, {header: rows}, targets)


def report_tables(
    args: argparse.Namespace,
    tables: Tables,
    targets: list[Target],
) -> None:
    """Print tables, rows by header, the targets, and the ratios as one line of JSON."""
    figures = {}
    for header, rows in tables.items():
        print_table(header, rows)
        print()
        figures[header[0]] = [dict(zip(header, row, strict=True)) for row in rows]
    report_targets(args, targets, figures)


def print_table(header: Row, rows: Sequence[Row]) -> None:
    """Print rows in columns, the first one to the left."""
    table = [header, *rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(header))]
    for row in table:
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        cells[0] = row[0].ljust(widths[0])
        print("  ".join(cells))


def report_targets(
    args: argparse.Namespace,
    targets: list[Target],
    tables: dict[str, list[dict[str, str]]] | None = None,
) -> None:
    """Print the targets, and the ratios as one line of JSON.

    :param tables: for the file of ``--json``, rows by title; the first column of each
        is named like its table
    """
    for target in targets:
        state = "met" if target.met else "MISSED"
        print(
            f"{state:6}  {target.name}: {target.value:.4g} "
            f"(target {target.sense} {target.bound:g})"
        )
    print(json.dumps({target.name: target.value for target in targets}))
    if args.json:
        judged = [{**target._asdict(), "met": target.met} for target in targets]
        content = {"targets": judged, "tables": tables or {}}
        args.json.write_text(json.dumps(content) + "\n")
    if args.check and not all(target.met for target in targets):
        sys.exit(1)


def _progress(message: str) -> None:
    """Say on stderr what takes time."""
    print(f"... {message}", file=sys.stderr, flush=True)
