# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.fields import Command

from odoo.addons.component.core import AbstractComponent
from odoo.addons.component.tests.common import TransactionComponentCase


class ShopCase(TransactionComponentCase):
    """A company that sells two stored products, and what its events say."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.heard: list[tuple[Any, ...]] = []
        cls.partner = cls.env["res.partner"].create({"name": "Ada Byron"})
        cls.mug, cls.pen = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "type": "consu",
                    "is_storable": True,
                    "list_price": price,
                    "taxes_id": [Command.clear()],
                    "invoice_policy": "order",
                }
                for name, price in (("Mug", 10.0), ("Pen", 2.0))
            ]
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        for product in cls.mug | cls.pen:
            cls._put_in_stock(product, 100)

    def setUp(self) -> None:
        super().setUp()
        self.heard.clear()

    @classmethod
    def _put_in_stock(cls, product: Any, quantity: float) -> None:
        cls.env["stock.quant"]._update_available_quantity(
            product, cls.warehouse.lot_stock_id, quantity
        )

    @classmethod
    def _listen(cls, listener: type[AbstractComponent]) -> None:
        """Add a listener, which tells `cls.heard` what it hears, to the registry."""
        listener.heard = cls.heard
        listener._build_component(cls._components_registry)
        cls._components_registry._forget()

    @classmethod
    def _create_order(cls, **values: Any) -> Any:
        lines = [
            Command.create({"product_id": cls.mug.id, "product_uom_qty": 2}),
            Command.create({"product_id": cls.pen.id, "product_uom_qty": 5}),
        ]
        return cls.env["sale.order"].create(
            {"partner_id": cls.partner.id, "order_line": lines, **values}
        )

    @classmethod
    def _ship(cls, picking: Any, quantities: dict[Any, float] | None = None) -> None:
        """Do a transfer, in whole or with these quantities and a backorder."""
        for move in picking.move_ids:
            wanted = (quantities or {}).get(move.product_id, 0 if quantities else None)
            move.quantity = move.product_uom_qty if wanted is None else wanted
            move.picked = bool(move.quantity)
        picking._action_done()
