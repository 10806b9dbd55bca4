# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import threading
from typing import Any

from odoo import api
from odoo.modules.registry import Registry
from odoo.tests.common import BaseCase, TransactionCase, get_db_name, tagged

from odoo.addons.queue_job.runtime.databases import Databases
from odoo.addons.queue_job.runtime.leader import Leader
from odoo.addons.queue_job.runtime.settings import read_settings
from odoo.addons.queue_job.runtime.worker import Worker
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


@tagged("post_install", "-at_install")
class EngineCase(BaseCase):
    """Jobs that are committed, and run by a worker of this process.

    Nothing else may run jobs in the database meanwhile.
    """

    def setUp(self) -> None:
        super().setUp()
        self.registry = Registry(get_db_name())
        self.cr = self.registry.cursor()
        self.addCleanup(self.cr.close)
        self.env = api.Environment(self.cr, api.SUPERUSER_ID, {})
        self.record = self.env["test.queue.job"].create({"name": "engine"})
        self.cr.commit()
        self.addCleanup(self._clean)

    def _clean(self) -> None:
        self.cr.rollback()
        self.record.unlink()
        for table in "queue_job", "queue_job_worker":
            self.cr.execute(f"DELETE FROM {table}")
        self.cr.commit()

    def run_jobs(self) -> None:
        """Commit, and run jobs until nothing is left that may run now."""
        self.cr.commit()
        thread = threading.current_thread()
        dbname = getattr(thread, "dbname", None)
        try:
            settings = read_settings()
            worker = Worker(Databases([self.cr.dbname]), settings, "cron")
            self.assertFalse(worker.run_while_busy(30), "jobs are left")
        finally:
            thread.dbname = dbname
        self.env.invalidate_all()
        self.cr.rollback()

    def lead(self) -> None:
        """Do once what the leader of the database does."""
        leader = Leader(self.cr.dbname, read_settings())
        try:
            leader.tick()
        finally:
            leader.close()
        self.env.invalidate_all()
        self.cr.rollback()

    def hurry(self, job: Any) -> None:
        """Let a job that waits for its time run now."""
        job.db_record().eta = False
        self.cr.commit()
