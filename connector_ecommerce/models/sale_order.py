# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.sql import column_exists, create_column

if TYPE_CHECKING:
    from odoo.addons.delivery.models.delivery_carrier import DeliveryCarrier
    from odoo.addons.sale.models.sale_order_line import SaleOrderLine


class SaleOrder(models.Model):
    _inherit = "sale.order"

    parent_id = fields.Many2one(
        comodel_name="sale.order",
        string="Parent Order",
        compute="_compute_parent_id",
        search="_search_parent_id",
        help="The order this one replaces or was split from in the shop.",
    )
    parent_need_cancel = fields.Boolean(
        string="A parent order needs to be cancelled",
        compute="_compute_parent_need_cancel",
    )
    ignore_blocking_rules = fields.Boolean(
        copy=False,
        tracking=True,
        help="Confirm the order although a blocking rule applies to it.",
    )
    blocking_reason = fields.Text(
        compute="_compute_blocking_reason",
        help="What keeps the order from being confirmed.",
    )
    workflow_id = fields.Many2one(
        comodel_name="ecommerce.order.workflow",
        string="Automatic Workflow",
        compute="_compute_workflow_id",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="What is done by itself once the order is imported.",
    )

    def _auto_init(self) -> None:
        """Add the column of the workflow without computing it on all the orders."""
        if not column_exists(self.env.cr, self._table, "workflow_id"):
            create_column(self.env.cr, self._table, "workflow_id", "int4")
        return super()._auto_init()

    def _compute_parent_id(self) -> None:
        """No order has a parent here: a connector that knows better overrides this."""
        self.parent_id = False

    def _search_parent_id(self, operator: str, value: Any) -> Domain:
        """Match every order when none is asked as parent, as all have no parent."""
        if operator != "in":
            return NotImplemented
        return Domain.TRUE if False in value else Domain.FALSE

    @api.depends("parent_id", "need_cancel")
    def _compute_parent_need_cancel(self) -> None:
        for order in self:
            ancestor, seen = order.parent_id, order
            # `seen` ends the walk: a shop may give orders that are parents in a circle
            while ancestor and ancestor not in seen and not ancestor.need_cancel:
                seen |= ancestor
                ancestor = ancestor.parent_id
            order.parent_need_cancel = bool(
                ancestor and ancestor not in seen and ancestor.need_cancel
            )

    @api.depends("preferred_payment_method_line_id")
    def _compute_workflow_id(self) -> None:
        for order in self:
            order.workflow_id = order.preferred_payment_method_line_id.workflow_id

    @api.depends(
        "ignore_blocking_rules",
        "state",
        "need_cancel",
        "parent_need_cancel",
        "shop_totals_differ",
    )
    def _compute_blocking_reason(self) -> None:
        for order in self:
            open_order = order.state in ("draft", "sent")
            order.blocking_reason = open_order and order._get_blocking_reason()

    def _get_blocking_reason(self) -> str | bool:
        rules = self._get_blocking_rules()
        return "\n".join(rule._reason() for rule in rules) or False

    def _get_blocking_rules(self) -> models.BaseModel:
        """Return the active rules that keep this one order from being confirmed."""
        self.ensure_one()
        rules = self.env["sale.blocking.rule"]
        if self.ignore_blocking_rules:
            return rules
        # every salesperson is stopped by the rules, none may read or change them
        return (
            rules.sudo()
            .search([("active", "=", True)])
            .filtered(lambda rule: rule._applies_to(self))
        )

    def _confirmation_error_message(self) -> str | bool:
        """Refuse the confirmation as long as a blocking rule applies.

        Asked again rather than read from `blocking_reason`: a rule may be about any
        field, and the computed one is not renewed when that field changes.
        """
        return super()._confirmation_error_message() or self._get_blocking_reason()

    def _prepare_confirmation_values(self) -> dict[str, Any]:
        """Keep the day on which an imported order was placed in the shop.

        The deadline of its transfers is reckoned from it, now and when it is edited.
        """
        values = super()._prepare_confirmation_values()
        if self.env.context.get("ecommerce_keep_date_order"):
            values.pop("date_order", None)
        return values

    def action_view_parent(self) -> dict[str, Any]:
        """Open the parent order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Parent Order"),
            "res_model": "sale.order",
            "view_mode": "form",
            "res_id": self.parent_id.id,
        }

    def _create_delivery_line(
        self, carrier: DeliveryCarrier, price_unit: float
    ) -> SaleOrderLine:
        """Keep the imported delivery line: what the customer paid is charged once."""
        imported = self._get_imported_delivery_lines()
        return imported[:1] or super()._create_delivery_line(carrier, price_unit)

    def _get_imported_delivery_lines(self) -> SaleOrderLine:
        """Return the delivery lines that a shop, and not Odoo, has made."""
        return self.order_line.filtered(
            lambda line: line.is_delivery and line.shop_line_ref
        )
