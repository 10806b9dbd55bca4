# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta
from typing import Any

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import ConnectorCase


class TestSyncModel(ConnectorCase):
    def line(self, model: str = "test.item.binding") -> Any:
        lines = self.backend.sync_model_ids
        return lines.filtered(lambda line: line.model_name == model)

    def test_each_backend_has_a_line_for_each_model(self) -> None:
        self.assertEqual(
            sorted(self.backend.sync_model_ids.mapped("model_name")),
            ["test.group", "test.item.binding", "test.order"],
        )
        self.assertEqual(self.line().display_name, "Test Item Binding")
        self.line().sudo().unlink()
        self.backend.action_view_sync_models()
        self.backend.invalidate_recordset(["sync_model_ids"])
        self.assertTrue(self.line(), "what an update brought is added")

    def test_statistics(self) -> None:
        self.memory.put("items", 7, name="Seven")
        binding = self.import_item(7)
        self.items.create({"name": "x", "backend_id": self.backend.id}).write(
            {"sync_state": "failed"}
        )
        line = self.line()
        self.assertEqual(line.last_sync, binding.sync_date)
        self.assertEqual((line.binding_count, line.failed_count), (2, 1))
        plain = new_test_user(self.env, "plain-statistics")
        line.invalidate_recordset()
        self.assertEqual(line.with_user(plain).binding_count, 0)

    def _run_cron(self) -> list[Any]:
        with trap_jobs() as trap:
            self.env["connector.sync.model"]._cron_import()
            return [
                job.recordset._name
                for job in trap.enqueued_jobs
                if job.args[0] == self.backend
            ]

    def test_schedule(self) -> None:
        self.line().write({"interval_number": 2, "interval_type": "hours"})
        self.assertEqual(self._run_cron(), [], "the backend is not active")
        self.backend.state = "active"
        self.line().next_run = fields.Datetime.now() - timedelta(hours=9)
        self.assertEqual(self._run_cron(), ["test.item.binding"])
        wait = self.line().next_run - fields.Datetime.now()
        self.assertGreater(wait, timedelta(minutes=119))
        self.assertEqual(self._run_cron(), [], "not before the next time")

    def test_schedule_of_a_backend_that_is_gone(self) -> None:
        line = self.line()
        line.write({"interval_number": 1, "backend_model": "no.such.model"})
        self.assertEqual(self._run_cron(), [])
        with self.assertRaisesRegex(UserError, "is gone"):
            line.action_import()

    def test_import_buttons(self) -> None:
        with trap_jobs() as trap:
            self.line().action_import()
            trap.assert_enqueued_job(
                self.items.import_since_last,
                args=(self.backend,),
                kwargs={"filters": None, "full": False},
            )
        with trap_jobs() as trap:
            self.line().action_import_all()
            trap.assert_enqueued_job(
                self.items.import_since_last,
                args=(self.backend,),
                kwargs={"filters": None, "full": True},
            )
            trap.assert_enqueued_job(
                self.items.import_deletions,
                args=(self.backend,),
                kwargs={"force": False},
            )
        with trap_jobs() as trap:
            self.line().action_find_deletions()
            trap.assert_jobs_count(1, only=self.items.import_deletions)

    def test_export_button(self) -> None:
        values = {"backend_id": self.backend.id}
        never, failed, imported = self.items.create(
            [
                {**values, "name": "never"},
                {**values, "name": "failed", "external_id": "1"},
                {**values, "name": "imported", "external_id": "2"},
            ]
        )
        quiet = {"connector_no_export": True}
        failed.with_context(**quiet).write(
            {"sync_state": "failed", "sync_direction": "export"}
        )
        imported.with_context(**quiet).sync_direction = "import"
        with trap_jobs() as trap:
            self.line().action_export()
            trap.assert_enqueued_job(
                self.items.export_batch, args=(self.backend,), kwargs={"domain": None}
            )
        with trap_jobs() as trap:
            self.items.export_batch(self.backend)
            exported = [job.recordset for job in trap.enqueued_jobs]
        self.assertEqual(exported, [never, failed])
        with trap_jobs() as trap:
            self.backend.export_batch(
                "test.item.binding", [("name", "=", "imported")], delayed=False
            )
            exported = [job.recordset for job in trap.enqueued_jobs]
        self.assertEqual(exported, [imported])

    def test_deletions_at_once(self) -> None:
        message = self.backend.import_deletions("test.item.binding", delayed=False)
        self.assertIn("0 of 0", message)

    def test_records_button(self) -> None:
        action = self.line().action_view_bindings()
        self.assertEqual(action["res_model"], "test.item.binding")

    def test_rights(self) -> None:
        line = self.line()
        with self.assertRaises(AccessError):
            line.with_user(new_test_user(self.env, "plain-sync")).write({"sequence": 1})
        with self.assertRaises(AccessError):
            line.with_user(new_test_user(self.env, "plain-import")).action_import()

    def test_they_go_with_the_backend(self) -> None:
        line, cursor = self.line(), self.backend._sync_cursor("test.item.binding")
        self.backend.unlink()
        self.assertFalse(line.exists())
        self.assertFalse(cursor.exists())
