# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tokens: never more than the rate, first come, first served, over all connections."""

from __future__ import annotations

import math
from typing import Any

from odoo.tests import TransactionCase, tagged

from ..store import rate
from .store_common import StoreCase


@tagged("post_install", "-at_install")
class TestBuckets(StoreCase):
    def setUp(self) -> None:
        super().setUp()
        self.sql("DELETE FROM queue_job_rate")

    def take(
        self,
        key: str = "shop",
        every: float = 60,
        burst: int = 1,
        patience: float = math.inf,
        control: Any = None,
    ) -> float:
        """Return the seconds to wait for a token, rounded."""
        query = "SELECT queue_job_take_token(%s, %s, %s, %s)"
        control = control or self.control
        return round(control._value(query, key, every, burst, patience))

    def pass_time(self, seconds: float) -> None:
        """Let the buckets believe that time has passed."""
        self.sql(
            "UPDATE queue_job_rate SET due = due - make_interval(secs => %s),"
            " closed_until = closed_until - make_interval(secs => %s)",
            seconds,
            seconds,
        )

    def test_each_token_is_due_after_the_one_before(self) -> None:
        self.assertEqual([self.take() for _number in range(4)], [0, 60, 120, 180])

    def test_keys_do_not_meet(self) -> None:
        self.take("shop")
        self.assertEqual(self.take("other shop"), 0)

    def test_burst_is_saved_up_and_no_more_than_that(self) -> None:
        waits = [self.take(burst=3) for _number in range(5)]
        self.assertEqual(waits, [0, 0, 0, 60, 120])
        self.pass_time(100_000)
        waits = [self.take(burst=3) for _number in range(5)]
        self.assertEqual(waits, [0, 0, 0, 60, 120])

    def test_tokens_come_back_one_by_one(self) -> None:
        for _number in range(3):
            self.take(burst=3)
        self.pass_time(60)
        self.assertEqual([self.take(burst=3) for _number in range(2)], [0, 60])

    def test_nothing_is_taken_beyond_the_patience(self) -> None:
        self.take()
        self.assertEqual([self.take(patience=10) for _number in range(3)], [60] * 3)
        self.assertEqual([self.take(), self.take()], [60, 120])

    def test_closed_key_gives_nothing_before_its_time(self) -> None:
        self.sql("SELECT queue_job_close_rate('shop', 300)")
        self.sql("SELECT queue_job_close_rate('shop', 20)")  # the longer one stays
        waits = [self.take(burst=2) for _number in range(3)]
        self.assertEqual(waits, [300, 300, 360])
        self.pass_time(420)
        self.assertEqual(self.take(burst=2), 0)

    def test_connections_share_a_bucket(self) -> None:
        controls = [self.connect() for _number in range(4)]
        waits = self.together(
            *(
                lambda control=control: [
                    self.take(every=10, control=control) for _number in range(25)
                ]
                for control in controls
            )
        )
        self.assertEqual(sorted(sum(waits, [])), list(range(0, 1000, 10)))


@tagged("post_install", "-at_install")
class TestRateFunctions(TransactionCase):
    def setUp(self) -> None:
        super().setUp()
        self.key = f"test {self.id()}"
        self.addCleanup(self._forget)

    def _forget(self) -> None:
        with rate._transaction(self.env) as cr:
            cr.execute("DELETE FROM queue_job_rate WHERE key = %s", [self.key])

    def test_take_and_close(self) -> None:
        self.assertEqual(rate.take(self.env, self.key, rate=2, period=120), 0)
        wait = rate.take(self.env.cr, self.key, rate=2, period=120, patience=1)
        self.assertAlmostEqual(wait, 60, delta=30)
        rate.close(self.env, self.key, 3600)
        wait = rate.take(self.env, self.key, rate=2, period=120, patience=1)
        self.assertAlmostEqual(wait, 3600, delta=30)

    def test_rollback_of_the_caller_gives_nothing_back(self) -> None:
        with self.env.registry.cursor() as cr:
            rate.take(cr, self.key, rate=1, period=3600)
            cr.rollback()
        self.assertGreater(rate.take(self.env, self.key, 1, 3600, patience=0), 0)

    def test_impossible_rates_are_refused(self) -> None:
        for wrong in ({"rate": 0}, {"period": 0}, {"burst": 0}):
            with self.assertRaisesRegex(ValueError, "above 0"):
                rate.take(self.env, self.key, **{"rate": 1, **wrong})
