# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import Component
from odoo.addons.connector.exception import InvalidDataError

from ..core import ShopProduct, ShopVariant

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.product.models.product_product import ProductProduct
    from odoo.addons.product.models.product_template import ProductTemplate


class ProductVariants(Component):
    """Bind the variants of a product, each to the one of its options in Odoo."""

    _name = "ecommerce.product.variants"
    _inherit = "base.connector"
    _usage = "product.variants"

    def run(
        self, template: ProductTemplate, product: ShopProduct, binding_model: str
    ) -> BaseModel:
        """Return the bindings of the variants, written and priced.

        A variant that the shop gave up stays bound, and is no longer published.
        """
        prices = self.component(usage="product.prices")
        bindings = self.env[binding_model]
        for variant in product.variants:
            binding = self._bind(template, variant, bindings)
            prices.run(binding.odoo_id, variant)
            binding.schedule_image_import()
            bindings |= binding
        gone = self._bound(template, bindings) - bindings
        gone.filtered("shop_published").shop_published = False
        return bindings

    def _bind(
        self, template: ProductTemplate, variant: ShopVariant, model: BaseModel
    ) -> BaseModel:
        binder = self.binder_for(model._name)
        quiet = model.with_context(connector_no_export=True)
        binding = binder.to_internal(variant.external_id).with_env(quiet.env)
        values = self._values(variant, model)
        if binding:
            changed = {k: v for k, v in values.items() if binding[k] != v}
            if changed:
                binding.write(changed)
        else:
            taken = self._bound(template, model).odoo_id
            values["odoo_id"] = self.find_variant(template, variant, taken).id
            values["backend_id"] = self.backend_record.id
            binding = quiet.create({"external_id": variant.external_id, **values})
        binder.bind(variant.external_id, binding)
        return binding.with_env(self.env)

    def find_variant(
        self, template: ProductTemplate, variant: ShopVariant, taken: ProductProduct
    ) -> ProductProduct:
        """Return the variant of this SKU, else of these options, which it may create.

        `taken` are bound already: a shop may give one SKU to several variants.
        Raises InvalidDataError when Odoo can't have this combination.
        """
        if variant.sku:
            variants = template.with_context(active_test=False).product_variant_ids
            same = (variants - taken).filtered(lambda v: v.default_code == variant.sku)
            if len(same) == 1:
                return same
        values = template.attribute_line_ids.product_template_value_ids
        combination = values.filtered(
            lambda v: variant.options.get(v.attribute_id.name) == v.name
        )
        found = template._get_variant_for_combination(combination)
        found = found or template._create_product_variant(combination)
        if not found:
            raise InvalidDataError(
                self.env._(
                    "Variant %(id)s of %(product)s has options that Odoo can't "
                    "combine: %(options)s. Check the attributes of the product.",
                    id=variant.external_id,
                    product=template.display_name,
                    options=", ".join(f"{k}: {v}" for k, v in variant.options.items()),
                )
            )
        return found

    def _values(self, variant: ShopVariant, model: BaseModel) -> dict[str, Any]:
        values: dict[str, Any] = {
            "default_code": variant.sku or False,
            "shop_published": variant.published,
            "image_url": variant.image_url or False,
        }
        if variant.barcode:
            values["barcode"] = variant.barcode
        if variant.weight is not None:
            values["weight"] = float(variant.weight)
        values = {k: v for k, v in values.items() if k in model._fields}
        usage = "import.mapper"
        work = self.work.work_on(model._name)
        if variant.data is not None and work.many_components(usage=usage):
            mapper = work.component(usage=usage)
            mapped = mapper.map_record(variant.data).values()
            values.update(mapped)
        return values

    def _bound(self, template: ProductTemplate, model: BaseModel) -> BaseModel:
        return model.with_context(active_test=False, connector_no_export=True).search(
            [
                ("backend_id", "=", self.backend_record.id),
                ("odoo_id.product_tmpl_id", "=", template.id),
            ]
        )
