# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import json

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestStatistics(TransactionCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.env.cr.execute("DELETE FROM queue_job_stat")
        cls.company = cls.env.company
        cls.other = cls.env["res.company"].create({"name": "Other"})
        cls.manager = new_test_user(
            cls.env, "stat_manager", "queue_job.group_queue_job_manager"
        )
        rows = [
            ("<a>.slow", cls.company.id, "done", 1, 90.0, 4.0, [1]),
            ("<a>.slow", cls.company.id, "failed", 9, 10.0, 0.0, []),
            ("<a>.fast", 0, "done", 10, 1.0, 8.0, [0, 4]),
            ("<a>.other", cls.other.id, "done", 5, 5.0, 5.0, [5]),
        ]
        names = "function company_id outcome attempts run_seconds wait_seconds".split()
        counted = [
            {
                **dict(zip(names, row, strict=False)),
                "channel": "root",
                "run_histogram": [row[3]],
                "wait_histogram": row[-1],
            }
            for row in rows
        ]
        cls.env.cr.execute(
            "SELECT queue_job_add_statistics(%s::jsonb)", [json.dumps(counted)]
        )
        cls.stats = cls.env["queue.job.stat"].with_user(cls.manager)

    def test_a_manager_sees_their_companies_and_none(self) -> None:
        found = set(self.stats.search([]).mapped("function"))
        self.assertEqual(found, {"<a>.slow", "<a>.fast"})

    def test_others_see_nothing(self) -> None:
        user = new_test_user(self.env, "stat_user", "queue_job.group_queue_job_user")
        with self.assertRaises(AccessError):
            self.env["queue.job.stat"].with_user(user).search([])

    def test_means_are_over_attempts(self) -> None:
        groups = self.stats._read_group(
            [], ["function"], ["attempts:sum", "run_mean:avg", "wait_mean:avg"]
        )
        self.assertEqual(
            {function: tuple(means) for function, *means in groups},
            {"<a>.slow": (10, 10.0, 4.0), "<a>.fast": (10, 0.1, 2.0)},
        )

    def test_what_is_older_than_ninety_days_is_no_point_in_time(self) -> None:
        self.env.cr.execute(
            "UPDATE queue_job_stat SET minute = minute - interval '100 days'"
            " WHERE function = '<a>.fast'"
        )
        self.stats.sudo()._gc_minutes()
        self.assertEqual(set(self.stats.search([]).mapped("function")), {"<a>.slow"})
        self.env.cr.execute(
            "SELECT sum(attempts) FROM queue_job_stat WHERE function = '<a>.fast'"
        )
        self.assertEqual(self.env.cr.fetchone(), (10,))
