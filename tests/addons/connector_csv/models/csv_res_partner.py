# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class CsvResPartner(models.Model):
    """A line of contacts.csv, bound to a partner."""

    _name = "csv.res.partner"
    _inherit = "external.binding.mixin"
    _inherits = {"res.partner": "odoo_id"}
    _description = "CSV contact"

    odoo_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    backend_id = fields.Many2one("csv.backend", required=True, ondelete="restrict")


class ResPartner(models.Model):
    _inherit = "res.partner"

    csv_bind_ids = fields.One2many("csv.res.partner", "odoo_id", copy=False)
