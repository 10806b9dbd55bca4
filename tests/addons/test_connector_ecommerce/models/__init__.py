# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_shop_account_move,
    test_shop_backend,
    test_shop_product_category,
    test_shop_product_product,
    test_shop_product_template,
    test_shop_res_partner,
    test_shop_sale_order,
    test_shop_stock_picking,
)
