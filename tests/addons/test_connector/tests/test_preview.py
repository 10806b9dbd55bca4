# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import ConnectorCase


class TestExplain(ConnectorCase):
    def _explain(self, record: dict[str, Any], **options: Any) -> dict[str, Any]:
        """Return the explanations by rule and target."""
        with self.work_on("test.item.binding") as work:
            mapper = work.component(usage="import.mapper")
            found = mapper.map_record(record).explain(**options)
        return {(item.rule, item.target): item for item in found}

    def test_which_rule_gave_which_value(self) -> None:
        found = self._explain(
            {"id": 7, "name": "Seven", "qty": 0, "cents": 150}, for_create=True
        )
        name = found["direct 'name' -> 'name'", "name"]
        self.assertEqual((name.source, name.value), ("Seven", "Seven"))
        self.assertEqual(found["direct 'qty' -> 'quantity'", "quantity"].value, 0)
        self.assertEqual(found["method price()", "price"].value, 1.5)
        self.assertEqual(found["method note()", "note"].value, "created by the import")

    def test_what_does_not_apply(self) -> None:
        found = self._explain({"id": 7}, fields=["name"])
        self.assertIn("created", found["method note()", ""].skipped)
        self.assertIn("changed", found["direct 'sku' -> 'code'", "code"].skipped)
        self.assertIn("nothing", found["method price()", ""].skipped)

    def test_all_errors_at_once(self) -> None:
        found = self._explain({"id": 7, "cents": "x", "group": "nowhere"})
        price = found["method price()", ""]
        self.assertIn("TypeError", price.error)
        self.assertIn("test.item.import.mapper", price.error)
        group = found["direct 'group' -> 'group_id'", "group_id"]
        self.assertIn("nowhere", group.error)
        self.assertIn(("direct 'name' -> 'name'", "name"), found)

    def test_the_same_as_the_mapping(self) -> None:
        record = {"id": 7, "name": "Seven", "sku": "S", "qty": 2, "cents": 150}
        with self.work_on("test.item.binding") as work:
            map_record = work.component(usage="import.mapper").map_record(record)
            map_record.update(code="forced")
            values = map_record.values(for_create=True)
            found = map_record.explain(for_create=True)
        explained = {
            item.target: item.value
            for item in found
            if item.target and not (item.skipped or item.overridden)
        }
        self.assertEqual(explained, values)
        rules = [item.rule for item in found if item.target == "code"]
        self.assertEqual(rules, ["direct 'sku' -> 'code'", "forced"])

    def test_finalize(self) -> None:
        cls = self._components_registry["test.item.import.mapper"]
        self.patch(
            cls, "finalize", lambda mapper, record, values: {"name": "other", "code": 0}
        )
        found = self._explain({"id": 7, "name": "Seven"})
        self.assertEqual(found["finalize finalize()", "name"].value, "other")
        self.assertTrue(found["direct 'name' -> 'name'", "name"].overridden)
        self.assertIn("away", found["finalize finalize()", "quantity"].skipped)

    def test_children(self) -> None:
        with self.work_on("test.order") as work:
            mapper = work.component(usage="import.mapper")
            line = {"id": "a", "name": "A", "qty": 1}
            found = mapper.map_record({"name": "O", "lines": [line]}).explain()
        (lines,) = (item for item in found if item.target == "line_ids")
        self.assertEqual(lines.value[0][2]["external_id"], "a")
        self.assertEqual(lines.source, [line])


class TestPreview(ConnectorCase):
    def _preview(self, external_id: Any, model: str = "test.item.binding") -> Any:
        lines = self.env["connector.sync.model"]._ensure_for(self.backend)
        line = lines.filtered(lambda line: line.model_name == model)
        form = Form(
            self.env["connector.mapping.preview"].with_context(
                **line.action_preview()["context"]
            )
        )
        form.external_id = external_id
        preview = form.save()
        action = preview.action_preview()
        self.assertEqual(action["res_id"], preview.id)
        return preview

    def _line(self, preview: Any, target: str) -> Any:
        return preview.line_ids.filtered(lambda line: line.target == target)

    def test_new_record(self) -> None:
        self.memory.put("groups", "g", name="Group")
        self.memory.put("items", 7, name="Seven", group="g")
        counts = [self.env[m].search_count([]) for m in ("test.item", "test.group")]
        with trap_jobs() as trap:
            preview = self._preview("7")
            trap.assert_jobs_count(0)
        self.assertTrue(preview.creates)
        self.assertFalse(preview.message)
        name = self._line(preview, "name")
        self.assertRecordValues(
            name,
            [
                {
                    "rule": "direct 'name' -> 'name'",
                    "source": "Seven",
                    "value": "Seven",
                    "current": "",
                    "status": "new",
                }
            ],
        )
        self.assertTrue(self._line(preview, "group_id").value, "imported, and undone")
        self.assertEqual(
            [self.env[m].search_count([]) for m in ("test.item", "test.group")], counts
        )
        self.assertFalse(self.binding_of(7))

    def test_known_record(self) -> None:
        self.memory.put("items", 7, name="Seven", qty=2)
        binding = self.import_item(7)
        self.memory.put("items", 7, name="Sept", qty=2)
        preview = self._preview("7")
        self.assertFalse(preview.creates)
        self.assertEqual(self._line(preview, "name").status, "changed")
        self.assertEqual(self._line(preview, "name").current, "Seven")
        self.assertEqual(self._line(preview, "quantity").status, "same")
        self.assertEqual(binding.name, "Seven")

    def test_errors_are_shown(self) -> None:
        self.memory.put("items", 7, name="Seven", cents="x")
        preview = self._preview("7")
        (error,) = preview.line_ids.filtered(lambda line: line.status == "error")
        self.assertIn("TypeError", error.note)

    def test_why_nothing_would_happen(self) -> None:
        self.memory.put("items", 7, name="Seven", draft=True)
        self.assertEqual(self._preview("7").message, "It is a draft.")
        self.assertIn("IDMissingInBackend", self._preview("8").message)
        self.memory.offline = True
        self.assertIn("offline", self._preview("7").message)

    def test_error_of_the_database(self) -> None:
        self.memory.put("items", 7, name="Seven", group="g")
        self.memory.put("groups", "g", name="Group")
        cls = self._components_registry["test.group.importer"]

        def break_transaction(importer: Any, binding: Any) -> None:
            importer.env.cr.execute("SELECT 1 / 0")

        self.patch(cls, "_after_import", break_transaction)
        with self.assertLogs("odoo.sql_db", "ERROR"):
            preview = self._preview("7")
        self.assertIn("DivisionByZero", preview.message)

    def test_unknown_field(self) -> None:
        self.memory.put("items", 7, name="Seven")
        cls = self._components_registry["test.item.import.mapper"]
        self.patch(cls, "finalize", lambda mapper, record, values: {"nmae": "x"})
        self.assertEqual(self._line(self._preview("7"), "nmae").status, "error")

    def test_rights(self) -> None:
        preview = self.env["connector.mapping.preview"]
        user = new_test_user(self.env, "no-preview")
        with self.assertRaises(AccessError):
            preview.with_user(user).create({"external_id": "7"})
