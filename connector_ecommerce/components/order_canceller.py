# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.addons.component.core import Component
from odoo.addons.connector.exception import InvalidDataError

if TYPE_CHECKING:
    from odoo.models import BaseModel


class OrderCanceller(Component):
    """Cancel in the shop an order that was cancelled in Odoo.

    Works on a binding model of orders that has `ecommerce.sale.order.mixin`, whose
    adapter has `cancel(external_id)`.
    """

    _name = "ecommerce.order.canceller"
    _inherit = "base.exporter"
    _usage = "order.canceller"

    def run(self, binding: BaseModel) -> str:
        """Cancel the order unless it is cancelled, and say what came of it.

        When the shop refuses (InvalidDataError) the order goes to a person: the job is
        done, the order is not.
        """
        try:
            self._cancel(binding)
        except InvalidDataError as refusal:
            reason = self.env._(
                "Cancelled here, but the shop refuses to: %s", str(refusal)
            )
            self.backend_record.add_checkpoint(binding.odoo_id, reason=reason)
            return reason
        return self.env._("The order is cancelled in the shop.")

    def _cancel(self, binding: BaseModel) -> None:
        """Cancel it in the shop; doing it again must be harmless."""
        self.backend_adapter.cancel(binding.external_id)
