# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent

if TYPE_CHECKING:
    from odoo.models import BaseModel


class DeltaExporter(AbstractComponent):
    """Export one value of many products, of those where it changed: stock, prices.

    Works on a binding model of products that has `ecommerce.product.mixin`. A connector
    writes `_export_values()`, and `write_many()` of the adapter; or else
    `_export_batch()`, for a call that is not so simple.
    """

    _name = "ecommerce.delta.exporter"
    _inherit = "base.exporter"

    #: products sent in one call
    _batch_size = 500

    def run(self, bindings: BaseModel | None = None) -> str:
        """Export what changed among `bindings`, by default every bound product.

        In the caller's transaction; the values are absolute, so that exporting them
        again after a rollback is harmless.
        """
        if bindings is None:
            bindings = self._bound_products()
        changed = self._changed_values(bindings)
        for batch in self._batches(changed):
            self._export_batch(batch)
            self._mark_exported(batch)
        return self.env._(
            "%(changed)s exported, %(same)s unchanged.",
            changed=len(changed),
            same=len(bindings) - len(changed),
        )

    def _changed_values(self, bindings: BaseModel) -> dict[BaseModel, Any]:
        """Return the values that are not those the shop was last given."""
        raise NotImplementedError(f"{self._name}: write _changed_values(bindings)")

    def _export_batch(self, values: dict[BaseModel, Any]) -> None:
        """Send the values of these bindings to the shop."""
        self.backend_adapter.write_many(
            {
                binding.external_id: self._export_values(value)
                for binding, value in values.items()
            }
        )

    def _export_values(self, value: Any) -> dict[str, Any]:
        """Return what the adapter writes on a product for its value. To be written."""
        raise NotImplementedError(
            f"{self._name}: write _export_values(value), or _export_batch(values) to "
            "send {binding: value} to the shop"
        )

    def _mark_exported(self, values: dict[BaseModel, Any]) -> None:
        """Keep on the bindings what the shop was given."""
        raise NotImplementedError(f"{self._name}: write _mark_exported(values)")

    def _bound_products(self) -> BaseModel:
        """Return the bindings of the backend that the shop knows."""
        return self.model.with_context(active_test=False).search(
            [
                ("backend_id", "=", self.backend_record.id),
                ("external_id", "!=", False),
            ]
        )

    def _batches(self, values: dict[BaseModel, Any]) -> Iterator[dict[BaseModel, Any]]:
        items = iter(values.items())
        while batch := dict(islice(items, self._batch_size)):
            yield batch
