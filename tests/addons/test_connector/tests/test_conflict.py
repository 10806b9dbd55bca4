# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import ConnectorCase


class TestConflict(ConnectorCase):
    def setUp(self) -> None:
        super().setUp()
        self.memory.put("items", 7, name="Both", updatedAt="2026-01-01T12:00:00Z")
        self.binding = self.import_item(7)

    def _policy(self, policy: str) -> None:
        lines = self.backend.sync_model_ids
        lines.filtered(
            lambda line: line.model_name == "test.item.binding"
        ).conflict_policy = policy

    def _change_odoo(self, at: datetime | None = None) -> None:
        """Change the record, at a time after its synchronization."""
        self.binding.odoo_id.name = "Odoo"
        self.env.flush_all()
        synced = datetime(2026, 1, 1, 12, 0)
        changed = at or synced + timedelta(hours=1)
        self.env.cr.execute(
            "UPDATE test_item SET write_date = %s WHERE id = %s",
            [changed, self.binding.odoo_id.id],
        )
        self.env.cr.execute(
            "UPDATE test_item_binding SET sync_date = %s WHERE id = %s",
            [synced, self.binding.id],
        )
        self.env.invalidate_all()

    def _change_backend(self, at: str = "2026-01-01T14:00:00Z") -> None:
        self.memory.put("items", 7, name="Backend", updatedAt=at)

    def _import(self, **kwargs: Any) -> tuple[str, list[Any]]:
        with trap_jobs() as trap:
            message = self.items.import_record(self.backend, 7, **kwargs)
            return message, [job.method_name for job in trap.enqueued_jobs]

    def _export(self, **kwargs: Any) -> tuple[str, list[Any]]:
        with trap_jobs() as trap:
            message = self.binding.export_record(**kwargs)
            return message, [job.method_name for job in trap.enqueued_jobs]

    def _checkpoints(self) -> Any:
        return self.env["connector.checkpoint"]._open_for(
            self.binding.odoo_id, self.backend
        )

    # Import

    def test_import_without_policy(self) -> None:
        self._change_odoo()
        self._change_backend()
        self._import()
        self.assertEqual(self.binding.name, "Backend")

    def test_import_odoo_wins(self) -> None:
        self._policy("odoo")
        self._change_odoo()
        self._change_backend()
        message, jobs = self._import()
        self.assertIn("Odoo wins", message)
        self.assertEqual(jobs, ["export_record"])
        self.assertEqual(self.binding.name, "Odoo")
        self._import(force=True)
        self.assertEqual(self.binding.name, "Backend", "forced by somebody")

    def test_import_of_what_only_the_backend_changed(self) -> None:
        for policy in ("odoo", "backend", "last_writer", "checkpoint"):
            self._policy(policy)
            self._change_backend(f"2026-01-02T14:00:0{len(policy) % 10}Z")
            self.memory.records["items"]["7"]["name"] = policy
            self._import()
            self.assertEqual(self.binding.name, policy)

    def test_import_last_writer(self) -> None:
        self._policy("last_writer")
        self._change_odoo()  # 13:00
        self._change_backend("2026-01-01T12:30:00Z")
        message, jobs = self._import()
        self.assertEqual((jobs, self.binding.name), (["export_record"], "Odoo"))
        self._change_backend("2026-01-01T13:30:00Z")
        self._import()
        self.assertEqual(self.binding.name, "Backend")

    def test_import_checkpoint(self) -> None:
        self._policy("checkpoint")
        self._change_odoo()
        self._change_backend()
        self._import()
        self._import()
        self.assertEqual(self.binding.name, "Odoo")
        self.assertEqual(self.binding.sync_state, "conflict")
        checkpoint = self._checkpoints()
        self.assertEqual(len(checkpoint), 1, "asked once")
        self.assertIn("both sides", checkpoint.reason)

    def test_last_writer_of_versions_that_are_no_dates(self) -> None:
        self._policy("last_writer")
        self._change_odoo()
        self._change_backend("etag-2")
        self._import()
        self.assertTrue(self._checkpoints(), "nobody knows who was last")

    # Export

    def test_export_without_policy_reads_nothing(self) -> None:
        self._change_backend()
        self.memory.calls.clear()
        self._export()
        self.assertEqual([call[0] for call in self.memory.calls], ["write"])

    def test_export_backend_wins(self) -> None:
        self._policy("backend")
        self._change_odoo()
        self._change_backend()
        message, jobs = self._export()
        self.assertIn("backend wins", message)
        self.assertEqual(jobs, ["import_record"])
        self.assertEqual(self.memory.records["items"]["7"]["name"], "Backend")
        self._export(force=True)
        self.assertEqual(self.memory.records["items"]["7"]["name"], "Odoo")

    def test_export_odoo_wins(self) -> None:
        self._policy("odoo")
        self._change_odoo()
        self._change_backend()
        self._export()
        self.assertEqual(self.memory.records["items"]["7"]["name"], "Odoo")

    def test_export_last_writer(self) -> None:
        self._policy("last_writer")
        self._change_odoo()  # 13:00
        self._change_backend("2026-01-01T13:30:00Z")
        self.assertIn("backend wins", self._export()[0])
        self._change_backend("2026-01-01T12:30:00Z")
        self._export()
        self.assertEqual(self.memory.records["items"]["7"]["name"], "Odoo")

    def test_own_exports_are_no_changes_of_the_backend(self) -> None:
        self._policy("checkpoint")
        for name in ("One", "Two"):
            self.binding.odoo_id.name = name
            self._export()
            self.assertEqual(self.memory.records["items"]["7"]["name"], name)
        self.assertIn("up-to-date", self._import()[0])

    def test_export_checkpoint_and_decision(self) -> None:
        self._policy("checkpoint")
        self._change_odoo()
        self._change_backend()
        self._export()
        self.assertEqual(self.binding.sync_state, "conflict")
        self.assertEqual(self.memory.records["items"]["7"]["name"], "Backend")
        with trap_jobs() as trap:
            self.binding.action_keep_odoo()
            trap.perform_enqueued_jobs()
        self.assertEqual(self.memory.records["items"]["7"]["name"], "Odoo")
        self.assertFalse(self._checkpoints())
        self.assertEqual(self.binding.sync_state, "synced")

    def test_decision_for_the_backend(self) -> None:
        self._policy("checkpoint")
        self._change_odoo()
        self._change_backend()
        self._import()
        with trap_jobs() as trap:
            self.binding.action_keep_backend()
            trap.perform_enqueued_jobs()
        self.assertEqual(self.binding.name, "Backend")
        self.assertEqual(self.binding.sync_state, "synced")

    def test_export_of_a_record_that_is_gone(self) -> None:
        self._policy("backend")
        del self.memory.records["items"]["7"]
        self._export()
        self.assertNotEqual(self.binding.external_id, "7", "created again")
