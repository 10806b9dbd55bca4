# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fields, constraints and jobs of a binding."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError

from ..components.binder import is_external_id
from ..components.mapper.errors import named_error
from ..components.synchronizer.base import first_component
from .after_rollback import call_after_rollback

if TYPE_CHECKING:
    from odoo.addons.component.core import WorkContext

__all__ = ["BindingUniqueIndex", "ExternalBindingMixin", "is_postponed"]

_logger = logging.getLogger(__name__)

MAX_ERROR_LENGTH = 2000  # characters of an error kept on a binding


class BindingUniqueIndex(models.UniqueIndex):
    """Unique index of the binding models that have all its columns."""

    def __init__(self, *columns: str, message: str) -> None:
        super().__init__(f"({', '.join(columns)})", message)
        self._columns = columns

    def apply_to_database(self, model: models.BaseModel) -> None:
        """Create the index, unless the binding is direct: it has no ``odoo_id``."""
        if all(
            name in model._fields and model._fields[name].store
            for name in self._columns
        ):
            return super().apply_to_database(model)
        return None


class ExternalBindingMixin(models.AbstractModel):
    """A binding with all that connectors agree on.

    The concrete model adds ``backend_id``, and ``odoo_id`` with ``_inherits`` unless
    it is a direct binding.
    """

    _name = "external.binding.mixin"
    _inherit = "external.binding"
    _description = "External Binding with Status and Jobs"

    external_id = fields.Char(string="ID in the Backend", copy=False)
    external_version = fields.Char(
        string="Imported Version",
        readonly=True,
        copy=False,
        help="Version of the external record that was imported last: it is not "
        "imported again until it changes.",
    )
    sync_state = fields.Selection(
        [
            ("pending", "Pending"),
            ("synced", "Synchronized"),
            ("failed", "Failed"),
            ("gone", "Deleted in the Backend"),
            ("conflict", "Changed on Both Sides"),
        ],
        string="Synchronization",
        default="pending",
        required=True,
        readonly=True,
        copy=False,
    )
    sync_direction = fields.Selection(
        [("import", "Import"), ("export", "Export")],
        string="Last Direction",
        readonly=True,
        copy=False,
    )
    last_error = fields.Text(readonly=True, copy=False)

    _backend_external_uniq = BindingUniqueIndex(
        "backend_id",
        "external_id",
        message="A record with this ID of the backend exists already.",
    )
    _backend_odoo_uniq = BindingUniqueIndex(
        "backend_id",
        "odoo_id",
        message="This record is bound to this backend already.",
    )

    # Jobs; those that are given a backend are no methods of the API

    @api.private
    @api.model
    def import_batch(
        self, backend: models.BaseModel, filters: dict[str, Any] | None = None
    ) -> Any:
        """Import the records of the backend that match."""
        backend._check_sync_allowed()
        with self._in_job(backend).work_on(self._name) as work:
            return self._batch_importer(work).run(filters=filters)

    @api.private
    @api.model
    def import_since_last(
        self,
        backend: models.BaseModel,
        filters: dict[str, Any] | None = None,
        full: bool = False,
    ) -> Any:
        """Import the records of the backend that changed."""
        backend._check_sync_allowed()
        with self._in_job(backend).work_on(self._name) as work:
            importer = self._batch_importer(work)
            return importer.run_since_last(filters=filters, full=full)

    @api.private
    @api.model
    def import_record(
        self,
        backend: models.BaseModel,
        external_id: Any,
        force: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Import a record of the backend."""
        backend._check_sync_allowed()
        # Whatever the import writes, also in other models, is not exported back.
        backend = self._in_job(backend).with_context(connector_no_export=True)
        with (
            self._keep_error("import", backend, external_id=external_id),
            backend.work_on(self._name) as work,
        ):
            importer = work.component(usage="record.importer")
            return importer.run(external_id, force=force, **kwargs)

    @api.private
    @api.model
    def import_chunk(
        self,
        backend: models.BaseModel,
        external_ids: list[Any],
        force: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Import many records of the backend."""
        backend._check_sync_allowed()
        backend = self._in_job(backend).with_context(connector_no_export=True)
        with backend.work_on(self._name) as work:
            importer = work.component(usage="chunk.importer")
            return importer.run(external_ids, force=force, **kwargs)

    @api.private
    @api.model
    def import_deletions(self, backend: models.BaseModel, force: bool = False) -> Any:
        """Find the records that the backend has no more."""
        backend._check_sync_allowed()
        with self._in_job(backend).work_on(self._name) as work:
            return work.component(usage="deletion.importer").run(force=force)

    @api.private
    @api.model
    def import_deleted(self, backend: models.BaseModel, external_ids: list[Any]) -> Any:
        """Act on records that seem to be gone from the backend."""
        backend._check_sync_allowed()
        with self._in_job(backend).work_on(self._name) as work:
            return work.component(usage="deletion.importer").run_chunk(external_ids)

    def export_record(
        self, fields: Iterable[str] | None = None, force: bool = False
    ) -> Any:
        """Export a record to the backend.

        :param force: even when the conflict policy says otherwise
        :raises AccessError: the user may not change the binding
        """
        self.check_access("write")  # before the call, that its result is kept after
        if not self.exists():
            return self.env._("Nothing to export: the record was deleted in Odoo.")
        self.ensure_one()
        backend = self._in_job(self.backend_id)
        backend._check_sync_allowed()
        with (
            self._keep_error("export", backend, binding=self),
            backend.work_on(self._name) as work,
        ):
            exporter = first_component(work, "record.exporter", "exporter")
            exporter.force = force
            return exporter.run(self, fields)

    @api.private
    @api.model
    def export_batch(
        self, backend: models.BaseModel, domain: list[Any] | None = None
    ) -> Any:
        """Export the bindings that wait for it, or match a domain."""
        backend._check_sync_allowed()
        with self._in_job(backend).work_on(self._name) as work:
            return work.component(usage="batch.exporter").run(domain)

    @api.private
    @api.model
    def export_delete_record(self, backend: models.BaseModel, external_id: Any) -> Any:
        """Delete a record in the backend."""
        backend._check_sync_allowed()
        with self._in_job(backend).work_on(self._name) as work:
            deleter = first_component(work, "record.exporter.deleter", "record.deleter")
            return deleter.run(external_id)

    def _in_job(self, backend: models.BaseModel) -> models.BaseModel:
        """Return the backend in the environment of the job, which names it in logs."""
        return backend.with_context(job_uuid=self.env.context.get("job_uuid"))

    def _batch_importer(self, work: WorkContext) -> Any:
        return first_component(
            work,
            "batch.importer",
            "delayed.batch.importer",
            "chunked.batch.importer",
            "direct.batch.importer",
        )

    # Status

    def action_retry(self) -> None:
        """Create again the job of the last synchronization, the import by default."""
        self.check_access("write")
        for binding in self:
            if binding.sync_direction != "export" and is_external_id(
                binding.external_id
            ):
                binding.with_delay().import_record(
                    binding.backend_id, binding.external_id, force=True
                )
            elif binding.sync_direction == "import":
                raise UserError(
                    self.env._(
                        "%s has no ID in the backend, it cannot be imported.",
                        binding.display_name,
                    )
                )
            else:
                binding.with_delay().export_record()
            binding.with_context(connector_no_export=True).write(
                {"sync_state": "pending", "last_error": False}
            )

    def action_keep_backend(self) -> None:
        """End a conflict: take what the backend has."""
        self.check_access("write")
        for binding in self:
            binding.with_delay().import_record(
                binding.backend_id, binding.external_id, force=True
            )
        self._decided()

    def action_keep_odoo(self) -> None:
        """End a conflict: send what Odoo has."""
        self.check_access("write")
        for binding in self:
            binding.with_delay().export_record(force=True)
        self._decided()

    def _decided(self) -> None:
        self.with_context(connector_no_export=True).sync_state = "pending"
        for binding in self:
            wraps = "odoo_id" in binding._fields
            record = binding.odoo_id if wraps else binding
            checkpoints = self.env["connector.checkpoint"]
            checkpoints._open_for(record, binding.backend_id).reviewed()

    @contextmanager
    def _keep_error(
        self,
        direction: str,
        backend: models.BaseModel,
        external_id: Any = None,
        binding: models.BaseModel | None = None,
    ) -> Iterator[None]:
        """Keep what goes wrong on the binding, once the transaction is rolled back.

        It is written by a transaction of its own, that commits. Errors of Python, as
        an answer that is not what it should be makes them, say which record it was.
        """
        try:
            yield
        except Exception as exc:
            which = external_id if binding is None else binding.id
            where = f"the {direction} of {self._name} {which!r} with {backend!r}"
            told = named_error(exc, where)
            if not is_postponed(exc):
                error = f"{type(told).__name__}: {told}"[:MAX_ERROR_LENGTH]
                call_after_rollback(
                    self.env,
                    self._name,
                    "_write_sync_error",
                    *(direction, error, backend.id, external_id),
                    binding and binding.id,
                )
            if told is exc:
                raise
            raise told from exc

    @api.model
    def _write_sync_error(
        self,
        direction: str,
        error: str,
        backend_id: int,
        external_id: Any,
        binding_id: int | None,
    ) -> None:
        """Write an error on the binding that a job was about, if there is one."""
        model = self.with_context(active_test=False, connector_no_export=True)
        if binding_id:
            binding = model.browse(binding_id).exists()
        else:
            binding = model.search(
                [
                    ("backend_id", "=", backend_id),
                    ("external_id", "=", str(external_id)),
                ]
            )
        if not binding.try_lock_for_update():
            _logger.info("No binding to keep the error on: %s", error)
            return
        binding.write(
            {
                "sync_state": "failed",
                "sync_direction": direction,
                "last_error": error,
            }
        )


def is_postponed(exc: Exception) -> bool:
    """Tell whether the job only gave way to another transaction."""
    if isinstance(exc, RetryableJobError):
        return exc.ignore_retry
    return isinstance(exc, psycopg2.extensions.TransactionRollbackError)
