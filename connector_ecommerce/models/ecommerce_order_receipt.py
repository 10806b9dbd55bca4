# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Self

    from odoo.modules.registry import Registry

_logger = logging.getLogger(__name__)

MAX_REASON = 2000  # characters


class EcommerceOrderReceipt(models.Model):
    """An order that a shop gave us, and what became of it.

    It is here even when it is not in Odoo: because it waits for its payment, its rules
    leave it out, or its import fails.
    """

    _name = "ecommerce.order.receipt"
    _description = "Order Received from a Shop"
    _order = "date_order DESC, id DESC"

    backend_model = fields.Char(required=True, readonly=True)
    backend_id = fields.Many2oneReference(
        model_field="backend_model", string="Shop ID", required=True, readonly=True
    )
    backend_name = fields.Char(string="Shop", readonly=True)
    binding_model = fields.Char(required=True, readonly=True)
    external_id = fields.Char(string="ID in the Shop", required=True, readonly=True)
    name = fields.Char(string="Shop Number", readonly=True)
    customer = fields.Char(readonly=True)
    date_order = fields.Datetime(string="Placed on", readonly=True)
    amount_total = fields.Monetary(string="Total in the Shop", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("failed", "Not Imported"),
            ("skipped", "Left Out"),
            ("imported", "Imported"),
        ],
        required=True,
        readonly=True,
        index=True,
        help="Waiting: for its payment, or for the shop to answer.\n"
        "Not imported: the import fails, the reason says what is to be done.\n"
        "Left out: by the rules of its payment method or of the shop.",
    )
    reason = fields.Text(readonly=True)
    sale_id = fields.Many2one(
        "sale.order",
        string="Order",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    review_reason = fields.Text(
        string="To Do",
        compute="_compute_review_reason",
        search="_search_review_reason",
        help="Why somebody has to look at it.",
    )

    _external_uniq = models.UniqueIndex(
        "(backend_model, backend_id, external_id)",
        "This order of the shop was received already.",
    )

    @api.depends("state", "reason", "sale_id.review_reason")
    def _compute_review_reason(self) -> None:
        for receipt in self:
            failed = receipt.state == "failed" and receipt.reason
            receipt.review_reason = failed or receipt.sale_id.review_reason

    def _search_review_reason(self, operator: str, value: Any) -> Domain:
        """Search the orders with or without a reason, as `!= False` and `= False`."""
        if operator != "in" or set(value) != {False}:
            return NotImplemented
        reviewed = Domain("sale_id", "=", False) | Domain(
            "sale_id.review_reason", "=", False
        )
        return Domain("state", "!=", "failed") & reviewed

    @api.model
    @api.private
    def note(
        self, backend: models.BaseModel, external_id: Any, values: Mapping[str, Any]
    ) -> Self:
        """Write what became of an order, as `note_many()`."""
        return self.note_many(backend, {external_id: values})

    @api.model
    @api.private
    def note_many(
        self, backend: models.BaseModel, orders: Mapping[Any, Mapping[str, Any]]
    ) -> Self:
        """Write what became of orders, by their ids, in the caller's transaction.

        The values are those of the fields, and `currency` as its code. An imported
        order stays so, whatever happens to a later import of it.
        """
        by_id = {
            str(external_id): dict(values) for external_id, values in orders.items()
        }
        self._set_currencies(by_id.values())
        place = {"backend_model": backend._name, "backend_id": backend.id}
        found = self.sudo().search(
            [
                *((name, "=", value) for name, value in place.items()),
                ("external_id", "in", list(by_id)),
            ]
        )
        for receipt in found:
            receipt._note_again(by_id.pop(receipt.external_id))
        place["backend_name"] = backend.display_name
        place["company_id"] = backend.company_id.id
        return found | found.create(
            [
                {**place, "external_id": external_id, **values}
                for external_id, values in by_id.items()
            ]
        )

    def _set_currencies(self, orders: Collection[dict[str, Any]]) -> None:
        """Write the currencies of the values by their ids."""
        model = self.env["res.currency"].with_context(active_test=False)
        codes = {values["currency"] for values in orders if values.get("currency")}
        ids = {}
        if codes:
            found = model.search_fetch([("name", "in", list(codes))], ["name"])
            ids = {currency.name: currency.id for currency in found}
        for values in orders:
            if code := values.pop("currency", None):
                values["currency_id"] = ids.get(code, False)

    def _note_again(self, values: dict[str, Any]) -> None:
        """Write what changed of an order received before."""
        if self.state == "imported" and values.get("state") != "imported":
            return
        changed = {
            name: value
            for name, value in values.items()
            if self._fields[name].convert_to_write(self[name], self) != value
        }
        if changed:
            self.write(changed)

    @api.model
    def _note_after_rollback(
        self, backend: models.BaseModel, external_id: Any, values: Mapping[str, Any]
    ) -> None:
        """Write it by a transaction of its own, once this one is rolled back."""
        registry, key = self.pool, (backend._name, backend.id, external_id)
        values = {**values, "reason": str(values["reason"])[:MAX_REASON]}
        self.env.cr.postrollback.add(lambda: _note_alone(registry, key, values))

    def action_import_again(self) -> None:
        """Import the orders again, by a job for each."""
        for receipt in self:
            backend = receipt._backend()
            if backend is None:
                raise UserError(
                    self.env._("The shop of order %s is gone.", receipt.display_name)
                )
            backend._check_may_import()
            self.env[receipt.binding_model].with_delay(
                description=self.env._("Import order %s", receipt.name or "")
            ).import_record(backend, receipt.external_id, force=True)

    def action_open_order(self) -> dict[str, Any]:
        """Open the order in Odoo."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "view_mode": "form",
            "res_id": self.sale_id.id,
        }

    def _backend(self) -> models.BaseModel | None:
        if self.backend_model not in self.env:
            return None
        return self.env[self.backend_model].browse(self.backend_id).exists() or None


def _note_alone(
    registry: Registry, key: tuple[str, int, Any], values: Mapping[str, Any]
) -> None:
    backend_model, backend_id, external_id = key
    try:
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            backend = env[backend_model].browse(backend_id).exists()
            if backend:
                env["ecommerce.order.receipt"].note(backend, external_id, values)
    except psycopg2.Error:
        # the error of the import is on its way to the job: it must get there
        _logger.warning("Could not note order %r: %r", key, values, exc_info=True)
