# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from lxml import etree
from lxml.builder import E

from odoo.tests import Form, new_test_user

from odoo.addons.connector.models.binding_tab import add_binding_tab

from .common import ConnectorCase


class TestBindingTab(ConnectorCase):
    def _form(self, user: str = "") -> etree._Element:
        model = self.env["test.item"]
        groups = "connector.group_connector_manager" if user == "manager" else ""
        person = new_test_user(
            self.env, f"tab-{user or 'plain'}", f"base.group_user,{groups}".strip(",")
        )
        return etree.fromstring(model.with_user(person).get_view()["arch"])

    def test_managers_see_the_bindings(self) -> None:
        page = self._form("manager").find(".//page[@name='connector']")
        names = [node.get("name") for node in page.iter("field")]
        self.assertEqual(names[:3], ["test_bind_ids", "backend_id", "external_id"])
        buttons = {node.get("name") for node in page.iter("button")}
        self.assertIn("action_retry", buttons)

    def test_others_do_not(self) -> None:
        self.assertIsNone(self._form().find(".//page[@name='connector']"))

    def test_a_binding_made_on_the_form(self) -> None:
        item = self.env["test.item"].create({"name": "Mine"})
        with Form(item) as form, form.test_bind_ids.new() as line:
            line.backend_id = self.backend
        self.assertEqual(item.test_bind_ids.backend_id, self.backend)
        self.assertEqual(item.test_bind_ids.sync_state, "pending")

    def test_where_it_goes(self) -> None:
        items = self.env["test.item"]
        notebook = E.form(E.sheet(E.notebook(E.page(name="first"))))
        add_binding_tab(items, notebook)
        pages = [page.get("name") for page in notebook.iter("page")]
        self.assertEqual(pages, ["first", "connector"])
        prepared = E.form(E.notebook(E.page(name="connector", invisible="1")))
        add_binding_tab(items, prepared)
        (page,) = prepared.iter("page")
        self.assertIsNone(page.get("invisible"))
        self.assertEqual(page[1].get("name"), "test_bind_ids")

    def test_where_it_does_not_go(self) -> None:
        items = self.env["test.item"]
        dialog = E.form(E.field(name="name"))
        add_binding_tab(items, dialog)
        self.assertEqual(len(dialog), 1)
        shown = E.form(E.sheet(E.field(name="test_bind_ids")))
        add_binding_tab(items, shown)
        self.assertIsNone(shown.find(".//page"))
        nested = E.form(E.field(E.form(E.notebook()), name="group_id"))
        add_binding_tab(items, nested)
        self.assertIsNone(nested.find(".//page"))

    def test_partners_without_bindings(self) -> None:
        arch = etree.fromstring(self.env["res.partner"].get_view()["arch"])
        page = arch.find(".//page[@name='connector']")
        self.assertEqual(page.get("invisible"), "1")
