# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The tables that say what the codes of a shop mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo import api, fields, models

from .ecommerce_mapping import BACKEND_MODEL

if TYPE_CHECKING:
    from odoo.api import ValuesType

    from odoo.addons.account.models.account_payment_method import (
        AccountPaymentMethodLine,
    )
    from odoo.addons.delivery.models.delivery_carrier import DeliveryCarrier
    from odoo.addons.product.models.product_pricelist import ProductPricelist
    from odoo.addons.stock.models.stock_warehouse import StockWarehouse

MAPPINGS = (
    "payment_mapping_ids",
    "carrier_mapping_ids",
    "pricelist_mapping_ids",
    "warehouse_mapping_ids",
    "tax_mapping_ids",
)


class EcommerceBackendMixin(models.AbstractModel):
    # a concept of its own, in a file of its own
    _inherit = "ecommerce.backend.mixin"  # pylint: disable=consider-merging-classes-inherited

    payment_mapping_ids = fields.One2many(
        "ecommerce.payment.mapping", "backend_id", string="Payment Methods"
    )
    carrier_mapping_ids = fields.One2many(
        "ecommerce.carrier.mapping", "backend_id", string="Shipping Methods"
    )
    pricelist_mapping_ids = fields.One2many(
        "ecommerce.pricelist.mapping", "backend_id", string="Price Lists"
    )
    warehouse_mapping_ids = fields.One2many(
        "ecommerce.warehouse.mapping", "backend_id", string="Stock Locations"
    )
    tax_mapping_ids = fields.One2many(
        "ecommerce.tax.mapping", "backend_id", string="Taxes"
    )

    @api.model_create_multi
    def create(self, vals_list: list[ValuesType]) -> EcommerceBackendMixin:
        """Create the backends, their tables knowing what backends they belong to."""
        known = self.with_context(**{BACKEND_MODEL: self._name})
        return super(EcommerceBackendMixin, known).create(vals_list).with_env(self.env)

    def write(self, vals: ValuesType) -> bool:
        """Write, the tables knowing what backend they belong to."""
        known = self.with_context(**{BACKEND_MODEL: self._name})
        return super(EcommerceBackendMixin, known).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_mappings(self) -> None:
        for name in MAPPINGS:
            self[name].unlink()

    def _mapped(self, table: str, code: str) -> models.BaseModel:
        """Return what a code means in one of the tables, empty without a line."""
        self.ensure_one()
        wanted = (code or "").casefold()
        for line in self[table]:
            if line.shop_code.casefold() == wanted:
                return line.target_id
        return self[table].target_id.browse()

    def _payment_method_of(self, code: str) -> AccountPaymentMethodLine:
        """Return the payment method of a code: by the table, else of this name.

        One that is in neither is created.
        """
        model = self.env["account.payment.method.line"].with_company(self.company_id)
        if not code:
            return model
        found = self._mapped("payment_mapping_ids", code)
        return found or model.get_or_create_payment_method(code)

    def _carrier_of(self, code: str) -> DeliveryCarrier:
        """Return the shipping method of a code: by the table, else by its own code or
        its name. Empty when there is none.
        """
        model = self.env["delivery.carrier"].with_company(self.company_id)
        if not code:
            return model
        found = self._mapped("carrier_mapping_ids", code)
        return found or model._find_by_shop_code(code)

    def _pricelist_of(self, code: str) -> ProductPricelist:
        """Return the pricelist of a code, that of the backend without one.

        Empty when the code is not in the table.
        """
        found = self._mapped("pricelist_mapping_ids", code)
        return found or (found if code else self.pricelist_id)

    def _warehouse_of(self, code: str) -> StockWarehouse:
        """Return the warehouse of a stock location, else the one that ships."""
        return self._mapped("warehouse_mapping_ids", code) or self.warehouse_id
