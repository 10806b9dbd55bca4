# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections import defaultdict
from typing import Any

from odoo import fields, models

from ..event import notify


class StockPicking(models.Model):
    _inherit = "stock.picking"

    done_event_fired = fields.Boolean(
        copy=False,
        readonly=True,
        help="The connectors were told that the transfer is done.",
    )

    def write(self, vals: dict[str, Any]) -> bool:
        """Write, then fire `on_tracking_number_added` when a number is given."""
        result = super().write(vals)
        if vals.get("carrier_tracking_ref"):
            notify(self, "on_tracking_number_added")
        return result

    def _notify_done(self) -> None:
        """Fire the event of each transfer that is done and was not told yet.

        The mark is stored, so that it holds for a transfer done move by move, and goes
        with the transaction that is rolled back.
        """
        for picking in self:
            event = picking._done_event_name()
            if picking.state != "done" or picking.done_event_fired or not event:
                continue
            picking.done_event_fired = True
            method = "partial" if picking.backorder_ids else "complete"
            notify(picking, event, method)

    def _done_event_name(self) -> str | None:
        self.ensure_one()
        if self.picking_type_code == "outgoing":
            return "on_picking_out_done"
        if self.picking_type_code == "incoming" and self.return_id:
            if self.location_id.usage == "customer":
                return "on_picking_return_done"
        # "dropship" is the type that the dropshipping addon adds
        dropship = self.picking_type_code in ("incoming", "dropship")
        if dropship and self.location_dest_id.usage == "customer":
            return "on_picking_dropship_done"
        return None

    def _shop_line_quantities(self) -> dict[str, float]:
        """Return the quantity done for each line of the shop, by its id there."""
        quantities: dict[str, float] = defaultdict(float)
        for move in self.move_ids.filtered(lambda move: move.state == "done"):
            line = move.sale_line_id
            if line.shop_line_ref:
                quantities[line.shop_line_ref] += move.product_uom._compute_quantity(
                    move.quantity, line.product_uom_id
                )
        return dict(quantities)

    def _send_confirmation_email(self) -> Any:
        """Neither order a carrier nor write to the customer: the shop has done it."""
        if self.env.context.get("ecommerce_shipped_by_shop"):
            return None
        return super()._send_confirmation_email()

    def _add_delivery_cost_to_so(self) -> None:
        """Leave the order alone when the customer paid the delivery in the shop."""
        self.ensure_one()
        if self.sale_id._get_imported_delivery_lines():
            return
        super()._add_delivery_cost_to_so()
