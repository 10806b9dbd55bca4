# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    line_builder,
    onchange_manager,
    order_line_maker,
    partner_matcher,
    sale_order_importer,
    stock_exporter,
    stock_listener,
    tax_resolver,
    totals_checker,
)
