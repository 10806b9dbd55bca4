# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import Component


class StockExporter(Component):
    _name = "test.shop.stock.exporter"
    _inherit = "ecommerce.stock.exporter"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.product.product"
    _batch_size = 2

    def _export_batch(self, quantities: dict[Any, float]) -> None:
        self.work.shop.stock_calls.append(
            {binding.external_id: quantity for binding, quantity in quantities.items()}
        )


class StockListener(Component):
    _name = "test.shop.stock.listener"
    _inherit = "ecommerce.stock.listener"
    _collection = "test.shop.backend"

    def _backends(self, quant: Any) -> Any:
        return quant.env["test.shop.backend"].search([])
