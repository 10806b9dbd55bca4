# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Components of a real backend, extended by a second addon."""

from __future__ import annotations

from odoo.tests import tagged

from odoo.addons.component.core import ComponentRegistry
from odoo.addons.component.tests.common import TransactionComponentCase

# imported so that its definitions are recorded: the addon itself is not installed
from odoo.addons.test_component_extension import components  # noqa: F401


@tagged("post_install", "-at_install")
class TestExtension(TransactionComponentCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.backend = cls.env["test.component.backend"].create({"name": "backend"})

    def test_work_on_of_the_backend(self) -> None:
        with self.backend.work_on("res.users") as work:
            self.assertEqual(work.client, {"open": True})
            importer = work.component(usage="importer")
            self.assertEqual(importer.trace(), ["test.user.importer", "test.importer"])
            partner_importer = importer.component("importer", "res.partner")
            self.assertEqual(partner_importer.trace(), ["test.importer"])
            self.assertIs(partner_importer.work.client, work.client)
        self.assertEqual(work.client, {"open": False})

    def test_extension_by_another_addon(self) -> None:
        registry = ComponentRegistry()
        for addon in ("component", "test_component", "test_component_extension"):
            registry.load_components(addon)
        backend = self.backend.with_context(components_registry=registry)
        traces = {
            "res.users": [
                "test.user.importer extended",
                "test.user.importer",
                "test.importer extended",
                "test.importer",
            ],
            "res.partner": ["test.importer extended", "test.importer"],
        }
        traces["res.groups"] = traces["res.users"]
        for model, trace in traces.items():
            with backend.work_on(model) as work:
                importer = work.component(usage="importer")
                self.assertEqual(importer.trace(), trace)
                self.assertTrue(importer.extended)

    def test_database_without_the_extension_is_untouched(self) -> None:
        with self.backend.work_on("res.users") as work:
            self.assertFalse(hasattr(work.component(usage="importer"), "extended"))
