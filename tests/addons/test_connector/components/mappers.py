# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import (
    changed_by,
    external_to_m2o,
    m2o_to_external,
    mapping,
    none,
    only_create,
)


class TestItemImportMapper(Component):
    _name = "test.item.import.mapper"
    _inherit = "base.import.mapper"
    _collection = "test.backend"
    _apply_on = "test.item.binding"

    direct = [
        ("name", "name"),
        ("sku", "code"),
        ("qty", "quantity"),
        (external_to_m2o("group"), "group_id"),
    ]

    @mapping
    def price(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"price": record["cents"] / 100} if "cents" in record else {}

    @only_create
    @mapping
    def note(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"note": "created by the import"}


class TestItemExportMapper(Component):
    _name = "test.item.export.mapper"
    _inherit = "base.export.mapper"
    _collection = "test.backend"
    _apply_on = "test.item.binding"

    direct = [
        ("name", "name"),
        (none("code"), "sku"),
        ("quantity", "qty"),
        (m2o_to_external("group_id"), "group"),
    ]

    @mapping
    @changed_by("price")
    def price(self, record: Any) -> dict[str, Any]:
        return {"cents": round(record.price * 100)}


class TestGroupImportMapper(Component):
    _name = "test.group.import.mapper"
    _inherit = "base.import.mapper"
    _collection = "test.backend"
    _apply_on = "test.group"

    direct = [("name", "name"), ("parent", "parent_id")]

    @mapping
    def backend(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"backend_id": self.backend_record.id}


class TestGroupExportMapper(Component):
    _name = "test.group.export.mapper"
    _inherit = "base.export.mapper"
    _collection = "test.backend"
    _apply_on = "test.group"

    direct = [("name", "name"), ("parent_id", "parent")]


class TestOrderImportMapper(Component):
    _name = "test.order.import.mapper"
    _inherit = "base.import.mapper"
    _collection = "test.backend"
    _apply_on = "test.order"

    direct = [("name", "name")]
    children = [("lines", "line_ids", "test.order.line")]


class TestOrderLineImportMapper(Component):
    _name = "test.order.line.import.mapper"
    _inherit = "base.import.mapper"
    _collection = "test.backend"
    _apply_on = "test.order.line"

    direct = [("id", "external_id"), ("name", "name"), ("qty", "quantity")]

    @only_create
    @mapping
    def origin(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"origin": f"line {record['id']}"}


class TestOrderLineMapChild(Component):
    _name = "test.order.line.map.child"
    _inherit = "base.map.child.import.sync"
    _collection = "test.backend"
    _apply_on = "test.order.line"
