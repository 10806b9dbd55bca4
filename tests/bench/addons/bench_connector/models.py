# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class BenchBackend(models.Model):
    """A backend."""

    _name = "bench.backend"
    _inherit = "connector.backend"
    _description = "Bench Backend"

    name = fields.Char()


class BenchBinding(models.Model):
    """A binding of currencies, that are many enough and cheap to create."""

    _name = "bench.binding"
    _inherit = "external.binding"
    _inherits = {"res.partner.category": "odoo_id"}
    _description = "Bench Binding"

    odoo_id = fields.Many2one("res.partner.category", required=True, ondelete="cascade")
    backend_id = fields.Many2one("bench.backend", required=True, ondelete="restrict")
    external_id = fields.Char()

    _external_uniq = models.Constraint("UNIQUE (backend_id, external_id)")
    _odoo_uniq = models.Constraint("UNIQUE (backend_id, odoo_id)")
