# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import models

from odoo.addons.component.core import Component

LEVELS = "id stockLevels { stockOnHand }"


class StockExporter(Component):
    """Tell the shop the quantities on hand."""

    _name = "vendure.stock.exporter"
    _inherit = ["ecommerce.stock.exporter", "vendure.base"]
    _apply_on = "vendure.product.product"

    def _export_batch(self, quantities: dict[Any, float]) -> None:
        levels = [
            {"id": binding.external_id, "stockOnHand": int(quantity)}
            for binding, quantity in quantities.items()
        ]
        self.backend_adapter.execute("updateProductVariants", input=levels)


class StockImporter(Component):
    """Take the quantities on hand from the shop: its stock, when Odoo takes over."""

    _name = "vendure.stock.importer"
    _inherit = ["base.importer", "vendure.base"]
    _apply_on = "vendure.product.product"
    _usage = "stock.importer"

    def run(self, bindings: models.BaseModel) -> str:
        """Set the quantities on hand of variants, as an inventory of their location."""
        quants = self.env["stock.quant"].with_context(
            inventory_mode=True, connector_no_export=True
        )
        location = self.backend_record.warehouse_id.lot_stock_id
        filters = {"id": {"in": bindings.mapped("external_id")}}
        levels = {
            row["id"]: sum(level["stockOnHand"] for level in row["stockLevels"])
            for row in self.backend_adapter.search_read(LEVELS, filters)
        }
        known = bindings.filtered(lambda binding: binding.external_id in levels)
        counted = quants.create(
            [
                {
                    "product_id": binding.odoo_id.id,
                    "location_id": location.id,
                    "inventory_quantity": levels[binding.external_id],
                }
                for binding in known
            ]
        )
        counted.action_apply_inventory()
        return self.env._("%s quantities taken from the shop.", len(known))


class StockListener(Component):
    """A change of the quantity on hand goes to the shops that sell the product."""

    _name = "vendure.stock.listener"
    _inherit = ["ecommerce.stock.listener", "vendure.base"]
