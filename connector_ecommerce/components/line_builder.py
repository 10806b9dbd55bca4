# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Order lines that are no goods: shipping, cash on delivery, gift card, discount."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import Component

if TYPE_CHECKING:
    from odoo.addons.component.core import WorkContext
    from odoo.addons.product.models.product_product import ProductProduct


class SpecialOrderLineBuilder(Component):
    """Build the values of a special line. Set the attributes, then `get_line()`."""

    _name = "ecommerce.order.line.builder"
    _inherit = "base.connector"
    _usage = "order.line.builder"

    #: (module, name) of the product used when `product` is not set
    product_ref: tuple[str, str] | None = None
    #: `product.product` record or id
    product: ProductProduct | int | None = None
    price_unit: float | None = None
    quantity: float = 1
    #: -1 for the lines that lower the total: `price_unit` is given positive
    sign: int = 1
    sequence: int = 980

    def __init__(self, work_context: WorkContext) -> None:
        super().__init__(work_context)
        # the class attributes are the defaults, a builder is used for one line
        self.price_unit = type(self).price_unit

    def get_line(self) -> dict[str, Any]:
        """Return the values of the line. AssertionError without product or price."""
        assert self.product or self.product_ref, (
            f"{self._name}: set `product`, or `product_ref` on its class"
        )
        assert self.price_unit is not None, f"{self._name}: set `price_unit`"
        product = self._get_product()
        return {
            "product_id": product.id,
            "name": product.display_name,
            "product_uom_id": product.uom_id.id,
            "product_uom_qty": self.quantity,
            "price_unit": self.price_unit * self.sign,
            "sequence": self.sequence,
        }

    def _get_product(self) -> ProductProduct:
        if self.product is None:
            return self.env.ref(".".join(self.product_ref or ()))
        if isinstance(self.product, int):
            return self.env["product.product"].browse(self.product)
        return self.product


class ShippingLineBuilder(Component):
    _name = "ecommerce.order.line.builder.shipping"
    _inherit = "ecommerce.order.line.builder"
    _usage = "order.line.builder.shipping"

    product_ref = ("connector_ecommerce", "product_product_shipping")
    sequence = 999

    def get_line(self) -> dict[str, Any]:
        """Return the values of a delivery line."""
        return {
            **super().get_line(),
            "is_delivery": True,
            # what tells it from the delivery lines that Odoo makes
            "shop_line_ref": "shipping",
        }


class CashOnDeliveryLineBuilder(Component):
    _name = "ecommerce.order.line.builder.cod"
    _inherit = "ecommerce.order.line.builder"
    _usage = "order.line.builder.cod"

    product_ref = ("connector_ecommerce", "product_product_cash_on_delivery")
    sequence = 995


class FeeLineBuilder(Component):
    _name = "ecommerce.order.line.builder.fee"
    _inherit = "ecommerce.order.line.builder"
    _usage = "order.line.builder.fee"

    product_ref = ("connector_ecommerce", "product_product_fee")
    sequence = 994


class GiftLineBuilder(Component):
    _name = "ecommerce.order.line.builder.gift"
    _inherit = "ecommerce.order.line.builder"
    _usage = "order.line.builder.gift"

    product_ref = ("connector_ecommerce", "product_product_gift")
    sign = -1
    sequence = 990
    gift_code: str | None = None

    def get_line(self) -> dict[str, Any]:
        """Return the values of the line, the code of the card in its name."""
        line = super().get_line()
        if self.gift_code:
            line["name"] = f"{line['name']} [{self.gift_code}]"
        return line


class DiscountLineBuilder(Component):
    _name = "ecommerce.order.line.builder.discount"
    _inherit = "ecommerce.order.line.builder"
    _usage = "order.line.builder.discount"

    product_ref = ("connector_ecommerce", "product_product_discount")
    sign = -1
    sequence = 985


class RoundingLineBuilder(Component):
    """The line that makes an order agree with the shop, see the totals checker."""

    _name = "ecommerce.order.line.builder.rounding"
    _inherit = "ecommerce.order.line.builder"
    _usage = "order.line.builder.rounding"

    product_ref = ("connector_ecommerce", "product_product_rounding")
    sequence = 1000

    def get_line(self) -> dict[str, Any]:
        """Return the values of the line, which goes when the order is edited."""
        return {**super().get_line(), "shop_line_ref": "rounding"}
