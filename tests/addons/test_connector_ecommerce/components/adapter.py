# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.exception import IDMissingInBackend, InvalidDataError


class ShopAdapter(AbstractComponent):
    _name = "test.shop.adapter"
    _inherit = "base.backend.adapter.crud"
    _collection = "test.shop.backend"

    _records: str

    def read(self, external_id: str) -> Any:
        """Return the record of the shop, IDMissingInBackend without one."""
        records = getattr(self.work.shop, self._records)
        if external_id not in records:
            raise IDMissingInBackend(f"no {external_id} in {self._records}")
        return records[external_id]


class OrderAdapter(Component):
    _name = "test.shop.order.adapter"
    _inherit = "test.shop.adapter"
    _apply_on = "test.shop.sale.order"
    _records = "orders"

    def search_steps(
        self, start: datetime | None, ids: list[str], filters: Any
    ) -> Iterator[tuple[str, str, str]]:
        """Yield the orders since a date and these, whose states are their versions."""
        for id_, order in self.work.shop.orders.items():
            if not start or order.date >= start or id_ in ids:
                yield id_, order.date.isoformat(), order.state

    def cancel(self, external_id: str) -> None:
        """Cancel an order, InvalidDataError when it is too late."""
        if external_id in self.work.shop.refused:
            raise InvalidDataError(f"order {external_id} is shipped")
        self.work.shop.cancelled.append(external_id)


class CustomerAdapter(Component):
    _name = "test.shop.customer.adapter"
    _inherit = "test.shop.adapter"
    _apply_on = "test.shop.res.partner"
    _records = "customers"


class ProductAdapter(Component):
    _name = "test.shop.product.adapter"
    _inherit = "test.shop.adapter"
    _apply_on = "test.shop.product.product"
    _records = "products"

    def read_quantities(self, external_ids: list[str]) -> dict[str, float]:
        """Return what the shop has on hand of these products."""
        levels = self.work.shop.levels
        return {id_: levels[id_] for id_ in external_ids if id_ in levels}


class TemplateAdapter(Component):
    _name = "test.shop.template.adapter"
    _inherit = "test.shop.adapter"
    _apply_on = "test.shop.product.template"
    _records = "templates"


class CategoryAdapter(Component):
    _name = "test.shop.category.adapter"
    _inherit = "test.shop.adapter"
    _apply_on = "test.shop.product.category"
    _records = "categories"

    def write(self, external_id: str, data: dict[str, Any]) -> None:
        """Change a category."""
        self.work.shop.categories[external_id] |= data

    def move(self, external_id: str, parent_id: str | None) -> None:
        """Put a category below another one."""
        self.work.shop.moves.append((external_id, parent_id))


class ShipmentAdapter(Component):
    _name = "test.shop.shipment.adapter"
    _inherit = "test.shop.adapter"
    _apply_on = "test.shop.stock.picking"
    _records = "shipments"

    def create(self, data: dict[str, Any]) -> str:
        """Keep a shipment, and return its id."""
        shipments = self.work.shop.shipments
        external_id = f"ship{len(shipments) + 1}"
        shipments[external_id] = data
        return external_id

    def write(self, external_id: str, data: dict[str, Any]) -> None:
        """Change a shipment."""
        self.work.shop.shipments[external_id] |= data


class InvoiceAdapter(Component):
    _name = "test.shop.invoice.adapter"
    _inherit = "test.shop.adapter"
    _apply_on = "test.shop.account.move"
    _records = "invoices"

    def create(self, data: dict[str, Any]) -> str:
        """Keep a document, and return its id."""
        invoices = self.work.shop.invoices
        external_id = f"doc{len(invoices) + 1}"
        invoices[external_id] = data
        return external_id


class ShopBinder(Component):
    _name = "test.shop.binder"
    _inherit = "base.binder"
    _collection = "test.shop.backend"
    _apply_on = [
        "test.shop.account.move",
        "test.shop.sale.order",
        "test.shop.res.partner",
        "test.shop.product.category",
        "test.shop.product.product",
        "test.shop.product.template",
        "test.shop.stock.picking",
    ]
