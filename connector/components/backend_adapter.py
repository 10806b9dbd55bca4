# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# Adapters are no models: read(), create() and write() are not those of the ORM.
# pylint: disable=method-required-super
"""The components that talk to the backend, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from odoo.addons.component.core import AbstractComponent

from ..exception import IDMissingInBackend

__all__ = ["BackendAdapter", "CRUDAdapter", "read_by_id"]


def read_by_id(adapter: BackendAdapter, external_ids: Iterable[Any]) -> dict[str, Any]:
    """Return the external records that exist, by id as text.

    Together when the adapter has ``read_many(external_ids)``, which returns a list of
    records; else one by one.
    """
    if hasattr(adapter, "read_many"):
        records = adapter.read_many(list(external_ids))
        return {str(record[adapter._id_key]): record for record in records}
    found = {}
    for external_id in external_ids:
        with suppress(IDMissingInBackend):
            found[str(external_id)] = adapter.read(external_id)
    return found


class BackendAdapter(AbstractComponent):
    """Base of the adapters; it hides the protocol of the backend."""

    _name = "base.backend.adapter"
    _inherit = "base.connector"
    _usage = "backend.adapter"

    #: key of an external record that has its id
    _id_key = "id"

    #: what designates the creation in progress, to be sent with it; set by exporters
    idempotency_key: str | None = None


class CRUDAdapter(AbstractComponent):
    """Adapter with the operations that synchronizers call.

    An implementation raises ``NetworkRetryableError`` (or another
    ``RetryableJobError``) when the backend cannot be reached, and
    ``IDMissingInBackend`` when it does not know the id.
    """

    _name = "base.backend.adapter.crud"
    _inherit = "base.backend.adapter"
    _usage = "backend.adapter"

    def search(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Return the external ids that match."""
        raise self._not_implemented("search")

    def search_changes(self, *args: Any, **kwargs: Any) -> Iterable[tuple[Any, Any]]:
        """Return id and date of what changed: ``search_changes(since, filters)``.

        For imports since the last time. ``since`` is a date as ``server_time()``
        writes it (ISO 8601, UTC, with Z), or None for everything.
        """
        raise self._not_implemented("search_changes")

    def read(self, *args: Any, **kwargs: Any) -> Any:
        """Return the external record with this id."""
        raise self._not_implemented("read")

    def search_read(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Return the external records that match."""
        raise self._not_implemented("search_read")

    def create(self, *args: Any, **kwargs: Any) -> Any:
        """Create a record in the backend and return its external id."""
        raise self._not_implemented("create")

    def write(self, *args: Any, **kwargs: Any) -> Any:
        """Update the record with this external id in the backend."""
        raise self._not_implemented("write")

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete the record with this external id in the backend."""
        raise self._not_implemented("delete")

    def _not_implemented(self, operation: str) -> NotImplementedError:
        return NotImplementedError(
            f"the adapter {self._name!r} has no {operation}(): "
            f"define the method on that component"
        )
