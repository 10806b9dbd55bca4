# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping

FIELDS = (
    "name street street2 zip city email phone ref comment website "
    "vat function lang tz barcode type active company_name employee color"
).split()


class BenchBinder(Component):
    _name = "bench.binder"
    _inherit = "base.binder"
    _collection = "bench.backend"


class BenchMapper(Component):
    """Twenty direct mappings and five methods."""

    _name = "bench.import.mapper"
    _inherit = "base.import.mapper"
    _collection = "bench.backend"
    _apply_on = "res.partner"

    direct = [(f"in_{name}", name) for name in FIELDS]

    @mapping
    def one(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"one": record["in_name"]}

    @mapping
    def two(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"two": record["in_zip"]}

    @mapping
    def three(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"three": record["in_city"]}

    @mapping
    def four(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"four": record["in_email"]}

    @mapping
    def five(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"five": record["in_phone"]}


class BenchParentMapper(Component):
    """The same with children."""

    _name = "bench.parent.import.mapper"
    _inherit = "bench.import.mapper"
    _usage = "parent.import.mapper"

    children = [("lines", "bank_ids", "res.partner.bank")]


class BenchChildMapper(Component):
    _name = "bench.child.import.mapper"
    _inherit = "base.import.mapper"
    _collection = "bench.backend"
    _apply_on = "res.partner.bank"

    direct = [
        ("number", "acc_number"),
        ("holder", "acc_holder_name"),
        ("rank", "sequence"),
    ]
