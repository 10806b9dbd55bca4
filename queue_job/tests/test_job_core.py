# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""States, retry rules, eta, graph: what needs no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from odoo.tests.common import BaseCase

from ..core import retry, states
from ..core.chunks import Chunks
from ..core.eta import parse_eta
from ..core.graph import CycleError, Graph
from ..core.lifecycle import JobLifecycle
from ..core.states import TRANSITIONS, JobEvent, JobState
from ..exception import FailedJobError, RetryableJobError

NOW = datetime(2026, 1, 2, 3, 4, 5)


class TestStates(BaseCase):
    def test_every_state_can_be_reached_and_left(self) -> None:
        reached = {*TRANSITIONS.values(), states.requeue_target(has_open_parent=True)}
        self.assertEqual(reached, set(JobState))
        self.assertEqual({state for state, _event in TRANSITIONS}, set(JobState))

    def test_buttons(self) -> None:
        before_run = {"wait_dependencies", "pending", "enqueued", "failed"}
        self.assertEqual(set(states.sources(JobEvent.SET_DONE)), before_run)
        self.assertEqual(set(states.sources(JobEvent.CANCEL)), before_run)
        self.assertEqual(
            set(states.sources(JobEvent.REQUEUE)), {"done", "cancelled", "failed"}
        )

    def test_can(self) -> None:
        self.assertTrue(states.can("failed", JobEvent.REQUEUE))
        self.assertFalse(states.can("started", JobEvent.REQUEUE))
        with self.assertRaises(ValueError):
            states.can("finished", JobEvent.REQUEUE)

    def test_documentation_shows_the_table(self) -> None:
        page = Path(__file__).parents[2] / "docs/delaying-jobs.md"
        if page.exists():  # in the repository, not where the addon is installed
            lines = ["| from | event | to |", "|---|---|---|"]
            for (state, event), target in TRANSITIONS.items():
                lines.append(f"| {state} | {event} | {target} |")
            self.assertIn("\n".join(lines), page.read_text())


class TestRetry(BaseCase):
    def test_delay_is_that_of_the_greatest_key_reached(self) -> None:
        pattern = {2: 10, 5: (20, 30)}
        for attempt, expected in (
            (1, retry.RETRY_INTERVAL),
            (2, 10),
            (4, 10),
            (5, (20, 30)),
            (9, (20, 30)),
        ):
            with self.subTest(attempt=attempt):
                self.assertEqual(retry.retry_delay(pattern, attempt), expected)

    def test_range_is_drawn_within_its_bounds(self) -> None:
        drawn = {retry.retry_seconds({1: (3, 5)}, 1) for _try in range(200)}
        self.assertEqual(drawn, {3, 4, 5})

    def test_given_seconds_win_even_zero(self) -> None:
        self.assertEqual(retry.retry_seconds({1: 10}, 1, 0), 0)
        self.assertEqual(retry.retry_seconds(None, 1), retry.RETRY_INTERVAL)

    def test_parse(self) -> None:
        for text, expected in (
            ("{1: 10, 5: (20, 30)}", {1: 10, 5: (20, 30)}),
            ("{'1': 10, '5': [20, 30]}", {1: 10, 5: (20, 30)}),
            ("", {}),
            (None, {}),
        ):
            with self.subTest(text=text):
                self.assertEqual(retry.parse_retry_pattern_text(text), expected)

    def test_wrong_patterns_are_refused(self) -> None:
        for text in (
            "[1, 2]",
            "{'a': 1}",
            "{1: 'x'}",
            "{1: (2, 1)}",
            "{1: (1, 2, 3)}",
            "{1: -1}",
            "{1: True}",
            "{1.5: 1}",
            "{1: 1",
            "__import__('os')",
        ):
            with (
                self.subTest(text=text),
                self.assertRaisesRegex(retry.RetryPatternError, "Retry pattern"),
            ):
                retry.parse_retry_pattern_text(text)


