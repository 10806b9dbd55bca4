# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Claims: order, capacity, sequential, throttle, paused, eta."""

from __future__ import annotations

import functools

import psycopg2.errors

from odoo.tests import tagged

from ..store.control import Control
from .store_common import StoreCase


@tagged("post_install", "-at_install")
class TestOrder(StoreCase):
    def setUp(self) -> None:
        super().setUp()
        self.configure("root:10")

    def test_priority_then_creation_then_id(self) -> None:
        second = self.job(priority=5)
        third = self.job(priority=5)
        first = self.job(priority=5, channel="root.other")
        self.sql(
            "UPDATE queue_job SET date_created = '2025-01-01' WHERE id = %s", first
        )
        # Creation is not among what wakes the trigger; priority is.
        self.sql("UPDATE queue_job SET priority = 4 WHERE id = %s", first)
        last = self.job(priority=6)
        self.assertEqual(self.claimed(self.worker()), [first, second, third, last])

    def test_locked_row_is_skipped_not_waited_for(self) -> None:
        held, free = self.job(), self.job()
        worker = self.worker()
        with self.transaction() as cr:
            cr.execute("UPDATE queue_job SET priority = 1 WHERE id = %s", [held])
            self.assertEqual(self.ran(worker), [free])
        self.assertEqual(self.ran(worker), [held])

    def test_repeatable_read_would_fail_where_claims_skip(self) -> None:
        """Why workers have a connection of their own."""
        first, second = self.job(), self.job()
        with self.transaction() as cr:
            cr.execute("SELECT 1")  # takes the snapshot
            self.sql("UPDATE queue_job SET priority = 1 WHERE id = %s", first)
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                cr.execute(
                    "SELECT queue_job_claim(%s, 1, 1)", [999], log_exceptions=False
                )
            cr.rollback()
        self.assertEqual(self.claimed(self.worker()), [first, second])

    def test_each_job_is_claimed_once(self) -> None:
        jobs = {self.job() for _number in range(40)}

        def claim_all(worker: Control) -> list[int]:
            return [
                job_id
                for claims in iter(functools.partial(self.ran, worker, 3), [])
                for job_id in claims
            ]

        workers = [self.worker() for _number in range(4)]
        parts = self.together(*(functools.partial(claim_all, w) for w in workers))
        taken = [job_id for part in parts for job_id in part]
        self.assertEqual(len(taken), len(jobs))
        self.assertEqual(set(taken), jobs)

    def test_full_lane_does_not_stand_in_the_way(self) -> None:
        self.configure("root:10,busy:1,free:1")
        running, _waiting = (self.job("root.busy", priority=1) for _number in range(2))
        later = self.job("root.free", priority=99)
        first, second = self.worker(), self.worker()
        self.assertEqual(self.claimed(first, 1), [running])
        self.assertEqual(self.claimed(second), [later])

    def test_channel_that_is_not_configured_goes_under_the_nearest(self) -> None:
        self.configure("root:9,a:1")
        lanes = {
            None: "root",
            "": "root",
            "root": "root",
            "root.b": "root",
            "root.ab": "root",
            "root.a": "root.a",
            "a": "root.a",
            "root.a.x.y": "root.a",
        }
        for channel, expected in lanes.items():
            job_id = self.job(channel)
            self.assertEqual(
                self.sql(
                    "SELECT lane.name FROM queue_job_ready AS ready"
                    "  JOIN queue_job_lane AS lane ON lane.id = ready.lane_id"
                    " WHERE ready.job_id = %s",
                    job_id,
                ),
                [(expected,)],
                channel,
            )


