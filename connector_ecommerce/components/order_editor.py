# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from odoo.fields import Command
from odoo.tools import float_compare

from odoo.addons.component.core import Component

from ..core import ShopLine, lines_by_ref
from .order_line_maker import LineContext

if TYPE_CHECKING:
    from odoo.addons.sale.models.sale_order import SaleOrder
    from odoo.addons.sale.models.sale_order_line import SaleOrderLine

#: What may not change once a line is invoiced
INVOICED_FIELDS = ("price_unit", "discount", "tax_ids", "extra_tax_data")


@dataclass(slots=True)
class Edit:
    """What an edit changes, and what it leaves to a person."""

    commands: list[Any] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class OrderEditor(Component):
    """Bring to an order what was edited in the shop after its import.

    Only what the shop changed is changed here: a line that it left alone keeps what
    people did to it. What was delivered or invoiced stays as it is, and is left to a
    person: goods are to be returned, an invoice is to be credited.
    """

    _name = "ecommerce.order.editor"
    _inherit = "base.connector"
    _usage = "order.editor"

    def edit_lines(
        self, sale: SaleOrder, lines: Iterable[ShopLine], context: LineContext
    ) -> list[str]:
        """Change the lines, post what was done, and return what a person has to do."""
        by_ref = lines_by_ref(lines)
        obstacle = self._obstacle(sale)
        if obstacle:
            return [obstacle]
        if None in by_ref or any(len(same) > 1 for same in by_ref.values()):
            return [
                self.env._(
                    "Edited in the shop, whose lines have no ids: edit it by hand."
                )
            ]
        edit = self._edit(sale, by_ref, context)
        if edit.commands:
            sale.write({"order_line": edit.commands})
        if edit.done:
            done = "; ".join(edit.done)
            sale.message_post(body=self.env._("Edited in the shop: %s.", done))
        return edit.problems

    def edit_addresses(self, sale: SaleOrder, partners: dict[str, int]) -> list[str]:
        """Change the addresses as long as they serve, return what a person has to do.

        `partners` has `partner_invoice_id` and `partner_shipping_id`.
        """
        obstacle = self._obstacle(sale)
        if obstacle:
            return [obstacle]
        problems, values = [], {}
        if partners["partner_shipping_id"] != sale.partner_shipping_id.id:
            if any(p.state == "done" for p in sale.picking_ids):
                problems.append(self.env._("Its delivery address changed in the shop."))
            else:
                values["partner_shipping_id"] = partners["partner_shipping_id"]
        if partners["partner_invoice_id"] != sale.partner_invoice_id.id:
            if any(move.state == "posted" for move in sale.invoice_ids):
                problems.append(self.env._("Its invoice address changed in the shop."))
            else:
                values["partner_invoice_id"] = partners["partner_invoice_id"]
        if values:
            # the transfers go to the new address too
            moved = sale.with_context(update_delivery_shipping_partner=True)
            moved.write({**values, "fiscal_position_id": sale.fiscal_position_id.id})
        return problems

    def _obstacle(self, sale: SaleOrder) -> str | None:
        """Return why nothing can be edited, None when it can."""
        if sale.state == "cancel":
            return self.env._("Edited in the shop, but cancelled here.")
        if sale.locked:
            return self.env._("Edited in the shop, but locked here: unlock it, retry.")
        return None

    def _edit(
        self,
        sale: SaleOrder,
        by_ref: dict[str | None, list[ShopLine]],
        context: LineContext,
    ) -> Edit:
        edit = Edit()
        maker = self.component(usage="order.line.maker")
        known = sale.order_line.filtered("shop_line_ref").grouped("shop_line_ref")
        for position, (ref, (line,)) in enumerate(by_ref.items(), start=1):
            values = maker.values(line, context, position, ref)
            current = known.pop(ref, None)
            if current is None:
                self._add(line, values, edit)
            elif current[0].shop_version != values["shop_version"]:
                self._change(current[0], line, values, edit)
        for current in known.values():
            for line in current:
                self._remove(line, edit)
        return edit

    def _add(self, line: ShopLine, values: dict[str, Any], edit: Edit) -> None:
        edit.commands.append(Command.create(values))
        edit.done.append(
            self.env._(
                "%(quantity)s %(name)s added",
                quantity=f"{line.quantity.normalize():f}",
                name=values["name"],
            )
        )

    def _change(
        self,
        current: SaleOrderLine,
        line: ShopLine,
        values: dict[str, Any],
        edit: Edit,
    ) -> None:
        if values["product_id"] != current.product_id.id:
            self._replace(current, line, values, edit)
            return
        # the text may have been made clearer here, and is computed from the product
        for name in ("name", "sequence", "product_id", "product_uom_id"):
            values.pop(name)
        problem = self._keep_what_is_done(current, values)
        if problem:
            # not what the shop said: looked at again by the next import
            values.pop("shop_version")
            edit.problems.append(problem)
        before, now = current.product_uom_qty, values["product_uom_qty"]
        if problem and before == now:
            return
        edit.commands.append(Command.update(current.id, values))
        if before == now:
            edit.done.append(self.env._("%s changed", current.name))
        else:
            edit.done.append(
                self.env._(
                    "%(name)s: %(before)s before, %(now)s now",
                    name=current.name,
                    before=f"{before:g}",
                    now=f"{now:g}",
                )
            )

    def _keep_what_is_done(
        self, current: SaleOrderLine, values: dict[str, Any]
    ) -> str | None:
        """Take from `values` what can't be changed any more, and return why."""
        wanted, floor = values["product_uom_qty"], self._floor(current)
        if _less(current, wanted, floor):
            values["product_uom_qty"] = floor
            return self._too_much_done(current, wanted, floor)
        if current.qty_invoiced and self._amounts_differ(current, values):
            for name in (*INVOICED_FIELDS, "technical_price_unit"):
                values.pop(name, None)
            return self.env._("%s: its price changed after its invoice.", current.name)
        return None

    def _replace(
        self,
        current: SaleOrderLine,
        line: ShopLine,
        values: dict[str, Any],
        edit: Edit,
    ) -> None:
        """Odoo never changes the product of a confirmed line: it takes a new one."""
        self._remove(current, edit)
        if not self._floor(current):
            # the id is that of the new line from now on
            if current.state == "sale":
                edit.commands.append(
                    Command.update(current.id, {"shop_line_ref": False})
                )
            self._add(line, values, edit)

    def _remove(self, current: SaleOrderLine, edit: Edit) -> None:
        """Take a line away, or what of it is neither delivered nor invoiced."""
        floor = self._floor(current)
        if current.state in ("draft", "sent"):
            edit.commands.append(Command.delete(current.id))
        elif current.shop_line_ref == "rounding" and floor:
            return
        else:
            if floor:
                edit.problems.append(self._too_much_done(current, 0, floor))
            if current.product_uom_qty == floor:
                return
            values = {"product_uom_qty": floor, "shop_version": False}
            edit.commands.append(Command.update(current.id, values))
        edit.done.append(self.env._("%s removed", current.name))

    def _floor(self, line: SaleOrderLine) -> float:
        """Return what of a line is delivered or invoiced, which stays."""
        if line.state in ("draft", "sent"):
            return 0.0
        return max(line.qty_delivered, line.qty_invoiced, 0.0)

    def _amounts_differ(self, line: SaleOrderLine, values: dict[str, Any]) -> bool:
        digits = line.currency_id.decimal_places
        return (
            float_compare(line.price_unit, values["price_unit"], digits) != 0
            or float_compare(line.discount, values["discount"], 2) != 0
            or set(line.tax_ids.ids) != set(values["tax_ids"][0][2])
        )

    def _too_much_done(self, line: SaleOrderLine, wanted: float, floor: float) -> str:
        return self.env._(
            "%(name)s: %(wanted)s in the shop, %(delivered)s delivered and "
            "%(invoiced)s invoiced here. Return or credit the difference.",
            name=line.name,
            wanted=f"{wanted:g}",
            delivered=f"{line.qty_delivered:g}",
            invoiced=f"{line.qty_invoiced:g}",
        )


def _less(line: SaleOrderLine, quantity: float, floor: float) -> bool:
    rounding = line.product_uom_id.rounding
    return float_compare(quantity, floor, precision_rounding=rounding) < 0
