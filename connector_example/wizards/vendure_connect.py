# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import fields, models
from odoo.exceptions import UserError


class VendureConnect(models.TransientModel):
    """Connect a first shop, step by step, until its products are in Odoo."""

    _name = "vendure.connect"
    _description = "Connect a Vendure Shop"

    state = fields.Selection(
        [("connect", "Connect"), ("settings", "Settings"), ("import", "Import")],
        default="connect",
        required=True,
    )
    name = fields.Char(default=lambda self: self.env._("My shop"), required=True)
    url = fields.Char("URL", required=True)
    api_key = fields.Char("API Key", groups="base.group_system")
    backend_id = fields.Many2one("vendure.backend")
    answer = fields.Char(related="backend_id.last_test_message")
    company_id = fields.Many2one(related="backend_id.company_id")
    lang_id = fields.Many2one(related="backend_id.lang_id", readonly=False)
    warehouse_id = fields.Many2one(related="backend_id.warehouse_id", readonly=False)
    pricelist_id = fields.Many2one(related="backend_id.pricelist_id", readonly=False)
    create_missing_taxes = fields.Boolean(
        related="backend_id.create_missing_taxes", readonly=False
    )
    import_orders_since = fields.Datetime(
        related="backend_id.import_orders_since", readonly=False
    )
    product_count = fields.Integer(related="backend_id.product_count")
    customer_count = fields.Integer(related="backend_id.customer_count")
    order_count = fields.Integer(related="backend_id.order_count")

    def action_connect(self) -> dict[str, Any]:
        """Create the shop if the connection works, and go on to its settings.

        Raises UserError with what the shop answered when it does not.
        """
        self.ensure_one()
        values = {"name": self.name, "url": self.url, "api_key": self.sudo().api_key}
        backend = self.backend_id.create(values)
        result = backend.action_test_connection()["params"]
        if result["type"] != "success":
            raise UserError(result["message"])
        backend.create_missing_taxes = True
        self.write({"backend_id": backend.id, "state": "settings", "api_key": False})
        return self._reopen()

    def action_start(self) -> dict[str, Any]:
        """Activate the shop and have everything imported by jobs."""
        self.backend_id.action_activate()
        self.backend_id.action_import()
        self.state = "import"
        return self._reopen()

    def action_refresh(self) -> dict[str, Any]:
        """Count again what is in Odoo."""
        return self._reopen()

    def action_open_products(self) -> dict[str, Any]:
        """Leave for the products of the shop."""
        backend = self.backend_id.with_context(vendure_model="vendure.product.template")
        return backend.action_open_bindings()

    def _reopen(self) -> dict[str, Any]:
        return {
            "type": "ir.actions.act_window",
            "name": self._description,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
