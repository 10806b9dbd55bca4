# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from odoo.addons.component.core import Component
from odoo.addons.connector.exception import MappingError

from ..models.creation_guard import guard_creation

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.account.models.account_tax import AccountTax
    from odoo.addons.account.models.partner import AccountFiscalPosition
    from odoo.addons.product.models.product_template import ProductTemplate


class TaxResolver(Component):
    """Find the tax in Odoo of a rate in the shop. A backend may have its own."""

    _name = "ecommerce.tax.resolver"
    _inherit = "base.connector"
    _usage = "tax.resolver"

    def resolve(
        self,
        rate: Decimal,
        tax_included: bool,
        fiscal_position: AccountFiscalPosition | None = None,
    ) -> AccountTax:
        """Return the tax of this rate (percent), empty for a rate of zero without one.

        The one in the table of the backend comes first. A tax with the asked price
        inclusion is preferred, then the other one: the prices are converted to it.
        Raises MappingError when no tax has the rate and the backend does not create
        them.
        """
        mapped = self.backend_record._mapped("tax_mapping_ids", _text(rate))
        if mapped:
            return mapped
        model = self.env["account.tax"].with_company(self.backend_record.company_id)
        found = model._get_taxes_from_rate(float(rate))
        if found:
            ranked = sorted(
                found, key=lambda t: self._rank(t, tax_included, fiscal_position)
            )
            return ranked[0]
        if not rate:
            return model.browse()
        if not self.backend_record.create_missing_taxes:
            raise MappingError(self._missing_message(rate))
        return self._create(rate, tax_included)

    def shop_tax(self, product: ProductTemplate) -> str:
        """Return the id, in the shop, of the tax that a product of Odoo has.

        Raises MappingError when the shop has none of its rate.
        """
        company = self.backend_record.company_id
        taxes = product.taxes_id._filter_taxes_by_company(company)
        rate = Decimal(repr(sum(taxes.mapped("amount"))))
        for shop_rate, external_id in self._shop_taxes():
            if Decimal(str(shop_rate)) == rate:
                return external_id
        raise MappingError(
            self.env._(
                "The shop has no tax of %(rate)s %%, which %(product)s has: add it "
                "there, or give the product another tax.",
                rate=_text(rate),
                product=product.display_name,
            )
        )

    def _shop_taxes(self) -> Iterable[tuple[Decimal | float, str]]:
        """Return rate (percent) and id of the taxes of the shop. To be written."""
        raise NotImplementedError(f"{self._name}: write _shop_taxes()")

    def _rank(
        self,
        tax: AccountTax,
        tax_included: bool,
        fiscal_position: AccountFiscalPosition | None,
    ) -> tuple[bool, bool, bool]:
        """Sort key, the best tax first; equal ones keep the order of the taxes."""
        mapped = bool(fiscal_position) and fiscal_position in tax.fiscal_position_ids
        return (
            not mapped if fiscal_position else not tax.is_domestic,
            tax.price_include != tax_included,
            not tax.active,
        )

    def _missing_message(self, rate: Decimal) -> str:
        company = self.backend_record.company_id.display_name
        return self.env._(
            "No sale tax of %(rate)s %% exists in the company %(company)s: create it, "
            "or let the backend %(backend)s create the missing taxes.",
            rate=_text(rate),
            company=company,
            backend=self.backend_record.display_name,
        )

    def _create(self, rate: Decimal, tax_included: bool) -> AccountTax:
        """Create the tax with the rights of the accountant who allowed it.

        `create_missing_taxes` of the backend is that permission; the account of the
        tax is the one of the company's other sale taxes.
        """
        company = self.backend_record.company_id
        override = "tax_included" if tax_included else "tax_excluded"
        model = self.env["account.tax"].sudo().with_company(company)
        same = [
            ("company_id", "=", company.id),
            ("type_tax_use", "=", "sale"),
            ("amount", "=", float(rate)),
        ]
        guard_creation(model, f"{company.id}, {_text(rate)}", same)
        similar = model.search(
            [
                ("company_id", "=", company.id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
                ("amount", ">", 0),
            ],
            limit=1,
        )
        account = similar.invoice_repartition_line_ids.account_id[:1]
        label = f"{_text(rate)} %"
        tax = model.create(
            {
                "name": f"{label} ({self.backend_record.display_name})",
                "invoice_label": label,
                "type_tax_use": "sale",
                "amount_type": "percent",
                "amount": float(rate),
                "price_include_override": override,
                "company_id": company.id,
            }
        )
        if similar.tax_group_id:
            # the totals of orders name the group: that of another rate would lie
            tax.tax_group_id = self._tax_group(similar.tax_group_id, label)
        lines = tax.invoice_repartition_line_ids | tax.refund_repartition_line_ids
        lines.filtered(lambda r: r.repartition_type == "tax").account_id = account
        return tax.sudo(self.env.su)

    def _tax_group(self, similar: BaseModel, label: str) -> BaseModel:
        """Return the group of this name, with the accounts of a similar one."""
        domain = [("name", "=", label), ("company_id", "=", similar.company_id.id)]
        return similar.search(domain, limit=1) or similar.copy({"name": label})


def _text(rate: Decimal) -> str:
    """Return 20.0 as "20", which `normalize()` alone would write 2E+1."""
    return f"{rate.normalize():f}"
