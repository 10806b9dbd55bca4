# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import json
from typing import Any

from odoo import models

from odoo.addons.component.core import Component
from odoo.addons.component_event import skip_if
from odoo.addons.connector.components.mapper import changed_by, mapping, only_create
from odoo.addons.connector.exception import MappingError
from odoo.addons.queue_job import identity_exact

LISTED = "product-id-filter"  # the filter of a category that lists products


class ProductExportMapper(Component):
    _name = "vendure.product.template.export.mapper"
    _inherit = ["base.export.mapper", "vendure.base"]
    _apply_on = "vendure.product.template"

    direct = [("shop_published", "enabled")]

    @changed_by("name", "description_sale")
    @mapping
    def texts(self, record: models.BaseModel) -> dict[str, Any]:
        description = record.description_sale or ""
        return self._translations(
            name=record.name, slug=record.slug, description=description
        )


class ProductExporter(Component):
    """Export a product after its categories, then its variants."""

    _name = "vendure.product.template.exporter"
    _inherit = "vendure.slug.exporter"
    _apply_on = "vendure.product.template"
    _default_binding_field = "vendure_bind_ids"

    def _export_dependencies(self) -> None:
        for category in self.binding.category_ids:
            self._export_dependency(category, "vendure.product.category")

    def _after_export(self) -> None:
        for variant in self.binding.odoo_id.product_variant_ids:
            self._export_dependency(variant, "vendure.product.product")
        self._put_in_categories()
        self.backend_record.schedule_stock_export()

    def _put_in_categories(self) -> None:
        """List the product in its categories, and no more in the others.

        A category is read, changed and written as a whole: one product at a time.
        """
        binder = self.binder_for("vendure.product.category")
        categories = binder.model.search([("backend_id", "=", self.backend_record.id)])
        self.component(usage="record.locker").lock(categories)
        adapter = self.component(usage="backend.adapter", model_name=binder.model._name)
        product = self.backend_adapter.read(self.external_id)
        shown = {category["id"] for category in product["collections"]}
        wanted = set(self.binding.category_ids.mapped("external_id"))
        for category in adapter.read_many(categories.mapped("external_id")):
            listed = _listed_products(category)
            missing = category["id"] in wanted - shown
            if missing or (category["id"] not in wanted and self.external_id in listed):
                listed ^= {self.external_id}
                adapter.write(category["id"], {"filters": _filters(category, listed)})


def _listed_products(category: dict[str, Any]) -> set[str]:
    """Return the products that a category lists one by one."""
    for rule in category["filters"]:
        arguments = {argument["name"]: argument["value"] for argument in rule["args"]}
        if rule["code"] == LISTED:
            return set(json.loads(arguments["productIds"]))
    return set()


def _filters(category: dict[str, Any], listed: set[str]) -> list[dict[str, Any]]:
    """Return the rules of a category with another list of products."""
    arguments = [
        {"name": "productIds", "value": json.dumps(sorted(listed))},
        {"name": "combineWithAnd", "value": "false"},
    ]
    others = [
        {"code": rule["code"], "arguments": rule["args"]}
        for rule in category["filters"]
        if rule["code"] != LISTED
    ]
    return [*others, {"code": LISTED, "arguments": arguments}]


class VariantExportMapper(Component):
    _name = "vendure.product.product.export.mapper"
    _inherit = ["base.export.mapper", "vendure.base"]
    _apply_on = "vendure.product.product"

    @changed_by("default_code")
    @mapping
    def sku(self, record: models.BaseModel) -> dict[str, str]:
        return {"sku": record.default_code or f"odoo-{record.odoo_id.id}"}

    @only_create
    @mapping
    def product(self, record: models.BaseModel) -> dict[str, Any]:
        template = record.product_tmpl_id
        product_id = self.binder_for("vendure.product.template").to_external(
            template, wrap=True
        )
        prices = self.component(usage="price.exporter").prices(record)
        options = self.component(
            usage="option.exporter", model_name="product.attribute"
        )
        return {
            "productId": product_id,
            "optionIds": options.run(product_id, record.odoo_id),
            "taxCategoryId": self._tax_category(template),
            "price": _cents(prices[record]),
            **self._translations(name=record.display_name),
        }

    def _tax_category(self, template: models.BaseModel) -> str:
        """Return the tax category of the shop with the rate of the product."""
        company = self.backend_record.company_id
        taxes = template.taxes_id._filter_taxes_by_company(company)
        rate = sum(taxes.mapped("amount"))
        for row in self.component(usage="backend.adapter").search_tax_rates():
            if row["value"] == rate:
                return row["category"]["id"]
        raise MappingError(
            self.env._(
                "The shop has no tax of %(rate)s %%, which %(product)s has: add it "
                "there, or give the product another tax.",
                rate=rate,
                product=template.display_name,
            )
        )


class VariantExporter(Component):
    _name = "vendure.product.product.exporter"
    _inherit = "vendure.exporter"
    _apply_on = "vendure.product.product"
    _default_binding_field = "vendure_bind_ids"

    def _left_behind(self, data: dict[str, Any]) -> list[str]:
        same = {"productId": {"eq": data["productId"]}, "sku": {"eq": data["sku"]}}
        return self.backend_adapter.search(same)


class PriceListener(Component):
    _name = "vendure.price.listener"
    _inherit = ["ecommerce.price.listener", "vendure.base"]


class PriceExporter(Component):
    _name = "vendure.price.exporter"
    _inherit = ["ecommerce.price.exporter", "vendure.base"]
    _apply_on = "vendure.product.product"

    def _export_batch(self, values: dict[Any, dict[str, float]]) -> None:
        prices = [
            {"id": binding.external_id, "price": _cents(prices)}
            for binding, prices in values.items()
        ]
        self.backend_adapter.execute("updateProductVariants", input=prices)


def _cents(prices: dict[str, float]) -> int:
    return round(prices[""] * 100)


class ProductListener(Component):
    """What changes of a product in Odoo goes to the shops that have it."""

    _name = "vendure.product.template.listener"
    _inherit = ["base.connector.listener", "vendure.base"]
    _apply_on = ["product.template", "product.product"]
    _exported = {
        "product.template": {"name", "description_sale"},
        "product.product": {"default_code"},
    }

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_write(self, record: models.BaseModel, fields: Any = None) -> None:
        changed = self._exported[record._name].intersection(fields or ())
        if changed:
            self._export(record, sorted(changed))

    def _export(self, record: models.BaseModel, fields: list[str]) -> None:
        for binding in record.sudo().vendure_bind_ids:
            if binding.external_id and binding.backend_id.export_products:
                delayed = binding.with_delay(identity_key=identity_exact)
                delayed.export_record(fields=fields)


class ProductBindingListener(Component):
    """A product that somebody adds to a shop is created there."""

    _name = "vendure.product.binding.listener"
    _inherit = ["base.connector.listener", "vendure.base"]
    _apply_on = "vendure.product.template"

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_create(self, record: models.BaseModel, fields: Any = None) -> None:
        if not record.external_id:
            record.with_delay().export_record()

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_write(self, record: models.BaseModel, fields: Any = None) -> None:
        changed = {"category_ids", "shop_published"}.intersection(fields or ())
        if changed and record.external_id:
            record.with_delay().export_record(fields=sorted(changed))
