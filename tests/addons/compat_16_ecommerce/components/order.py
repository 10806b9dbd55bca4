# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping


class WebshopBinder(Component):
    _name = "webshop.binder"
    _inherit = "base.binder"
    _collection = "webshop.backend"
    _apply_on = "webshop.sale.order"


class WebshopOrderMapper(Component):
    """The order in one go, as the mappers of that time did"""

    _name = "webshop.order.mapper"
    _inherit = "base.import.mapper"
    _collection = "webshop.backend"
    _apply_on = "webshop.sale.order"

    direct = [("number", "external_id"), ("number", "client_order_ref")]

    def special_line(self, usage, price, **attributes):
        builder = self.component(usage=usage)
        builder.price_unit = price
        for name, value in attributes.items():
            setattr(builder, name, value)
        return (0, 0, builder.get_line())

    @mapping
    def backend_id(self, record):
        return {"backend_id": self.backend_record.id}

    @mapping
    def partner_id(self, record):
        return {"partner_id": record["partner"].id}

    @mapping
    def payment_method(self, record):
        methods = self.env["account.payment.method.line"]
        method = methods.get_or_create_payment_method(record["payment"])
        return {"preferred_payment_method_line_id": method.id}

    def finalize(self, map_record, values):
        source = map_record.source
        lines = [
            (0, 0, {"product_id": product.id, "product_uom_qty": quantity})
            for product, quantity in source["lines"]
        ]
        if source.get("shipping"):
            lines.append(
                self.special_line("order.line.builder.shipping", source["shipping"])
            )
        if source.get("cod"):
            lines.append(self.special_line("order.line.builder.cod", source["cod"]))
        if source.get("gift"):
            code, amount = source["gift"]
            lines.append(
                self.special_line("order.line.builder.gift", amount, gift_code=code)
            )
        if source.get("discount"):
            lines.append(
                self.special_line("order.line.builder.discount", source["discount"])
            )
        values["order_line"] = lines
        values = super().finalize(map_record, values)
        onchange = self.component(usage="ecommerce.onchange.manager.sale.order")
        return onchange.play(values, values["order_line"])


class WebshopBuilder(Component):
    """A line of ours, on a product of ours"""

    _name = "webshop.line.builder.wrapping"
    _inherit = "ecommerce.order.line.builder"
    _collection = "webshop.backend"
    _usage = "order.line.builder.wrapping"

    product_ref = ("connector_ecommerce", "product_product_gift")
    sequence = 970
    sign = 1
