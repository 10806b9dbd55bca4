# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.tools import mute_logger

from .common import ConnectorCase


class Undo(Exception):
    """Rolls a savepoint back."""


class TestBinder(ConnectorCase):
    def setUp(self) -> None:
        super().setUp()
        self.binding = self.items.create(
            {"name": "One", "backend_id": self.backend.id, "external_id": "11"}
        )
        context = self.work_on("test.item.binding")
        self.binder = context.__enter__().component(usage="binder")
        self.addCleanup(context.__exit__, None, None, None)

    def test_to_internal(self) -> None:
        self.assertEqual(self.binder.to_internal("11"), self.binding)
        self.assertEqual(self.binder.to_internal(11), self.binding)
        self.assertEqual(self.binder.to_internal(11, unwrap=True), self.binding.odoo_id)

    def test_unknown_id_gives_an_empty_record_of_the_right_model(self) -> None:
        self.assertEqual(self.binder.to_internal("?"), self.items.browse())
        self.assertEqual(
            self.binder.to_internal("?", unwrap=True), self.env["test.item"].browse()
        )
        for nothing in (None, False, ""):
            self.assertFalse(self.binder.to_internal(nothing))

    def test_zero_is_an_id(self) -> None:
        self.binder.bind(0, self.binding)
        self.assertEqual(self.binding.external_id, "0")
        self.assertEqual(self.binder.to_internal(0), self.binding)
        self.assertEqual(self.binder.to_internal("0"), self.binding)
        self.assertEqual(self.binder.to_external(self.binding), "0")

    def test_numeric_zero_is_not_the_absence_of_an_id(self) -> None:
        backend = self.env["test.plain.backend"].create({"name": "Plain"})
        model = self.env["test.plain.binding"]
        model.create({"name": "not exported", "backend_id": backend.id})
        zero = model.create({"backend_id": backend.id, "external_id": 0})
        with backend.work_on("test.plain.binding") as work:
            binder = work.component(usage="binder")
            binder.bind(0, zero)
            self.assertEqual(binder.to_internal("0"), zero)

    def test_archived_records_are_found_without_leaking_the_context(self) -> None:
        self.binding.odoo_id.active = False
        found = self.binder.to_internal("11")
        self.assertEqual(found, self.binding)
        self.assertNotIn("active_test", found.env.context)
        self.assertEqual(self.binder.to_external(self.binding.odoo_id, wrap=True), "11")

    def test_several_bindings_of_one_id(self) -> None:
        # a binding model without the unique constraint
        backend = self.env["test.plain.backend"].create({"name": "Plain"})
        model = self.env["test.plain.binding"]
        model.create([{"backend_id": backend.id, "external_id": 5}] * 2)
        with backend.work_on("test.plain.binding") as work:
            binder = work.component(usage="binder")
            with self.assertRaisesRegex(ValueError, "singleton.*5"):
                binder.to_internal(5)
            binder.prefetch([5])
            with self.assertRaisesRegex(ValueError, "singleton.*5"):
                binder.to_internal(5)

    def test_to_external(self) -> None:
        self.assertEqual(self.binder.to_external(self.binding), "11")
        self.assertEqual(self.binder.to_external(self.binding.id), "11")
        item = self.binding.odoo_id
        self.assertEqual(self.binder.to_external(item, wrap=True), "11")
        self.assertEqual(self.binder.to_external(item.id, wrap=True), "11")

    def test_to_external_of_what_is_not_bound(self) -> None:
        other = self.env["test.item"].create({"name": "Other"})
        self.assertIsNone(self.binder.to_external(other, wrap=True))
        self.assertIsNone(self.binder.to_external(other.browse(), wrap=True))
        self.assertFalse(self.binder.to_external(self.items.browse()))

    def test_to_external_of_several_records_raises(self) -> None:
        other = self.binding.copy({"odoo_id": self.env["test.item"].create({}).id})
        with self.assertRaises(ValueError):
            self.binder.to_external(self.binding + other)
        with self.assertRaises(ValueError):
            self.binder.to_external((self.binding + other).odoo_id, wrap=True)

    def test_other_backends_are_others(self) -> None:
        other = self.env["test.backend"].create({"name": "Other"})
        with other.work_on("test.item.binding") as work:
            binder = work.component(usage="binder")
            self.assertFalse(binder.to_internal("11"))
            self.assertIsNone(binder.to_external(self.binding.odoo_id, wrap=True))

    def test_bind_stores_id_and_date_without_export(self) -> None:
        seen = []
        model = type(self.items)
        original = model.write

        def write(records: Any, vals: dict[str, Any]) -> bool:
            seen.append(records.env.context.get("connector_no_export"))
            return original(records, vals)

        self.patch(model, "write", write)
        self.binder.bind(22, self.binding.id)
        self.assertEqual(self.binding.external_id, "22")
        self.assertTrue(self.binding.sync_date)
        self.assertEqual(self.binding.sync_state, "synced")
        self.assertEqual(seen, [True])

    def test_bind_wants_both(self) -> None:
        for external_id, binding in ((None, self.binding), (1, self.items), ("", 1)):
            with self.assertRaises(AssertionError):
                self.binder.bind(external_id, binding)

    def test_unwrap(self) -> None:
        self.assertEqual(self.binder.unwrap_model(), "test.item")
        item = self.binding.odoo_id
        self.assertEqual(self.binder.unwrap_binding(self.binding), item)
        self.assertEqual(self.binder.unwrap_binding(self.binding.id, browse=True), item)
        with self.work_on("test.group") as work:
            binder = work.component(usage="binder")
            with self.assertRaisesRegex(ValueError, "direct binding"):
                binder.unwrap_model()
            with self.assertRaisesRegex(ValueError, "direct binding"):
                binder.unwrap_binding(self.groups.create({"name": "x"}))

    def test_names_of_the_first_versions(self) -> None:
        self.assertEqual(self.binder.to_openerp("11"), self.binding)
        self.assertEqual(self.binder.to_backend(self.binding.odoo_id, wrap=True), "11")

    # Memory of the binder

    def _create_many(self, count: int) -> Any:
        bindings = self.items.create(
            [
                {"backend_id": self.backend.id, "external_id": f"p{i}", "name": f"{i}"}
                for i in range(count)
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return bindings

    def test_prefetch_makes_two_queries_for_any_number_of_ids(self) -> None:
        bindings = self._create_many(200)
        ids = [f"p{i}" for i in range(200)]
        with self.assertQueryCount(2):  # the ids, the fields to check them
            self.assertEqual(self.binder.prefetch([*ids, "unknown"]), bindings)
            for external_id, binding in zip(ids, bindings, strict=True):
                self.assertEqual(self.binder.to_internal(external_id), binding)
            self.assertFalse(self.binder.to_internal("unknown"))

    def test_to_external_loads_the_neighbours(self) -> None:
        bindings = self._create_many(200)
        items = bindings.odoo_id.with_prefetch(bindings.odoo_id.ids)
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            for i, item in enumerate(items):
                self.assertEqual(self.binder.to_external(item, wrap=True), f"p{i}")

    def test_what_is_created_after_it_was_not_found_is_found(self) -> None:
        item = self.env["test.item"].create({"name": "Late"})
        self.assertFalse(self.binder.to_internal("late"))
        self.assertIsNone(self.binder.to_external(item, wrap=True))
        late = self.items.create(
            {
                "backend_id": self.backend.id,
                "odoo_id": item.id,
                "external_id": "late",
            }
        )
        self.assertEqual(self.binder.to_internal("late"), late)
        self.assertEqual(self.binder.to_external(item, wrap=True), "late")

    def test_a_change_of_id_is_seen(self) -> None:
        self.assertEqual(self.binder.to_internal("11"), self.binding)
        self.assertFalse(self.binder.to_internal("12"))
        self.binding.with_context(connector_no_export=True).external_id = "12"
        self.assertFalse(self.binder.to_internal("11"))
        self.assertEqual(self.binder.to_internal("12"), self.binding)

    def test_a_change_of_backend_is_seen(self) -> None:
        other = self.env["test.backend"].create({"name": "Other"})
        with other.work_on("test.item.binding") as work:
            binder = work.component(usage="binder")
            self.assertFalse(binder.to_internal("11"))
            self.assertTrue(self.binder.to_internal("11"))
            self.binding.with_context(connector_no_export=True).backend_id = other
            self.assertFalse(self.binder.to_internal("11"))
            self.assertEqual(binder.to_internal("11"), self.binding)

    def test_a_deleted_binding_is_not_found(self) -> None:
        item = self.binding.odoo_id
        self.assertEqual(self.binder.to_internal("11"), self.binding)
        self.assertEqual(self.binder.to_external(item, wrap=True), "11")
        item.unlink()  # the database deletes the binding
        self.assertFalse(self.binder.to_internal("11"))
        self.assertIsNone(self.binder.to_external(item, wrap=True))

    def test_a_rollback_to_a_savepoint_is_seen(self) -> None:
        with self.assertRaises(Undo), self.env.cr.savepoint():
            self.items.create({"backend_id": self.backend.id, "external_id": "sp"})
            self.assertTrue(self.binder.to_internal("sp"))
            raise Undo
        self.assertFalse(self.binder.to_internal("sp"))
        self.assertTrue(self.binder.to_internal("11"))
        with self.assertRaises(Undo), self.env.cr.savepoint():
            self.binding.unlink()
            self.assertFalse(self.binder.to_internal("11"))
            raise Undo
        self.assertEqual(self.binder.to_internal("11"), self.binding)

    def test_what_one_user_may_not_see_does_not_hide_it_from_another(self) -> None:
        self.env["ir.rule"].create(
            {
                "name": "nothing to see",
                "model_id": self.env["ir.model"]._get_id("test.item.binding"),
                "domain_force": "[(0, '=', 1)]",
            }
        )
        user = self.env["res.users"].create(
            {
                "name": "u",
                "login": "u@binder",
                "group_ids": [
                    (4, self.env.ref("connector.group_connector_manager").id),
                ],
            }
        )
        with self.backend.with_user(user).work_on("test.item.binding") as work:
            self.assertFalse(work.component(usage="binder").to_internal("11"))
        self.assertEqual(self.binder.to_internal("11"), self.binding)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_binding(self) -> None:
        for values in (
            {"external_id": "11"},
            {"odoo_id": self.binding.odoo_id.id, "external_id": "x"},
        ):
            with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
                self.items.create({"backend_id": self.backend.id, **values})
            self.assertEqual(type(caught.exception).__name__, "UniqueViolation")
