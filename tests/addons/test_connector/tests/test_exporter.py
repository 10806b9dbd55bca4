# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.connector.exception import InvalidDataError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import ConnectorCase


class TestGenericExporter(ConnectorCase):
    def setUp(self) -> None:
        super().setUp()
        self.binding = self.items.create(
            {"name": "One", "price": 1.5, "backend_id": self.backend.id}
        )

    def test_create(self) -> None:
        message = self.binding.export_record()
        external_id = self.binding.external_id
        self.assertIn(external_id, message)
        record = self.memory.records["items"][external_id]
        self.assertEqual(record["name"], "One")
        self.assertEqual(record["cents"], 150)
        self.assertEqual(record["qty"], 0, "0 is a number, not a lack of one")
        self.assertIsNone(record["sku"])
        self.assertEqual(self.binding.sync_state, "synced")
        self.assertEqual(self.binding.sync_direction, "export")

    def test_update_what_changed(self) -> None:
        self.binding.export_record()
        record = self.memory.records["items"][self.binding.external_id]
        record.update(name="changed there", cents=1)
        self.binding.with_context(no_connector_export=True).price = 3
        self.binding.export_record(fields=["price"])
        self.assertEqual(record["cents"], 300)
        self.assertEqual(record["name"], "changed there")

    def test_nothing_to_export(self) -> None:
        self.binding.export_record()
        calls = len(self.memory.calls)
        self.assertEqual(
            self.binding.export_record(fields=["note"]), "Nothing to export."
        )
        self.assertEqual(len(self.memory.calls), calls)

    def test_a_new_record_is_exported_with_all_its_fields(self) -> None:
        self.binding.export_record(fields=["price"])
        record = self.memory.records["items"][self.binding.external_id]
        self.assertEqual(record["name"], "One")

    def test_a_record_exported_twice_is_created_once(self) -> None:
        self.binding.export_record()
        self.binding.export_record()
        self.assertEqual(len(self.memory.records["items"]), 1)

    def test_direct_dependency(self) -> None:
        group = self.groups.create({"name": "G", "backend_id": self.backend.id})
        self.binding.with_context(connector_no_export=True).group_id = group
        self.binding.export_record()
        self.assertEqual(
            self.memory.records["items"][self.binding.external_id]["group"],
            group.external_id,
        )
        self.binding.export_record()
        creates = [call for call in self.memory.calls if call == ("create", "groups")]
        self.assertEqual(len(creates), 1)

    def _exporter(self, work: Any) -> Any:
        exporter = work.component(usage="record.exporter")
        exporter.binding = self.binding
        return exporter

    def test_dependency_gets_its_binding(self) -> None:
        item = self.env["test.item"].create({"name": "Needed"})
        for binding_field in (None, "test_bind_ids"):
            with self.work_on("test.item.binding") as work:
                self._exporter(work)._export_dependency(
                    item,
                    "test.item.binding",
                    binding_field=binding_field,
                    binding_extra_vals={"note": "extra"},
                )
            self.assertEqual(len(item.test_bind_ids), 1)
            self.assertTrue(item.test_bind_ids.external_id)
            self.assertEqual(item.note, "extra")
        self.assertEqual(len(self.memory.records["items"]), 1)

    def test_dependency_of_another_backend_is_another_one(self) -> None:
        other = self.backend.copy()
        item = self.env["test.item"].create({"name": "Needed"})
        self.items.create(
            {"odoo_id": item.id, "backend_id": other.id, "external_id": "x"}
        )
        with self.work_on("test.item.binding") as work:
            exporter = self._exporter(work)
            exporter._export_dependency(item, "test.item.binding")
        self.assertEqual(len(item.test_bind_ids), 2)

    def test_no_dependency(self) -> None:
        with self.work_on("test.item.binding") as work:
            exporter = self._exporter(work)
            exporter._export_dependency(self.env["test.item"], "test.item.binding")
        self.assertEqual(self.memory.calls, [])

    def _hook(self, name: str, function: Any) -> None:
        """Replace a hook of the exporter for this test."""
        registry = self._components_registry
        self.patch(registry["test.item.exporter"], name, function)

    def test_newer_version_of_the_backend_is_imported(self) -> None:
        self.binding.export_record()
        self._hook("_should_import", lambda exporter: True)
        with trap_jobs() as trap:
            self.binding.export_record()
            trap.assert_enqueued_job(
                self.binding.import_record,
                args=(self.backend, self.binding.external_id),
                kwargs={"force": True},
            )

    def test_a_record_that_is_gone_is_created_again(self) -> None:
        from odoo.addons.connector.exception import IDMissingInBackend

        self.binding.export_record()
        first = self.binding.external_id

        def gone(exporter: Any) -> bool:
            raise IDMissingInBackend("gone")

        self._hook("_should_import", gone)
        self.binding.export_record()
        self.assertNotEqual(self.binding.external_id, first)

    def test_skip(self) -> None:
        self._hook("_has_to_skip", lambda exporter: True)
        self.binding.export_record()
        self.assertEqual(self.memory.calls, [])
        self.assertFalse(self.binding.external_id)

    def test_validation(self) -> None:
        def refuse(exporter: Any, data: dict[str, Any]) -> None:
            raise InvalidDataError("no")

        self._hook("_validate_create_data", refuse)
        with self.assertRaises(InvalidDataError):
            self.binding.export_record()
        self.assertEqual(self.memory.calls, [])

    def test_idempotency_key_is_sent_with_the_creation_only(self) -> None:
        keys = []
        adapter = self._components_registry["test.item.adapter"]
        create, write = adapter.create, adapter.write

        def spy_create(self: Any, data: dict[str, Any]) -> str:
            keys.append(self.idempotency_key)
            return create(self, data)

        def spy_write(self: Any, *args: Any) -> None:
            keys.append(self.idempotency_key)
            write(self, *args)

        self.patch(adapter, "create", spy_create)
        self.patch(adapter, "write", spy_write)
        self.binding.export_record()
        self.binding.export_record()
        self.assertIn(f"test.item.binding:{self.binding.id}:create", keys[0])
        self.assertIsNone(keys[1])

    def test_a_record_that_was_deleted_there_is_created_with_another_key(self) -> None:
        with self.work_on("test.item.binding") as work:
            exporter = work.component(usage="record.exporter")
            exporter.binding = self.binding
            key = exporter.idempotency_key()
            self.binding.export_record()
            self.assertNotEqual(exporter.idempotency_key(), key)

    def test_idempotency_key_is_the_same_at_each_attempt(self) -> None:
        with self.work_on("test.item.binding") as work:
            exporter = self._exporter(work)
            key = exporter.idempotency_key()
            self.assertEqual(key, exporter.idempotency_key())
            self.assertIn(str(self.binding.id), key)

    def test_deleted_meanwhile(self) -> None:
        binding = self.binding
        binding.unlink()
        self.assertIn("deleted", binding.export_record())
        self.assertEqual(self.memory.calls, [])


class TestGenericDeleter(ConnectorCase):
    def test_delete(self) -> None:
        self.memory.put("items", 7, name="Seven")
        self.items.export_delete_record(self.backend, 7)
        self.assertFalse(self.memory.records["items"])

    def test_what_is_gone_is_deleted(self) -> None:
        self.assertIn("already", self.items.export_delete_record(self.backend, 7))

    def test_what_was_never_exported(self) -> None:
        self.items.export_delete_record(self.backend, False)
        self.assertEqual(self.memory.calls, [])

    def test_zero_is_an_id(self) -> None:
        self.memory.put("items", 0, name="Zero")
        self.items.export_delete_record(self.backend, 0)
        self.assertFalse(self.memory.records["items"])
