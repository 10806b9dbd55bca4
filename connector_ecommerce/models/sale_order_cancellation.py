# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens in Odoo when an order was cancelled in the shop."""

from __future__ import annotations

import logging
from typing import Any

from markupsafe import Markup
from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.queue_job.exception import RetryableJobError

from ..event import notify

CANCELED = "on_order_canceled"

_logger = logging.getLogger(__name__)


class SaleOrder(models.Model):
    # a concept of its own, in a file of its own
    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    canceled_in_backend = fields.Boolean(
        string="Cancelled in the Shop",
        readonly=True,
        copy=False,
        tracking=True,
    )
    cancellation_resolved = fields.Boolean(
        copy=False,
        tracking=True,
        help="The order is cancelled here too, or somebody decided to keep it open.",
    )
    need_cancel = fields.Boolean(
        string="To Cancel",
        compute="_compute_need_cancel",
        search="_search_need_cancel",
        help="Cancelled in the shop, still open here.",
    )

    _canceled_in_backend_idx = models.Index("(id) WHERE canceled_in_backend IS TRUE")

    @api.depends("canceled_in_backend", "cancellation_resolved")
    def _compute_need_cancel(self) -> None:
        for order in self:
            order.need_cancel = (
                order.canceled_in_backend and not order.cancellation_resolved
            )

    def _search_need_cancel(self, operator: str, value: Any) -> Domain:
        if operator != "in":
            return NotImplemented
        needed = Domain("canceled_in_backend", "=", True) & Domain(
            "cancellation_resolved", "=", False
        )
        domain = Domain.FALSE
        if True in value:
            domain |= needed
        if False in value:
            domain |= ~needed
        return domain

    @api.model_create_multi
    def create(self, vals_list: list[dict[str, Any]]) -> SaleOrder:
        """Create the orders, then cancel those the shop gives as cancelled."""
        orders = super().create(vals_list)
        orders.filtered("canceled_in_backend")._cancelled_in_backend()
        return orders

    def write(self, vals: dict[str, Any]) -> bool:
        """Write, then cancel the orders that the shop has just cancelled."""
        newly = self.browse()
        if vals.get("canceled_in_backend"):
            newly = self.filtered(lambda order: not order.canceled_in_backend)
        result = super().write(vals)
        newly._cancelled_in_backend()
        return result

    def _cancelled_in_backend(self) -> None:
        for order in self:
            order._log_canceled_in_backend()
            order._try_auto_cancel()

    def _log_canceled_in_backend(self) -> None:
        """Tell it on the order, and warn on its open transfers and its invoices."""
        self.ensure_one()
        self.message_post(body=self.env._("The order was cancelled in the shop."))
        warning = self.env._(
            "The order %s was cancelled in the shop. Check whether this document "
            "must still be processed.",
            self.name,
        )
        documents = [
            *self.picking_ids.filtered(lambda p: p.state != "cancel"),
            *self.invoice_ids.filtered(lambda m: m.state != "cancel"),
        ]
        for document in documents:
            document.message_post(body=warning)

    def _auto_cancel_obstacle(self) -> str | None:
        """Return why the order can't be cancelled by itself, None when it can."""
        self.ensure_one()
        if self.locked:
            return self.env._("the order is locked")
        done = self.picking_ids.filtered(lambda p: p.state == "done")
        if done:
            names = ", ".join(done.mapped("name"))
            return self.env._("these transfers are done: %s", names)
        posted = self.invoice_ids.filtered(lambda m: m.state == "posted")
        if posted:
            names = ", ".join(posted.mapped("name"))
            return self.env._("these invoices are posted: %s", names)
        return None

    def _try_auto_cancel(self) -> bool:
        """Cancel the order when nothing was done on it yet, else say how to resolve it.

        Never raises, but for a conflict with another transaction, which is retried:
        the import of the order must not fail because its cancellation does.
        """
        self.ensure_one()
        if self.state == "cancel":
            self.cancellation_resolved = True
            return True
        obstacle = self._auto_cancel_obstacle()
        if obstacle is None:
            obstacle = self._cancel_or_explain()
        if obstacle is None:
            return True
        self._post_resolution_steps(obstacle)
        return False

    def _cancel_or_explain(self) -> str | None:
        """Cancel in a savepoint, and return the error that prevents it, if any."""
        try:
            with self.env.cr.savepoint():
                self.action_cancel()
        except (OperationalError, RetryableJobError):
            # serialization failure, deadlock, lock: the transaction is to be run again
            raise
        except UserError as error:
            return str(error)
        except Exception as error:
            _logger.exception("Order %s can't be cancelled by itself", self.name)
            return f"{type(error).__name__}: {error}"
        return None

    def _post_resolution_steps(self, obstacle: str) -> None:
        steps = [
            self.env._("Cancel or return its transfers."),
            self.env._("Cancel its draft invoices, credit the posted ones."),
            self.env._("Unlock the order where needed, then cancel it;"),
            self.env._(
                "or keep it open with the button that ignores the cancellation."
            ),
        ]
        items = Markup().join(Markup("<li>%s</li>") % step for step in steps)
        intro = self.env._(
            "The order was cancelled in the shop but can't be cancelled here by "
            "itself: %s. To resolve it:",
            obstacle,
        )
        self.message_post(body=Markup("<p>%s</p><ul>%s</ul>") % (intro, items))

    def _action_cancel(self) -> Any:
        """Resolve the cancellation of orders cancelled in the shop, tell the others.

        `on_order_canceled` is fired for orders that the shop did not cancel. Extended
        rather than `action_cancel`, which the mass cancellation goes round.
        """
        opened = self.filtered(lambda order: order.state != "cancel")
        result = super()._action_cancel()
        remote = self.filtered(lambda o: o.need_cancel and o.state == "cancel")
        remote.write({"cancellation_resolved": True})
        cancelled = opened.filtered(lambda order: order.state == "cancel")
        notify(cancelled.filtered(lambda o: not o.canceled_in_backend), CANCELED)
        return result

    def ignore_cancellation(self, reason: str) -> None:
        """Keep the orders open although the shop cancelled them, and say why."""
        message = self.env._("The cancellation in the shop is ignored:")
        for order in self:
            body = Markup("<p>%s</p>%s") % (message, reason)
            order.message_post(body=body)
        self.write({"cancellation_resolved": True})

    def action_ignore_cancellation(self) -> dict[str, Any]:
        """Open the wizard that asks for the reason."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Keep Open"),
            "res_model": "sale.ignore.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"active_ids": self.ids, "active_model": self._name},
        }
