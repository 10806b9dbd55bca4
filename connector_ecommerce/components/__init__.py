# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders, products, customers, stock and shipments of any shop."""

# Components are registered in the order of these imports: bases first.
# isort: off
from . import listener, neutral_importer, order_document_exporter, page_exporter

# isort: on
from . import (
    category,
    category_lister,
    customer,
    delta_exporter,
    image_reader,
    invoice_exporter,
    invoice_listener,
    line_builder,
    onchange_manager,
    option_exporter,
    order_batch_importer,
    order_canceller,
    order_editor,
    order_follow_up,
    order_line_maker,
    order_listener,
    order_payment_gate,
    order_receipt,
    partner_matcher,
    price_exporter,
    price_listener,
    product_exporter,
    product_importer,
    product_listener,
    product_options,
    product_prices,
    product_variants,
    refund_importer,
    sale_order_importer,
    shipment_exporter,
    shipment_listener,
    shipped_order,
    stock_exporter,
    stock_importer,
    stock_listener,
    tax_resolver,
    totals_checker,
)
