# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import api, fields, models

from odoo.addons.connector.checkpoint import checkpoint

from ..components.till import Till


class KassaBackend(models.Model):
    _name = "kassa.backend"
    _description = "Kassa Backend"
    _inherit = "connector.backend"

    name = fields.Char(required=True)
    location = fields.Char(required=True, help="Name of the till")
    default_lang_id = fields.Many2one("res.lang", string="Default Language")

    def add_checkpoint(self, record):
        self.ensure_one()
        record.ensure_one()
        return checkpoint.add_checkpoint(
            self.env, record._name, record.id, self._name, self.id
        )

    @contextmanager
    def work_on(self, model_name, **kwargs):
        self.ensure_one()
        lang = self.default_lang_id.code or "en_US"
        with Till(self.location) as till:
            backend = self.with_context(lang=lang)
            parent = super(KassaBackend, backend)
            with parent.work_on(model_name, till=till, **kwargs) as work:
                yield work

    def import_customers(self):
        for backend in self:
            self.env["kassa.res.partner"].with_delay(priority=15).import_batch(
                backend, filters={"active": True}
            )
        return True

    @api.model
    def cron_import_customers(self):
        self.search([("location", "!=", False)]).import_customers()
