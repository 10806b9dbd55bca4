# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class TestItem(models.Model):
    """A normal record."""

    _name = "test.item"
    _description = "Test Item"

    name = fields.Char()
    code = fields.Char()
    active = fields.Boolean(default=True)
    price = fields.Float()
    quantity = fields.Integer()
    note = fields.Text()
    enabled = fields.Boolean()
    group_id = fields.Many2one("test.group")
    test_bind_ids = fields.One2many("test.item.binding", "odoo_id")


class TestItemBinding(models.Model):
    """Its binding, that wraps it."""

    _name = "test.item.binding"
    _inherit = "external.binding.mixin"
    _inherits = {"test.item": "odoo_id"}
    _description = "Test Item Binding"

    odoo_id = fields.Many2one("test.item", required=True, ondelete="cascade")
    backend_id = fields.Many2one("test.backend", required=True, ondelete="restrict")


class TestGroup(models.Model):
    """A direct binding: it is the record itself."""

    _name = "test.group"
    _inherit = "external.binding.mixin"
    _description = "Test Group"

    name = fields.Char()
    parent_id = fields.Many2one("test.group")
    backend_id = fields.Many2one("test.backend", ondelete="restrict")


class TestPlainBinding(models.Model):
    """A binding as the connectors before the mixin wrote it, with numeric ids."""

    _name = "test.plain.binding"
    _inherit = "external.binding"
    _description = "Test Plain Binding"

    name = fields.Char()
    backend_id = fields.Many2one("test.plain.backend", required=True)
    external_id = fields.Integer()


class TestThing(models.Model):
    """A direct binding of the backend over HTTP."""

    _name = "test.thing"
    _inherit = "external.binding.mixin"
    _description = "Test Thing"

    name = fields.Char()
    active = fields.Boolean(default=True)
    backend_id = fields.Many2one("test.http.backend", ondelete="restrict")
