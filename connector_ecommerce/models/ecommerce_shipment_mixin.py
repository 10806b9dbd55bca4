# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class EcommerceShipmentMixin(models.AbstractModel):
    """The binding of a transfer. Add a Many2one to the binding of its order."""

    _name = "ecommerce.shipment.mixin"
    _inherits = {"stock.picking": "odoo_id"}
    _description = "Binding of a Shop's Shipment"

    odoo_id = fields.Many2one("stock.picking", required=True, ondelete="cascade")

    def shop_line_quantities(self) -> dict[str, float]:
        """Return the quantity shipped of each line of the shop, by its id there."""
        self.ensure_one()
        return self.odoo_id._shop_line_quantities()
