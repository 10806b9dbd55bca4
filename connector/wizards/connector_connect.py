# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The first connection to a backend, step by step."""

from __future__ import annotations

from typing import Any

from odoo import fields, models
from odoo.exceptions import UserError

__all__ = ["ConnectorConnectMixin"]


class ConnectorConnectMixin(models.AbstractModel):
    """Connect a backend that speaks HTTP, until its records are in Odoo.

    The concrete wizard says which backend, and has a form of its own::

        class XConnect(models.TransientModel):
            _name = "x.connect"
            _inherit = "connector.connect.mixin"

            backend_id = fields.Many2one("x.backend")
    """

    _name = "connector.connect.mixin"
    _description = "First Connection to a Backend"

    state = fields.Selection(
        [("connect", "Connect"), ("settings", "Settings"), ("import", "Import")],
        default="connect",
        required=True,
    )
    name = fields.Char(default=lambda self: self.env._("My shop"), required=True)
    location = fields.Char("Address", required=True)
    auth_secret = fields.Char("Key", groups="base.group_system")
    backend_id = fields.Many2one("connector.http.backend.mixin")
    # Not in superuser mode: who opens a wizard may name any backend in it.
    answer = fields.Char(related="backend_id.last_test_message", related_sudo=False)
    company_id = fields.Many2one(related="backend_id.company_id", related_sudo=False)
    sync_model_ids = fields.Many2many(
        related="backend_id.sync_model_ids", related_sudo=False, string="Progress"
    )

    def action_connect(self) -> dict[str, Any]:
        """Create the backend if the connection works, and go on to its settings.

        :raises UserError: with what the backend answered when it does not
        """
        self.ensure_one()
        backend = self.backend_id.create(self._backend_values())
        result = backend.action_test_connection()["params"]
        if result["type"] != "success":
            raise UserError(result["message"])
        self.write(
            {
                "backend_id": backend.id,
                "state": "settings",
                "auth_secret": False,  # nosec B105
            }
        )
        return self._reopen()

    def _backend_values(self) -> dict[str, Any]:
        """Return the values of the backend that is created."""
        secret = self.sudo().auth_secret
        return {"name": self.name, "location": self.location, "auth_secret": secret}

    def action_start(self) -> dict[str, Any]:
        """Activate the backend and have everything imported by jobs."""
        self.backend_id.action_activate()
        self.backend_id.action_import()
        self.state = "import"
        return self._reopen()

    def action_refresh(self) -> dict[str, Any]:
        """Count again what is in Odoo."""
        return self._reopen()

    def _reopen(self) -> dict[str, Any]:
        return {
            "type": "ir.actions.act_window",
            "name": self._description,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
