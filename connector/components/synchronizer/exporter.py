# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Export of one record, created or updated in the backend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent

from ...exception import IDMissingInBackend
from ..binder import is_external_id
from .base import first_component
from .conflict import conflict_on_export, note_exported_version
from .dependency import ensure_binding

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.component.core import WorkContext

    from ..mapper import MapRecord

__all__ = ["GenericExporter"]


class GenericExporter(AbstractComponent):
    """Export a binding, and first the records it depends on.

    It commits once the external id is stored, because the backend does not roll
    back: the job function that runs it must have ``allow_commit``.
    """

    _name = "generic.exporter"
    _inherit = "base.exporter"

    #: One2many of the normal models to their bindings, for ``_export_dependency()``
    _default_binding_field: str | None = None

    def __init__(self, work: WorkContext) -> None:
        super().__init__(work)
        self.binding: Any = None  # until it runs
        self.external_id: Any = None
        #: export whatever the conflict policy says
        self.force = False

    def run(self, binding: BaseModel, *args: Any, **kwargs: Any) -> str:
        """Export ``binding`` and return a message for the job.

        Commits after the export.

        :param args: passed on to ``_run()``, like ``fields``
        :raises RetryableJobError: another transaction exports the record
        :raises InvalidDataError: the values cannot be sent
        """
        self.binding = binding
        self.external_id = self.binder.to_external(self.binding)
        try:
            should_import = self._should_import()
            conflict = None if self.force else conflict_on_export(self)
        except IDMissingInBackend:
            self.external_id = None
            should_import, conflict = False, None
        if conflict:
            return conflict
        if should_import:
            self._delay_import()
        result = self._run(*args, **kwargs)
        if is_external_id(self.external_id):
            self.binder.bind(self.external_id, self.binding)
            self._note_direction()
        self._commit()
        note_exported_version(self)
        self._after_export()
        return result

    def _run(self, fields: Iterable[str] | None = None) -> str:
        """Export the record, all of it or what is in ``fields`` only."""
        assert self.binding, "there is no binding to export"
        if not is_external_id(self.external_id):
            fields = None  # the record must be created with all its fields
        skip = self._has_to_skip()
        if skip:
            return skip if isinstance(skip, str) else self.env._("Skipped.")
        self._export_dependencies()
        self._lock()
        map_record = self._map_data()
        if is_external_id(self.external_id):
            data = self._update_data(map_record, fields=fields)
            if not data:
                return self.env._("Nothing to export.")
            self._update(data)
        else:
            data = self._create_data(map_record, fields=fields)
            if not data:
                return self.env._("Nothing to export.")
            self.external_id = self._create(data)
        return self.env._(
            "Record exported with ID %s on the backend.", self.external_id
        )

    # Steps, each one a hook

    def _should_import(self) -> bool:
        """Tell whether the backend has a newer version, to be imported first.

        :raises IDMissingInBackend: the record is gone, it will be created again
        """
        return False

    def _delay_import(self) -> None:
        """Create the job that imports the newer version of the backend."""
        self.binding.with_delay().import_record(
            self.backend_record, self.external_id, force=True
        )

    def _has_to_skip(self) -> bool | str:
        """Tell whether, or why, the record is not to be exported."""
        return False

    def _export_dependencies(self) -> None:
        """Export the records that this one refers to, with ``_export_dependency``."""

    def _lock(self) -> None:
        """Lock the binding until the transaction ends.

        Two jobs that export the same new record would both create it.

        :raises RetryableJobError: another transaction has it
        """
        self.component(usage="record.locker").lock(self.binding)

    def _map_data(self) -> MapRecord:
        """Return the map record of the binding."""
        return self.mapper.map_record(self.binding)

    def _validate_create_data(self, data: dict[str, Any]) -> None:
        """Refuse the values of a new record with InvalidDataError."""

    def _validate_update_data(self, data: dict[str, Any]) -> None:
        """Refuse the values of an update with InvalidDataError."""

    def _create_data(
        self,
        map_record: MapRecord,
        fields: Iterable[str] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Return the values of a new record."""
        return map_record.values(for_create=True, fields=fields, **kwargs)

    def _create(self, data: dict[str, Any]) -> Any:
        """Create the record in the backend and return its external id.

        Or that of a record which a worker created, before it died and could keep its
        id: see ``_left_behind()``.
        """
        self._validate_create_data(data)
        for external_id in self._left_behind(data):
            if not self.binder.to_internal(external_id):
                return external_id
        return self._send(data)

    def _send(self, data: dict[str, Any]) -> Any:
        """Send a record that the backend does not have, and return its external id."""
        adapter = self.backend_adapter
        adapter.idempotency_key = self.idempotency_key()
        try:
            return adapter.create(data)
        finally:
            adapter.idempotency_key = None

    def _left_behind(self, data: dict[str, Any]) -> Iterable[Any]:
        """Return the ids of what may be this record in the backend, created already.

        For backends without idempotency keys: they are asked for what has the natural
        key of the record, such as its number. Those of other bindings are passed over.
        """
        return ()

    def _update_data(
        self,
        map_record: MapRecord,
        fields: Iterable[str] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Return the values of an update."""
        return map_record.values(fields=fields, **kwargs)

    def _update(self, data: dict[str, Any]) -> None:
        """Update the record in the backend."""
        assert is_external_id(self.external_id), "there is no record to update"
        self._validate_update_data(data)
        self.backend_adapter.write(self.external_id, data)

    def _after_export(self) -> None:
        """Do something once the external id is stored and committed."""

    def _note_direction(self) -> None:
        """Write which way the record went, for ``action_retry()``."""
        binding = self.binding.with_context(connector_no_export=True)
        if getattr(binding, "sync_direction", "export") != "export":
            binding.sync_direction = "export"

    def idempotency_key(self) -> str:
        """Return what designates the creation of this record, for the backend.

        It is the same at each attempt, of this job or of another one: a backend that
        knows such keys does not create the record twice when its first answer was lost.
        Another one for a record that was there, and is created again. Adapters find it
        in ``self.idempotency_key``; the one over HTTP sends it.
        """
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        key = f"{uuid}:{self.binding._name}:{self.binding.id}:create"
        before = self.binding[self.binder._sync_date_field]
        return f"{key}:{before:%Y%m%d%H%M%S}" if before else key

    # Dependencies

    def _export_dependency(
        self,
        relation: BaseModel,
        binding_model: str,
        component_usage: str = "record.exporter",
        binding_field: str | None = None,
        binding_extra_vals: dict[str, Any] | None = None,
    ) -> None:
        """Export a record that this one refers to, when it has no external id yet.

        Commits the binding when it has to create one.

        :param relation: normal record, or its binding
        :param binding_field: One2many of the relation to its bindings;
            ``_default_binding_field`` by default, else they are searched
        :param binding_extra_vals: values of a new binding
        :raises RetryableJobError: another transaction creates the same binding
        """
        if not relation:
            return
        binding = relation
        if relation._name != binding_model:
            binding = ensure_binding(
                self,
                relation,
                binding_model,
                binding_field or self._default_binding_field,
                binding_extra_vals,
            )
        if not is_external_id(self.binder_for(binding_model).to_external(binding)):
            exporter = first_component(
                self, component_usage, "exporter", model_name=binding_model
            )
            exporter.run(binding)

    def _create_dependency_binding(
        self, binding_model: str, values: dict[str, Any]
    ) -> BaseModel:
        """Create the binding of a dependency and commit it.

        Committed at once: were it rolled back after the export of the dependency,
        the next attempt would create a second record in the backend.
        """
        with self._retry_unique_violation():
            # Who exports an order may have no right on the bindings of its partner.
            model = self.env[binding_model].sudo()
            binding = model.with_context(connector_no_export=True).create(values)
        self._commit()
        return binding.with_env(self.env)
