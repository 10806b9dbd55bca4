# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lanes: channel records, the configuration over them, changes while jobs wait."""

from __future__ import annotations

from odoo.tests import tagged

from .store_common import StoreCase


@tagged("post_install", "-at_install")
class TestLanes(StoreCase):
    def _lanes(self) -> dict[str, int | None]:
        return dict(self.sql("SELECT name, capacity FROM queue_job_lane"))

    def _record(self, name: str, capacity: int) -> None:
        self.sql(
            "INSERT INTO queue_job_channel"
            "  (name, complete_name, capacity, throttle, removal_interval)"
            " VALUES (%s, %s, %s, 0, 30)",
            name.rpartition(".")[2],
            name,
            capacity,
        )

    def test_records_count_where_the_configuration_is_silent(self) -> None:
        self._record("root.a", 3)
        self._record("root.b", 0)
        self.configure("root:8,b:2")
        self.assertEqual(self._lanes(), {"root": 8, "root.a": 3, "root.b": 2})
        self.control.override_channels([])
        [(root,)] = self.sql(
            "SELECT NULLIF(capacity, 0) FROM queue_job_channel"
            " WHERE complete_name = 'root'"
        )
        self.assertEqual(
            self._lanes(), {"root": root, "root.a": 3, "root.b": None}, "0: no limit"
        )

    def test_deleted_channel_leaves_its_jobs_to_the_parent(self) -> None:
        self.configure("root:9")
        self._record("root.a", 1)
        jobs = [self.job("root.a"), self.job("root.a.b")]
        self.sql("DELETE FROM queue_job_channel WHERE complete_name = 'root.a'")
        self.assertEqual(self.claimed(self.worker()), jobs)

    def test_job_of_a_transaction_older_than_the_deletion(self) -> None:
        self.configure("root:9")
        self._record("root.a", 1)
        with self.transaction() as cr:
            cr.execute(
                "INSERT INTO queue_job (uuid, state, channel, date_created)"
                " VALUES ('late', 'pending', 'root.a', now()) RETURNING id"
            )
            [late] = cr.fetchone()
            self.sql("DELETE FROM queue_job_channel WHERE complete_name = 'root.a'")
        worker = self.worker()
        self.assertEqual(self.claimed(worker), [], "its lane is gone")
        self.control.rescue()
        self.assertEqual(self.claimed(worker), [late])
