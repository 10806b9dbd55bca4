# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import Component


class OrderListener(Component):
    _name = "test.shop.order.listener"
    _inherit = "ecommerce.order.listener"
    _collection = "test.shop.backend"


class InvoiceListener(Component):
    _name = "test.shop.invoice.listener"
    _inherit = "ecommerce.invoice.listener"
    _collection = "test.shop.backend"


class InvoiceExporter(Component):
    """The shop knows documents by their number: one that it has is taken over."""

    _name = "test.shop.invoice.exporter"
    _inherit = "ecommerce.invoice.exporter"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.account.move"
    _with_pdf = True

    def _left_behind(self, data: dict[str, Any]) -> list[str]:
        return [
            external_id
            for external_id, document in self.work.shop.invoices.items()
            if document["number"] == data["number"]
        ]


class PriceExporter(Component):
    _name = "test.shop.price.exporter"
    _inherit = "ecommerce.price.exporter"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.product.product"

    def _export_batch(self, values: dict[Any, dict[str, float]]) -> None:
        self.work.shop.price_calls.append(
            {binding.external_id: prices for binding, prices in values.items()}
        )


class PriceListener(Component):
    _name = "test.shop.price.listener"
    _inherit = "ecommerce.price.listener"
    _collection = "test.shop.backend"
