# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from odoo import fields

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.components.synchronizer.version import parse_datetime


class OrderBatchImporter(AbstractComponent):
    """Import new orders, and those that moved on, where dates do not tell.

    Many shops do not date payments, shipments and refunds. Orders that are open here,
    or recent, are compared with the shop by their steps, which is what their
    `_external_version()` is made of. The adapter has one method:
    `search_steps(start, ids, filters)` yields id, date of the order and version of the
    orders since a date (naive UTC, None for all) and of those with these ids.
    """

    _name = "ecommerce.order.batch.importer"
    _inherit = "generic.batch.importer"
    _usage = "batch.importer"

    #: states of the shop in which nothing more is expected to happen
    _final_states: tuple[str, ...] = ()
    #: older orders are not looked at again once they are in such a state
    _return_period = timedelta(days=60)
    #: a shop may publish orders later than it dates them
    _overlap = timedelta(minutes=5)

    def run_new(self) -> str:
        """Import the orders placed since the newest one here, that are not here.

        The others are left to `run_since_last()`, which looks at more.
        """
        domain = [("backend_id", "=", self.backend_record.id)]
        newest = self.model.search(domain, order="date_order desc", limit=1)
        if not newest:  # the first import is not to be a surprise
            return self._done(0)
        start = newest.date_order - self._overlap
        steps = self.backend_adapter.search_steps(start, [], None)
        ids = [external_id for external_id, _placed_at, _version in steps]
        known = self.binder.prefetch(ids).mapped("external_id")
        return self._done(self._import_all(id_ for id_ in ids if id_ not in known))

    def _search_changes(
        self, since: str | None, filters: dict[str, Any] | None
    ) -> Iterable[tuple[Any, str | None]]:
        start = self.backend_record.import_orders_since or None
        known: dict[str, tuple[str, str]] = {}
        if since:
            recent = fields.Datetime.now() - self._return_period
            start = min(parse_datetime(since), recent)
            known = self._known_orders(start)
        final = self._final_states
        opened = [id_ for id_, (state, _version) in known.items() if state not in final]
        steps = self.backend_adapter.search_steps(start, opened, filters)
        for external_id, placed_at, version in steps:
            if external_id not in known or known[external_id][1] != version:
                yield external_id, placed_at

    def _known_orders(self, start: datetime) -> dict[str, tuple[str, str]]:
        """Return state and version of the open and recent orders here, by their id."""
        orders = self.model.search_fetch(
            [
                ("backend_id", "=", self.backend_record.id),
                "|",
                ("shop_state", "not in", self._final_states),
                ("date_order", ">=", start),
            ],
            ["external_id", "shop_state", "external_version"],
        )
        return {o.external_id: (o.shop_state, o.external_version) for o in orders}
