# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from odoo.fields import Command

from odoo.addons.component.core import AbstractComponent

from ..core import ShopAttribute, ShopProduct, ShopVariant

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.component.core import WorkContext
    from odoo.addons.connector.components.mapper import MapRecord
    from odoo.addons.product.models.product_product import ProductProduct
    from odoo.addons.product.models.product_template import ProductTemplate

    from .product_options import ProductOptions


class ProductBatchImporter(AbstractComponent):
    """Import all attributes first, in one transaction: the jobs then only read them."""

    _name = "ecommerce.product.batch.importer"
    _inherit = "generic.batch.importer"
    _usage = "batch.importer"

    def run_since_last(self, *args: Any, **kwargs: Any) -> str:
        """Import the attributes of the shop, then what changed."""
        options = self.component(usage="product.options")
        for attribute in self._shop_attributes():
            options.values(attribute)
        return super().run_since_last(*args, **kwargs)

    def _shop_attributes(self) -> Iterable[ShopAttribute]:
        """Return all the attributes of the shop, those of one name once or often."""
        return ()


class ProductImporter(AbstractComponent):
    """Import one product of a shop with its variants. A connector writes
    `_shop_product()`, no more.

    Works on a binding model of `product.template` that has
    `ecommerce.product.template.mixin`. A mapper of the binding model is optional; its
    values win over those made here.
    """

    _name = "ecommerce.product.importer"
    _inherit = "ecommerce.neutral.importer"
    _form = ShopProduct

    def __init__(self, work: WorkContext) -> None:
        super().__init__(work)
        #: variants of Odoo by SKU, once they are read
        self._same_skus: Mapping[str, ProductProduct] | None = None
        #: shared by the products of a chunk
        self._options: ProductOptions | None = None
        self._variants_bound = False

    @property
    def _variant_binding_model(self) -> str | None:
        """Binding model of the variants, with `ecommerce.product.mixin`."""
        return self.backend_record._binding_model("product.product")

    @property
    def _category_binding_model(self) -> str | None:
        """Binding model of the categories, which are linked in `category_ids`.

        None to leave them alone.
        """
        return self.backend_record._binding_model("product.category")

    def _shop_product(self) -> ShopProduct | Mapping[str, Any]:
        """Translate `self.external_record` to the neutral form, or to its fields."""
        raise NotImplementedError(
            f"{self._name}: write _shop_product() to translate self.external_record "
            "to a connector_ecommerce.core.ShopProduct"
        )

    def _translate(self) -> ShopProduct | Mapping[str, Any]:
        return self._shop_product()

    @property
    def shop_product(self) -> ShopProduct:
        """The product in its neutral form, translated once."""
        return self.translated

    def _start(self, *args: Any) -> None:
        self._same_skus = self._options = None
        self._variants_bound = False
        return super()._start(*args)

    def _before_chunk(self, importers: Sequence[ProductImporter]) -> None:
        """Find the categories, options, variants and the same SKUs of all products."""
        products = [importer.shop_product for importer in importers]
        options = self.component(usage="product.options")
        options.prefetch(a for product in products for a in product.attributes)
        for importer in importers:
            importer._options = options
        if self._category_binding_model:
            self.binder_for(self._category_binding_model).prefetch(
                id_ for product in products for id_ in product.category_ids
            )
        variants = [variant for product in products for variant in product.variants]
        binder = self.binder_for(self._variant_binding_model)
        binder.prefetch(variant.external_id for variant in variants)
        if self.backend_record.match_products:
            same_skus = self._find_skus(variants)
            for importer in importers:
                importer._same_skus = same_skus
        return super()._before_chunk(importers)

    def _import_dependencies(self) -> None:
        """Import the categories that are not in Odoo yet."""
        if self._category_binding_model:
            for category_id in self.shop_product.category_ids:
                self._import_dependency(category_id, self._category_binding_model)
        return super()._import_dependencies()

    # Values

    def _create_data(
        self, map_record: MapRecord | None, **kwargs: Any
    ) -> dict[str, Any]:
        data = {**self._new_values(), **self._product_values(self.model.browse())}
        if map_record:
            data.update(map_record.values(for_create=True, **kwargs))
        return self._with_existing(map_record, data)

    def _with_existing(
        self, map_record: MapRecord | None, data: dict[str, Any]
    ) -> dict[str, Any]:
        data = super()._with_existing(map_record, data)
        template = self.env["product.template"].browse(data.get("odoo_id"))
        if template:
            # its attributes may be there, what it is stays as people have set it
            data.update(self._product_values(template))
            for name in self._new_values():
                data.pop(name, None)
        return data

    def _update_data(
        self, map_record: MapRecord | None, **kwargs: Any
    ) -> dict[str, Any]:
        binding = kwargs.pop("binding")
        data = self._product_values(binding)
        if map_record:
            values = map_record.values(for_create=False, binding=binding, **kwargs)
            data.update(values)
        return data

    def _new_values(self) -> dict[str, Any]:
        """Return what a product gets once; people may change it afterwards."""
        goods = self.shop_product.is_goods
        company = self.backend_record.partner_company_id
        return {
            "type": "consu" if goods else "service",
            "is_storable": goods,
            "company_id": company.id,
        }

    def _product_values(self, record: BaseModel) -> dict[str, Any]:
        """Return the values of the binding, and of the product that it wraps.

        `record` is the binding or the product that exists, empty without one.
        """
        product = self.shop_product
        options = self._options or self.component(usage="product.options")
        values = {
            "name": product.name,
            "description_sale": product.description,
            "shop_published": product.published,
            "image_url": product.image_url,
            "attribute_line_ids": options.lines(product.attributes, record),
            **({"slug": product.slug} if product.slug else {}),
            **self._price_values(),
            **self._category_values(),
        }
        known = self.model._fields
        return {name: value for name, value in values.items() if name in known}

    def _price_values(self) -> dict[str, Any]:
        """Return the lowest price, which a list shows, and the taxes.

        Odoo has the taxes on the template; an order has those of its lines.
        """
        product = self.shop_product
        values: dict[str, Any] = {}
        if product.lowest_price is not None:
            values["list_price"] = float(product.lowest_price)
        if product.tax_rate is not None:
            resolver = self.component(usage="tax.resolver")
            taxes = self.once(
                resolver.resolve, product.tax_rate, product.price_includes_tax
            )
            values["taxes_id"] = [Command.set(taxes.ids)]
        return values

    def _category_values(self) -> dict[str, Any]:
        if not self._category_binding_model:
            return {}
        binder = self.binder_for(self._category_binding_model)
        ids = [binder.to_internal(id_).id for id_ in self.shop_product.category_ids]
        return {"category_ids": [Command.set(ids)]}

    # A product that exists already

    def _find_existing(self, data: dict[str, Any]) -> ProductTemplate | None:
        """Return the product whose variants have the shop's SKUs, unless bound."""
        found = super()._find_existing(data)
        if found or not self.backend_record.match_products:
            return found
        variants = self.shop_product.variants
        same_skus = self._same_skus
        if same_skus is None:
            same_skus = self._find_skus(variants)
        template = self.env["product.template"].union(
            *(same_skus[v.sku].product_tmpl_id for v in variants if v.sku in same_skus)
        )
        if len(template) != 1 or self.binder.to_external(template, wrap=True):
            return None
        if self.shop_product.attributes and not template.attribute_line_ids:
            # attributes given to a product replace its only variant, and its stock
            return None
        return template

    def _find_skus(self, variants: Iterable[ShopVariant]) -> dict[str, ProductProduct]:
        """Return the variants of Odoo that have these SKUs."""
        model = self.env["product.product"]
        company = model._check_company_domain(self.backend_record.company_id)
        skus = list({variant.sku for variant in variants if variant.sku})
        found = model.search([("default_code", "in", skus), *company])
        return found.grouped("default_code")

    # Once it is written

    def _after_import(self, binding: BaseModel) -> None:
        """Bind the variants with their prices, translate, fetch new images."""
        if not self._variants_bound:
            self._bind_variants([(self, binding)])
        installed = dict(self.env["res.lang"].get_installed())
        for lang, texts in self.shop_product.translations.items():
            if lang in installed:
                translated = binding.with_context(lang=lang, connector_no_export=True)
                translated.odoo_id.write(dict(texts))
        return super()._after_import(binding)

    def _after_chunk(
        self, created: Sequence[tuple[ProductImporter, BaseModel]]
    ) -> None:
        """Bind the variants of all the products together."""
        self._bind_variants(created)
        return super()._after_chunk(created)

    def _bind_variants(
        self, imported: Sequence[tuple[ProductImporter, BaseModel]]
    ) -> None:
        products = []
        for importer, binding in imported:
            products.append((binding.odoo_id, importer.shop_product))
            importer._variants_bound = True
        component = self.component(usage="product.variants")
        component.run_many(products, self._variant_binding_model)
        bindings = self.model.union(*(binding for _importer, binding in imported))
        bindings.schedule_image_import()
