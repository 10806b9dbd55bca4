# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from odoo.addons.component.core import WorkContext
from odoo.addons.component.exception import NoComponentError

from .common import ConnectorCase


class TestBackendModel(ConnectorCase):
    def test_work_on(self) -> None:
        with self.backend.work_on("test.group", extra=1) as work:
            self.assertIsInstance(work, WorkContext)
            self.assertEqual(work.collection, self.backend)
            self.assertEqual(work.extra, 1)
            self.assertEqual(work.work_on("test.item.binding").extra, 1)
            component = work.component(usage="binder")
            self.assertEqual(component.backend_record, self.backend)
            binder = component.binder_for("test.item.binding")
            self.assertEqual(binder.model._name, "test.item.binding")

    def test_plain_backend(self) -> None:
        backend = self.env["test.plain.backend"].create({"name": "P"})
        with backend.work_on("test.plain.binding") as work:
            self.assertEqual(work.component(usage="binder").backend_record, backend)
            with self.assertRaises(NoComponentError):
                work.component(usage="import.map")
        checkpoint = backend.add_checkpoint(self.backend)
        self.assertFalse(checkpoint.company_id)

    def test_life(self) -> None:
        backend = self.backend
        self.assertEqual(backend.state, "draft")
        with self.assertRaisesRegex(UserError, "Test the connection"):
            backend.action_activate()
        action = backend.action_test_connection()
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(backend.state, "tested")
        self.assertEqual(backend.last_test_message, "Memory 1.0")
        backend.action_activate()
        self.assertEqual(backend.state, "active")
        backend.action_test_connection()
        self.assertEqual(backend.state, "active")
        backend.action_pause()
        self.assertEqual(backend.state, "paused")
        backend.action_activate()
        backend.action_reset_draft()
        self.assertEqual(backend.state, "draft")
        self.assertEqual(backend.copy().state, "draft")

    def test_connection_that_fails_is_shown_and_kept(self) -> None:
        self.memory.offline = True
        action = self.backend.action_test_connection()
        self.assertEqual(action["params"]["type"], "danger")
        self.assertEqual(self.backend.state, "draft")
        self.assertEqual(self.backend.last_test_message, "The backend is offline.")

    def test_default_form(self) -> None:
        arch = self.env["test.backend"].get_view(view_type="form")["arch"]
        tree = etree.fromstring(arch)
        names = {node.get("name") for node in tree.iter("button")}
        self.assertLessEqual(
            {"action_test_connection", "action_activate", "action_pause"}, names
        )
        fields = [node.get("name") for node in tree.iter("field")]
        self.assertIn("location", fields)
        self.assertEqual(len(tree.xpath("//field[@name='api_key'][@password]")), 1)
        with Form(self.env["test.backend"]) as form:
            form.name = "From the form"
            form.location = "https://shop.example.com"

    def test_secrets_are_for_administrators(self) -> None:
        manager = new_test_user(
            self.env, "backend-manager", "connector.group_connector_manager"
        )
        self.backend.api_key = "s3cret"
        backend = self.backend.with_user(manager)
        with self.assertRaises(AccessError):
            backend.read(["api_key"])
        self.assertNotIn("api_key", backend.read()[0])
        arch = backend.get_view(view_type="form")["arch"]
        self.assertNotIn("api_key", arch)

    def test_who_sees_the_backend_sees_its_numbers(self) -> None:
        user = new_test_user(self.env, "backend-user", "base.group_user")
        self.env["ir.model.access"].create(
            {
                "name": "backends for all",
                "model_id": self.env["ir.model"]._get_id("test.backend"),
                "group_id": self.env.ref("base.group_user").id,
                "perm_read": True,
            }
        )
        self.backend._sync_cursor("test.group")
        self.backend.add_checkpoint(self.groups.create({"name": "G"}))
        values = self.backend.with_user(user).read(
            ["checkpoint_count", "sync_cursor_ids"]
        )[0]
        self.assertEqual(values["checkpoint_count"], 1)
        self.assertEqual(len(values["sync_cursor_ids"]), 1)
        backend = self.backend.with_user(user)
        with self.assertRaises(AccessError):
            backend.sync_cursor_ids.value = "x"
        for method in (
            backend.import_batch,
            backend.import_since_last,
        ):
            with self.assertRaises(AccessError):
                method("test.group")
        for method in (backend.action_pause, backend.action_test_connection):
            with self.assertRaises(AccessError):
                method()

    def test_menus_and_page(self) -> None:
        root = self.env.ref("connector.menu_connector_root")
        self.assertEqual(root.name, "Connectors")
        self.assertTrue(root.web_icon)
        self.assertEqual(self.env.ref("connector.menu_connector").parent_id, root)
        arch = self.env["res.partner"].get_view(view_type="form")["arch"]
        page = etree.fromstring(arch).xpath("//page[@name='connector']")
        self.assertEqual(len(page), 1)
        self.assertIn(page[0].get("invisible"), ("1", "True"))
