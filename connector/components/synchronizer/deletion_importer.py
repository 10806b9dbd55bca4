# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the backend has no more, found by comparison."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from odoo.tools import split_every

from odoo.addons.component.core import Component
from odoo.addons.queue_job.exception import FailedJobError

from ..backend_adapter import read_by_id
from .sync_jobs import delay_import_deleted

if TYPE_CHECKING:
    from odoo.models import BaseModel

__all__ = ["DeletionImporter"]

_logger = logging.getLogger(__name__)


class DeletionImporter(Component):
    """Compare all the ids of the backend with the bindings, and act on what is gone.

    Most backends tell what changed, and not what was deleted. An answer that is empty,
    or much shorter than what is bound, is taken for a mistake: nothing is done, and
    the job fails with the figures. What seems gone is read again before anything is
    done to its record, by jobs of ``_chunk_size`` records.

    Inherit from it for another ``_on_deletion``::

        class XDeletionImporter(Component):
            _name = "x.deletion.importer"
            _inherit = "generic.deletion.importer"
            _collection = "x.backend"
            _on_deletion = "checkpoint"
    """

    _name = "generic.deletion.importer"
    _inherit = "base.importer"
    _usage = "deletion.importer"

    #: what happens to a record whose counterpart is gone: ``archive`` (a checkpoint
    #: when it has no ``active``), ``unbind``, ``delete`` or ``checkpoint``
    _on_deletion = "archive"
    _chunk_size = 200  # records
    #: more than this share of the bindings cannot be gone, it is a mistake ...
    _max_share = 0.2
    #: ... unless there are no more than these
    _max_count = 10

    def run(self, force: bool = False) -> str:
        """Create the jobs for what is gone; return how many records are.

        :param force: believe the backend, whatever it answers
        :raises FailedJobError: its answer is not plausible
        """
        bound = self._bound_ids()
        existing = {str(external_id) for external_id in self._existing_ids()}
        missing = [external_id for external_id in bound if external_id not in existing]
        if not force:
            self._check_plausible(len(bound), len(existing), len(missing))
        for ids in split_every(self._chunk_size, missing, list):
            delay_import_deleted(self, ids)
        return self.env._(
            "%(missing)s of %(bound)s records of %(model)s seem to be deleted in the "
            "backend.",
            missing=len(missing),
            bound=len(bound),
            model=self.model._description,
        )

    def run_chunk(self, external_ids: list[Any]) -> str:
        """Act on the records that are gone, once more read to be sure.

        :raises RetryableJobError: the backend cannot be reached
        """
        self.binder.prefetch(external_ids)
        back = read_by_id(self.backend_adapter, external_ids)
        gone = 0
        for external_id in external_ids:
            binding = self.binder.to_internal(external_id)
            if binding and str(external_id) not in back:
                self._delete(binding.with_context(connector_no_export=True))
                gone += 1
        return self.env._(
            "%(gone)s records deleted in the backend, %(back)s are there after all.",
            gone=gone,
            back=len(back),
        )

    # Both sides

    def _existing_ids(self) -> Iterable[Any]:
        """Return the ids of all the records of the backend."""
        return self.backend_adapter.search(None)

    def _bound_ids(self) -> list[str]:
        """Return the external ids of all bindings but those known to be gone."""
        binder, model = self.binder, self.model.with_context(active_test=False)
        domain = [
            (binder._backend_field, "=", self.backend_record.id),
            (binder._external_field, "!=", False),
        ]
        if "sync_state" in model._fields:
            domain.append(("sync_state", "!=", "gone"))
        query = model._search(domain, order="id")
        column = model._field_to_sql(model._table, binder._external_field, query)
        return [str(id_) for (id_,) in self.env.execute_query(query.select(column))]

    def _check_plausible(self, bound: int, existing: int, missing: int) -> None:
        if missing <= self._max_count and (existing or not bound):
            return
        if existing and missing <= bound * self._max_share:
            return
        raise FailedJobError(
            f"{self.backend_record.display_name!r} lists {existing} records of "
            f"{self.model._name}, and {missing} of the {bound} that are bound are not "
            f"among them. It looks like a mistake, so nothing was done: if they are "
            f"really gone, find the deletions again with force"
        )

    # One record

    def _delete(self, binding: BaseModel) -> None:
        """Do to the record of ``binding`` what ``_on_deletion`` says."""
        record = self._record(binding)
        _logger.info("%r is gone from %r", record, self.backend_record)
        if self._on_deletion == "delete":
            record.unlink()
        elif self._on_deletion == "unbind":
            self._unbind(binding, record)
        elif self._on_deletion == "archive" and "active" in record._fields:
            record.active = False
            self._mark(binding)
        elif self._on_deletion in ("archive", "checkpoint"):
            reason = self.env._("It was deleted in the backend.")
            self.backend_record.add_checkpoint(record, reason=reason)
            self._mark(binding)
        else:
            raise ValueError(
                f"{self._name!r} has _on_deletion = {self._on_deletion!r}, which is "
                f"none of archive, unbind, delete and checkpoint"
            )

    def _unbind(self, binding: BaseModel, record: BaseModel) -> None:
        if record == binding:  # a direct binding is the record itself
            binding[self.binder._external_field] = False
        else:
            binding.unlink()

    def _record(self, binding: BaseModel) -> BaseModel:
        if self.binder._odoo_field in binding._fields:
            return self.binder.unwrap_binding(binding)
        return binding

    def _mark(self, binding: BaseModel) -> None:
        """Keep the next comparison from finding it again."""
        if "sync_state" in binding._fields:
            binding.sync_state = "gone"
