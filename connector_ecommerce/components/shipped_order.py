# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.tools import float_compare

from odoo.addons.component.core import Component

from ..core import ShopOrder

if TYPE_CHECKING:
    from odoo.addons.sale.models.sale_order import SaleOrder
    from odoo.addons.sale.models.sale_order_line import SaleOrderLine
    from odoo.addons.stock.models.stock_move import StockMove
    from odoo.addons.stock.models.stock_picking import StockPicking

    #: quantity in the unit of the line
    Quantities = dict[SaleOrderLine, float]


class ShippedOrder(Component):
    """Deliver in Odoo what the shop has shipped by itself.

    The totals of each line are compared, shipment by shipment identities are not
    needed: what Odoo delivered and told is in the shop's total, what it has not told
    yet leaves nothing to deliver. Doing it again is harmless.
    """

    _name = "ecommerce.shipped.order"
    _inherit = "base.connector"
    _usage = "order.shipped"

    def run(self, sale: SaleOrder, order: ShopOrder) -> StockPicking:
        """Do the transfers that are missing, and return them.

        What the shop did not ship stays in a backorder. Nothing is exported back.
        """
        sale = sale.with_context(
            connector_no_export=True, ecommerce_shipped_by_shop=True
        )
        missing = self._missing(sale, order)
        done = sale.picking_ids.browse()
        while missing and (picking := self._next_picking(sale, missing, done)):
            self._deliver(picking, missing, order.tracking)
            missing = self._missing(sale, order)
            done |= picking
        return done

    def _missing(self, sale: SaleOrder, order: ShopOrder) -> Quantities:
        """Return what left the shop and not Odoo, by line of the order."""
        shipped = order.shipped_quantities()
        missing = {}
        lines = sale.order_line.filtered(lambda line: line.product_id.type == "consu")
        for line in lines:
            known = float(shipped.get(line.shop_line_ref or None, 0))
            wanted = min(known, line.product_uom_qty)
            left = wanted - self._delivered(line)
            digits = line.product_uom_id.rounding
            if float_compare(left, 0, precision_rounding=digits) > 0:
                missing[line] = left
        return missing

    def _delivered(self, line: SaleOrderLine) -> float:
        """Return what left to the customer; a return does not bring it back here."""
        outgoing = line.move_ids.filtered(
            lambda move: move.state == "done" and move._is_outgoing()
        )
        return sum(
            move.product_uom._compute_quantity(move.quantity, line.product_uom_id)
            for move in outgoing
        )

    def _next_picking(
        self, sale: SaleOrder, missing: Quantities, done: StockPicking
    ) -> StockPicking:
        """Return the oldest open transfer of the goods: each step comes in its turn."""
        lines = set(missing)
        opened = (sale.picking_ids - done).filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and not picking.return_id
                and lines.intersection(picking.move_ids.sale_line_id)
            )
        )
        return opened.sorted("id")[:1]

    def _deliver(
        self, picking: StockPicking, missing: Quantities, tracking: str
    ) -> None:
        if tracking and picking.picking_type_code == "outgoing":
            picking.carrier_tracking_ref = tracking
        for move in picking.move_ids:
            if move.state not in ("done", "cancel"):
                self._set_done_quantity(move, missing)
        # no wizard: the shop has decided, what it did not ship is a backorder
        picking._action_done()

    def _set_done_quantity(self, move: StockMove, missing: Quantities) -> None:
        line = move.sale_line_id
        wanted = line.product_uom_id._compute_quantity(
            missing.get(line, 0.0), move.product_uom
        )
        move.quantity = min(wanted, move.product_uom_qty)
        move.picked = bool(move.quantity)
