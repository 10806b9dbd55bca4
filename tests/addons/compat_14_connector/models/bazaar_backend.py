# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import api, fields, models

from ..components.market import Market


class BazaarBackend(models.Model):
    _name = "bazaar.backend"
    _inherit = "connector.backend"
    _description = "Bazaar Backend"

    @api.model
    def select_versions(self):
        """Extended by modules that support other versions"""
        return [("1", "Version 1")]

    name = fields.Char(required=True)
    version = fields.Selection(selection="select_versions", default="1")
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)

    @contextmanager
    def work_on(self, model_name, **kwargs):
        self.ensure_one()
        market = Market.open(self.name)
        _super = super()
        try:
            with _super.work_on(model_name, market=market, **kwargs) as work:
                yield work
        finally:
            market.closed += 1

    def synchronize(self):
        for backend in self:
            for model in ("bazaar.category", "bazaar.seller"):
                self.env[model].with_delay(priority=20).import_batch(backend)
