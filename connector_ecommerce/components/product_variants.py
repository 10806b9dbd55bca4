# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from odoo.fields import Command

from odoo.addons.component.core import Component
from odoo.addons.connector.exception import InvalidDataError

from ..core import ShopProduct, ShopVariant

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.product.models.product_product import ProductProduct
    from odoo.addons.product.models.product_template import ProductTemplate
    from odoo.addons.product.models.product_template_attribute_value import (
        ProductTemplateAttributeValue,
    )


class ProductVariants(Component):
    """Bind the variants of products, each to the one of its options in Odoo."""

    _name = "ecommerce.product.variants"
    _inherit = "base.connector"
    _usage = "product.variants"

    def run(
        self, template: ProductTemplate, product: ShopProduct, binding_model: str
    ) -> BaseModel:
        """Return the bindings of the variants of one product, written and priced."""
        return self.run_many([(template, product)], binding_model)

    def run_many(
        self,
        products: Sequence[tuple[ProductTemplate, ShopProduct]],
        binding_model: str,
    ) -> BaseModel:
        """Return the bindings of the variants of all products, written and priced.

        A variant that the shop gave up stays bound, and is no longer published.
        """
        model = self.env[binding_model].with_context(connector_no_export=True)
        bound = self._bound(products, model)
        pairs = self._bind(products, bound.grouped("product_tmpl_id"), model)
        bindings = model.union(*(binding for binding, _variant in pairs))
        prices = self.component(usage="product.prices")
        prices.run_many([(binding.odoo_id, variant) for binding, variant in pairs])
        bindings.schedule_image_import()
        gone = bound - bindings
        gone.filtered("shop_published").shop_published = False
        return bindings.with_env(self.env)

    def _bind(
        self,
        products: Sequence[tuple[ProductTemplate, ShopProduct]],
        bound: dict[ProductTemplate, BaseModel],
        model: BaseModel,
    ) -> list[tuple[BaseModel, ShopVariant]]:
        """Return each variant with its binding, updated or created."""
        binder = self.binder_for(model._name)
        binder.prefetch(
            v.external_id for _, product in products for v in product.variants
        )
        pairs, new = [], []
        for template, product in products:
            taken = bound.get(template, model).odoo_id
            for variant, values in self._mapped(product, model):
                binding = binder.to_internal(variant.external_id).with_env(model.env)
                if binding:
                    changed = {k: v for k, v in values.items() if binding[k] != v}
                    if changed:
                        binding.write(changed)
                    pairs.append((binding, variant))
                    continue
                place = self._place(template, variant, taken)
                taken |= taken.browse(place.get("odoo_id"))
                new.append((variant, {**values, **place}))
        pairs += self._create(new, model)
        for binding, variant in pairs:
            binder.bind(variant.external_id, binding)
        return pairs

    def _create(
        self, new: Sequence[tuple[ShopVariant, dict[str, Any]]], model: BaseModel
    ) -> list[tuple[BaseModel, ShopVariant]]:
        """Create the bindings, and with them the variants that Odoo lacks."""
        binder = self.binder_for(model._name)
        bindings = model.create(
            [
                {
                    "backend_id": self.backend_record.id,
                    **binder._bind_values(variant.external_id),
                    **values,
                }
                for variant, values in new
            ]
        )
        return list(zip(bindings, (variant for variant, _ in new), strict=True))

    def _place(
        self, template: ProductTemplate, variant: ShopVariant, taken: ProductProduct
    ) -> dict[str, Any]:
        """Return the variant in Odoo, or the values that create it."""
        found = self.find_variant(template, variant, taken)
        if found:
            return {"odoo_id": found.id}
        combination = self._combination(template, variant)
        if not template.has_dynamic_attributes() or (
            not template._is_combination_possible_by_config(combination)
        ):
            raise InvalidDataError(
                self.env._(
                    "Variant %(id)s of %(product)s has options that Odoo can't "
                    "combine: %(options)s. Check the attributes of the product.",
                    id=variant.external_id,
                    product=template.display_name,
                    options=", ".join(f"{k}: {v}" for k, v in variant.options.items()),
                )
            )
        values = combination._without_no_variant_attributes()
        return {
            "product_tmpl_id": template.id,
            "product_template_attribute_value_ids": [Command.set(values.ids)],
        }

    def find_variant(
        self, template: ProductTemplate, variant: ShopVariant, taken: ProductProduct
    ) -> ProductProduct:
        """Return the variant of this SKU, else of these options, empty without any.

        `taken` are bound already: a shop may give one SKU to several variants.
        """
        variants = template.with_context(active_test=False).product_variant_ids
        if variant.sku:
            same = variants.filtered(lambda v: v.default_code == variant.sku) - taken
            if len(same) == 1:
                return same
        combination = self._combination(template, variant)
        values = combination._without_no_variant_attributes()
        same = variants.filtered(
            lambda v: v.product_template_attribute_value_ids == values
        ).sorted("active")[-1:]
        if same and not same.active:
            # takes an archived one back, where the options allow for it
            return template._create_product_variant(combination)
        return same

    def _combination(
        self, template: ProductTemplate, variant: ShopVariant
    ) -> ProductTemplateAttributeValue:
        """Return the values of the template that are the options of a variant."""
        values = template.attribute_line_ids.product_template_value_ids
        return values.filtered(
            lambda v: variant.options.get(v.attribute_id.name) == v.name
        )

    def _mapped(
        self, product: ShopProduct, model: BaseModel
    ) -> Iterator[tuple[ShopVariant, dict[str, Any]]]:
        """Yield the variants with their values, those of a mapper being optional."""
        mappers = self.work.work_on(model._name).many_components(usage="import.mapper")
        for variant in product.variants:
            values = self._values(variant)
            values = {k: v for k, v in values.items() if k in model._fields}
            for mapper in mappers if variant.data is not None else ():
                values.update(mapper.map_record(variant.data).values())
            yield variant, values

    def _values(self, variant: ShopVariant) -> dict[str, Any]:
        values: dict[str, Any] = {
            "default_code": variant.sku or False,
            "shop_published": variant.published,
            "image_url": variant.image_url or False,
        }
        if variant.barcode:
            values["barcode"] = variant.barcode
        if variant.weight is not None:
            values["weight"] = float(variant.weight)
        return values

    def _bound(
        self,
        products: Sequence[tuple[ProductTemplate, ShopProduct]],
        model: BaseModel,
    ) -> BaseModel:
        return model.with_context(active_test=False).search(
            [
                ("backend_id", "=", self.backend_record.id),
                ("odoo_id.product_tmpl_id", "in", [t.id for t, _ in products]),
            ]
        )
