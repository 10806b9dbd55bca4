# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.tests import tagged

from ..hooks import uninstall_hook
from .model_common import JobRecordCase


@tagged("post_install", "-at_install")
class TestUninstall(JobRecordCase):
    def names(self, query: str) -> set[str]:
        self.env.cr.execute(query)
        return {name for (name,) in self.env.cr.fetchall()}

    def test_only_what_the_orm_drops_is_left(self) -> None:
        channel = self.env["queue.job.channel"]._find_or_create("root.a.b")
        self.env["queue.job.function"].create(
            {"name": "<res.partner>.x", "channel_id": channel.id}
        )
        self.make_job(channel="root.a.b")
        self.env.flush_all()
        functions = "SELECT proname FROM pg_proc WHERE proname LIKE 'queue\\_job%'"
        self.assertTrue(self.names(functions))
        uninstall_hook(self.env)
        self.assertFalse(self.names(functions))
        tables = self.names(
            "SELECT tablename FROM pg_tables WHERE tablename LIKE 'queue\\_job%'"
        )
        models = {model._table for model in self.env.values()}
        relations = self.names("SELECT name FROM ir_model_relation")
        self.assertFalse(tables - models - relations)
        # Channels and functions keep each other no more: Odoo deletes them one by one.
        self.env.cr.execute("DELETE FROM queue_job_channel")
