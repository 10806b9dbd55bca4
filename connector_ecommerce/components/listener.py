# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.addons.component.core import AbstractComponent

if TYPE_CHECKING:
    from odoo.models import BaseModel


class ShopListener(AbstractComponent):
    """Base of the listeners that tell shops what happens in Odoo.

    A connector makes them concrete, with `_collection`. Who acts in Odoo needs no right
    on shops: bindings and backends are read, and jobs created, with more rights.
    """

    _name = "ecommerce.listener"
    _inherit = "base.connector.listener"

    def _binding_model(self, model_name: str) -> BaseModel:
        """Return the binding model of a normal model, see `_binding_model()` of the
        backend.
        """
        name = self.env[self._collection]._binding_model(model_name)
        return self.env[name].sudo()

    def _bindings(self, records: BaseModel) -> BaseModel:
        """Return the bindings of normal records, in all shops."""
        model = self._binding_model(records._name)
        return model.search([("odoo_id", "in", records.ids)])

    def _listening(self) -> BaseModel:
        """Return the backends that are told what changes."""
        backends = self.env[self._collection].sudo().search([])
        return backends.filtered(lambda backend: backend._is_listening())
