# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.tests.common import TransactionComponentCase
from odoo.addons.connector_ecommerce.tests.shop_orders import make_order

from ..memory_shop import SHOPS, MemoryShop


class MemoryShopCase(TransactionComponentCase):
    """A backend on a shop in memory that sells a mug and a pen."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.backend = cls.env["test.shop.backend"].create(
            {"name": "Memory", "state": "active"}
        )
        cls.tax_included = cls._create_tax(20, "tax_included")
        cls.tax_excluded = cls._create_tax(20, "tax_excluded")

    def setUp(self) -> None:
        super().setUp()
        self.shop = SHOPS[self.backend.name] = MemoryShop()
        self.addCleanup(SHOPS.pop, self.backend.name)
        self.shop.products.update(
            {
                "p1": {"name": "Mug", "sku": "MUG"},
                "p2": {"name": "Pen", "sku": "PEN"},
            }
        )

    @classmethod
    def _create_tax(cls, amount: float, override: str, name: str = "") -> Any:
        return cls.env["account.tax"].create(
            {
                "name": name or f"{amount} {override}",
                "amount": amount,
                "price_include_override": override,
                "type_tax_use": "sale",
            }
        )

    def _import(self, external_id: str = "1", **order: Any) -> Any:
        """Put an order in the shop, import it, and return the order in Odoo."""
        if order or external_id not in self.shop.orders:
            self._place(external_id, **order)
        self._run(external_id)
        return self._find(external_id).odoo_id

    def _place(self, external_id: str = "1", **order: Any) -> Any:
        defaults = {
            "external_id": external_id,
            "name": f"S-{external_id}",
            "currency": self.env.company.currency_id.name,
            "lines": [self._mug()],
        }
        placed = make_order(**{**defaults, **order})
        self.shop.orders[external_id] = placed
        return placed

    def _mug(self, **values: Any) -> dict[str, Any]:
        """A mug of 10.00 with 20 % of tax: 12.00."""
        defaults = {
            "product_external_id": "p1",
            "unit_price": 1000,
            "total_excluded": 1000,
            "total_included": 1200,
        }
        return {**defaults, **values}

    def _run(self, external_id: str, model: str = "test.shop.sale.order") -> str:
        return self.env[model].import_record(self.backend, external_id)

    def _find(self, external_id: str, model: str = "test.shop.sale.order") -> Any:
        domain = [
            ("backend_id", "=", self.backend.id),
            ("external_id", "=", external_id),
        ]
        return self.env[model].search(domain)
