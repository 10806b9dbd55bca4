# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.fields import Domain

from .escape_like import escape_like


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    shop_code = fields.Char(
        copy=False,
        help="Code of the method in the shops. Without one, a method of the shop is "
        "recognized by its name.",
    )

    @api.model
    def _find_by_shop_code(self, code: str) -> DeliveryCarrier:
        """Return the method of this code in the current company, else of this name.

        The case does not matter. Empty when there is none.
        """
        usable = Domain(self._check_company_domain(self.env.company))
        for name in ("shop_code", "name"):
            same = Domain(name, "=ilike", escape_like(code))
            found = self.search(usable & same, limit=1)
            if found:
                return found
        return self.browse()
