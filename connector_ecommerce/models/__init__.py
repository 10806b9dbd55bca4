# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a shop adds to orders, products, deliveries and invoices in Odoo."""

# Models are registered in the order of these imports: bases first.
# isort: off
from . import ecommerce_page_mixin

# isort: on
from . import (
    account_move,
    account_payment_method_line,
    account_tax,
    delivery_carrier,
    ecommerce_address_mixin,
    ecommerce_backend_mixin,
    ecommerce_backend_mixin_mapping,
    ecommerce_backend_mixin_orders,
    ecommerce_backend_mixin_stock,
    ecommerce_category_mixin,
    ecommerce_image_mixin,
    ecommerce_invoice_mixin,
    ecommerce_mapping,
    ecommerce_order_funnel,
    ecommerce_order_receipt,
    ecommerce_order_workflow,
    ecommerce_product_mixin,
    ecommerce_sale_order_mixin,
    ecommerce_shipment_mixin,
    event,
    product_product,
    product_template,
    product_template_attribute_value,
    sale_blocking_rule,
    sale_order,
    sale_order_cancellation,
    sale_order_line,
    sale_order_review,
    stock_move,
    stock_picking,
)
