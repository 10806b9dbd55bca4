# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Components of the test backend."""

from __future__ import annotations

from odoo.addons.component.core import AbstractComponent, Component


class TestImporter(AbstractComponent):
    _name = "test.importer"
    _collection = "test.component.backend"
    _usage = "importer"

    def trace(self) -> list[str]:
        """Return the classes that were run, first to last."""
        return ["test.importer"]


class TestUserImporter(Component):
    _name = "test.user.importer"
    _inherit = "test.importer"
    _apply_on = "res.users"

    def trace(self) -> list[str]:
        """Put itself before the parent."""
        return ["test.user.importer", *super().trace()]


class TestPartnerImporter(Component):
    _name = "test.partner.importer"
    _inherit = "test.importer"
    _apply_on = "res.partner"
