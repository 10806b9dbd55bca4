"""Runs a folder of pytest tests and reads its report."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from outcome import Outcome
from processes import Child
from workspace import LOCAL, LOG, PYTHON, ROOT

SECONDS = 1200


def run(
    name: str, env: dict[str, str], *arguments: str, seconds: float = SECONDS
) -> Outcome:
    """Run pytest with these arguments; a run without a test is a failure."""
    log = LOG / "test" / f"{name}.log"
    report = LOG / "test" / f"{name}.xml"
    report.unlink(missing_ok=True)
    argv = [str(PYTHON), "-m", "pytest", f"--junitxml={report}", *arguments]
    argv += ["-p", "no:odoo", "-p", "no:cacheprovider"]
    argv += [f"--basetemp={LOCAL / 'tmp' / name}"]
    (LOCAL / "tmp").mkdir(exist_ok=True)
    with Child(f"test-{name}", argv, env, log, ROOT) as child:
        status = child.process.wait(seconds)
    outcome = read_report(report) if report.exists() else Outcome()
    outcome.log = log
    if status and not outcome.problems:
        outcome.problem(f"pytest ended with status {status}")
    outcome.require_a_test()
    return outcome


def read_report(report: Path) -> Outcome:
    """Return the counts and the names of the failed tests of a JUnit report."""
    outcome = Outcome()
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
            outcome.problems.append(f"failed: {name}")
        elif (skipped := case.find("skipped")) is not None:
            outcome.skipped += 1
            outcome.notes.append(f"skipped: {name}: {skipped.get('message')}")
        else:
            outcome.passed += 1
    return outcome
