# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class TestOrder(models.Model):
    """A record with lines."""

    _name = "test.order"
    _inherit = "external.binding.mixin"
    _description = "Test Order"

    name = fields.Char()
    backend_id = fields.Many2one("test.backend", required=True)
    line_ids = fields.One2many("test.order.line", "order_id")


class TestOrderLine(models.Model):
    """A line, recognized by its external id."""

    _name = "test.order.line"
    _description = "Test Order Line"

    order_id = fields.Many2one("test.order", required=True, ondelete="cascade")
    external_id = fields.Char()
    name = fields.Char()
    quantity = fields.Float()
    origin = fields.Char()