@tagged("post_install", "-at_install")
class TestCapacity(StoreCase):
    def _claim_with(self, workers: int) -> list[int]:
        return [
            job_id
            for _number in range(workers)
            for job_id in self.claimed(self.worker(), 1)
        ]

    def test_channel_and_its_parents(self) -> None:
        self.configure("root:3,a:2,a.x:1,a.y:2")
        x = [self.job("root.a.x", priority=1) for _number in range(2)]
        y = [self.job("root.a.y", priority=2) for _number in range(3)]
        top = [self.job("root", priority=3) for _number in range(3)]
        # One of a.x; one of a.y, as a is full then; one of root, as root is full then.
        self.assertEqual(self._claim_with(8), [x[0], y[0], top[0]])

    def test_concurrent_claims_never_exceed_it(self) -> None:
        self.configure("root:5,a:3")
        for _number in range(20):
            self.job("root.a")
            self.job("root")
        workers = [self.worker() for _number in range(8)]
        parts = self.together(
            *(functools.partial(self.claimed, worker, 1) for worker in workers)
        )
        taken = [job_id for part in parts for job_id in part]
        self.assertEqual(len(taken), 5)
        [(in_a,)] = self.sql(
            "SELECT count(*) FROM queue_job WHERE id = ANY(%s) AND channel = 'root.a'",
            taken,
        )
        self.assertEqual(in_a, 3)

    def test_worker_counts_once_however_many_it_took(self) -> None:
        self.configure("root:2")
        jobs = [self.job() for _number in range(6)]
        self.assertEqual(self.claimed(self.worker(), 3), jobs[:3])
        self.assertEqual(self.claimed(self.worker(), 1), jobs[3:4])
        self.assertEqual(self.claimed(self.worker(), 1), [])

    def test_idle_workers_get_their_share(self) -> None:
        self.configure("root:9")
        jobs = [self.job() for _number in range(7)]
        one, two, three = self.worker(), self.worker(), self.worker()
        self.assertEqual(self.claimed(one), jobs[:3])
        self.assertEqual(self.claimed(two), jobs[3:5])
        self.assertEqual(self.claimed(three), jobs[5:])

    def test_worker_that_asks_again_has_given_back(self) -> None:
        first, second = self.job(), self.job()
        worker = self.worker()
        self.assertEqual(self.claimed(worker), [first, second])
        self.assertEqual(self.claimed(worker, 1), [first])
        self.assertEqual(self.state(second), "pending")

    def test_end_of_a_job_makes_room(self) -> None:
        self.configure("root:1")
        _first, second = self.job(), self.job()
        one, two = self.worker(), self.worker()
        claim = self.start(one)
        self.assertEqual(self.claimed(two), [])
        self.end(claim)
        self.assertEqual(self.claimed(two), [second])

    def test_change_applies_to_the_next_claim(self) -> None:
        self.configure("root:1")
        jobs = [self.job() for _number in range(3)]
        self.assertEqual(self._claim_with(2), jobs[:1])
        self.configure("root:2")
        self.assertEqual(self._claim_with(2), jobs[1:2])
        self.configure("root:0")
        self.sql("DELETE FROM queue_job_slot")
        self.assertEqual(self._claim_with(1), [])

    def test_running_jobs_count_in_a_channel_configured_meanwhile(self) -> None:
        self.configure("root:9")
        running, waiting = self.job("root.a"), self.job("root.a")
        self.assertEqual(self.claimed(self.worker(), 1), [running])
        self.configure("root:9,a:1")
        self.assertEqual(self.claimed(self.worker(), 1), [])
        self.configure("root:9,a:2")
        self.assertEqual(self.claimed(self.worker(), 1), [waiting])


