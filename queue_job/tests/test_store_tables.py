# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The small tables follow the jobs, whoever writes them; dead workers leave nothing."""

from __future__ import annotations

from odoo.tests import tagged

from .store_common import StoreCase


@tagged("post_install", "-at_install")
class TestTables(StoreCase):
    def setUp(self) -> None:
        super().setUp()
        self.configure("root:9,seq:1:sequential")

    def _where(self, job_id: int) -> str:
        """Return which tables know the job."""
        names = [
            name
            for name in ("ready", "lease", "identity")
            if self.sql(f"SELECT 1 FROM queue_job_{name} WHERE job_id = %s", job_id)
        ]
        return " ".join(names)

    def _set(self, job_id: int, **values: object) -> None:
        assignments = ", ".join(f"{column} = %s" for column in values)
        self.sql(
            f"UPDATE queue_job SET {assignments} WHERE id = %s",
            *values.values(),
            job_id,
        )

    def test_states_written_by_hand(self) -> None:
        expected = {
            "wait_dependencies": "identity",
            "pending": "ready identity",
            "enqueued": "ready identity",
            "done": "",
            "failed": "",
            "cancelled": "",
        }
        for state, tables in expected.items():
            job_id = self.job(state=state, identity_key=state)
            self.assertEqual(self._where(job_id), tables, f"inserted {state}")
            for other, others in expected.items():
                self._set(job_id, state=other)
                self.assertEqual(self._where(job_id), others, f"{state} to {other}")
            self.sql("DELETE FROM queue_job WHERE id = %s", job_id)
            self.assertEqual(self._where(job_id), "", "deleted")

    def test_every_job_requeued_by_one_statement(self) -> None:
        self.job()
        self.start(self.worker())
        jobs = {self.job(state=state) for state in ("done", "failed", "cancelled")}
        self.sql("UPDATE queue_job SET state = 'pending' WHERE state <> 'started'")
        self.assertEqual(set(self.claimed(self.worker())), jobs)

    def test_priority_eta_and_channel_written_by_hand(self) -> None:
        first, second = self.job(priority=1), self.job(priority=2)
        worker = self.worker()
        self._set(second, priority=0)
        self.assertEqual(self.ran(worker, 1), [second])
        self._set(first, eta="2099-01-01")
        self.assertEqual(self.claimed(worker), [])
        self._set(first, eta=None)
        self._set(first, channel="root.seq")
        self.assertEqual(
            self.sql(
                "SELECT lane.name FROM queue_job_ready AS ready"
                "  JOIN queue_job_lane AS lane ON lane.id = ready.lane_id"
            ),
            [("root.seq",)],
        )
        self.assertEqual(self.claimed(worker), [first])

    def test_columns_that_only_sql_leaves_empty(self) -> None:
        self.sql("INSERT INTO queue_job (uuid, state) VALUES ('bare', 'pending')")
        self.sql("UPDATE queue_job SET state = 'failed'")
        self.sql("UPDATE queue_job SET state = 'pending'")
        worker = self.worker()
        self.assertTrue(self.claimed(worker))
        worker.give_back()
        claim = self.start(worker)
        self.end(claim)
        self.assertEqual(self.state(claim.job_id), "done")

    def test_identity_key_is_free_once_the_job_begins(self) -> None:
        self.job(identity_key="k")
        claim = self.start(self.worker())
        twin = self.job(identity_key="k")
        self.assertEqual(self._where(twin), "ready identity")
        # The first one comes back beside its twin: it runs, but owns the key no more.
        self.end(claim, "pending")
        self.assertEqual(self._where(claim.job_id), "ready")


@tagged("post_install", "-at_install")
class TestDeadWorkers(StoreCase):
    def setUp(self) -> None:
        super().setUp()
        self.configure("root:9")

    def test_running_job_goes_back_and_counts_the_attempt(self) -> None:
        job_id = self.job(retry=1)
        worker = self.worker()
        self.start(worker)
        self.kill(worker)
        [(_uuid, state, name)] = self.control.rescue()
        self.assertEqual(state, "pending")
        self.assertIn(":", name)
        [row] = self.sql(
            "SELECT retry, exc_name, worker_pid FROM queue_job WHERE id = %s", job_id
        )
        self.assertEqual(row, (2, "JobFoundDead", None))
        self.assertEqual(self.claimed(self.worker()), [job_id])
        self.assertEqual(self.control.rescue(), [])

    def test_job_that_kills_its_workers_fails(self) -> None:
        job_id = self.job(max_retries=2)
        for expected in ("pending", "failed"):
            worker = self.worker()
            self.start(worker)
            self.kill(worker)
            self.assertEqual([row[1] for row in self.control.rescue()], [expected])
            self.assertEqual(self.state(job_id), expected)

    def test_job_with_endless_retries_never_fails(self) -> None:
        job_id = self.job(max_retries=0, retry=99)
        worker = self.worker()
        self.start(worker)
        self.kill(worker)
        self.control.rescue()
        self.assertEqual(self.state(job_id), "pending")

    def test_only_the_first_that_had_not_ended_counts_the_attempt(self) -> None:
        jobs = [self.job() for _number in range(3)]
        worker = self.worker()
        first, *_others = worker.claim(3)
        self.end(first)
        self.kill(worker)
        self.assertEqual([row[1] for row in self.control.rescue()], ["pending"])
        rows = self.sql(
            "SELECT id, state, COALESCE(retry, 0), attempt FROM queue_job ORDER BY id"
        )
        expected = [("done", 0), ("pending", 1), ("pending", 0)]
        self.assertEqual(
            rows,
            [(id_, *row, None) for id_, row in zip(jobs, expected, strict=True)],
        )
        self.assertEqual(self.claimed(self.worker()), jobs[1:])

    def test_worker_that_lives_keeps_its_job(self) -> None:
        self.job()
        worker = self.worker()
        claim = self.start(worker)
        self.assertEqual(self.control.rescue(), [])
        self.end(claim)
        self.assertEqual(self.state(claim.job_id), "done")

    def test_worker_that_leaves_gives_back(self) -> None:
        jobs = [self.job(), self.job()]
        worker = self.worker()
        self.assertEqual(self.claimed(worker), jobs)
        worker.unregister()
        self.assertEqual(self.sql("SELECT id FROM queue_job_worker"), [])
        self.assertEqual(self.claimed(self.worker()), jobs)

    def test_abandoned_job_is_tried_again(self) -> None:
        self.job()
        claim = self.start(self.worker())
        self.control.abandon(claim)
        [row] = self.sql(
            "SELECT state, retry, eta > now() AT TIME ZONE 'UTC' FROM queue_job"
        )
        self.assertEqual(row, ("pending", 1, True))
        self.control.abandon(claim)  # a second time changes nothing
        self.assertEqual(self.sql("SELECT retry FROM queue_job"), [(1,)])
