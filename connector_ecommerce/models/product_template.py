# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    tax_group_id = fields.Many2one(
        comodel_name="account.tax.group",
        compute="_compute_tax_group_id",
        help="Group of the last customer tax of the product in the current company: "
        "what a shop calls the tax class.",
    )

    @api.depends("taxes_id", "taxes_id.tax_group_id")
    @api.depends_context("company")
    def _compute_tax_group_id(self) -> None:
        for template in self:
            taxes = template.taxes_id._filter_taxes_by_company(self.env.company)
            template.tax_group_id = taxes[-1:].tax_group_id

    @api.model
    def _price_changed_fields(self) -> set[str]:
        """Return the fields whose change makes `on_product_price_changed` fire."""
        return {"list_price", "lst_price", "standard_price"}

    @api.model_create_multi
    def create(self, vals_list: list[dict[str, Any]]) -> ProductTemplate:
        """Create, then notify the price of each variant of the priced templates."""
        quiet = self.with_context(ecommerce_price_event_held=True)
        templates = super(ProductTemplate, quiet).create(vals_list)
        templates = templates.with_env(self.env)
        if self.env.context.get("ecommerce_price_event_held"):
            return templates
        watched = self._price_changed_fields()
        for template, vals in zip(templates, vals_list, strict=True):
            if watched & vals.keys():
                template.product_variant_ids._notify_price_changed()
        return templates

    def write(self, vals: dict[str, Any]) -> bool:
        """Write, then notify the price of each variant, once."""
        if not self._price_changed_fields() & vals.keys():
            return super().write(vals)
        quiet = self.with_context(ecommerce_price_event_held=True)
        result = super(ProductTemplate, quiet).write(vals)
        if not self.env.context.get("ecommerce_price_event_held"):
            done = self.env.context.get("from_product_ids", ())
            variants = self.product_variant_ids
            variants.filtered(lambda p: p.id not in done)._notify_price_changed()
        return result
