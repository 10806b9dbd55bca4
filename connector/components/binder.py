# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The link between external ids and the records of Odoo."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from odoo import models
from odoo.exceptions import MissingError
from odoo.tools import SQL

from odoo.addons.component.core import AbstractComponent

from .binder_cache import BinderCache

if TYPE_CHECKING:
    from odoo.models import BaseModel

__all__ = ["Binder", "is_external_id"]


def is_external_id(value: Any) -> bool:
    """Tell whether ``value`` designates a record: 0 does, False and "" do not."""
    return value is not None and value is not False and value != ""


class Binder(AbstractComponent):
    """Find the record of an external id and the external id of a record.

    The working model is the binding model. All searches ignore ``active``; what
    is returned has the context of the caller.

    Over many records, the number of queries does not grow: ``prefetch()`` loads
    the bindings of many external ids at once, and ``to_external(wrap=True)``
    loads those of all the records that Odoo prefetches together. What is
    remembered lives until the transaction ends, and is checked at each use.
    """

    _name = "base.binder"
    _inherit = "base.connector"
    _usage = "binder"

    _external_field = "external_id"
    _backend_field = "backend_id"
    _odoo_field = "odoo_id"
    _sync_date_field = "sync_date"

    # Read: external id -> record

    def to_internal(self, external_id: Any, unwrap: bool = False) -> BaseModel:
        """Return the binding of ``external_id``, empty when there is none.

        :param unwrap: return the normal record instead of the binding
        :raises ValueError: several bindings have this id
        """
        binding = self._find_by_external_id(external_id)
        if unwrap:
            return self.unwrap_binding(binding)
        return binding

    def prefetch(self, external_ids: Iterable[Any]) -> BaseModel:
        """Load the bindings of ``external_ids`` in one query and return them.

        ``to_internal()`` makes no query for these ids until the transaction
        ends, known or not.
        """
        by_key = {
            self._external_key(external_id): external_id
            for external_id in external_ids
            if is_external_id(external_id)
        }
        cache = self._cache()
        missing = [key for key in by_key if not cache.has_external(key)]
        if missing:
            found = self._search_by_external_keys(missing)
            for key in missing:
                cache.set_external(key, tuple(found.get(key, ())))
        ids = [id_ for key in by_key for id_ in cache.external_ids(key)]
        bindings = self.model.browse(ids)
        names = (self._external_field, self._backend_field, self._odoo_field)
        bindings.fetch([name for name in names if name in self.model._fields])
        return bindings

    def _find_by_external_id(self, external_id: Any) -> BaseModel:
        if not is_external_id(external_id):
            return self.model.browse()
        key = self._external_key(external_id)
        cache = self._cache()
        if cache.has_external(key):
            binding = self.model.browse(cache.external_ids(key)).with_prefetch(
                cache.all_ids()
            )
            if self._still_bound(binding, key):
                return binding
        found = tuple(self._search_by_external_keys([key]).get(key, ()))
        cache.set_external(key, found)
        binding = self.model.browse(found)
        if len(found) > 1:
            raise ValueError(
                f"Expected singleton: {binding} all have the external id {key!r} in "
                f"{self.backend_record}; merge them and make ({self._backend_field}, "
                f"{self._external_field}) unique"
            )
        return binding

    def _still_bound(self, binding: BaseModel, key: Any) -> bool:
        """Check a remembered answer against the cache of the ORM."""
        if len(binding) > 1:
            return False  # search again, to raise with what is there now
        try:
            return not binding or (
                self._external_key(binding[self._external_field]) == key
                and binding[self._backend_field] == self.backend_record
            )
        except MissingError:
            return False

    def _search_by_external_keys(self, keys: list[Any]) -> dict[Any, list[int]]:
        """Return the ids of the bindings of each key, in one query."""
        model = self.model.with_context(active_test=False)
        query = model._search(
            [
                (self._external_field, "in", keys),
                (self._backend_field, "=", self.backend_record.id),
            ],
            order="id",
        )
        external = model._field_to_sql(model._table, self._external_field, query)
        # For the ORM a number 0 equals "not set", and 0 is an id like any other.
        query.add_where(SQL("%s IS NOT NULL", external))
        found: dict[Any, list[int]] = {}
        id_column = SQL.identifier(model._table, "id")
        for key, id_ in self.env.execute_query(query.select(external, id_column)):
            found.setdefault(self._external_key(key), []).append(id_)
        return found

    # Read: record -> external id

    def to_external(self, binding: BaseModel | int, wrap: bool = False) -> Any:
        """Return the external id of ``binding``.

        :param binding: a binding or its id; a normal record or its id with
            ``wrap``
        :param wrap: look for the binding of this backend first, and return None
            when there is none
        :raises ValueError: several records are given, or several bindings found
        """
        if wrap:
            found = self._find_by_record(binding)
            return found[self._external_field] if found else None
        if not isinstance(binding, models.BaseModel):
            binding = self.model.browse(binding)
        if not binding:
            return None
        binding.ensure_one()
        return binding[self._external_field]

    def _find_by_record(self, record: BaseModel | int) -> BaseModel:
        """Return the binding of a normal record, loading its neighbours as well."""
        if isinstance(record, models.BaseModel):
            if not record:
                return self.model.browse()
            record.ensure_one()
            record_id, neighbours = record.id, record._prefetch_ids
        else:
            record_id, neighbours = record, (record,)
        if not record_id:
            return self.model.browse()
        cache = self._cache()
        if cache.has_odoo(record_id):
            ids = cache.odoo_ids(record_id)
            binding = self.model.browse(ids).with_prefetch(cache.all_ids())
            if self._still_wraps(binding, record_id):
                return binding
            neighbours = (record_id,)
        self._load_by_odoo_ids(cache, record_id, neighbours)
        binding = self.model.browse(cache.odoo_ids(record_id))
        return binding.ensure_one() if binding else binding

    def _still_wraps(self, binding: BaseModel, record_id: int) -> bool:
        if len(binding) > 1:
            return False
        try:
            return not binding or (
                binding[self._odoo_field].id == record_id
                and binding[self._backend_field] == self.backend_record
            )
        except MissingError:
            return False

    def _load_by_odoo_ids(
        self, cache: BinderCache, record_id: int, neighbours: Iterable[Any]
    ) -> None:
        wanted = cache.odoo_ids_to_load(record_id, neighbours)
        bindings = self.model.with_context(active_test=False).search_fetch(
            [
                (self._odoo_field, "in", wanted),
                (self._backend_field, "=", self.backend_record.id),
            ],
            [self._odoo_field, self._backend_field, self._external_field],
            order="id",
        )
        found: dict[int, list[int]] = {}
        for binding in bindings:
            found.setdefault(binding[self._odoo_field].id, []).append(binding.id)
        for id_ in wanted:
            cache.set_odoo(id_, tuple(found.get(id_, ())))

    # Write

    def bind(self, external_id: Any, binding: BaseModel | int) -> None:
        """Store ``external_id`` on ``binding``, and the date.

        Writes in the transaction of the caller, in a context where listeners do
        not export.
        """
        assert is_external_id(external_id) and binding, (
            f"an external id and a binding are needed to bind, "
            f"got {external_id!r} and {binding!r}"
        )
        if not isinstance(binding, models.BaseModel):
            binding = self.model.browse(binding)
        binding.ensure_one()
        values = self._bind_values(external_id)
        if any(binding[name] != value for name, value in values.items()):
            binding.with_context(connector_no_export=True).write(values)
        self._cache().set_external(self._external_key(external_id), (binding.id,))

    def _bind_values(self, external_id: Any) -> dict[str, Any]:
        """Return what ``bind()`` writes on the binding."""
        values = {
            self._external_field: self._external_key(external_id),
            # The same for all that a transaction binds, and as their write_date.
            self._sync_date_field: self.env.cr.now().replace(microsecond=0),
        }
        if "sync_state" in self.model._fields:
            values.update(sync_state="synced", last_error=False)
        return values

    # Binding -> normal record

    def unwrap_binding(
        self, binding: BaseModel | int, browse: bool = False
    ) -> BaseModel:
        """Return the normal record of ``binding``.

        :param browse: without effect, kept for older callers
        :raises ValueError: the binding model is the record itself
        """
        if not isinstance(binding, models.BaseModel):
            binding = self.model.browse(binding)
        self._check_wraps()
        if not binding:
            return self.env[self.unwrap_model()]
        binding.ensure_one()
        return binding[self._odoo_field]

    def unwrap_model(self) -> str:
        """Return the name of the normal model.

        :raises ValueError: the binding model is the record itself
        """
        self._check_wraps()
        return self.model._fields[self._odoo_field].comodel_name

    def _check_wraps(self) -> None:
        if self._odoo_field not in self.model._fields:
            raise ValueError(
                f"Cannot unwrap {self.model._name}: it has no field "
                f"{self._odoo_field!r}. A direct binding is the record itself, use "
                f"it without unwrapping"
            )

    # Names of 8.0 and 9.0

    def to_openerp(self, external_id: Any, unwrap: bool = False) -> BaseModel:
        """Old name of ``to_internal``."""
        return self.to_internal(external_id, unwrap=unwrap)

    def to_backend(self, binding: BaseModel | int, wrap: bool = False) -> Any:
        """Old name of ``to_external``."""
        return self.to_external(binding, wrap=wrap)

    # Internal

    def _external_key(self, external_id: Any) -> Any:
        """Return ``external_id`` as the column of the external id holds it."""
        field = self.model._fields[self._external_field]
        if field.type == "integer":
            return int(external_id)
        if field.type in ("char", "text"):
            return external_id if isinstance(external_id, str) else str(external_id)
        return external_id

    def _cache(self) -> BinderCache:
        return BinderCache.of(
            self.model, self.backend_record, self._external_field, self._odoo_field
        )
