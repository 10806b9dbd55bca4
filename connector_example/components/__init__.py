# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One file for each kind of object that the shop and Odoo exchange."""

# Components are registered in the order of these imports: bases first.
# isort: off
from . import core
from . import product_category, product, product_variant, res_partner
from . import sale_order, order_document, listeners, webhook
