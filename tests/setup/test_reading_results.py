# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a log says is counted right: a run that proves nothing is no success."""

from __future__ import annotations

from pathlib import Path

import addon_tests
import odoo_log
import pytest
import pytest_suite
import test_command
from outcome import Outcome

START = "2026-11-23 05:10:00,123 42 {} db odoo.addons.x.tests.test_x: {}"
RESULT = (
    "2026-11-23 05:10:09,123 42 {} db odoo.tests.result: {} failed, {} error(s) of {}"
    " tests when loading database 'db'"
)


def log(*records: tuple[str, str], result: str | None) -> odoo_log.TestLog:
    """Return what is read from a log of these records (level, text)."""
    lines = [START.format(level, text) for level, text in records]
    return odoo_log.parse("\n".join([*lines, *([result] if result else [])]))


def judge(found: odoo_log.TestLog, status: int = 0) -> Outcome:
    """Return what setup/test makes of it."""
    return addon_tests.judge(found, status, Path("x.log"))


def test_success() -> None:
    """Skipped tests ran for Odoo, and did not pass for us."""
    outcome = judge(
        log(
            ("INFO", "skipped TestX.test_a : needs another currency"),
            ("INFO", "skipped setUpClass (odoo.addons.x.tests.test_x.TestY) : no"),
            result=RESULT.format("INFO", 0, 0, 9),
        )
    )
    assert (outcome.passed, outcome.failed, outcome.skipped) == (8, 0, 2)
    assert not outcome.problems


def test_failures_are_named() -> None:
    """A failed and a broken test count, and the names are shown."""
    outcome = judge(
        log(
            ("ERROR", "FAIL: TestX.test_a\nTraceback (most recent call last):\n ..."),
            ("ERROR", "ERROR: TestX.test_b\nTraceback"),
            result=RESULT.format("ERROR", 1, 1, 5),
        ),
        status=1,
    )
    assert (outcome.passed, outcome.failed) == (3, 2)
    assert outcome.problems[:2] == ["failed: TestX.test_a", "failed: TestX.test_b"]
    assert len(outcome.problems) == 2


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (log(result=RESULT.format("WARNING", 0, 0, 0)), "no test ran"),
        (log(("INFO", "Starting TestX.test_a ..."), result=None), "before its tests"),
        (
            log(("ERROR", "bad query"), result=RESULT.format("INFO", 0, 0, 3)),
            "are errors",
        ),
        (
            log(("CRITICAL", "no module"), result=RESULT.format("INFO", 0, 0, 3)),
            "are errors",
        ),
        (
            log(
                ("INFO", "skipped TestX.test_tour : Chrome executable not found"),
                result=RESULT.format("INFO", 0, 0, 3),
            ),
            "browser did not run",
        ),
    ],
    ids=["no test", "crash", "error line", "critical line", "skipped tour"],
)
def test_green_but_not_good(found: odoo_log.TestLog, problem: str) -> None:
    """A run in which no test failed can still prove nothing."""
    outcome = judge(found)
    assert outcome.failed
    assert problem in "\n".join(outcome.problems)


def test_cause_of_an_error() -> None:
    """The last line of its traceback stands below an error."""
    text = "Failed to load registry\nTraceback:\n  File x\nKeyError: 'shop'\n"
    found = log(("ERROR", text), result=RESULT.format("INFO", 0, 0, 3))
    assert found.error_lines[0].endswith("registry\n        KeyError: 'shop'")


def test_status_without_a_reason() -> None:
    """A status that nothing in the log explains is a failure as well."""
    outcome = judge(log(result=RESULT.format("INFO", 0, 0, 3)), status=1)
    assert outcome.failed == 1


def test_pytest_report(tmp_path: Path) -> None:
    """A pytest report is counted by case."""
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="c" name="a"/>'
        '<testcase classname="c" name="b"><failure>no</failure></testcase>'
        '<testcase classname="c" name="d"><error>no</error></testcase>'
        '<testcase classname="c" name="e"><skipped message="why"/></testcase>'
        "</testsuite></testsuites>"
    )
    outcome = pytest_suite.read_report(report)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 2, 1)
    assert outcome.problems == ["failed: c.b", "failed: c.d"]


def test_sum() -> None:
    """The last line adds all suites."""
    whole = Outcome.of_parts([Outcome(3, 0, 1), Outcome(2, 1, 0)])
    assert whole.counts() == "5 passed, 1 failed, 1 skipped"


def test_unknown_suite_suggests() -> None:
    """A mistyped name is answered with the near one."""
    with pytest.raises(test_command.SetupError) as caught:
        test_command.choose(["compnent"])
    assert "did you mean component?" in caught.value.report()
