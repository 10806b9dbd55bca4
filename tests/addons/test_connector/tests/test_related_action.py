# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.addons.connector.related_action import unwrap_binding

from .common import ConnectorCase


class TestRelatedAction(ConnectorCase):
    def test_wrapped_binding(self) -> None:
        binding = self.items.create({"name": "I", "backend_id": self.backend.id})
        job = binding.with_delay().export_record()
        action = job.db_record().related_action_unwrap_binding()
        self.assertEqual(action["res_model"], "test.item")
        self.assertEqual(action["res_id"], binding.odoo_id.id)
        self.assertEqual(unwrap_binding(job), action)
        self.assertEqual(unwrap_binding(job.db_record()), action)

    def test_direct_binding(self) -> None:
        group = self.groups.create({"name": "G", "backend_id": self.backend.id})
        action = group.with_delay().export_record().db_record()
        action = action.related_action_unwrap_binding()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (group._name, group.id)
        )

    def test_record_without_backend(self) -> None:
        job = self.env.user.partner_id.with_delay().action_archive()
        action = job.db_record().related_action_unwrap_binding()
        self.assertEqual(action["res_model"], "res.partner")

    def test_none_or_several(self) -> None:
        values = {"backend_id": self.backend.id}
        bindings = self.items.create([values, values])
        several = bindings.with_delay().export_record().db_record()
        self.assertIsNone(several.related_action_unwrap_binding())
        none = self.items.with_delay().import_record(self.backend, 1).db_record()
        self.assertIsNone(none.related_action_unwrap_binding())
        gone = bindings[0].with_delay().export_record().db_record()
        bindings[0].unlink()
        self.assertIsNone(gone.related_action_unwrap_binding())

    def test_imported_record(self) -> None:
        self.memory.put("items", 1, name="1")
        binding = self.import_item(1)
        job = self.items.with_delay().import_record(self.backend, 1).db_record()
        for action in (
            job.related_action_unwrap_binding(),
            job.related_action_open_record(),
        ):
            self.assertEqual(action["res_id"], binding.odoo_id.id)

    def test_open_record_of_other_jobs(self) -> None:
        partner = self.env.user.partner_id
        job = partner.with_delay().action_archive().db_record()
        self.assertEqual(job.related_action_open_record()["res_id"], partner.id)
        batch = self.items.with_delay().import_batch(self.backend).db_record()
        self.assertIsNone(batch.related_action_open_record())