class TestEta(BaseCase):
    def test_what_people_write(self) -> None:
        for value, expected in (
            (None, None),
            (0, None),
            (60, NOW + timedelta(seconds=60)),
            (timedelta(hours=1), NOW + timedelta(hours=1)),
            (NOW, NOW),
            (NOW.replace(tzinfo=UTC), NOW),
            (
                NOW.replace(tzinfo=timezone(timedelta(hours=2))),
                NOW - timedelta(hours=2),
            ),
        ):
            with self.subTest(value=value):
                self.assertEqual(parse_eta(value, NOW), expected)

    def test_another_type_is_refused(self) -> None:
        for value in ("tomorrow", NOW.date(), True):
            with self.assertRaisesRegex(TypeError, "eta .* is a "):
                parse_eta(value, NOW)

    def test_no_such_time(self) -> None:
        for value in (10**12, 1e300, float("nan"), timedelta.max):
            with self.assertRaisesRegex(ValueError, "eta .* is out of range"):
                parse_eta(value, NOW)


class TestGraph(BaseCase):
    def test_sort_puts_parents_first(self) -> None:
        graph = Graph({"d": [], "b": ["d"], "c": ["d"], "a": ["b", "c"], "x": []})
        order = list(graph.topological_sort())
        self.assertEqual(sorted(order), ["a", "b", "c", "d", "x"])
        for parent, child in graph.edges():
            self.assertLess(order.index(parent), order.index(child))

    def test_cycle_is_named(self) -> None:
        graph = Graph({"z": ["a"], "a": ["b"], "b": ["c"], "c": ["a"], "y": []})
        with self.assertRaises(CycleError) as caught:
            graph.topological_sort()
        cycle = caught.exception.cycle
        self.assertEqual(cycle[0], cycle[-1])
        self.assertEqual(set(cycle), {"a", "b", "c"})
        for parent, child in zip(cycle, cycle[1:], strict=False):
            self.assertIn((parent, child), graph.edges())

    def test_vertex_that_is_its_own_parent(self) -> None:
        with self.assertRaises(CycleError):
            Graph({"a": ["a"]}).topological_sort()

    def test_vertices_edges_and_roots(self) -> None:
        graph = Graph()
        graph.add_vertex(1)
        graph.add_edge(2, 3)
        graph.add_edge(2, 3)
        self.assertEqual(graph.vertices(), {1, 2, 3})
        self.assertEqual(graph.edges(), [(2, 3)])
        self.assertEqual(graph.root_vertices(), {1, 2})

    def test_paths_are_maximal(self) -> None:
        graph = Graph({1: [2, 3], 2: [4], 3: [4], 4: []})
        self.assertEqual(list(graph.paths(1)), [[1, 2, 4], [1, 3, 4]])
        self.assertEqual(list(graph.paths(4)), [[4]])

    def test_deep_graph(self) -> None:
        size = 5000
        graph = Graph({i: [i + 1] for i in range(size)})
        self.assertEqual(list(graph.topological_sort()), list(range(size + 1)))


class Failing(JobLifecycle):
    """A job whose method raises."""

    args = ()
    kwargs: dict = {}

    def __init__(self, error: Exception, max_retries: int) -> None:
        self.error = error
        self.max_retries = max_retries
        self.chunks = Chunks()

    def func(self) -> None:
        raise self.error


class TestPerform(BaseCase):
    def test_retryable_error_while_attempts_are_left(self) -> None:
        job = Failing(RetryableJobError("later"), max_retries=2)
        with self.assertRaises(RetryableJobError):
            job.perform()
        self.assertEqual(job.retry, 1)

    def test_last_attempt_fails(self) -> None:
        job = Failing(RetryableJobError("later"), max_retries=2)
        job.retry = 1
        with self.assertRaisesRegex(
            FailedJobError, r"Max\. retries \(2\) reached: later"
        ) as caught:
            job.perform()
        self.assertIs(caught.exception.__cause__, job.error)

    def test_no_limit(self) -> None:
        job = Failing(RetryableJobError("later"), max_retries=0)
        job.retry = 1000
        with self.assertRaises(RetryableJobError):
            job.perform()

    def test_ignored_attempt_is_given_back(self) -> None:
        job = Failing(RetryableJobError("later", ignore_retry=True), max_retries=1)
        job.retry = 1
        with self.assertRaises(RetryableJobError):
            job.perform()
        self.assertEqual(job.retry, 1)

    def test_other_errors_pass(self) -> None:
        job = Failing(ZeroDivisionError(), max_retries=5)
        with self.assertRaises(ZeroDivisionError):
            job.perform()
