# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import AbstractComponent


class BaseBazaar(AbstractComponent):
    _name = "base.bazaar"
    _inherit = "base.connector"
    _collection = "bazaar.backend"

    def lock_text(self, external_id):
        return f"bazaar({self.backend_record.id}, {self.model._name}, {external_id})"
