# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class BenchImportBackend(models.Model):
    """A backend."""

    _name = "bench.import.backend"
    _inherit = "connector.backend.mixin"
    _description = "Bench Import Backend"


class BenchImportPartner(models.Model):
    """A partner of the backend."""

    _name = "bench.import.partner"
    _inherit = "external.binding.mixin"
    _inherits = {"res.partner": "odoo_id"}
    _description = "Bench Import Partner"

    odoo_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    backend_id = fields.Many2one(
        "bench.import.backend", required=True, ondelete="restrict"
    )
