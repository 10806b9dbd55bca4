# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The two abstract models of a connector: its backend and its bindings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from odoo import api, fields, models

from ..components.binder_cache import BinderCache
from ..components.import_path import ImportPath

if TYPE_CHECKING:
    from typing import Self

    from odoo.addons.component.core import WorkContext

__all__ = ["ConnectorBackend", "ExternalBinding"]


class ConnectorBackend(models.AbstractModel):
    """A connector's backend, the collection of its components.

    A concrete backend has a name, and the fields that say how to reach it::

        class XBackend(models.Model):
            _name = "x.backend"
            _inherit = "connector.backend"
    """

    _name = "connector.backend"
    _inherit = "collection.base"
    _description = "Connector Backend"

    @contextmanager
    def work_on(self, model_name: str, **kwargs: Any) -> Iterator[WorkContext]:
        """Yield a work context for this backend and a model."""
        # Shared by the contexts of the dependencies, to tell cycles.
        kwargs.setdefault("connector_import_path", ImportPath())
        with super().work_on(model_name, **kwargs) as work:
            yield work

    def add_checkpoint(self, record: models.BaseModel, reason: str = "") -> Any:
        """Ask the connector managers to review ``record``; return the checkpoint."""
        self.ensure_one()
        checkpoint = self.env["connector.checkpoint"]
        return checkpoint.create_from_name(
            record._name, record.id, self._name, self.id, reason=reason
        )

    @api.model
    def _binding_model(self, model_name: str) -> str | None:
        """Return the binding model of a normal model, None when there is none.

        By the convention of all connectors: with ``x.backend``, the bindings of
        ``sale.order`` are ``x.sale.order``.
        """
        name = f"{self._name.removesuffix('.backend')}.{model_name}"
        return name if name in self.env else None

    def _check_sync_allowed(self) -> None:
        """Refuse a synchronization while the backend is not to be used.

        :raises BackendPausedError: the job waits until it is
        """


class ExternalBinding(models.AbstractModel):
    """The link of a record with a backend.

    A concrete binding has, by convention, ``backend_id``, ``external_id``,
    ``odoo_id`` when it wraps a normal record (also its ``_inherits`` key), and
    unique constraints over (backend_id, external_id) and (backend_id, odoo_id):
    see ``external.binding.mixin``, which has them.
    """

    _name = "external.binding"
    _description = "External Binding"

    sync_date = fields.Datetime(
        string="Last Synchronization Date", readonly=True, copy=False
    )

    @api.model_create_multi
    def create(self, vals_list: list[dict[str, Any]]) -> Self:
        """Create bindings; the binders forget that they did not exist."""
        records = super().create(vals_list)
        self._forget_absent_bindings(vals_list)
        return records

    def write(self, vals: dict[str, Any]) -> bool:
        """Write bindings; the binders forget what they knew of the new values."""
        result = super().write(vals)
        if "backend_id" in vals:
            BinderCache.forget_all(self)
        else:
            self._forget_absent_bindings([vals])
        return result

    def _forget_absent_bindings(self, vals_list: list[dict[str, Any]]) -> None:
        BinderCache.forget(self, vals_list)
