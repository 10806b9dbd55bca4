# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One file for each kind of object that the shop and Odoo exchange."""

from . import (
    core,
    graphql,
    importer,
    order_export,
    product_category,
    product_export,
    product_options,
    product_product,
    product_template,
    res_partner,
    sale_order,
    shipment,
    stock_level,
    webhook,
)
