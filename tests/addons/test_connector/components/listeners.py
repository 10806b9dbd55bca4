# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.component_event import skip_if


class TestItemBindingListener(Component):
    _name = "test.item.binding.listener"
    _inherit = "base.connector.listener"
    _collection = "test.backend"
    _apply_on = "test.item.binding"

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_write(self, record: Any, fields: Iterable[str] | None = None) -> None:
        record.with_delay().export_record(fields=fields)