@tagged("post_install", "-at_install")
class TestSequential(StoreCase):
    def setUp(self) -> None:
        super().setUp()
        self.configure("root:9,seq:1:sequential")

    def test_one_at_a_time_in_order(self) -> None:
        first, second = self.job("root.seq"), self.job("root.seq")
        one, two = self.worker(), self.worker()
        [claim] = one.claim(9)
        self.assertEqual(claim.job_id, first)
        self.assertEqual(self.claimed(two), [])
        self.end(claim)
        self.assertEqual(self.claimed(one), [second])

    def test_failed_job_blocks_until_somebody_decides(self) -> None:
        worker = self.worker()
        decisions = ("pending", "done", "cancelled")
        for decision in decisions:
            failed, waiting = self.job("root.seq"), self.job("root.seq")
            self.end(self.start(worker), "failed")
            self.assertEqual(self.claimed(worker), [], decision)
            self.sql("UPDATE queue_job SET state = %s WHERE id = %s", decision, failed)
            expected = failed if decision == "pending" else waiting
            self.assertEqual(self.claimed(worker), [expected], decision)
            self.sql("DELETE FROM queue_job")

    def test_job_whose_time_has_not_come_blocks_those_after_it(self) -> None:
        self.job("root.seq", eta=3600, priority=5)
        before = self.job("root.seq", priority=1)
        self.job("root.seq", priority=10)
        worker = self.worker()
        claim = self.start(worker)
        self.assertEqual(claim.job_id, before)
        self.end(claim)
        self.assertEqual(self.claimed(worker), [])

    def test_job_that_waits_for_others_does_not_block(self) -> None:
        self.job("root.seq", state="wait_dependencies", priority=1)
        ready = self.job("root.seq")
        self.assertEqual(self.claimed(self.worker()), [ready])

    def test_locked_head_is_not_overtaken(self) -> None:
        head, _next = self.job("root.seq"), self.job("root.seq")
        worker = self.worker()
        with self.transaction() as cr:
            cr.execute("UPDATE queue_job SET priority = 1 WHERE id = %s", [head])
            self.assertEqual(self.claimed(worker), [])
        self.assertEqual(self.claimed(worker), [head])


@tagged("post_install", "-at_install")
class TestTime(StoreCase):
    def setUp(self) -> None:
        super().setUp()
        self.configure("root:9")

    def _pass(self, seconds: int) -> None:
        """Let time pass for what waits for it."""
        self.sql("UPDATE queue_job_ready SET eta = eta - %s * interval '1 s'", seconds)
        self.sql(
            "UPDATE queue_job_throttle"
            "   SET last_start = last_start - %s * interval '1 s'",
            seconds,
        )

    def test_eta(self) -> None:
        later = self.job(eta=3600, priority=1)
        now = self.job(priority=5)
        worker = self.worker()
        self.assertEqual(self.ran(worker), [now])
        self.assertAlmostEqual(worker.next_due(), 3600, delta=60)
        self._pass(3601)
        self.assertLess(worker.next_due(), 0)
        competing = self.job(priority=5)
        self.assertEqual(self.ran(worker), [later, competing])
        self.assertIsNone(worker.next_due())

    def test_throttle(self) -> None:
        self.configure("root:9,slow:9:throttle=100")
        first, second = (self.job("root.slow") for _number in range(2))
        other = self.job("root", priority=99)
        self.assertEqual(self.claimed(self.worker()), [first, other])
        two = self.worker()
        self.assertEqual(self.claimed(two), [])
        self.assertAlmostEqual(two.next_due(), 100, delta=60)
        self._pass(101)
        self.assertEqual(self.claimed(two), [second])

    def test_throttle_of_a_parent_holds_back_all_below(self) -> None:
        self.configure("root:9,slow:9:throttle=100,slow.a:9,slow.b:9")
        first, second = self.job("root.slow.a"), self.job("root.slow.b")
        worker = self.worker()
        self.assertEqual(self.ran(worker), [first])
        self._pass(101)
        self.assertEqual(self.ran(worker), [second])

    def test_paused_holds_back_all_below(self) -> None:
        self.configure("root:9,a:9:paused,a.b:9")
        jobs = [self.job("root.a"), self.job("root.a.b"), self.job("root.a.b.c")]
        other = self.job("root.ab")
        worker = self.worker()
        self.assertEqual(self.ran(worker), [other])
        self.configure("root:9,a:9,a.b:9")
        self.assertEqual(self.ran(worker), jobs)
