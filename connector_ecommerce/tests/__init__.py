# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_account_tax,
    test_blocking_rule,
    test_core_neutral,
    test_core_pricing,
    test_invoice_event,
    test_legacy_event,
    test_line_builder,
    test_onchange_manager,
    test_order_review_tour,
    test_payment_method,
    test_picking_event,
    test_price_event,
    test_sale_cancellation,
    test_sale_parent,
    test_sale_review,
    test_security,
)
