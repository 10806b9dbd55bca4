# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where the events of 10.0 were."""

from ..event import (
    Event,
    on_invoice_paid,
    on_invoice_validated,
    on_picking_dropship_done,
    on_picking_out_done,
    on_product_price_changed,
    on_tracking_number_added,
)

__all__ = [
    "Event",
    "on_invoice_paid",
    "on_invoice_validated",
    "on_picking_dropship_done",
    "on_picking_out_done",
    "on_product_price_changed",
    "on_tracking_number_added",
]
