# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    account_move,
    account_payment_method_line,
    account_tax,
    ecommerce_backend_mixin,
    ecommerce_order_workflow,
    ecommerce_product_mixin,
    ecommerce_sale_order_mixin,
    product_product,
    product_template,
    product_template_attribute_value,
    sale_blocking_rule,
    sale_order,
    sale_order_cancellation,
    sale_order_line,
    stock_move,
    stock_picking,
)
