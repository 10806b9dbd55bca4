# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import Component
from odoo.addons.connector.exception import (
    IDMissingInBackend,
    NetworkRetryableError,
)

from .till import TillDown


class CustomerAdapter(Component):
    _name = "kassa.partner.adapter"
    _inherit = ["base.backend.adapter.crud", "base.kassa.connector"]
    _apply_on = "kassa.res.partner"

    def _call(self, *args):
        try:
            return self.work.till.call(*args)
        except TillDown as err:
            raise NetworkRetryableError(f"A network error caused: {err}") from err
        except KeyError as err:
            raise IDMissingInBackend(f"no customer {err}") from err

    def search(self, filters=None):
        return self._call("list")

    def read(self, external_id, attributes=None):
        return self._call("get", external_id)

    def create(self, data):
        return self._call("new", None, data)

    def write(self, external_id, data):
        return self._call("set", external_id, data)

    def delete(self, external_id):
        return self._call("del", external_id)
