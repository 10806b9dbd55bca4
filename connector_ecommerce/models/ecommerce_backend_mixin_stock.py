# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a shop may sell, at which prices, and when it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo import api, fields, models

from odoo.addons.queue_job.job import identity_exact

if TYPE_CHECKING:
    from odoo.addons.product.models.product_product import ProductProduct
    from odoo.addons.stock.models.stock_warehouse import StockWarehouse

#: Key, in the data kept until the transaction commits, of the exports to schedule
PENDING_EXPORTS = "connector_ecommerce.pending_exports"

#: Products whose stock is taken from the shop by one job
STOCK_BATCH = 200


class EcommerceBackendMixin(models.AbstractModel):
    # a concept of its own, in a file of its own
    _inherit = "ecommerce.backend.mixin"  # pylint: disable=consider-merging-classes-inherited

    stock_warehouse_ids = fields.Many2many(
        comodel_name="stock.warehouse",
        string="Stock of",
        check_company=True,
        help="The warehouses whose stock the shop may sell. Empty: the one that ships.",
    )
    stock_field = fields.Selection(
        selection=[
            ("free_qty", "On hand, less what is reserved"),
            ("qty_available", "On hand"),
            ("virtual_available", "Forecast"),
        ],
        string="Quantity to Export",
        required=True,
        default="free_qty",
    )
    stock_safety = fields.Float(
        string="Safety Stock",
        digits="Product Unit",
        help="Kept back from the shop for each product.",
    )
    stock_rounding = fields.Float(
        string="Sold by",
        default=1.0,
        digits="Product Unit",
        help="Quantities are rounded down to a multiple of this. Zero: to the unit of "
        "measure of each product.",
    )
    stock_delay = fields.Integer(
        string="Stock Export Delay",
        default=60,
        help="Seconds between a stock move and its export: the moves of this time "
        "make one export.",
    )

    @api.constrains("stock_delay", "stock_safety", "stock_rounding")
    def _check_stock_settings(self) -> None:
        self._check_not_negative("stock_delay", "stock_safety", "stock_rounding")

    def _stock_product_models(self) -> list[str]:
        """Return the binding models whose quantities are exported to the shop."""
        name = self._binding_model("product.product")
        return [name] if name else []

    def _stock_shipment_model(self) -> str | None:
        """Return the binding model of the transfers told to the shop.

        None when the shop does not take shipments off its stock itself.
        """
        return None

    def _stock_warehouses(self) -> StockWarehouse:
        """Return the warehouses whose stock the shop may sell."""
        self.ensure_one()
        return self.stock_warehouse_ids or self.warehouse_id

    def _sells(self, product: ProductProduct) -> bool:
        """Tell whether a product is bound to this shop."""
        self.ensure_one()
        domain = [("backend_id", "=", self.id), ("odoo_id", "=", product.id)]
        return any(
            self.env[name].with_context(active_test=False).search_count(domain, limit=1)
            for name in self._stock_product_models()
        )

    def export_stock(self) -> str:
        """Export the quantities that changed since the last time, as a job does."""
        return self._export_values("stock.exporter")

    def import_stock(self) -> None:
        """Take the quantities on hand of all products from the shop, by jobs.

        For the day on which Odoo takes over: it does not know the stock of products
        that it imported, and would tell the shop that there is none.
        """
        self._check_may_import()
        for model_name in self._stock_product_models():
            domain = [("backend_id", "=", self.id), ("external_id", "!=", False)]
            bindings = self.env[model_name].search(domain)
            for start in range(0, len(bindings), STOCK_BATCH):
                bindings[start : start + STOCK_BATCH].with_delay().import_stock()

    def export_prices(self) -> str:
        """Export the prices that changed since the last time, as a job does."""
        return self._export_values("price.exporter")

    def _export_values(self, usage: str) -> str:
        self.ensure_one()
        self.check_access("write")  # backends are often readable by all
        messages = []
        for model_name in self._stock_product_models():
            with self.work_on(model_name) as work:
                messages.append(work.component(usage=usage).run())
        return "\n".join(messages)

    def schedule_stock_export(self) -> None:
        """Have the stock exported by one job, `stock_delay` seconds after the commit.

        To be called for every change: those of a transaction, and of all transactions
        until the job runs, make one export.
        """
        self.check_access("write")
        for backend in self:
            backend._schedule_once(
                "export_stock",
                self.env._("Export the stock to %s", backend.display_name),
            )

    def schedule_price_export(self) -> None:
        """Have the prices exported by one job, as `schedule_stock_export()`.

        Those of the shops that leave their products to Odoo.
        """
        self.check_access("write")
        for backend in self.filtered("export_products"):
            backend._schedule_once(
                "export_prices",
                self.env._("Export the prices to %s", backend.display_name),
            )

    def _schedule_once(self, method: str, description: str) -> None:
        """Have a method without arguments called by one job, `stock_delay` later.

        The job is created right before the commit.
        """
        self.ensure_one()
        key = (self._name, self.id, method)
        precommit = self.env.cr.precommit
        pending = precommit.data.setdefault(PENDING_EXPORTS, set())
        if key in pending:
            return
        pending.add(key)

        def delay() -> None:
            precommit.data.pop(PENDING_EXPORTS, None)
            delayed = self.with_delay(
                eta=self.stock_delay,
                identity_key=identity_exact,
                description=description,
            )
            getattr(delayed, method)()

        precommit.add(delay)
