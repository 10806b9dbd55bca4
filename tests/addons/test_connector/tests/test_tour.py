# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.connector.testing.memory import MemoryBackend


@tagged("post_install", "-at_install")
class TestTour(HttpCase):
    def test_preview_and_review(self) -> None:
        MemoryBackend._instances.clear()
        new_test_user(self.env, "preview-tour", "connector.group_connector_manager")
        backend = self.env["test.backend"].create({"name": "Toured"})
        backend._memory().put("items", 7, name="Seven", cents="no number")
        groups = self.env["test.group"].create([{"name": "First"}, {"name": "Second"}])
        for group in groups:
            backend.add_checkpoint(group, reason="New")
        self.start_tour("/odoo", "connector_preview_and_review", login="preview-tour")
        checkpoints = self.env["connector.checkpoint"].search([], limit=2)
        self.assertEqual(checkpoints.mapped("state"), ["reviewed", "reviewed"])
        self.assertFalse(self.env["test.item"].search([("name", "=", "Seven")]))

    def test_backend_and_checkpoint(self) -> None:
        MemoryBackend._instances.clear()
        new_test_user(
            self.env,
            "connector-tour",
            "connector.group_connector_manager,base.group_system",
        )
        backend = self.env["test.backend"].create({"name": "Toured"})
        groups = self.env["test.group"].create([{"name": "First"}, {"name": "Second"}])
        for group, reason in zip(groups, ("No tax of 7 %", "No price"), strict=True):
            backend.add_checkpoint(group, reason=reason)
        self.start_tour(
            "/odoo", "connector_backend_and_checkpoint", login="connector-tour"
        )
        self.assertEqual(backend.state, "paused")
        states = self.env["connector.checkpoint"].search([], order="id").mapped("state")
        self.assertEqual(states[-2:], ["reviewed", "need_review"])
