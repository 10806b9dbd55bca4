# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import ast
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.sale.models.sale_order import SaleOrder as SaleOrderModel


class SaleBlockingRule(models.Model):
    """A condition under which a quotation may not be confirmed."""

    _name = "sale.blocking.rule"
    _description = "Blocking Rule of Sales Orders"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text(
        translate=True, help="What somebody has to do about a blocked order."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    domain = fields.Char(
        required=True,
        default="[]",
        help="The orders that are blocked, as a domain on their fields.",
    )
    company_id = fields.Many2one("res.company", help="Empty: for every company.")

    @api.constrains("domain")
    def _check_domain(self) -> None:
        for rule in self:
            try:
                Domain(rule._parse_domain()).validate(self.env["sale.order"])
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "The domain of the rule %(rule)s can't be read: %(error)s",
                        rule=rule.name,
                        error=error,
                    )
                ) from error

    def _parse_domain(self) -> list[Any]:
        # literals only: a rule is text from the database, never code to run
        return ast.literal_eval(self.domain)

    def _applies_to(self, order: SaleOrderModel) -> bool:
        """Return whether the rule blocks this order."""
        self.ensure_one()
        if self.company_id and self.company_id != order.company_id:
            return False
        return bool(order.filtered_domain(self._parse_domain()))

    def _reason(self) -> str:
        self.ensure_one()
        return f"{self.name}: {self.description}" if self.description else self.name
