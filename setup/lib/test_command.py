"""setup/test: runs the suites, two at a time, and counts."""

from __future__ import annotations

import argparse
import contextlib
import difflib
import os
import shutil
import sys
import threading
import time
import traceback
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

import postgres
from addon_tests import has_browser
from databases import SHOP, Databases
from locks import only_one
from odoo_run import Odoo
from outcome import Outcome
from processes import interrupt_on_signals, stop_all
from suites import Suite, all_suites
from workspace import LOG, SetupError

STARTED = time.monotonic()
PRINTING = threading.Lock()


def say(text: str) -> None:
    """Print a line of progress with the seconds since the start."""
    with PRINTING:
        print(f"[{time.monotonic() - STARTED:4.0f} s] {text}", flush=True)


def choose(names: list[str]) -> list[Suite]:
    """Return the suites of these names, or those that are run by default.

    Raises SetupError for a name that no suite has.
    """
    suites = all_suites()
    known = {suite.name: suite for suite in suites}
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise SetupError(
                f"there is no suite {name!r}",
                *(f"did you mean {match}?" for match in near),
                f"suites: {' '.join(known)}",
            )
    return [known[name] for name in names] or [
        suite for suite in suites if suite.is_default
    ]


def run_suite(suite: Suite, databases: Databases) -> Outcome:
    """Run one suite; what it raises is a failure of it, never of the others."""
    say(f"{suite.name}: started")
    started = time.monotonic()
    try:
        outcome = suite.run(databases)
    except SetupError as error:
        outcome = Outcome(failed=1, problems=[error.report()])
    except Exception:
        outcome = Outcome(failed=1, problems=[traceback.format_exc()])
    report(suite, outcome, time.monotonic() - started)
    return outcome


def report(suite: Suite, outcome: Outcome, seconds: float) -> None:
    """Print what a suite came to, and where to read more."""
    lines = [f"{suite.name}: {outcome.counts()}, in {seconds:.0f} s"]
    lines += [f"    {note}" for note in outcome.notes]
    if outcome.problems:
        lines += [f"    {problem}" for problem in outcome.problems]
        lines += [f"    log: {outcome.log}"] if outcome.log else []
    say("\n".join(lines))


def make_templates(databases: Databases) -> None:
    """Make what most suites copy, while others check the code.

    What fails here fails again, and is counted, in the suites that need it.
    """
    with contextlib.suppress(SetupError):
        databases.template(SHOP)


def run_all(suites: list[Suite], databases: Databases, width: int) -> list[Outcome]:
    """Run the suites, `width` at a time, and return their outcomes."""
    with ThreadPoolExecutor(width) as pool:
        if any(suite.has_database for suite in suites):
            pool.submit(make_templates, databases)
        futures: list[Future[Outcome]] = [
            pool.submit(run_suite, suite, databases) for suite in suites
        ]
        try:
            return [future.result() for future in as_completed(futures)]
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            stop_all()
            raise


def run(names: list[str], width: int) -> int:
    """Run the suites against a server of their own and print the line that counts."""
    suites = choose(names)
    if not has_browser():
        raise SetupError("no Chromium for the tours", "apt-get install chromium")
    with only_one("setup/test"), postgres.server() as pg:
        shutil.rmtree(LOG / "test", ignore_errors=True)
        (LOG / "test").mkdir(parents=True)
        databases = Databases(Odoo(pg))
        summary = Outcome.of_parts(run_all(suites, databases, width))
    if not summary.passed:
        summary.failed = max(summary.failed, 1)
    print(f"\n{summary.counts()}", flush=True)
    return 1 if summary.failed else 0


def main() -> int:
    """Read the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="setup/test", description=__doc__)
    parser.add_argument(
        "suite", nargs="*", help="run only these (default: all but long ones)"
    )
    parser.add_argument("--list", action="store_true", help="name the suites and stop")
    parser.add_argument(
        "--parallel", type=int, default=min(2, os.cpu_count() or 1), metavar="N"
    )
    options = parser.parse_args()
    if options.list:
        print("\n".join(suite.name for suite in all_suites()))
        return 0
    interrupt_on_signals()
    try:
        return run(options.suite, options.parallel)
    except SetupError as error:
        print(error.report(), file=sys.stderr)
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
    print("\n0 passed, 1 failed, 0 skipped", flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
