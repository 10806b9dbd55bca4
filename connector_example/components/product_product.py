# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import Component


class VariantAdapter(Component):
    _name = "vendure.product.product.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "vendure.product.product"

    _object = "ProductVariant"

    def create(self, data: dict[str, Any]) -> str:
        return self.execute("createProductVariants", input=[data])[0]["id"]

    def write(self, external_id: str, data: dict[str, Any]) -> None:
        self.execute("updateProductVariants", input=[{"id": external_id, **data}])

    def search_tax_rates(self) -> list[dict[str, Any]]:
        """Return the tax rates in use, each of a tax category in one zone."""
        return self.execute("taxRates")["items"]
