# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    core,
    graphql,
    importer,
    product_category,
    product_product,
    product_template,
    res_partner,
    sale_order,
    shipment,
    stock_level,
)
