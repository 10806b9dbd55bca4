# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.queue_job.job import job


class KassaResPartner(models.Model):
    _name = "kassa.res.partner"
    _inherit = "kassa.binding"
    _inherits = {"res.partner": "odoo_id"}
    _description = "Kassa Customer"

    odoo_id = fields.Many2one(
        comodel_name="res.partner", string="Partner", required=True, ondelete="cascade"
    )
    points = fields.Integer("Fidelity points")

    # an override without a decorator stays a job...
    def import_record(self, backend, external_id, force=False):
        """Import a customer"""
        return super().import_record(backend, external_id, force=force)

    # ... and one that is decorated again takes the new channel
    @job(default_channel="root.kassa.export")
    def export_record(self, fields=None):
        """Export a customer"""
        return super().export_record(fields=fields)


class ResPartner(models.Model):
    _inherit = "res.partner"

    kassa_bind_ids = fields.One2many(
        comodel_name="kassa.res.partner",
        inverse_name="odoo_id",
        string="Kassa Bindings",
    )
