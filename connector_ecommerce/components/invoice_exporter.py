# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.connector.components.mapper import MapRecord


class InvoiceExporter(AbstractComponent):
    """Send an invoice or a credit note to the shop, once: as data, as PDF, or both.

    Works on a binding model of `account.move` that has `ecommerce.invoice.mixin`. An
    export mapper is optional: without one the adapter gets `invoice_data()`.
    """

    _name = "ecommerce.invoice.exporter"
    _inherit = "generic.exporter"
    _usage = "record.exporter"

    #: field of the binding that holds the binding of its order
    _order_field = "shop_order_id"
    #: whether the data has the document too, as `pdf` (bytes) and `filename`
    _with_pdf = False

    def _map_data(self) -> MapRecord | None:
        usage = self._base_mapper_usage
        return super()._map_data() if self.many_components(usage=usage) else None

    def _create_data(
        self,
        map_record: MapRecord | None,
        fields: Iterable[str] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        if map_record:
            data = super()._create_data(map_record, fields=fields, **kwargs)
        else:
            data = self.binding.invoice_data()
        if self._with_pdf:
            filename, content = self.binding.invoice_pdf()
            data.update(filename=filename, pdf=content)
        return data

    def _update_data(self, map_record: MapRecord | None, **kwargs: Any) -> dict:
        """Nothing: a posted document does not change."""
        return {}

    def _create(self, data: dict[str, Any]) -> Any:
        """Create the document, or take over the one that is there already."""
        order = self.binding[self._order_field]
        self.advisory_lock_or_retry(f"{order}, invoices")
        found = self._find_document(order, data)
        return found if found is not None else super()._create(data)

    def _find_document(self, order: BaseModel, data: dict[str, Any]) -> Any:
        """Return the id of a document of the shop with this content that nobody has.

        None without one. To be written for a shop that has no idempotency key.
        """
        return None
