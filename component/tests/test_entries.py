# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The components a developer sees on screen."""

from __future__ import annotations

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged

from odoo.addons.component.core import Component, ComponentRegistry


class Importer(Component):
    """Imports partners.

    One by one.
    """

    _name = "importer"
    _usage = "import"
    _collection = "shop.backend"
    _apply_on = ["res.partner", "res.users"]


class PartnerImporter(Component):
    _name = "partner.importer"
    _inherit = "importer"
    _apply_on = "res.partner"


def use_registry(case: type[TransactionCase]) -> None:
    """Give the database a registry with the components above, for a class of tests."""
    registry = ComponentRegistry()
    registry.load_components("component")
    for definition in (Importer, PartnerImporter):
        definition._build_component(registry)
    case.classPatch(case.env.registry["base"], "_components_registry", registry)


@tagged("post_install", "-at_install")
class TestEntries(TransactionCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        use_registry(cls)
        cls.entries = cls.env["component.registry.entry"]

    def test_values(self) -> None:
        entry = self.entries.search([("name", "=", "importer")])
        self.assertEqual(
            entry.read(load=None)[0] | {"id": 0},
            {
                "id": 0,
                "display_name": "importer",
                "name": "importer",
                "addon": "component",
                "usage": "import",
                "collection": "shop.backend",
                "model_names": "res.partner, res.users",
                "abstract": False,
                "parents": "base",
                "chain": "importer > base",
                "definitions": (
                    f"{__name__}.Importer (component)\n"
                    "odoo.addons.component.components.base.BaseComponent (component)"
                ),
                "doc": "Imports partners.\n\nOne by one.",
            },
        )

    def test_chain_of_a_child(self) -> None:
        entry = self.entries.search([("name", "=", "partner.importer")])
        self.assertEqual(entry.chain, "partner.importer > importer > base")
        self.assertEqual(entry.parents, "importer, base")

    def test_search_and_group(self) -> None:
        names = self.entries.search([("usage", "ilike", "imp")]).mapped("name")
        self.assertEqual(names, ["importer", "partner.importer"])
        groups = self.entries.formatted_read_group(
            [("abstract", "=", False)], ["usage"], ["__count"]
        )
        self.assertEqual([(g["usage"], g["__count"]) for g in groups], [("import", 2)])

    def test_no_registry_no_rows(self) -> None:
        self.patch(self.env.registry["base"], "_components_registry", None)
        self.assertFalse(self.entries.search([]))

    def test_access(self) -> None:
        admin = new_test_user(self.env, "admin_c", "base.group_system")
        self.assertTrue(self.entries.with_user(admin).search([]))
        for groups in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, f"user_{groups}", groups)
            with self.assertRaises(AccessError):
                self.entries.with_user(user).search([])
        with self.assertRaises(AccessError):
            self.entries.with_user(admin).create({"name": "x"})

    def test_views_load(self) -> None:
        views = self.entries.get_views([(False, "list"), (False, "form")])
        self.assertIn("chain", views["models"]["component.registry.entry"]["fields"])
        menu = self.env.ref("component.menu_component_registry_entry")
        self.assertEqual(menu.action.res_model, "component.registry.entry")
        self.assertEqual(menu.parent_id.parent_id, self.env.ref("base.menu_custom"))


@tagged("post_install", "-at_install")
class TestScreen(HttpCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        use_registry(cls)

    def test_list_in_the_browser(self) -> None:
        # waits in the page: what browser_js does before lasts 60 seconds at most, and
        # the first page of a new database builds its assets
        self.browser_js(
            "/odoo/components?debug=1",
            """
            const look = () => {
                const names = document.querySelectorAll(".o_data_row td[name='name']");
                const shown = [...names].map((cell) => cell.textContent).join();
                if (shown === "importer,partner.importer") {
                    console.log("test successful");
                } else if (shown) {
                    console.error("Wrong list of components: " + shown);
                } else {
                    requestAnimationFrame(look);
                }
            };
            look();
            """,
            login="admin",
            timeout=300,
        )
