# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Children are released exactly once, whoever ends when."""

from __future__ import annotations

import functools

from odoo.sql_db import Cursor
from odoo.tests import tagged

from ..store import graph
from ..store.control import Claim, Control
from ..store.finish import finish
from .store_common import StoreCase


@tagged("post_install", "-at_install")
class TestRelease(StoreCase):
    def setUp(self) -> None:
        super().setUp()
        self.configure("root:9")

    def _graph(self, parents: int) -> tuple[list[Claim], int]:
        """Start ``parents`` jobs that one child waits for."""
        ids = [self.job() for _number in range(parents)]
        child = self.job(state="wait_dependencies")
        self.sql("INSERT INTO queue_job_dependency SELECT unnest(%s), %s", ids, child)
        return [self.start(self.worker()) for _number in range(parents)], child

    def test_last_parent_releases(self) -> None:
        [first, second], child = self._graph(2)
        self.end(first)
        self.assertEqual(self.control.release(), 0)
        self.assertEqual(self.state(child), "wait_dependencies")
        self.end(second)
        self.assertEqual(self.control.release(), 1)
        self.assertEqual(self.state(child), "pending")
        self.assertEqual(self.claimed(self.worker()), [child])
        self.assertEqual(self.control.release(), 0)

    def test_parents_that_end_together(self) -> None:
        """Neither transaction sees the other one's end."""
        [first, second], child = self._graph(2)
        with self.transaction() as one, self.transaction() as two:
            finish(one, first, {"state": "done"})
            finish(two, second, {"state": "done"})
            one.commit()
            self.assertEqual(self.control.release(), 0)
            two.commit()
            self.assertEqual(self.control.release(), 1)
        self.assertEqual(self.state(child), "pending")

    def _commit_and_release(self, cr: Cursor, worker: Control) -> int:
        cr.commit()
        return worker.release()

    def test_releases_that_run_together(self) -> None:
        for _number in range(20):
            claims, child = self._graph(2)
            workers = [self.control, self.connect()]
            with self.transaction() as one, self.transaction() as two:
                finish(one, claims[0], {"state": "done"})
                finish(two, claims[1], {"state": "done"})
                released = self.together(
                    *(
                        functools.partial(self._commit_and_release, cr, worker)
                        for cr, worker in zip((one, two), workers, strict=True)
                    )
                )
            self.assertEqual(sum(released), 1)
            self.assertEqual(self.state(child), "pending")
            self.sql("DELETE FROM queue_job")
            workers[1].close()

    def test_crash_between_the_commit_and_the_release(self) -> None:
        [parent], child = self._graph(1)
        self.end(parent)
        # The worker dies here; whoever releases next finds what it left.
        self.assertEqual(self.connect().release(), 1)
        self.assertEqual(self.state(child), "pending")

    def test_edge_added_while_its_parent_ends(self) -> None:
        """The child's transaction does not see the end, nor the end the edge."""
        [parent], _child = self._graph(1)
        child = self.job(state="wait_dependencies")
        with self.transaction() as cr:
            cr.execute("SELECT state FROM queue_job WHERE id = %s", [parent.job_id])
            self.end(parent)
            self.control.release()
            graph.add_edges(cr, [(parent.job_id, child)])
        self.assertEqual(self.state(child), "wait_dependencies")
        self.assertEqual(self.control.release(), 1)
        self.assertEqual(self.state(child), "pending")

    def test_edge_to_a_parent_that_runs_releases_nothing(self) -> None:
        [parent], _child = self._graph(1)
        child = self.job(state="wait_dependencies")
        with self.transaction() as cr:
            graph.add_edges(cr, [(parent.job_id, child)])
        self.assertEqual(self.control.release(), 0)
        self.assertEqual(self.state(child), "wait_dependencies")

    def test_rolled_back_end_releases_nothing(self) -> None:
        [parent], child = self._graph(1)
        with self.transaction() as cr:
            finish(cr, parent, {"state": "done"})
            cr.rollback()
        self.assertEqual(self.control.release(), 0)
        self.assertEqual(self.state(child), "wait_dependencies")

    def test_parents_ended_by_hand(self) -> None:
        [claim], child = self._graph(1)
        self.control.abandon(claim)
        for state, expected in (
            ("failed", "wait_dependencies"),
            ("cancelled", "wait_dependencies"),
            ("done", "pending"),
        ):
            self.sql(
                "UPDATE queue_job SET state = %s WHERE id = %s", state, claim.job_id
            )
            self.control.release()
            self.assertEqual(self.state(child), expected, state)

    def test_child_that_somebody_cancelled_stays_so(self) -> None:
        [claim], child = self._graph(1)
        self.sql("UPDATE queue_job SET state = 'cancelled' WHERE id = %s", child)
        self.end(claim)
        self.assertEqual(self.control.release(), 0)
        self.assertEqual(self.state(child), "cancelled")

    def test_a_child_of_many_does_not_look_at_all_of_them_each_time(self) -> None:
        blocks = []
        for size in (100, 2000):
            parents = self.sql(
                "INSERT INTO queue_job (uuid, state, date_created, channel)"
                " SELECT gen_random_uuid(), 'pending', now(), 'root'"
                " FROM generate_series(1, %s) RETURNING id",
                size,
            )
            child = self.job(state="wait_dependencies")
            self.sql(
                "INSERT INTO queue_job_dependency (parent_id, child_id)"
                " SELECT unnest(%s), %s",
                [parent for (parent,) in parents],
                child,
            )
            done = [parent for (parent,) in parents[: size // 2]]
            self.sql("UPDATE queue_job SET state = 'done' WHERE id = ANY (%s)", done)
            self.sql("ANALYZE queue_job")
            self.sql("ANALYZE queue_job_dependency")
            release = "SELECT queue_job_release_children(%s)"
            self.sql(release, done[-1:])  # what is read only once
            ((plan,),) = self.sql(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {release}", done[-1:]
            )
            blocks.append(plan[0]["Plan"]["Shared Hit Blocks"])
            self.assertEqual(self.state(child), "wait_dependencies")
        self.assertLess(blocks[1], blocks[0] * 2 + 20, blocks)

    def test_child_held_by_a_user_is_released_after_them(self) -> None:
        [claim], child = self._graph(1)
        with self.transaction() as cr:
            cr.execute("UPDATE queue_job SET priority = 1 WHERE id = %s", [child])
            self.end(claim)
            release = self.connect()
            pid = release._connection.info.backend_pid
            released = self.together(
                release.release, functools.partial(self._commit_when_blocked, cr, pid)
            )
        self.assertEqual(released[0], 1)
        self.assertEqual(self.start(self.worker()).job_id, child)

    def _commit_when_blocked(self, cr: Cursor, pid: int) -> None:
        self.wait_until_blocked(pid)
        cr.commit()
