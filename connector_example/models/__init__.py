# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The backend, and a binding for each kind of object."""

from . import (
    binding,
    vendure_account_move,
    vendure_address,
    vendure_backend,
    vendure_product_category,
    vendure_product_product,
    vendure_product_template,
    vendure_res_partner,
    vendure_sale_order,
    vendure_stock_picking,
)
