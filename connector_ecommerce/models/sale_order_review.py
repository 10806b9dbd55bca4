# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why somebody has to look at an order of a shop."""

from __future__ import annotations

from typing import Any

from odoo import api, fields, models
from odoo.fields import Domain


class SaleOrder(models.Model):
    # a concept of its own, in a file of its own
    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    shop_totals_differ = fields.Boolean(
        copy=False,
        help="The total or the taxes are not those of the shop: somebody has to look "
        "at the order before it is confirmed.",
    )
    shop_lines_version = fields.Char(copy=False, readonly=True)
    shop_addresses_version = fields.Char(copy=False, readonly=True)
    shop_problem = fields.Text(
        string="Left to a Person",
        copy=False,
        readonly=True,
        help="What the shop did with the order and could not be done here by itself.",
    )
    shop_problem_keys = fields.Json(copy=False, readonly=True)
    shop_problem_ignored_keys = fields.Json(copy=False, readonly=True)
    review_reason = fields.Text(
        compute="_compute_review_reason",
        search="_search_review_reason",
        help="Why somebody has to look at this order of a shop.",
    )

    # the list of orders to review, of which there are few among all the orders
    _shop_totals_differ_idx = models.Index("(id) WHERE shop_totals_differ IS TRUE")
    _shop_problem_idx = models.Index("(id) WHERE shop_problem IS NOT NULL")

    @api.depends("need_cancel", "shop_totals_differ", "shop_problem", "state")
    def _compute_review_reason(self) -> None:
        texts = {
            "need_cancel": self.env._("Cancelled in the shop, still open here"),
            "shop_totals_differ": self.env._("Totals differ from the shop's"),
        }
        for order in self:
            reasons = [order.shop_problem] if order.shop_problem else []
            if order.state != "cancel":
                reasons += [text for name, text in texts.items() if order[name]]
            order.review_reason = "\n".join(reasons) or False

    def _search_review_reason(self, operator: str, value: Any) -> Domain:
        """Search the orders with or without a reason, as `!= False` and `= False`."""
        if operator != "in" or set(value) != {False}:
            return NotImplemented
        agrees = Domain("need_cancel", "=", False) & Domain(
            "shop_totals_differ", "=", False
        )
        closed = agrees | Domain("state", "=", "cancel")
        return closed & Domain("shop_problem", "=", False)

    def _set_shop_problems(self, problems: dict[str, str]) -> str | None:
        """Write what is left to a person, texts by keys; return it when it is new.

        What somebody ignored is not brought up again under the same key.
        """
        self.ensure_one()
        ignored = set(self.shop_problem_ignored_keys or ())
        text = "\n".join(t for key, t in problems.items() if key not in ignored)
        if text == (self.shop_problem or ""):
            return None
        self.write({"shop_problem": text or False, "shop_problem_keys": [*problems]})
        if text:
            self.message_post(body=text)
        return text or None

    def action_ignore_shop_problem(self) -> None:
        """Take what was left to a person as done, until the shop does something new."""
        for order in self:
            ignored = {
                *(order.shop_problem_ignored_keys or ()),
                *(order.shop_problem_keys or ()),
            }
            order.message_post(
                body=self.env._("Taken as done: %s", order.shop_problem or "")
            )
            order.write(
                {"shop_problem": False, "shop_problem_ignored_keys": sorted(ignored)}
            )
