"""setup/dev benchmarks: runs what measures the project, and keeps what each found.

    setup/dev benchmarks [--quick] [--list] [NAME...] [-- OPTION...]

All by default, one after the other: nothing else should run beside them. The result of
each is kept in .local/benchmarks until it is run again, and docs/benchmarks.md is made
from the latest of each; with no name but `page` nothing is run. `--quick` is a short
pass of the same code, kept apart from the results, with a page of its own. What stands
after `--` are options of the named benchmarks themselves.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import shlex
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import benchmarks_page
import machine
from databases import Databases
from locks import only_one
from processes import Child
from suites import chaos_env
from workspace import LOCAL, LOG, PYTHON, ROOT, SetupError

RESULTS = LOCAL / "benchmarks"
PAGE = ROOT / "docs" / "benchmarks.md"


def plain_env(databases: Databases) -> dict[str, str]:
    """Return how the server is reached."""
    return databases.odoo.env()


@dataclass(frozen=True)
class Benchmark:
    """A script that prints figures and writes them as ``--json FILE``."""

    name: str
    title: str
    #: Its path from the root.
    script: str
    #: What it takes on two cores, about.
    minutes: int
    env: Callable[[Databases], dict[str, str]] = plain_env

    def run(self, databases: Databases, quick: bool, options: list[str]) -> bool:
        """Run it and keep its result; return whether it ended well."""
        say(f"{self.name}: started; a full run takes about {self.minutes} minutes")
        arguments = [self.script, *(["--quick"] if quick else []), *options]
        load, began = os.getloadavg()[0], time.monotonic()
        if (found := self._measure(databases, arguments)) is None:
            return False
        result = {
            "command": shlex.join(self._command(quick, options)),
            "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            "seconds": round(time.monotonic() - began),
            "load": round(load, 2),
            "machine": machine.describe(),
            **found,
        }
        keep(result, results_folder(quick) / f"{self.name}.json")
        missed = [each["name"] for each in found["targets"] if not each["met"]]
        say(f"{self.name}: {len(found['targets'])} targets, {len(missed)} missed")
        for name in missed:
            print(f"    missed: {name}", flush=True)
        return True

    def _command(self, quick: bool, options: list[str]) -> list[str]:
        return [
            *("setup/dev", "benchmarks", self.name),
            *(["--quick"] if quick else []),
            *(["--", *options] if options else []),
        ]

    def _measure(
        self, databases: Databases, arguments: list[str]
    ) -> dict[str, Any] | None:
        """Return what the script writes; None, having said why, when it fails."""
        log = LOG / "benchmarks" / f"{self.name}.log"
        with tempfile.TemporaryDirectory() as folder:
            result = Path(folder, "result.json")
            argv = [str(PYTHON), *arguments, "--json", str(result)]
            with Child(self.name, argv, self.env(databases), log, ROOT) as child:
                status = child.process.wait()
            if not status and result.exists():
                return dict(json.loads(result.read_text()))
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        say(f"{self.name}: FAILED with status {status}; the end of {log}:\n{tail}")
        return None


ALL = (
    Benchmark("queue", "The job queue", "tests/bench/queue_bench.py", 15),
    Benchmark("together", "Jobs together", "tests/bench/queue_coalesced.py", 3),
    Benchmark("prune", "Deleting old jobs", "tests/bench/queue_prune.py", 8),
    Benchmark("month", "A month of jobs", "tests/bench/queue_month.py", 20),
    Benchmark("screens", "Screens", "tests/bench/queue_screens.py", 6),
    Benchmark("storm", "A storm", "tests/load/storm.py", 25, chaos_env),
    Benchmark("build", "Building components", "tests/bench/component_build.py", 2),
    Benchmark("lookup", "Finding components", "tests/bench/component_lookup.py", 3),
    Benchmark("events", "Events", "tests/bench/component_event.py", 8),
    Benchmark("mapping", "Mapping, binding", "tests/bench/connector_speed.py", 3),
    Benchmark("chunks", "Imports in chunks", "tests/bench/connector_import.py", 4),
    Benchmark("import", "A shop", "tests/bench/example_import.py", 12),
    Benchmark("large-shop", "A large shop", "tests/load/large_shop.py", 60),
)


def results_folder(quick: bool) -> Path:
    """Return where results are kept."""
    return RESULTS / "quick" if quick else RESULTS


def keep(result: dict[str, object], path: Path) -> None:
    """Write a result: the old one stays until the new one is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(result, indent=1) + "\n")
    new.rename(path)


def choose(names: list[str]) -> list[Benchmark]:
    """Return the benchmarks of these names, all for none.

    Raises SetupError for a name that none has.
    """
    known = {benchmark.name: benchmark for benchmark in ALL}
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise SetupError(
                f"there is no benchmark {name!r}",
                *(f"did you mean {match}?" for match in near),
                f"benchmarks: {' '.join(known)}",
            )
    return [known[name] for name in names] or list(ALL)


def write_page(quick: bool) -> None:
    """Make the page of the results there are."""
    folder = results_folder(quick)
    page = folder / "benchmarks.md" if quick else PAGE
    sections = []
    for benchmark in ALL:
        path = folder / f"{benchmark.name}.json"
        result = json.loads(path.read_text()) if path.exists() else None
        text = benchmarks_page.docstring(ROOT / benchmark.script)
        sections.append(
            benchmarks_page.Section(benchmark.name, benchmark.title, text, result)
        )
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(benchmarks_page.page(sections, quick))
    say(f"written: {page.relative_to(ROOT)}")


def say(text: str) -> None:
    """Print a line of progress."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


def main(databases: Databases, arguments: list[str]) -> int:
    """Run benchmarks and write the page; return 1 when one did not end well."""
    options: list[str] = []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, options = arguments[:at], arguments[at + 1 :]
    parser = argparse.ArgumentParser(
        prog="setup/dev benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="*", help="run only these")
    parser.add_argument("--quick", action="store_true", help="a short pass")
    parser.add_argument("--list", action="store_true", help="name them and stop")
    chosen = parser.parse_args(arguments)
    if chosen.list:
        for benchmark in ALL:
            print(f"{benchmark.name:<12}{benchmark.minutes:>4} min  {benchmark.title}")
        return 0
    todo = [] if chosen.name == ["page"] else choose(chosen.name)
    if options and not chosen.name:
        raise SetupError(
            "options of a benchmark without its name",
            f"setup/dev benchmarks NAME -- {shlex.join(options)}",
        )
    failed = 0
    with only_one("setup/dev benchmarks"):
        try:
            for benchmark in todo:
                failed += not benchmark.run(databases, chosen.quick, options)
        finally:
            # Whoever stops the rest keeps what is known.
            write_page(chosen.quick)
    return 1 if failed else 0
