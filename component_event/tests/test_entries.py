# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The listeners a developer sees on screen."""

from __future__ import annotations

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import EventCase


@tagged("post_install", "-at_install")
class TestEntries(EventCase):
    def setUp(self) -> None:
        super().setUp()
        base = self.env.registry["base"]
        self.patch(base, "_components_registry", self.comp_registry)
        self.entries = self.env["component.event.listener"]

    def test_values(self) -> None:
        self._listener(
            "one",
            "on_record_create",
            "on_other",
            _apply_on=["res.partner", "res.users"],
        )
        other, create = self.entries.search([("component", "=", "one")])
        self.assertEqual((other.event, create.event), ("on_other", "on_record_create"))
        self.assertEqual(create.addon, "component_event")
        self.assertEqual(create.model_names, "res.partner, res.users")
        self.assertFalse(create.collection)
        self.assertEqual(create.arguments, "record, fields")
        self.assertFalse(other.arguments)
        self.assertTrue(create.method.endswith(".one.on_record_create"))

    def test_access(self) -> None:
        self._listener("one", "on_record_create")
        admin = new_test_user(self.env, "admin_ce", "base.group_system")
        self.assertTrue(self.entries.with_user(admin).search([]))
        user = new_test_user(self.env, "user_ce", "base.group_user")
        with self.assertRaises(AccessError):
            self.entries.with_user(user).search([])

    def test_views_load(self) -> None:
        self.entries.get_views([(False, "list"), (False, "form"), (False, "search")])
        menu = self.env.ref("component_event.menu_component_event_listener")
        self.assertEqual(menu.action.res_model, "component.event.listener")
