# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.addons.component.core import AbstractComponent

from ..core import ShopLine, ShopOrder, version_of
from .order_line_maker import LineContext

if TYPE_CHECKING:
    from odoo.addons.sale.models.sale_order import SaleOrder


class OrderFollowUp(AbstractComponent):
    """What the shop did with an order since its import: a part of the importer.

    What can't be done here by itself is written on the order, for a person. It is
    looked at again by each import, until it is done or ignored.
    """

    _name = "ecommerce.order.follow.up"
    _inherit = "base.importer"

    shop_order: ShopOrder

    def _lines(self) -> tuple[ShopLine, ...]:
        """Return the lines to import: all of them, unless a connector knows better."""
        return self.shop_order.lines

    def _content_versions(self) -> dict[str, str]:
        """Return what changes when lines or addresses are edited in the shop."""
        order = self.shop_order
        return {
            "shop_lines_version": version_of(self._lines()),
            "shop_addresses_version": version_of(
                order.invoice_address, order.shipping_address
            ),
        }

    def _follow_up(self, sale: SaleOrder) -> None:
        """Bring refunds, then edits, and say what is left to a person."""
        order = self.shop_order
        context = self._line_context(sale.currency_id, sale.fiscal_position_id)
        problems = self.component(usage="order.refunds").run(sale, order, context)
        versions = self._content_versions()
        # an order imported before versions were kept is taken as it is
        sale.write({name: v for name, v in versions.items() if not sale[name]})
        edited = {name: v for name, v in versions.items() if sale[name] != v}
        if edited and not order.cancelled:
            problems.update(self._edit(sale, edited, context))
        if edited or sale.shop_totals_differ:
            self._check_totals_again(sale, adjust=not problems)
        message = sale._set_shop_problems(problems)
        if message:
            self.backend_record.add_checkpoint(sale, reason=message)

    def _edit(
        self, sale: SaleOrder, edited: dict[str, str], context: LineContext
    ) -> dict[str, str]:
        """Edit lines or addresses, and return the problems by their keys."""
        problems: list[str] = []
        if self.backend_record.edited_order_policy == "review":
            problems.append(self.env._("Edited in the shop: compare it with the shop."))
        else:
            editor = self.component(usage="order.editor")
            if "shop_addresses_version" in edited:
                problems += editor.edit_addresses(sale, self._partners())
            if "shop_lines_version" in edited:
                problems += editor.edit_lines(sale, self._lines(), context)
            if sale.state == "sale" and not self._is_paid():
                problems.append(
                    self.env._("Edited in the shop, its payment does not cover it.")
                )
        if not problems:
            sale.write(edited)
        key = version_of(sorted(edited.values()))
        return {f"edit {key} {index}": text for index, text in enumerate(problems)}

    def _is_paid(self) -> bool:
        return self._is_payment_accepted(self._payment_method())

    def _check_totals_again(self, sale: SaleOrder, adjust: bool) -> None:
        """Adjust what an edit makes differ, never refuse an order that is here."""
        if sale.state == "cancel" or self.shop_order.cancelled:
            return
        wanted = self.backend_record.totals_policy
        updated = self.backend_record.edited_order_policy == "update"
        policy = "adjust" if adjust and updated and wanted == "adjust" else "checkpoint"
        checker = self.component(usage="order.totals.checker")
        checker.check(sale, self.shop_order, policy=policy)
