# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import models

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping

from .product_template import VARIANT_FIELDS


class VariantAdapter(Component):
    _name = "vendure.product.product.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "vendure.product.product"

    _object = "productVariant"
    _fields = f"{VARIANT_FIELDS} product {{ id }}"


class VariantMapper(Component):
    _name = "vendure.product.product.mapper"
    _inherit = "vendure.import.mapper"
    _apply_on = "vendure.product.product"

    direct = [("sku", "default_code")]

    @mapping
    def stock_location(self, record: dict[str, Any]) -> dict[str, Any]:
        levels = record["stockLevels"]
        return {"stock_location": levels and levels[0]["stockLocationId"]}


class VariantImporter(Component):
    """Import a variant, whose product brings it along."""

    _name = "vendure.product.product.importer"
    _inherit = "vendure.importer"
    _apply_on = "vendure.product.product"

    def _create_data(self, map_record: Any, **kwargs: Any) -> dict[str, Any]:
        """Bind the variant that Odoo made, or makes, for these options."""
        template = self.binder_for("vendure.product.template").to_internal(
            self.external_record["product"]["id"], unwrap=True
        )
        values = template.attribute_line_ids.product_template_value_ids
        options = {
            (option["group"]["name"], option["name"])
            for option in self.external_record["options"]
        }
        combination = values.filtered(
            lambda value: (value.attribute_id.name, value.name) in options
        )
        product = template._get_variant_for_combination(combination)
        product = product or template._create_product_variant(combination)
        data = super()._create_data(map_record, **kwargs)
        return {**data, "odoo_id": product.id}

    def _after_import(self, binding: models.BaseModel) -> None:
        """Put the price of the variant on the pricelist of the shop."""
        price = self.backend_record._price(self.external_record)
        pricelist = self.backend_record.pricelist_id
        item = pricelist.item_ids.filtered(
            lambda item: item.product_id == binding.odoo_id and not item.min_quantity
        )[:1]
        if item:
            item.fixed_price = price
        else:
            item.create(
                {
                    "pricelist_id": pricelist.id,
                    "applied_on": "0_product_variant",
                    "product_id": binding.odoo_id.id,
                    "compute_price": "fixed",
                    "fixed_price": price,
                }
            )
