# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attempts that no worker could note itself."""

from __future__ import annotations

from typing import Any

from odoo.tests import tagged

from .store_common import StoreCase


@tagged("post_install", "-at_install")
class TestStoreAttempts(StoreCase):
    def setUp(self) -> None:
        super().setUp()
        self.sql("DELETE FROM queue_job_attempt")

    def attempts(self) -> list[tuple[Any, ...]]:
        """Return what is known of the attempts, the oldest one first."""
        return self.sql(
            "SELECT job_id, number, outcome, worker, exc_name, duration >= 0"
            " FROM queue_job_attempt ORDER BY id"
        )

    def test_a_worker_that_dies_leaves_an_attempt(self) -> None:
        job = self.job()
        name = None
        for number in (1, 2):
            worker = self.worker()
            ((name,),) = self.sql(
                "SELECT name FROM queue_job_worker WHERE id = %s", worker.worker_id
            )
            self.start(worker)
            self.kill(worker)
            self.control.rescue()
            self.assertEqual(
                self.attempts()[-1], (job, number, "lost", name, "JobFoundDead", True)
            )
        self.assertEqual(len(self.attempts()), 2)

    def test_what_it_had_not_begun_is_no_attempt(self) -> None:
        running, _behind = self.job(), self.job()
        worker = self.worker()
        worker.claim(2)
        self.kill(worker)
        self.control.rescue()
        self.assertEqual([attempt[0] for attempt in self.attempts()], [running])

    def test_an_end_that_could_not_be_written_is_one(self) -> None:
        job = self.job()
        worker = self.worker()
        worker.abandon(self.start(worker))
        self.assertEqual(self.attempts(), [(job, 1, "conflict", None, None, True)])

    def test_a_job_given_to_another_worker_was_told_before(self) -> None:
        self.job()
        worker = self.worker()
        claim = self.start(worker)
        worker.abandon(claim)
        worker.abandon(claim)
        self.assertEqual(len(self.attempts()), 1)
