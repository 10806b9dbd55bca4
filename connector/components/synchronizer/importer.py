# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Import of one record, the shape that every connector needs."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from odoo import fields

from odoo.addons.component.core import AbstractComponent

from ...exception import IDMissingInBackend, InvalidDataError
from ..binder import is_external_id
from ..import_path import ImportPath
from .conflict import conflict_on_import
from .matching import check_options, find_existing, unknown_fields
from .version import (
    changed_since_sync,
    content_version,
    forget_failure,
    is_same_version,
    parse_datetime,
)

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
    #: without such a key: whether the whole content of a record is its version
    _compares_content = False
    #: fields of the normal record that recognize one that exists already, by order
    #: of preference: ``[("barcode",), ("default_code", "company_id")]``
    _match_existing: tuple[tuple[str, ...], ...] = ()

    #: how long a record that was read by the batch stays good; longer than this and
    #: the importer reads it again. Shorter than the overlap of the cursors
    _fresh_for = timedelta(minutes=1)
    #: arguments that ``run()`` takes for the hooks, who find them in ``run_options``
    _run_options: tuple[str, ...] = ()

    def __init__(self, work: WorkContext) -> None:
        super().__init__(work)
        self.external_id: Any = None
        self.external_record: Any = None
        self._computed_version: tuple[Any, Any] | None = None
        self.run_options: dict[str, Any] = {}
        #: a chunk looks for the records that match all of its own together
        self._matched_by_chunk = False

    def run(
        self,
        external_id: Any,
        force: bool = False,
        *,
        external_record: Any = None,
        read_at: datetime | None = None,
        **kwargs: Any,
    ) -> str:
        """Import the record ``external_id`` and return a message for the job.

        :param force: import it even when it is up to date
        :param external_record: the record, when it was read already
        :param read_at: when it was (naive, UTC); an old one is read again
        :param kwargs: what ``_run_options`` names
        :raises TypeError: an argument that nobody knows
        :raises RetryableJobError: another transaction imports the same record
        :raises InvalidDataError: the mapped values cannot be written
        """
        self._start(external_id, external_record, read_at, kwargs)
        try:
            with self._guard_against_cycles():
                message = self._prepare(force)
                if message is None:
                    self._lock()
                    self._import_dependencies_first()
                    message = self._import(self._get_binding())
                self._note_outcomes([(self, message)])
        except Exception as error:
            self._note_failure(error)
            raise
        return message

    def _start(
        self,
        external_id: Any,
        external_record: Any,
        read_at: datetime | None,
        options: dict[str, Any],
    ) -> None:
        """Take note of what to import."""
        check_options(self, options)
        if read_at and fields.Datetime.now() - read_at > self._fresh_for:
            external_record = None
        self.external_id = external_id
        self.external_record = external_record
        self.run_options = options

    def _prepare(self, force: bool) -> str | None:
        """Read the record; return why it is not to be imported, None when it is."""
        if self.external_record is None:
            self.external_record = self._read()
        if self.external_record is None:
            raise IDMissingInBackend(
                f"{self.backend_record.display_name!r} returned nothing for "
                f"{self.model._name} {self.external_id!r}"
            )
        skip = self._must_skip()  # pylint: disable=assignment-from-none
        if skip:
            return str(skip)
        if force:
            return None
        binding = self._get_binding()
        if self._is_uptodate(binding):
            forget_failure(self.binder, binding, self.external_id)
            return self.env._("Already up-to-date.")
        return conflict_on_import(self, binding) if binding else None

    def _lock(self) -> None:
        """Keep other transactions from importing the record.

        Taken after the read: whoever waited for the lock comes back with a new
        transaction, and reads again.
        """
        self.advisory_lock_or_retry(self._lock_name(self.external_id))

    def _import_dependencies_first(self) -> None:
        self._before_import()
        self._import_dependencies()

    def _import(self, binding: BaseModel) -> str:
        """Map the record and write it; the dependencies are there."""
        data = self._values(binding)
        with self._retry_unique_violation():
            if binding:
                self._update(binding, data)
            else:
                binding = self._create(data)
            self._bind(binding)
        self._after_import(binding)
        return self._imported(binding)

    def _values(self, binding: BaseModel) -> dict[str, Any]:
        """Return what is to be written, checked; ``binding`` is empty for a new one."""
        map_record = self._map_data()
        if binding:
            data = self._update_data(map_record, binding=binding)
        else:
            data = self._create_data(map_record)
        self._validate_data(data)
        return data

    def _bind(self, binding: BaseModel) -> None:
        """Write which record, and which version of it, the binding stands for."""
        self.binder.bind(self.external_id, binding)
        self._note_import(binding)

    def _imported(self, binding: BaseModel) -> str:
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
        return is_same_version(binding, self._known_version())

    def _lock_name(self, external_id: Any) -> str:
        """Return the name of the lock that two imports of a record compete for."""
        backend, model = self.backend_record, self.model._name
        return f"import({backend._name}, {backend.id}, {model}, {external_id})"

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
        binding = self._write_model().create(self._complete(data))
        _logger.debug("%r created from %r", binding, self.external_id)
        return binding.with_env(self.env)

    def _update(self, binding: BaseModel, data: dict[str, Any]) -> None:
        """Update the binding."""
        binding.with_context(**self._write_context()).write(data)
        _logger.debug("%r updated from %r", binding, self.external_id)

    def _after_import(self, binding: BaseModel) -> None:
        """Do something once the binding is written and bound."""

    def _note_outcomes(self, outcomes: Sequence[tuple[GenericImporter, str]]) -> None:
        """Do something once it is known what became of the record, in its transaction.

        :param outcomes: each importer, of a chunk or this one alone, and its message
        """

    def _note_failure(self, error: Exception) -> None:
        """Do something when the import fails, before it is rolled back."""

    # Steps of a chunk, done once for all of its records

    def _before_chunk(self, importers: Sequence[GenericImporter]) -> None:
        """Read together what these importers will look up, each for its record.

        Called on the first one, once the records are read.
        """

    def _after_chunk(
        self, created: Sequence[tuple[GenericImporter, BaseModel]]
    ) -> None:
        """Do what follows from the new bindings: ``_after_import()`` of each."""
        for importer, binding in created:
            importer._after_import(binding)

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
        found: Any = importer
        if importer is None or isinstance(importer, str):
            found = self.component(importer or "record.importer", binding_model)
        found.run(external_id, **kwargs)

    def _guard_against_cycles(self) -> AbstractContextManager[None]:
        return ImportPath.of(self.work).step(self)

    # Records that exist already

    def _find_existing(self, data: dict[str, Any]) -> BaseModel | None:
        """Return the normal record to bind to, instead of creating one."""
        return find_existing(self, data)

    def _with_existing(
        self, map_record: MapRecord, data: dict[str, Any]
    ) -> dict[str, Any]:
        """Bind to the normal record that matches, if one does."""
        field = self.binder._odoo_field
        known = field not in self.model._fields or data.get(field)
        if known or self._matched_by_chunk:
            return data
        existing = self._find_existing(data)
        if existing:
            _logger.info("%r is bound to %r that exists", self.external_id, existing)
            return {**data, field: existing.id}
        return data

    # Writing

    def _external_version(self) -> Any:
        """Return what changes with each version of the record, None if unknown."""
        if self._version_field is not None:
            return self.external_record.get(self._version_field)
        return content_version(self.external_record) if self._compares_content else None

    def _external_changed_at(self) -> datetime | None:
        """Return when the record changed in the backend (naive UTC), by its version."""
        try:
            return parse_datetime(self._external_version())
        except ValueError:
            return None

    def _odoo_changed_at(self, binding: BaseModel) -> datetime | None:
        """Return when the record changed in Odoo since it was synchronized, or None.

        Any write counts; a connector that exports few fields may look at those only.
        """
        return changed_since_sync(self.binder, binding)

    def _note_import(self, binding: BaseModel) -> None:
        """Write which version was imported, where it is not written already."""
        notes = self._import_notes()
        values = {name: notes[name] for name in notes if binding[name] != notes[name]}
        if values:
            binding.with_context(**self._write_context()).write(values)

    def _import_notes(self) -> dict[str, Any]:
        notes = {"external_version": self._stored_version(), "sync_direction": "import"}
        return {name: notes[name] for name in notes if name in self.model._fields}

    def _stored_version(self) -> str | bool:
        version = self._known_version()
        return str(version) if version is not None else False

    def _known_version(self) -> Any:
        """Return the version of the record, computed once: it may be a digest."""
        known = self._computed_version
        if known is None or known[0] is not self.external_record:
            known = (self.external_record, self._external_version())
            self._computed_version = known
        return known[1]

    def _write_context(self) -> dict[str, Any]:
        """Return the context of the writes: the listeners must not export them."""
        return {"connector_no_export": True}

    def _complete(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return the values of a new binding with what every one has."""
        return {**self._binding_defaults(), **data}

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
