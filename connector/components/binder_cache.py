# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the binders remember during one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from odoo.tools.constants import PREFETCH_MAX

if TYPE_CHECKING:
    from odoo.models import BaseModel

__all__ = ["BinderCache"]

_CACHE_KEY = "connector.binder"


class BinderCache:
    """Ids of the bindings by external id and by normal record.

    It lives in ``cr.cache``, that Odoo empties at each commit, rollback and
    rollback to a savepoint. Within a transaction the snapshot is fixed, so only
    our own writes can make it wrong:

    1. a known binding is checked by the binder against the cache of the ORM;
    2. the absence of a binding is forgotten by ``forget()``, which the models
       that inherit from ``external.binding`` call when they create or write.

    Another model gets no memory of absences.
    """

    __slots__ = ("_by_external", "_by_odoo", "_ids", "_keeps_absences")

    def __init__(self, keeps_absences: bool) -> None:
        self._by_external: dict[Any, tuple[int, ...]] = {}
        self._by_odoo: dict[int, tuple[int, ...]] = {}
        self._ids: dict[int, None] = {}
        self._keeps_absences = keeps_absences

    @classmethod
    def of(
        cls, model: BaseModel, backend: BaseModel, external: str, odoo: str
    ) -> BinderCache:
        """Return the memory for these bindings in the current transaction."""
        env = model.env
        # The user and the companies count: record rules hide bindings.
        key = (
            backend._name,
            backend.id,
            external,
            odoo,
            env.uid,
            env.su,
            tuple(env.context.get("allowed_company_ids") or ()),
        )
        by_model = env.cr.cache.setdefault(_CACHE_KEY, {}).setdefault(model._name, {})
        cache = by_model.get(key)
        if cache is None:
            cache = by_model[key] = cls(hasattr(model, "_forget_absent_bindings"))
        return cache

    @classmethod
    def forget(cls, model: BaseModel, vals_list: Iterable[dict[str, Any]]) -> None:
        """Forget the answers that these values of ``model`` make wrong."""
        caches = model.env.cr.cache.get(_CACHE_KEY, {}).get(model._name, {})
        for (_name, _id, external, odoo, *_user), cache in caches.items():
            for vals in vals_list:
                if external in vals:
                    cache._by_external.pop(vals[external], None)
                    cache._by_external.pop(str(vals[external]), None)
                if odoo in vals:
                    cache._by_odoo.pop(vals[odoo], None)

    @classmethod
    def forget_all(cls, model: BaseModel) -> None:
        """Forget all about the bindings of ``model`` in this transaction."""
        model.env.cr.cache.get(_CACHE_KEY, {}).pop(model._name, None)

    def has_external(self, key: Any) -> bool:
        """Tell whether the bindings of this external id are known."""
        return key in self._by_external

    def external_ids(self, key: Any) -> tuple[int, ...]:
        """Return the ids of the bindings with this external id."""
        return self._by_external.get(key, ())

    def set_external(self, key: Any, ids: tuple[int, ...]) -> None:
        """Remember the bindings of this external id."""
        self._set(self._by_external, key, ids)

    def has_odoo(self, record_id: int) -> bool:
        """Tell whether the bindings of this normal record are known."""
        return record_id in self._by_odoo

    def odoo_ids(self, record_id: int) -> tuple[int, ...]:
        """Return the ids of the bindings of this normal record."""
        return self._by_odoo.get(record_id, ())

    def set_odoo(self, record_id: int, ids: tuple[int, ...]) -> None:
        """Remember the bindings of this normal record."""
        self._set(self._by_odoo, record_id, ids)

    def odoo_ids_to_load(self, record_id: int, neighbours: Iterable[Any]) -> list[int]:
        """Return ``record_id`` and the unknown neighbours, ``PREFETCH_MAX`` at most."""
        wanted = {record_id: None}
        for id_ in neighbours:
            if len(wanted) >= PREFETCH_MAX:
                break
            if id_ and id_ not in self._by_odoo:
                wanted[id_] = None
        return list(wanted)

    def all_ids(self) -> Iterable[int]:
        """Return the ids of all the bindings met, to prefetch them together."""
        return self._ids

    def _set(
        self, target: dict[Any, tuple[int, ...]], key: Any, ids: tuple[int, ...]
    ) -> None:
        if ids or self._keeps_absences:
            target[key] = ids
            self._ids.update(dict.fromkeys(ids))
        else:
            target.pop(key, None)
