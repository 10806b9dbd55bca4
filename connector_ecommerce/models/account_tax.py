# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.fields import Domain

#: Percent: the nearest tax first, then one a rounding in the shop may have moved
TOLERANCES = (0.001, 0.01)


class AccountTax(models.Model):
    _inherit = "account.tax"

    @api.model
    def get_tax_from_rate(
        self, rate: float, is_tax_included: bool = False
    ) -> AccountTax:
        """Return the first sale tax of this rate (percent) in the current company.

        A tax whose price inclusion is not the one asked does not match. Empty when
        there is none.
        """
        return self._get_taxes_from_rate(rate, is_tax_included)[:1]

    @api.model
    def _get_taxes_from_rate(
        self, rate: float, is_tax_included: bool | None = None
    ) -> AccountTax:
        """Return every sale tax of this rate, None matching both inclusions."""
        company = Domain(self._check_company_domain(self.env.company))
        usable = company & Domain(
            [("type_tax_use", "=", "sale"), ("amount_type", "=", "percent")]
        )
        if is_tax_included is not None:
            usable &= Domain("price_include", "=", is_tax_included)
        for tolerance in TOLERANCES:
            near = Domain(
                [
                    ("amount", ">=", rate - tolerance),
                    ("amount", "<=", rate + tolerance),
                ]
            )
            taxes = self.search(usable & near)
            if taxes:
                return taxes
        return self.browse()
