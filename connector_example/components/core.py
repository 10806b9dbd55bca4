# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.components.mapper import mapping


class VendureBase(AbstractComponent):
    """Everything here works for one shop only: its components share a collection."""

    _name = "vendure.base"
    _inherit = "base.connector"
    _collection = "vendure.backend"


class VendureBinder(Component):
    """Find records by their id in the shop, and the reverse."""

    _name = "vendure.binder"
    _inherit = ["base.binder", "vendure.base"]
    _apply_on = [
        "vendure.address",
        "vendure.product.category",
        "vendure.product.product",
        "vendure.product.template",
        "vendure.res.partner",
        "vendure.sale.order",
        "vendure.stock.picking",
    ]


class VendureImportMapper(AbstractComponent):
    """Every binding belongs to its shop."""

    _name = "vendure.import.mapper"
    _inherit = ["base.import.mapper", "vendure.base"]

    @mapping
    def backend_id(self, record: dict[str, Any]) -> dict[str, int]:
        return {"backend_id": self.backend_record.id}
