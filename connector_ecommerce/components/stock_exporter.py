# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING

from odoo import fields
from odoo.tools import float_compare, float_round

from odoo.addons.component.core import AbstractComponent

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.stock.models.stock_warehouse import StockWarehouse


class StockExporter(AbstractComponent):
    """Export the available quantities that changed, many at once.

    A connector writes `_export_values(quantity)`, no more.
    """

    _name = "ecommerce.stock.exporter"
    _inherit = "ecommerce.delta.exporter"
    _usage = "stock.exporter"

    def available_quantities(
        self, bindings: BaseModel, warehouses: StockWarehouse | None = None
    ) -> dict[BaseModel, float]:
        """Return the quantity that the shop may sell of each binding.

        In `warehouses`, by default all those of the backend, less the safety stock,
        rounded down to what the shop counts in, never negative. With what was shipped
        and not told yet, see `_untold_quantities()`. A shop that has a stock for each
        place asks with one warehouse at a time. One query a batch, not one a product.
        """
        backend = self.backend_record
        warehouses = warehouses or backend._stock_warehouses()
        field = backend.stock_field
        products = bindings.odoo_id.with_company(backend.company_id).with_context(
            warehouse_id=warehouses.ids
        )
        # what is not stored is not recomputed when a quant of the transaction changes
        products.invalidate_recordset([field], flush=False)
        products.fetch(["uom_id"])
        untold = self._untold_quantities(products, warehouses)
        quantities = {
            product.id: self._sellable(product[field], product)
            + untold.get(product.id, 0.0)
            for product in products.with_prefetch(products.ids)
        }
        return {binding: quantities[binding.odoo_id.id] for binding in bindings}

    def _sellable(self, quantity: float, product: BaseModel) -> float:
        backend = self.backend_record
        kept = max(0.0, quantity - backend.stock_safety)
        # a float slightly below 5 is 5: to the unit of the product first
        kept = float_round(
            kept, precision_rounding=product.uom_id.rounding, rounding_method="DOWN"
        )
        step = backend.stock_rounding
        if not step:
            return kept
        return float_round(kept, precision_rounding=step, rounding_method="DOWN")

    def _untold_quantities(
        self, products: BaseModel, warehouses: StockWarehouse
    ) -> dict[int, float]:
        """Return what left Odoo and is not told to the shop yet, by product id.

        A shop that takes shipments off its stock itself still counts these goods: were
        they left out, it would take them off twice. Once the shipment is told, the
        quantity is exported again. The order of the two jobs does not matter.
        """
        model = self.backend_record._stock_shipment_model()
        if not model:
            return {}
        untold = self.env[model].search(
            [
                ("backend_id", "=", self.backend_record.id),
                ("external_id", "=", False),
            ]
        )
        moves = untold.move_ids.filtered(
            lambda move: (
                move.state == "done"
                and move.product_id in products
                and move.location_id.warehouse_id <= warehouses
            )
        )
        return {
            product.id: sum(
                move.product_uom._compute_quantity(move.quantity, product.uom_id)
                for move in of_product
            )
            for product, of_product in moves.grouped("product_id").items()
        }

    def _bound_products(self) -> BaseModel:
        """Return the bindings whose product is stored."""
        return super()._bound_products().filtered("odoo_id.is_storable")

    def _changed_values(self, bindings: BaseModel) -> dict[BaseModel, float]:
        """Return the quantities that are not those the shop was last given."""
        return {
            binding: quantity
            for binding, quantity in self.available_quantities(bindings).items()
            if not binding.shop_quantity_date
            or float_compare(
                quantity,
                binding.shop_quantity,
                precision_rounding=binding.odoo_id.uom_id.rounding,
            )
        }

    def _mark_exported(self, values: dict[BaseModel, float]) -> None:
        now = fields.Datetime.now()
        for binding, quantity in values.items():
            binding.with_context(connector_no_export=True).write(
                {"shop_quantity": quantity, "shop_quantity_date": now}
            )
