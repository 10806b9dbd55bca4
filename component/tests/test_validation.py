# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Wrong model names are found where they are written."""

from __future__ import annotations

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.component.exception import ComponentDefinitionError
from odoo.addons.component.validation import Problem, report, unknown_models

from .common import ComponentRegistryCase

MODELS = ("res.partner", "res.users", "shop.backend")


class TestValidation(ComponentRegistryCase):
    def _problems(self) -> list[Problem]:
        return list(unknown_models(self.comp_registry, MODELS))

    def test_right_names(self) -> None:
        class Right(Component):
            _name = "right"
            _apply_on = ["res.partner", "res.users"]
            _collection = "shop.backend"

        self._build_components(Right)
        self.assertEqual(self._problems(), [])

    def test_slip_is_a_mistake(self) -> None:
        class Slip(Component):
            _name = "slip"
            _apply_on = ["res.partnr", "res.users"]
            _collection = "shop.backends"

        self._build_components(Slip)
        apply_on, collection = self._problems()
        self.assertTrue(apply_on.mistake)
        for word in ("Slip", "addon 'component'", "_apply_on", "mean 'res.partner'?"):
            self.assertIn(word, apply_on.message)
        self.assertTrue(collection.mistake)
        self.assertIn("_collection. Did you mean 'shop.backend'?", collection.message)

    def test_model_of_another_addon_is_a_doubt(self) -> None:
        class Doubt(Component):
            _name = "doubt"
            _apply_on = "stock.picking"

        self._build_components(Doubt)
        (problem,) = self._problems()
        self.assertFalse(problem.mistake)
        self.assertIn("not installed", problem.message)

    def test_reported_once_for_the_class_that_says_it(self) -> None:
        class Parent(AbstractComponent):
            _name = "parent"
            _collection = "shop.backendd"

        class Child(Component):
            _name = "child"
            _inherit = "parent"

        self._build_components(Parent, Child)
        (problem,) = self._problems()
        self.assertIn("Parent", problem.message)

    def test_report(self) -> None:
        mistake = Problem("wrong name", mistake=True)
        doubt = Problem("strange name", mistake=False)
        logger = "odoo.addons.component.validation"
        with self.assertLogs(logger) as logs:
            report([mistake, doubt], strict=False)
        self.assertEqual(
            [(line.levelname, line.message) for line in logs.records],
            [("ERROR", "wrong name"), ("WARNING", "strange name")],
        )
        with (
            self.assertLogs(logger, "WARNING"),
            self.assertRaisesRegex(ComponentDefinitionError, "wrong name"),
        ):
            report([mistake, doubt], strict=True)
