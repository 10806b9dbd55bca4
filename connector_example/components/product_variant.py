# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import changed_by, mapping, only_create


class VariantAdapter(Component):
    _name = "vendure.product.product.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "vendure.product.product"

    def write_many(self, values: dict[str, dict[str, Any]]) -> None:
        """Update variants, in one call."""
        rows = [{"id": external_id, **data} for external_id, data in values.items()]
        self.execute("updateProductVariants", input=rows)

    def read_quantities(self, external_ids: list[str]) -> dict[str, int]:
        """Return what is on hand, in all the stock locations of the shop."""
        rows = self.search_read("id stockLevels { stockOnHand }", {"id": external_ids})
        return {
            row["id"]: sum(level["stockOnHand"] for level in row["stockLevels"])
            for row in rows
        }


class VariantExportMapper(Component):
    _name = "vendure.product.product.export.mapper"
    _inherit = ["ecommerce.variant.export.mapper", "vendure.base"]
    _apply_on = "vendure.product.product"

    @changed_by("default_code")
    @mapping
    def sku(self, record: Any) -> dict[str, str]:
        return {"sku": self._sku(record)}

    @only_create
    @mapping
    def product(self, record: Any) -> dict[str, Any]:
        return {
            "productId": self._product_id(record),
            "optionIds": self._option_ids(record),
            "taxCategoryId": self._tax_id(record),
            **self._price_values(record),
            **self._translations(name=record.display_name),
        }


class VariantExporter(Component):
    _name = "vendure.product.product.exporter"
    _inherit = ["ecommerce.variant.exporter", "vendure.base"]
    _apply_on = "vendure.product.product"
    _natural_key = ("productId", "sku")


class OptionExporter(Component):
    _name = "vendure.option.exporter"
    _inherit = ["ecommerce.option.exporter", "vendure.base"]
    _apply_on = "vendure.product.product"

    def _product_groups(self, product_id: str) -> list[dict[str, Any]]:
        product = self.backend_adapter.execute("optionGroups", id=product_id)
        return product["optionGroups"]

    def _find_group(self, code: str) -> dict[str, Any] | None:
        groups = self.adapter_for("product.attribute")
        return next(iter(groups.search_read("...OptionGroup", {"code": code})), None)

    def _create_group(self, code: str, name: str) -> dict[str, Any]:
        values = {"code": code, **self._translations(name=name)}
        return self.backend_adapter.execute("createProductOptionGroup", input=values)

    def _add_group(self, product_id: str, group: dict[str, Any]) -> None:
        ids = {"productId": product_id, "optionGroupId": group["id"]}
        self.backend_adapter.execute("addOptionGroupToProduct", **ids)

    def _create_option(self, group: dict[str, Any], code: str, name: str) -> str:
        values = {"productOptionGroupId": group["id"], "code": code}
        values |= self._translations(name=name)
        return self.backend_adapter.execute("createProductOption", input=values)["id"]


class TaxResolver(Component):
    _name = "vendure.tax.resolver"
    _inherit = ["ecommerce.tax.resolver", "vendure.base"]

    def _shop_taxes(self) -> list[tuple[float, str]]:
        rates = self.adapter_for("account.tax").execute("taxRates")["items"]
        return [(rate["value"], rate["category"]["id"]) for rate in rates]


class PriceExporter(Component):
    _name = "vendure.price.exporter"
    _inherit = ["ecommerce.price.exporter", "vendure.base"]
    _apply_on = "vendure.product.product"

    def _export_values(self, prices: dict[str, float]) -> dict[str, int]:
        return {"price": round(prices[""] * 100)}


class StockExporter(Component):
    _name = "vendure.stock.exporter"
    _inherit = ["ecommerce.stock.exporter", "vendure.base"]
    _apply_on = "vendure.product.product"

    def _export_values(self, quantity: float) -> dict[str, int]:
        return {"stockOnHand": int(quantity)}
