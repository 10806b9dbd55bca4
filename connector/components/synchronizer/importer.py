# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Import of one record, the shape that every connector needs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent

from ...exception import IDMissingInBackend, InvalidDataError
from ..binder import is_external_id
from .matching import find_existing, unknown_fields
from .version import is_same_version

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.component.core import WorkContext

    from ..mapper import MapRecord
    from .base import Synchronizer

__all__ = ["GenericImporter"]

_logger = logging.getLogger(__name__)


class GenericImporter(AbstractComponent):
    """Import one external record: create its binding or update it.

    Everything happens in the transaction of the caller, who commits. Running it
    twice gives the same result as once.
    """

    _name = "generic.importer"
    _inherit = "base.importer"
    _usage = "record.importer"

    #: key of the external record that changes with each of its versions, like
    #: ``updatedAt``; None = every import writes
    _version_field: str | None = None
    #: fields of the normal record that recognize one that exists already, by order
    #: of preference: ``[("barcode",), ("default_code", "company_id")]``
    _match_existing: tuple[tuple[str, ...], ...] = ()

    def __init__(self, work: WorkContext) -> None:
        super().__init__(work)
        self.external_id: Any = None
        self.external_record: Any = None

    def run(self, external_id: Any, force: bool = False, **kwargs: Any) -> str:
        """Import the record ``external_id`` and return a message for the job.

        :param force: import it even when it is up to date
        :param kwargs: ``external_record`` when it was read already; hooks find
            the others in ``self.run_options``
        :raises RetryableJobError: another transaction imports the same record
        :raises InvalidDataError: the mapped values cannot be written
        """
        self.external_id = external_id
        self.run_options = kwargs
        with self._guard_against_cycles():
            self.external_record = kwargs.get("external_record")
            if self.external_record is None:
                self.external_record = self._read()
            if self.external_record is None:
                raise IDMissingInBackend(
                    f"{self.backend_record.display_name!r} returned nothing for "
                    f"{self.model._name} {external_id!r}"
                )
            skip = self._must_skip()  # pylint: disable=assignment-from-none
            if skip:
                return str(skip)
            binding = self._get_binding()
            if not force and self._is_uptodate(binding):
                return self.env._("Already up-to-date.")
            # Taken here, after the read: whoever waited for the lock comes back
            # with a new transaction, and reads again.
            self.advisory_lock_or_retry(self._lock_name())
            self._before_import()
            self._import_dependencies()
            return self._import(binding)

    def _import(self, binding: BaseModel) -> str:
        """Map the record and write it; the dependencies are there."""
        map_record = self._map_data()
        with self._retry_unique_violation():
            if binding:
                data = self._update_data(map_record, binding=binding)
                self._validate_data(data)
                self._update(binding, data)
            else:
                data = self._create_data(map_record)
                self._validate_data(data)
                binding = self._create(data)
            self.binder.bind(self.external_id, binding)
            self._note_import(binding)
        self._after_import(binding)
        return self.env._(
            "Record %(external_id)s imported in %(model)s (%(id)s).",
            external_id=self.external_id,
            model=binding._name,
            id=binding.id,
        )

    # Steps, each one a hook

    def _read(self) -> Any:
        """Return the external record.

        :raises IDMissingInBackend: it does not exist
        """
        return self.backend_adapter.read(self.external_id)

    def _must_skip(self) -> str | None:
        """Return why the record is not to be imported, nothing to import it."""
        return None

    def _get_binding(self) -> BaseModel:
        """Return the binding of the record, empty when it is new."""
        return self.binder.to_internal(self.external_id)

    def _is_uptodate(self, binding: BaseModel) -> bool:
        """Tell whether this version of the record was imported already."""
        return is_same_version(binding, self._external_version())

    def _lock_name(self) -> str:
        """Return the name of the lock that two imports of the record compete for."""
        backend = self.backend_record
        return (
            f"import({backend._name}, {backend.id}, {self.model._name}, "
            f"{self.external_id})"
        )

    def _before_import(self) -> None:
        """Do something before the record is mapped."""

    def _import_dependencies(self) -> None:
        """Import the records that this one refers to, with ``_import_dependency``."""

    def _map_data(self) -> MapRecord:
        """Return the map record of the external record."""
        return self.mapper.map_record(self.external_record)

    def _validate_data(self, data: dict[str, Any]) -> None:
        """Refuse values that cannot be written.

        :raises InvalidDataError: naming what is wrong
        """
        problem = unknown_fields(self.model, data)
        if problem:
            raise InvalidDataError(
                f"{self._name!r} cannot write the record {self.external_id!r}: "
                f"{problem}"
            )

    def _create_data(self, map_record: MapRecord, **kwargs: Any) -> dict[str, Any]:
        """Return the values of a new binding."""
        data = map_record.values(for_create=True, **kwargs)
        return self._with_existing(map_record, data)

    def _update_data(self, map_record: MapRecord, **kwargs: Any) -> dict[str, Any]:
        """Return the values of a binding that exists."""
        return map_record.values(for_create=False, **kwargs)

    def _create(self, data: dict[str, Any]) -> BaseModel:
        """Create the binding."""
        data = {**self._binding_defaults(), **data}
        binding = self._write_model().create(data)
        _logger.debug("%r created from %r", binding, self.external_id)
        return binding.with_env(self.env)

    def _update(self, binding: BaseModel, data: dict[str, Any]) -> None:
        """Update the binding."""
        binding.with_context(**self._write_context()).write(data)
        _logger.debug("%r updated from %r", binding, self.external_id)

    def _after_import(self, binding: BaseModel) -> None:
        """Do something once the binding is written and bound."""

    # Dependencies

    def _import_dependency(
        self,
        external_id: Any,
        binding_model: str,
        importer: Synchronizer | str | None = None,
        always: bool = False,
        **kwargs: Any,
    ) -> None:
        """Import a record that this one refers to, when it is not there yet.

        :param importer: component, or usage, that imports it
            (``record.importer`` by default)
        :param always: import it again even when it is bound
        """
        if not is_external_id(external_id):
            return
        if not always and self.binder_for(binding_model).to_internal(external_id):
            return
        if importer is None or isinstance(importer, str):
            importer = self.component(
                usage=importer or "record.importer", model_name=binding_model
            )
        importer.run(external_id, **kwargs)

    def _guard_against_cycles(self) -> _ImportPath:
        return _ImportPath(self)

    # Records that exist already

    def _find_existing(self, data: dict[str, Any]) -> BaseModel | None:
        """Return the normal record to bind to, instead of creating one."""
        return find_existing(self, data)

    def _with_existing(
        self, map_record: MapRecord, data: dict[str, Any]
    ) -> dict[str, Any]:
        """Bind to the normal record that matches, if one does."""
        field = self.binder._odoo_field
        if field not in self.model._fields or data.get(field):
            return data
        existing = self._find_existing(data)
        if existing:
            _logger.info("%r is bound to %r that exists", self.external_id, existing)
            return {**data, field: existing.id}
        return data

    # Writing

    def _external_version(self) -> Any:
        """Return what changes with each version of the record, None if unknown."""
        if self._version_field is None:
            return None
        return self.external_record.get(self._version_field)

    def _note_import(self, binding: BaseModel) -> None:
        """Write which version was imported, where it is not written already."""
        values = {
            name: value
            for name, value in self._import_notes().items()
            if binding[name] != value
        }
        if values:
            binding.with_context(**self._write_context()).write(values)

    def _import_notes(self) -> dict[str, Any]:
        notes = {
            "external_version": self._stored_version(),
            "sync_direction": "import",
        }
        return {name: notes[name] for name in notes if name in self.model._fields}

    def _stored_version(self) -> str | bool:
        version = self._external_version()
        return str(version) if version is not None else False

    def _write_context(self) -> dict[str, Any]:
        """Return the context of the writes: the listeners must not export them."""
        return {"connector_no_export": True}

    def _write_model(self) -> BaseModel:
        return self.model.with_context(**self._write_context())

    def _binding_defaults(self) -> dict[str, Any]:
        """Return what a binding is created with unless the mapper says otherwise."""
        binder = self.binder
        # What bind() would write: it finds it written, and makes no second query.
        return {
            binder._backend_field: self.backend_record.id,
            **binder._bind_values(self.external_id),
            **self._import_notes(),
        }


class _ImportPath:
    """Records being imported, each because the one before refers to it."""

    def __init__(self, importer: GenericImporter) -> None:
        work = importer.work
        path = getattr(work, "connector_import_path", None)
        if path is None:
            # Contexts for other models are copies of this one: they share the list.
            path = work.connector_import_path = []
        self._path = path
        self._step = (importer.model._name, str(importer.external_id))

    def __enter__(self) -> None:
        if self._step in self._path:
            steps = " -> ".join(
                f"{model} {external_id}"
                for model, external_id in [*self._path, self._step]
            )
            raise InvalidDataError(
                f"these records depend on each other, none can be imported first: "
                f"{steps}. Import one of the relations after the record, in "
                f"_after_import()"
            )
        self._path.append(self._step)

    def __exit__(self, *exc_info: Any) -> None:
        self._path.pop()
