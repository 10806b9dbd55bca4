# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.exceptions import UserError

from odoo.addons.connector.exception import NetworkRetryableError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import ConnectorCase


class TestBindingMixin(ConnectorCase):
    def setUp(self) -> None:
        super().setUp()
        self.binding = self.items.create(
            {"name": "B", "backend_id": self.backend.id, "external_id": "1"}
        )

    def test_copy_is_not_bound(self) -> None:
        item = self.env["test.item"].create({})
        copy = self.binding.copy({"odoo_id": item.id})
        self.assertFalse(copy.external_id)
        self.assertEqual(copy.sync_state, "pending")

    def test_indexes_of_both_styles(self) -> None:
        self.env.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename IN %s",
            [("test_item_binding", "test_group")],
        )
        names = {name for [name] in self.env.cr.fetchall()}
        self.assertIn("test_item_binding_backend_external_uniq", names)
        self.assertIn("test_item_binding_backend_odoo_uniq", names)
        self.assertIn("test_group_backend_external_uniq", names)
        self.assertNotIn("test_group_backend_odoo_uniq", names)

    def _fail(self, direction: str) -> None:
        self.items._write_sync_error(
            direction, "KeyError: 'x'", self.backend.id, "1", None
        )

    def test_error_is_kept_and_forgotten(self) -> None:
        self._fail("import")
        self.assertEqual(self.binding.sync_state, "failed")
        self.assertEqual(self.binding.last_error, "KeyError: 'x'")
        self.memory.put("items", 1, name="B")
        self.import_item(1)
        self.assertEqual(self.binding.sync_state, "synced")
        self.assertFalse(self.binding.last_error)

    def test_error_of_a_record_that_has_no_binding(self) -> None:
        self.items._write_sync_error("import", "x", self.backend.id, "none", None)

    def test_error_is_written_after_the_rollback(self) -> None:
        self.memory.offline = True
        callbacks = self.env.cr.postrollback
        before = len(callbacks._funcs)
        with self.assertRaises(NetworkRetryableError):
            self.binding.export_record()
        self.assertEqual(len(callbacks._funcs), before + 1)
        callbacks._funcs.pop()

    def test_retry_import(self) -> None:
        self._fail("import")
        with trap_jobs() as trap:
            self.binding.action_retry()
            trap.assert_enqueued_job(
                self.binding.import_record,
                args=(self.backend, "1"),
                kwargs={"force": True},
            )
        self.assertEqual(self.binding.sync_state, "pending")
        self.assertFalse(self.binding.last_error)

    def test_retry_export(self) -> None:
        self._fail("export")
        with trap_jobs() as trap:
            self.binding.action_retry()
            trap.assert_enqueued_job(self.binding.export_record)

    def test_retry_of_an_import_without_id(self) -> None:
        self._fail("import")
        self.binding.with_context(connector_no_export=True).external_id = False
        with self.assertRaises(UserError):
            self.binding.action_retry()
