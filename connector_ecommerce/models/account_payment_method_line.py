# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError

from .creation_guard import guard_creation
from .escape_like import escape_like


class AccountPaymentMethodLine(models.Model):
    """A payment method of a shop is Odoo's own: a method line of a journal."""

    _inherit = "account.payment.method.line"

    days_before_cancel = fields.Integer(
        default=30,
        help="Days after which an order whose import rule is not met is given up.",
    )
    import_rule = fields.Selection(
        selection="_get_import_rules",
        required=True,
        default="always",
        help="When an order with this payment method is imported:\n"
        "- always: as soon as it is placed;\n"
        "- never;\n"
        "- paid: once the whole amount is paid;\n"
        "- authorized: once the whole amount is authorized or paid.",
    )
    workflow_id = fields.Many2one(
        comodel_name="ecommerce.order.workflow",
        string="Automatic Workflow",
        check_company=True,
        ondelete="restrict",
        help="What is done by itself with the orders paid by this method.",
    )

    @api.model
    def _get_import_rules(self) -> list[tuple[str, str]]:
        """Return the import rules as (value, label). Connectors add theirs here."""
        return [
            ("always", self.env._("Always")),
            ("never", self.env._("Never")),
            ("paid", self.env._("Paid")),
            ("authorized", self.env._("Authorized")),
        ]

    @api.model
    @api.private
    def get_or_create_payment_method(self, name: str) -> AccountPaymentMethodLine:
        """Return the inbound method of this name in the current company.

        The case does not matter. A missing one is created on the first bank or cash
        journal, in the caller's transaction. Raises UserError when there is no journal,
        RetryableJobError when another transaction creates it.
        """
        domain = [
            ("name", "=ilike", escape_like(name)),
            ("payment_type", "=", "inbound"),
            ("company_id", "=", self.env.company.id),
        ]
        return self.search(domain, limit=1) or self._create_payment_method(name)

    def _create_payment_method(self, name: str) -> AccountPaymentMethodLine:
        """Create the method with more rights than the importing user has.

        A connector manager sells and does not keep accounts, yet a shop may add a
        payment method any day. Only the name comes from outside.
        """
        journal = self.env["account.journal"].search(
            [
                ("type", "in", ("bank", "cash")),
                ("company_id", "=", self.env.company.id),
            ],
            order="type, sequence, id",
            limit=1,
        )
        if not journal:
            raise UserError(
                self.env._(
                    "The payment method %(name)s of the shop needs a bank journal in "
                    "the company %(company)s: create one, then import again.",
                    name=name,
                    company=self.env.company.display_name,
                )
            )
        same = [("name", "=ilike", escape_like(name))]
        guard_creation(self, f"{self.env.company.id}, {name.lower()}", same)
        manual = self.env.ref("account.account_payment_method_manual_in")
        values = {
            "name": name,
            "payment_method_id": manual.id,
            "journal_id": journal.id,
        }
        return self.sudo().create(values).sudo(self.env.su)
