# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from odoo import fields, models

from ..memory_shop import SHOPS


class TestShopBackend(models.Model):
    _name = "test.shop.backend"
    _inherit = ["connector.backend.mixin", "ecommerce.backend.mixin"]
    _description = "Backend of a Shop in Memory"

    takes_shipments_off = fields.Boolean()

    @contextmanager
    def work_on(self, model_name: str, **kwargs: Any) -> Iterator[Any]:
        """Open the shop of the backend, as others open a connection."""
        shop = SHOPS[self.name]
        with super().work_on(model_name, shop=shop, **kwargs) as work:
            yield work

    def _stock_shipment_model(self) -> str | None:
        return "test.shop.stock.picking" if self.takes_shipments_off else None
