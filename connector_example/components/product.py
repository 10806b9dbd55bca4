# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections.abc import Iterable
from typing import Any

from odoo.tools import html2plaintext

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import changed_by, mapping
from odoo.addons.connector_ecommerce.core import ShopAttribute


class ProductAdapter(Component):
    _name = "vendure.product.template.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "vendure.product.template"

    def search_changes(
        self, since: str | None, filters: Any = None
    ) -> Iterable[tuple[str, str]]:
        """Yield the products that changed, then those with a variant that did.

        The date of change of a product does not move with the prices of its variants.
        """
        yield from super().search_changes(since, filters)
        if since:
            variants = self.adapter_for("vendure.product.product")
            fields = "id updatedAt product { id }"
            for row in variants.search_read(fields, self._changed_since(since)):
                yield row["product"]["id"], row["updatedAt"]


class ProductBatchImporter(Component):
    _name = "vendure.product.template.batch.importer"
    _inherit = ["ecommerce.product.batch.importer", "vendure.batch.importer"]
    _apply_on = "vendure.product.template"

    def _shop_attributes(self) -> Iterable[ShopAttribute]:
        groups = self.adapter_for("product.attribute")
        return map(_attribute, groups.search_read("id name options { name }"))


class ProductImporter(Component):
    """Translate a product of the shop; the rest is every shop's."""

    _name = "vendure.product.template.importer"
    _inherit = ["vendure.importer", "ecommerce.product.importer"]
    _apply_on = "vendure.product.template"

    def _shop_product(self) -> dict[str, Any]:
        product = self.external_record
        image = product["featuredAsset"]  # no alias: it would have no address
        included = self.backend_record.prices_include_tax
        rates = [v["taxRateApplied"]["value"] for v in product["variants"]]
        return {
            **product,
            "description": html2plaintext(product["description"]),
            "category_ids": tuple(c["id"] for c in product["collections"]),
            "attributes": [_attribute(group) for group in product["optionGroups"]],
            "variants": [_variant(v, included) for v in product["variants"]],
            # Odoo has the taxes on the template; an order has those of its lines.
            "tax_rate": max(rates, default=None),
            "price_includes_tax": included,
            "image_url": image and image["preview"],
        }


def _attribute(group: dict[str, Any]) -> ShopAttribute:
    values = tuple(option["name"] for option in group["options"])
    return ShopAttribute(name=group["name"], values=values)


def _variant(variant: dict[str, Any], included: bool) -> dict[str, Any]:
    price = variant["priceWithTax" if included else "price"]
    options = {option["group"]["name"]: option["name"] for option in variant["options"]}
    return {**variant, "options": options, "prices": [{"amount": price}]}


class ProductExportMapper(Component):
    _name = "vendure.product.template.export.mapper"
    _inherit = ["base.export.mapper", "vendure.base"]
    _apply_on = "vendure.product.template"

    direct = [("shop_published", "enabled")]

    @changed_by("name", "description_sale")
    @mapping
    def texts(self, record: Any) -> dict[str, Any]:
        text = record.description_sale or ""
        return self._translations(name=record.name, slug=record.slug, description=text)


class ProductExporter(Component):
    _name = "vendure.product.template.exporter"
    _inherit = ["ecommerce.product.exporter", "vendure.base"]
    _apply_on = "vendure.product.template"
