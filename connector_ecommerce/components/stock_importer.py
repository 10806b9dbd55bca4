# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.addons.component.core import Component

if TYPE_CHECKING:
    from odoo.models import BaseModel


class StockImporter(Component):
    """Take the quantities on hand from the shop: its stock, when Odoo takes over.

    The adapter of the products has `read_quantities(external_ids)`, which returns what
    the shop has on hand by id, of those it knows.
    """

    _name = "ecommerce.stock.importer"
    _inherit = "base.importer"
    _usage = "stock.importer"

    def run(self, bindings: BaseModel) -> str:
        """Set the quantities of stored products, as an inventory of the warehouse.

        In the caller's transaction; nothing is exported back.
        """
        backend = self.backend_record
        quants = self.env["stock.quant"].with_company(backend.company_id)
        quants = quants.with_context(inventory_mode=True, connector_no_export=True)
        stored = bindings.filtered("odoo_id.is_storable")
        quantities = self._read_quantities(stored)
        counted = quants.create(
            [
                {
                    "product_id": binding.odoo_id.id,
                    "location_id": backend.warehouse_id.lot_stock_id.id,
                    "inventory_quantity": quantity,
                }
                for binding, quantity in quantities.items()
            ]
        )
        counted.action_apply_inventory()
        return self.env._("%s quantities taken from the shop.", len(quantities))

    def _read_quantities(self, bindings: BaseModel) -> dict[BaseModel, float]:
        """Return what the shop has on hand of these products, those it knows."""
        ids = bindings.mapped("external_id")
        quantities = self.backend_adapter.read_quantities(ids)
        return {
            binding: quantities[binding.external_id]
            for binding in bindings
            if binding.external_id in quantities
        }
