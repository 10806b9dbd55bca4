# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A host whose clock is wrong stores times by PostgreSQL's clock. Needs no database."""

from __future__ import annotations

import time
from datetime import datetime

from freezegun import freeze_time

from odoo.tests.common import BaseCase

from ..core import clock


class TestClock(BaseCase):
    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(clock.learn, time.time())

    def test_clock_that_is_off_is_set_right(self) -> None:
        noon = datetime(2026, 1, 1, 12)
        for seconds, expected in (
            (3600, datetime(2026, 1, 1, 13)),
            (-3600, datetime(2026, 1, 1, 11)),
            (0.3, noon),
            (-0.3, noon),
        ):
            clock.learn(time.time() + seconds)
            with self.subTest(seconds), freeze_time(noon):
                now = clock.utc_now()
                self.assertLess(abs((now - expected).total_seconds()), 2)

    def test_frozen_time_stays_frozen(self) -> None:
        with freeze_time("2020-02-02 02:02:02"):
            clock.learn(time.clock_gettime(time.CLOCK_REALTIME))
            self.assertEqual(clock.utc_now(), datetime(2020, 2, 2, 2, 2, 2))
