# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import models


class ProductTemplateAttributeValue(models.Model):
    _inherit = "product.template.attribute.value"

    def write(self, vals: dict[str, Any]) -> bool:
        """Notify the price of the variants whose extra price is changed here.

        The `price_extra` of a variant is the sum of those of its attribute values:
        nobody writes it on the variant itself.
        """
        result = super().write(vals)
        if "price_extra" in vals:
            self.ptav_product_variant_ids._notify_price_changed()
        return result
