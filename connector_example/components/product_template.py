# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from odoo.tools import html2plaintext

from odoo.addons.component.core import Component
from odoo.addons.connector_ecommerce.core import (
    ShopAttribute,
    ShopPrice,
    ShopProduct,
    ShopVariant,
    from_cents,
)


class ProductAdapter(Component):
    _name = "vendure.product.template.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "vendure.product.template"

    _object = "Product"

    def search_changes(
        self, since: str | None, filters: dict[str, Any] | None = None
    ) -> Iterator[tuple[str, str]]:
        """Yield the products that changed, then those with a variant that did.

        The date of change of a product does not move with the prices of its variants.
        """
        yield from super().search_changes(since, filters)
        if since:
            variants = self.component(
                usage="backend.adapter", model_name="vendure.product.product"
            )
            changed = {"updatedAt": {"after": since}}
            for row in variants.search_read("id updatedAt product { id }", changed):
                yield row["product"]["id"], row["updatedAt"]


class ProductBatchImporter(Component):
    """The options come first, in this transaction: the jobs then only read them."""

    _name = "vendure.product.template.batch.importer"
    _inherit = "vendure.batch.importer"
    _apply_on = "vendure.product.template"

    def run_since_last(self, *args: Any, **kwargs: Any) -> str:
        options = self.component(usage="product.options")
        groups = self.component(usage="backend.adapter", model_name="product.attribute")
        for group in groups.search_read("id name options { name }"):
            options.values(_attribute(group))
        return super().run_since_last(*args, **kwargs)


class ProductMapper(Component):
    """What no other shop has; the importer knows the rest."""

    _name = "vendure.product.template.mapper"
    _inherit = "vendure.import.mapper"
    _apply_on = "vendure.product.template"

    direct = [("slug", "slug")]


class ProductImporter(Component):
    """Translate a product of the shop; the rest is every shop's."""

    _name = "vendure.product.template.importer"
    _inherit = ["ecommerce.product.importer", "vendure.importer"]
    _apply_on = "vendure.product.template"

    _variant_binding_model = "vendure.product.product"
    _category_binding_model = "vendure.product.category"

    def _shop_product(self) -> ShopProduct:
        record = self.external_record
        image = record["featuredAsset"]
        rates = [v["taxRateApplied"]["value"] for v in record["variants"]]
        return ShopProduct(
            external_id=record["id"],
            name=record["name"],
            description=html2plaintext(record["description"]),
            published=record["enabled"],
            category_ids=tuple(c["id"] for c in record["collections"]),
            attributes=tuple(_attribute(group) for group in record["optionGroups"]),
            variants=tuple(self._variant(v) for v in record["variants"]),
            # Odoo has the taxes on the template; an order has those of its lines.
            tax_rate=Decimal(str(max(rates))) if rates else None,
            price_includes_tax=self.backend_record.prices_include_tax,
            image_url=image["preview"] if image else "",
        )

    def _variant(self, variant: dict[str, Any]) -> ShopVariant:
        included = self.backend_record.prices_include_tax
        price = from_cents(variant["priceWithTax" if included else "price"])
        return ShopVariant(
            external_id=variant["id"],
            sku=variant["sku"],
            options={o["group"]["name"]: o["name"] for o in variant["options"]},
            prices=(ShopPrice(amount=price),),
            published=variant["enabled"],
        )


def _attribute(group: dict[str, Any]) -> ShopAttribute:
    values = tuple(option["name"] for option in group["options"])
    return ShopAttribute(name=group["name"], values=values)
