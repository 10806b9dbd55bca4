# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from odoo.fields import Command

from odoo.addons.component.core import Component
from odoo.addons.connector.exception import MappingError

from ..core import LineKind, LinePrice, ShopLine, line_price, tax_split, version_of

if TYPE_CHECKING:
    from odoo.addons.account.models.account_tax import AccountTax
    from odoo.addons.account.models.partner import AccountFiscalPosition
    from odoo.addons.base.models.res_currency import ResCurrency
    from odoo.addons.product.models.product_product import ProductProduct

#: Usage of the builder of each kind of special line
BUILDERS = {
    LineKind.SHIPPING: "order.line.builder.shipping",
    LineKind.DISCOUNT: "order.line.builder.discount",
    LineKind.FEE: "order.line.builder.fee",
    LineKind.COD: "order.line.builder.cod",
    LineKind.GIFT: "order.line.builder.gift",
}


@dataclass(frozen=True, slots=True)
class LineContext:
    """What the lines of one order share."""

    currency: ResCurrency
    fiscal_position: AccountFiscalPosition
    date: date
    #: binding model of the products, None when products are only known by their SKU
    product_binding_model: str | None


class OrderLineMaker(Component):
    """Make the values of order lines out of the lines of a shop's order."""

    _name = "ecommerce.order.line.maker"
    _inherit = "base.connector"
    _usage = "order.line.maker"

    def commands(
        self, lines: Iterable[tuple[str | None, ShopLine]], context: LineContext
    ) -> list[Any]:
        """Return the commands that create the lines, in the order of the shop.

        `lines` are pairs of what identifies a line in its order, and the line.
        """
        return [
            Command.create(self.values(line, context, position, ref))
            for position, (ref, line) in enumerate(lines, start=1)
        ]

    def values(
        self,
        line: ShopLine,
        context: LineContext,
        position: int = 1,
        ref: str | None = None,
    ) -> dict[str, Any]:
        """Return the values of one line, which `ref` identifies in its order.

        Raises MappingError when its product or its tax is not in Odoo.
        """
        product, values = self._product_values(line, context, position)
        taxes = self._taxes(line, product, context)
        values.update(self.amounts(line, taxes, context))
        values["tax_ids"] = [Command.set(taxes.ids)]
        # a price that differs from the technical one was set by hand: Odoo does not
        # take it from a pricelist when the quantity is edited
        values["technical_price_unit"] = values["price_unit"] - 1
        values["shop_version"] = version_of(line)
        ref = ref or line.external_id
        if ref:
            values["shop_line_ref"] = ref
        return values

    def amounts(
        self, line: ShopLine, taxes: AccountTax, context: LineContext
    ) -> dict[str, Any]:
        """Return price, discount and told taxes: of a line of an order or invoice."""
        price = self._price(line, taxes, context)
        amounts = {
            "price_unit": float(price.price_unit),
            "discount": float(price.discount),
        }
        told = self._tax_told(line, taxes, amounts, context)
        return {**amounts, "extra_tax_data": told or False}

    def find_product(self, line: ShopLine, context: LineContext) -> ProductProduct:
        """Return the product of a line: the bound one, else the one of its SKU."""
        model = self.env["product.product"]
        if line.product_external_id is not None and context.product_binding_model:
            binder = self.binder_for(context.product_binding_model)
            product = binder.to_internal(line.product_external_id, unwrap=True)
            if product:
                return product
        if line.sku:
            domain = [
                ("default_code", "=", line.sku),
                *model._check_company_domain(self.backend_record.company_id),
            ]
            found = model.with_context(active_test=False).search(domain, limit=2)
            if len(found) == 1:
                return found
        raise MappingError(
            self.env._(
                "The product of line %(name)s (id %(id)s, SKU %(sku)s) is not in Odoo: "
                "import it first, or give its SKU to one product.",
                name=line.name,
                id=line.product_external_id,
                sku=line.sku or "-",
            )
        )

    def _product_values(
        self, line: ShopLine, context: LineContext, position: int
    ) -> tuple[ProductProduct, dict[str, Any]]:
        if line.kind is LineKind.PRODUCT:
            product = self.find_product(line, context)
            return product, {
                "product_id": product.id,
                "name": line.name or product.display_name,
                "product_uom_id": product.uom_id.id,
                "product_uom_qty": float(line.quantity),
                "sequence": min(position, 900),
            }
        builder = self.component(usage=BUILDERS[line.kind])
        builder.price_unit = 0.0
        builder.quantity = float(line.quantity)
        if line.kind is LineKind.GIFT:
            builder.gift_code = line.code
        values = builder.get_line()
        values["name"] = self._special_name(line, values["name"])
        return self.env["product.product"].browse(values["product_id"]), values

    def _special_name(self, line: ShopLine, product_name: str) -> str:
        if line.kind is LineKind.GIFT:
            return product_name
        return line.name or product_name

    def _taxes(
        self, line: ShopLine, product: ProductProduct, context: LineContext
    ) -> AccountTax:
        if line.tax_rate is None:
            company = self.backend_record.company_id
            taxes = product.taxes_id._filter_taxes_by_company(company)
            return context.fiscal_position.map_tax(taxes)
        resolver = self.component(usage="tax.resolver")
        return self.once(
            resolver.resolve,
            line.tax_rate,
            line.price_includes_tax,
            context.fiscal_position,
        )

    def _price(
        self, line: ShopLine, taxes: AccountTax, context: LineContext
    ) -> LinePrice:
        # without any tax there is one basis: what the customer pays
        included = all(taxes.mapped("price_include"))
        return line_price(line, included, digits=context.currency.decimal_places)

    def _tax_told(
        self,
        line: ShopLine,
        taxes: AccountTax,
        amounts: dict[str, float],
        context: LineContext,
    ) -> dict[str, Any] | None:
        """Return the base and tax of the shop, for Odoo to use instead of its own.

        Shops round taxes in many ways: per unit, per line, per rate, by lines of
        discounts. `extra_tax_data` is how Odoo keeps amounts it did not compute, on the
        order as on its invoices, until somebody changes price, quantity or taxes.
        """
        split = tax_split(line)
        if split is None or len(taxes) != 1:
            return None
        company = self.backend_record.company_id
        rate = self.once(
            self.env["res.currency"]._get_conversion_rate,
            *(company.currency_id, context.currency, company, context.date),
        )
        excluded, tax = float(split.excluded), float(split.tax)
        local = company.currency_id.round
        excluded_local, tax_local = local(excluded / rate), local(tax / rate)
        return {
            "currency_id": context.currency.id,
            "price_unit": amounts["price_unit"],
            "discount": amounts["discount"],
            "quantity": float(line.quantity),
            "rate": rate,
            "manual_total_excluded_currency": excluded,
            "manual_total_excluded": excluded_local,
            "manual_tax_amounts": {
                str(taxes.id): {
                    "base_amount_currency": excluded,
                    "base_amount": excluded_local,
                    "tax_amount_currency": tax,
                    "tax_amount": tax_local,
                }
            },
        }
