# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The listeners that export what changes in Odoo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.addons.component.core import AbstractComponent

if TYPE_CHECKING:
    from odoo.models import BaseModel

__all__ = ["ConnectorListener"]


class ConnectorListener(AbstractComponent):
    """Base of the listeners of a connector.

    Usual shape of an event method::

        @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
        def on_record_write(self, record, fields=None):
            record.with_delay().export_record(fields=fields)
    """

    _name = "base.connector.listener"
    _inherit = ["base.connector", "base.event.listener"]

    def no_connector_export(self, record: BaseModel) -> bool:
        """Tell whether ``record`` changes because of an import."""
        context = record.env.context
        return bool(
            context.get("no_connector_export") or context.get("connector_no_export")
        )
