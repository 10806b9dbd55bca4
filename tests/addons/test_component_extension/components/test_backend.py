# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Extensions of components of another addon."""

from __future__ import annotations

from odoo.addons.component.core import AbstractComponent, Component


class BaseComponent(AbstractComponent):
    _inherit = "base"

    extended = True


class TestImporter(AbstractComponent):
    _inherit = "test.importer"

    def trace(self) -> list[str]:
        """Put itself before what it extends."""
        return ["test.importer extended", *super().trace()]


class TestUserImporter(Component):
    _inherit = "test.user.importer"

    def trace(self) -> list[str]:
        """Put itself before what it extends."""
        return ["test.user.importer extended", *super().trace()]


class TestGroupImporter(Component):
    _name = "test.group.importer"
    _inherit = "test.user.importer"
    _apply_on = "res.groups"
