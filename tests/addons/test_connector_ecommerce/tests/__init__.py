# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_order_access,
    test_order_customer,
    test_order_edit,
    test_order_guard,
    test_order_import,
    test_order_payment,
    test_order_totals,
    test_order_totals_property,
    test_product_import,
    test_refund,
    test_shipment,
    test_stock_export,
)
