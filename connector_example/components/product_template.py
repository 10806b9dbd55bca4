# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from odoo import Command
from odoo.tools import html2plaintext

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping, only_create
from odoo.addons.connector.http.client import HttpClient
from odoo.addons.connector_ecommerce.models.creation_guard import guard_creation
from odoo.addons.queue_job import identity_exact

VARIANT_FIELDS = """
    id sku name enabled price priceWithTax taxRateApplied { value }
    options { name group { name } } stockLevels { stockLocationId }
"""


class ProductAdapter(Component):
    _name = "vendure.product.template.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "vendure.product.template"

    _object = "product"
    _fields = f"""
        id name slug enabled description featuredAsset {{ preview }}
        collections {{ id }} optionGroups {{ name options {{ name }} }}
        variants {{ {VARIANT_FIELDS} }}
    """

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

    def download(self, url: str) -> bytes:
        """Return an image, from wherever the shop keeps it: without its key."""
        with self.connector_errors(), HttpClient(url) as client:
            return client.get("").content


class OptionGroupAdapter(Component):
    _name = "vendure.product.attribute.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "product.attribute"

    _object = "productOptionGroup"


class ProductMapper(Component):
    _name = "vendure.product.template.mapper"
    _inherit = "vendure.import.mapper"
    _apply_on = "vendure.product.template"

    direct = [("name", "name"), ("slug", "slug"), ("enabled", "sale_ok")]

    @only_create
    @mapping
    def stock(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"type": "consu", "is_storable": True}

    @mapping
    def description(self, record: dict[str, Any]) -> dict[str, str]:
        return {"description_sale": html2plaintext(record["description"])}

    @mapping
    def image(self, record: dict[str, Any]) -> dict[str, Any]:
        asset = record["featuredAsset"]
        return {"image_url": asset and asset["preview"]}

    @mapping
    def categories(self, record: dict[str, Any]) -> dict[str, Any]:
        binder = self.binder_for("vendure.product.category")
        ids = [binder.to_internal(c["id"]).id for c in record["collections"]]
        return {"category_ids": [Command.set(ids)]}

    @mapping
    def prices(self, record: dict[str, Any]) -> dict[str, Any]:
        """The template shows its lowest price, the pricelist those of variants."""
        prices = map(self.backend_record._price, record["variants"])
        return {"list_price": min(prices, default=0.0)}

    @mapping
    def taxes(self, record: dict[str, Any]) -> dict[str, Any]:
        """Odoo has the taxes on the template; an order has those of its lines."""
        resolver = self.component(usage="tax.resolver")
        included = self.backend_record.prices_include_tax
        rates = {variant["taxRateApplied"]["value"] for variant in record["variants"]}
        taxes = self.env["account.tax"]
        for rate in sorted(rates)[-1:]:
            taxes = resolver.resolve(Decimal(str(rate)), included)
        return {"taxes_id": [Command.set(taxes.ids)]}

    def finalize(self, map_record: Any, values: dict[str, Any]) -> dict[str, Any]:
        values = super().finalize(map_record, values)
        component = self.component(usage="product.options")
        values["attribute_line_ids"] = component.lines(
            map_record.source["optionGroups"], self.options.binding or self.model
        )
        return values


class ProductBatchImporter(Component):
    """The options come first, in this transaction: the jobs then only read them."""

    _name = "vendure.product.template.batch.importer"
    _inherit = "vendure.batch.importer"
    _apply_on = "vendure.product.template"

    def run_since_last(self, *args: Any, **kwargs: Any) -> str:
        options = self.component(usage="product.options")
        groups = self.component(usage="backend.adapter", model_name="product.attribute")
        for group in groups.search_read("id name options { name }"):
            options.values(group)
        return super().run_since_last(*args, **kwargs)


class ProductImporter(Component):
    _name = "vendure.product.template.importer"
    _inherit = "vendure.importer"
    _apply_on = "vendure.product.template"

    def _import_dependencies(self) -> None:
        for category in self.external_record["collections"]:
            self._import_dependency(category["id"], "vendure.product.category")

    def _after_import(self, binding: Any) -> None:
        importer = self.component(
            usage="record.importer", model_name="vendure.product.product"
        )
        for variant in self.external_record["variants"]:
            record = dict(variant, product={"id": self.external_id})
            importer.run(variant["id"], force=self.force, external_record=record)
        if binding.image_url and not binding.image_1920:
            binding.with_delay(identity_key=identity_exact).import_image()


class ProductOptions(Component):
    """Options of the shop as attributes of Odoo, matched by their names.

    The shop has a group for each product or few; Odoo's attributes are shared by all.
    """

    _name = "vendure.product.options"
    _inherit = "vendure.base"
    _apply_on = "vendure.product.template"
    _usage = "product.options"

    def values(self, group: dict[str, Any]) -> Any:
        """Return the attribute values of a group (dict), created where missing."""
        attribute = self._get_or_create(
            "product.attribute", group["name"], create_variant="dynamic"
        )
        values = self.env["product.attribute.value"]
        for option in group["options"]:
            values |= self._get_or_create(
                values._name, option["name"], attribute_id=attribute.id
            )
        return values

    def lines(self, groups: list[dict[str, Any]], binding: Any) -> list[Any]:
        """Return the commands for the attribute lines a product lacks."""
        commands = []
        for group in groups:
            values = self.values(group)
            line = binding.attribute_line_ids.filtered(
                lambda line, values=values: line.attribute_id == values.attribute_id
            )
            if missing := values - line.value_ids:
                links = {"value_ids": [Command.link(value.id) for value in missing]}
                commands.append(
                    Command.update(line.id, links)
                    if line
                    else Command.create(
                        links | {"attribute_id": values.attribute_id.id}
                    )
                )
        return commands

    def _get_or_create(self, model: str, name: str, **values: Any) -> Any:
        domain = [("name", "=", name)]
        if "attribute_id" in values:
            domain.append(("attribute_id", "=", values["attribute_id"]))
        record = self.env[model].search(domain, limit=1)
        if not record:
            guard_creation(record, str(domain), domain)
            record = record.create({"name": name, **values})
        return record
