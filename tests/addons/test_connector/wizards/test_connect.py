# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class TestConnect(models.TransientModel):
    """The first connection of such a backend."""

    _name = "test.connect"
    _inherit = "connector.connect.mixin"
    _description = "Test Connection"

    backend_id = fields.Many2one("test.http.backend")
