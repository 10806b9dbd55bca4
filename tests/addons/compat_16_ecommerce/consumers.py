# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Left from 10.0: functions that subscribe to the events."""

from odoo.addons.connector_ecommerce.models.event import (
    on_invoice_paid,
    on_invoice_validated,
    on_picking_dropship_done,
    on_picking_out_done,
    on_product_price_changed,
    on_tracking_number_added,
)

told = []


@on_picking_out_done
def picking_done(env, model_name, record_id, method):
    told.append((model_name, record_id, method))


@on_tracking_number_added(model_names="stock.picking")
def tracking_added(env, model_name, record_id):
    told.append((model_name, record_id, "tracking"))


@on_product_price_changed(model_names=["product.product"])
def price_changed(env, model_name, record_id):
    told.append((model_name, record_id, "price"))


@on_invoice_paid
def invoice_paid(env, model_name, record_id):
    told.append((model_name, record_id, "paid"))


on_invoice_validated.subscribe(lambda *args: told.append((*args[1:], "validated")))
on_picking_dropship_done.subscribe(lambda *args: told.append(args[1:]))
