# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.tests.common import TransactionCase, tagged

from odoo.addons.queue_job.tests.common import JobMixin


# The hooks of the models run when all modules are loaded.
@tagged("post_install", "-at_install")
class JobCase(JobMixin, TransactionCase):
    """Records whose methods are delayed, and a plain user to delay them as."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.records = cls.env["test.queue.job"].create(
            [{"name": name} for name in "abcde"]
        )
        cls.record = cls.records[0]
        cls.user = cls.env["res.users"].create(
            {
                "name": "Delaying User",
                "login": "delaying",
                "group_ids": [(6, 0, [cls.env.ref("base.group_user").id])],
            }
        )

    def edges(self, *jobs: Any) -> set[tuple[Any, Any]]:
        """Return the stored (parent, child) pairs among the jobs."""
        by_id = {job.db_record().id: job for job in jobs}
        self.env.cr.execute(
            "SELECT parent_id, child_id FROM queue_job_dependency"
            " WHERE parent_id = ANY(%(ids)s) OR child_id = ANY(%(ids)s)",
            {"ids": list(by_id)},
        )
        return {
            (by_id[parent], by_id[child]) for parent, child in self.env.cr.fetchall()
        }
