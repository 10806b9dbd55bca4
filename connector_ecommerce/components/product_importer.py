# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo.fields import Command

from odoo.addons.component.core import AbstractComponent

from ..core import ShopProduct

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.component.core import WorkContext
    from odoo.addons.connector.components.mapper import MapRecord
    from odoo.addons.product.models.product_template import ProductTemplate


class ProductImporter(AbstractComponent):
    """Import one product of a shop with its variants. A connector writes
    `_shop_product()`, no more.

    Works on a binding model of `product.template` that has
    `ecommerce.product.template.mixin`. A mapper of the binding model is optional; its
    values win over those made here.
    """

    _name = "ecommerce.product.importer"
    _inherit = "generic.importer"

    #: binding model of the variants, with `ecommerce.product.mixin`
    _variant_binding_model: str
    #: binding model of the categories; their bindings are linked in `category_ids`
    _category_binding_model: str | None = None

    def __init__(self, work: WorkContext) -> None:
        super().__init__(work)
        self._translated: ShopProduct | None = None

    def _shop_product(self) -> ShopProduct:
        """Translate `self.external_record` to the neutral form."""
        raise NotImplementedError(
            f"{self._name}: write _shop_product() to translate self.external_record "
            "to a connector_ecommerce.core.ShopProduct"
        )

    @property
    def shop_product(self) -> ShopProduct:
        """The product in its neutral form, translated once."""
        if self._translated is None:
            self._translated = self._shop_product()
        return self._translated

    def run(self, external_id: Any, force: bool = False, **kwargs: Any) -> str:
        """Import the product; see `generic.importer`."""
        self._translated = None
        return super().run(external_id, force=force, **kwargs)

    def _import_dependencies(self) -> None:
        """Import the categories that are not in Odoo yet."""
        if self._category_binding_model:
            for category_id in self.shop_product.category_ids:
                self._import_dependency(category_id, self._category_binding_model)
        return super()._import_dependencies()

    # Values

    def _map_data(self) -> MapRecord | None:
        usage = self._base_mapper_usage
        return super()._map_data() if self.many_components(usage=usage) else None

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
        options = self.component(usage="product.options")
        values = {
            "name": product.name,
            "description_sale": product.description,
            "shop_published": product.published,
            "image_url": product.image_url,
            "attribute_line_ids": options.lines(product.attributes, record),
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
            taxes = resolver.resolve(product.tax_rate, product.price_includes_tax)
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
        skus = [variant.sku for variant in self.shop_product.variants if variant.sku]
        model = self.env["product.product"]
        company = model._check_company_domain(self.backend_record.company_id)
        variants = model.search([("default_code", "in", skus), *company])
        template = variants.product_tmpl_id
        if len(template) != 1 or self.binder.to_external(template, wrap=True):
            return None
        if self.shop_product.attributes and not template.attribute_line_ids:
            # attributes given to a product replace its only variant, and its stock
            return None
        return template

    # Once it is written

    def _after_import(self, binding: BaseModel) -> None:
        """Bind the variants with their prices, translate, fetch new images."""
        product = self.shop_product
        self.component(usage="product.variants").run(
            binding.odoo_id, product, self._variant_binding_model
        )
        installed = dict(self.env["res.lang"].get_installed())
        for lang, texts in product.translations.items():
            if lang in installed:
                translated = binding.with_context(lang=lang, connector_no_export=True)
                translated.odoo_id.write(dict(texts))
        binding.schedule_image_import()
        return super()._after_import(binding)
