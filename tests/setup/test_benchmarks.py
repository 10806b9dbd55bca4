# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The page of benchmarks says what was measured, and nothing that was not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import benchmarks
import benchmarks_page
import pytest
from workspace import ROOT, SetupError

MACHINE = {"processor": "2 cores, some", "memory": "8 GB"}


def target(name: str, value: float, met: bool) -> dict[str, Any]:
    """Return a target as a benchmark writes it."""
    return {"name": name, "value": value, "sense": "≤", "bound": 20, "met": met}


def result(*targets: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a result as it is kept."""
    return {
        "command": "setup/dev benchmarks storm",
        "date": "2026-11-23 10:00 UTC",
        "seconds": 90,
        "load": 0.1,
        "machine": MACHINE,
        "targets": list(targets),
        "tables": {"storm": [{"storm": "jobs", "value": "1000000"}]},
        **more,
    }


def section(name: str, found: dict[str, Any] | None) -> benchmarks_page.Section:
    """Return a part of the page."""
    text = "What it is.\n\n    python storm.py\n\nMore of ``it``.\n\nNeeds root."
    return benchmarks_page.Section(name, name.title(), text, found)


def test_targets_met_and_missed() -> None:
    """A missed target is as plain to see as one that is met."""
    found = result(target("minutes", 12.5, True), target("recovery", 34567, False))
    page = benchmarks_page.page([section("storm", found)], quick=False)
    assert "| minutes | 12.5 | ≤ 20 | met |" in page
    assert "| recovery | 34,567 | ≤ 20 | **missed** |" in page
    assert "| [Storm](#storm) | **1 of 2** | 2026-11-23 10:00 UTC | 1.5 |" in page
    assert "| jobs | 1000000 |" in page
    assert "`setup/dev benchmarks storm`, 2026-11-23 10:00 UTC" in page


def test_text_is_that_of_the_script() -> None:
    """Without how to run it by hand: the command stands there."""
    page = benchmarks_page.page([section("storm", result())], quick=False)
    assert "What it is.\n\nMore of `it`.\n" in page
    assert "storm.py" not in page and "Needs root" not in page


def test_parts_in_a_column_are_a_list() -> None:
    """As a script names its parts."""
    text = "Parts:\n\nrunning   jobs, end to end\nlatency   of one job"
    found = benchmarks_page.Section("queue", "Queue", text, result())
    page = benchmarks_page.page([found], quick=False)
    assert "Parts:\n\n- *running*: jobs, end to end\n- *latency*: of one job" in page


def test_what_was_not_measured_is_named() -> None:
    """Nothing is said of it but that."""
    sections = [section("storm", result()), section("month", None)]
    page = benchmarks_page.page(sections, quick=False)
    assert "Not measured yet: month." in page
    assert "## Month" not in page


def test_nothing_measured() -> None:
    """The page tells how to begin."""
    page = benchmarks_page.page([section("month", None)], quick=False)
    assert "Not measured yet: month." in page and "## Where" not in page


def test_several_machines() -> None:
    """Results of another machine stand apart."""
    other = result(machine={"processor": "64 cores"})
    sections = [section("a", result()), section("b", result()), section("c", other)]
    page = benchmarks_page.page(sections, quick=False)
    assert page.index("2 of the benchmarks:") < page.index("1 of the benchmarks:")


def test_short_pass_says_so() -> None:
    """Its figures are not to be taken for real ones."""
    assert "short pass" in benchmarks_page.page([section("a", result())], quick=True)


def test_every_benchmark_has_a_script_that_explains_it() -> None:
    """Its docstring is the text of the page."""
    for benchmark in benchmarks.ALL:
        assert benchmarks_page.docstring(ROOT / benchmark.script), benchmark.name


def test_unknown_name() -> None:
    """The near one is offered."""
    with pytest.raises(SetupError) as caught:
        benchmarks.choose(["strom"])
    assert "did you mean storm?" in caught.value.remedies


def test_result_is_whole_or_the_old_one(tmp_path: Path) -> None:
    """A command that is stopped leaves what was there."""
    path = tmp_path / "results" / "storm.json"
    benchmarks.keep(result(), path)
    with pytest.raises(TypeError):
        benchmarks.keep({"broken": object()}, path)
    assert json.loads(path.read_text()) == result()
