"""Reads what tests did from Odoo's log."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ "
    r"(?P<level>[A-Z]+) \S+ (?P<logger>[^:]+): (?P<text>.*)$"
)
SUMMARY = re.compile(
    r"(?P<failures>\d+) failed, (?P<errors>\d+) error\(s\) of (?P<run>\d+) tests"
    r" when loading database"
)
FAILED_TEST = re.compile(r"^(?:FAIL|ERROR): (?P<test>.+)$")
#: What Odoo says of failures that it named before.
COUNTED = re.compile(r"\d+ failures, \d+ errors of|At least one test failed")
SKIPPED_TEST = re.compile(r"^skipped (?P<test>.*?) : (?P<reason>.*)$")
#: Reasons that mean there is no browser, or that it does not start.
BROWSER = re.compile(r"chrome|chromium|devtools|websocket-client", re.IGNORECASE)


@dataclass
class TestLog:
    """What one run of Odoo's tests left in its log."""

    run: int = 0
    failed: int = 0
    skipped_methods: int = 0
    skipped: list[str] = field(default_factory=list)
    failed_tests: list[str] = field(default_factory=list)
    error_lines: list[str] = field(default_factory=list)
    warning_lines: list[str] = field(default_factory=list)
    finished: bool = False

    @property
    def passed(self) -> int:
        """Return how many tests ran and did not fail."""
        return max(0, self.run - self.failed - self.skipped_methods)

    @property
    def skipped_tours(self) -> list[str]:
        """Return the skipped tests that need the browser."""
        return [line for line in self.skipped if BROWSER.search(line)]


def parse(text: str) -> TestLog:
    """Read the text of a log; lines that are no log records belong to those above."""
    log = TestLog()
    errors = 0
    for line in text.splitlines():
        record = LINE.match(line)
        if record:
            errors = len(log.error_lines)
            _read(log, record["level"], record["logger"], record["text"], line)
        elif len(log.error_lines) > errors and line.strip():
            _add_cause(log, line)
    return log


def _add_cause(log: TestLog, line: str) -> None:
    """Keep the last line of a traceback beside its error: it says what happened."""
    head = log.error_lines[-1].split("\n", 1)[0]
    log.error_lines[-1] = f"{head}\n        {line.strip()}"


def _read(log: TestLog, level: str, logger: str, text: str, line: str) -> None:
    if summary := SUMMARY.search(text):
        log.finished = True
        log.run += int(summary["run"])
        log.failed += int(summary["failures"]) + int(summary["errors"])
    elif failed := FAILED_TEST.match(text):
        log.failed_tests.append(failed["test"])
    elif skipped := SKIPPED_TEST.match(text):
        log.skipped.append(f"{skipped['test']}: {skipped['reason']}")
        # A class that is skipped as a whole never counted its tests as run.
        log.skipped_methods += not skipped["test"].startswith("setUpClass")
    elif logger == "odoo.modules.loading" and COUNTED.search(text):
        return
    elif level in ("ERROR", "CRITICAL"):
        log.error_lines.append(line)
    elif level == "WARNING":
        log.warning_lines.append(line)
