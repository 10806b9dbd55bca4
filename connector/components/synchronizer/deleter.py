# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Deletion of one record in the backend."""

from __future__ import annotations

from typing import Any

from odoo.addons.component.core import AbstractComponent

from ...exception import IDMissingInBackend
from ..binder import is_external_id

__all__ = ["GenericDeleter"]


class GenericDeleter(AbstractComponent):
    """Delete a record of the backend, by its external id.

    The binding is gone when the job runs: the id travels in the job. A record that
    the backend does not know any more is deleted already.
    """

    _name = "generic.deleter"
    _inherit = "base.deleter"
    _usage = "record.deleter"

    def run(self, external_id: Any) -> str:
        """Delete the record and return a message for the job.

        :raises RetryableJobError: another transaction works on the record, or the
            backend cannot be reached
        """
        if not is_external_id(external_id):
            return self.env._("Nothing to delete: the record was never exported.")
        self.advisory_lock_or_retry(self._lock_name(external_id))
        skip = self._must_skip(external_id)  # pylint: disable=assignment-from-none
        if skip:
            return str(skip)
        try:
            self._delete(external_id)
        except IDMissingInBackend:
            return self.env._(
                "Record %s was deleted in the backend already.", external_id
            )
        return self.env._("Record %s deleted in the backend.", external_id)

    def _lock_name(self, external_id: Any) -> str:
        backend = self.backend_record
        return (
            f"delete({backend._name}, {backend.id}, {self.model._name}, {external_id})"
        )

    def _must_skip(self, external_id: Any) -> str | None:
        """Return why the record must stay in the backend, nothing to delete it."""
        return None

    def _delete(self, external_id: Any) -> None:
        """Delete the record in the backend."""
        self.backend_adapter.delete(external_id)
