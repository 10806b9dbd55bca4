# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether another module reacts when jobs are stored or written.

The engine stores and ends jobs with its own SQL. Modules that extend ``create`` or
``write`` of ``queue.job``, or give it fields that are computed or have a default,
expect the ORM: where there is one, the engine takes that slower way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from odoo.models import BaseModel

_OWN_MODULES: Final = frozenset({"base", "bus", "mail", "queue_job"})
_CACHE: Final = "_queue_job_extended"


def is_extended(jobs: BaseModel, method: str) -> bool:
    """Return whether ``method`` ("create" or "write") has to go through the ORM.

    Decided once per model class, that is once per load of the registry.
    """
    cls = type(jobs)
    known: dict[str, bool] = cls.__dict__.get(_CACHE) or {}
    if method not in known:
        known[method] = _has_override(cls, method) or _has_reactive_field(jobs)
        setattr(cls, _CACHE, known)
    return known[method]


def _has_override(cls: type, method: str) -> bool:
    # The registry class itself is patched by automation rules and event listeners.
    if method in cls.__dict__:
        return True
    return any(
        method in vars(definition) and _extends_jobs(definition)
        for definition in cls.mro()
        if getattr(definition, "_module", None) not in (*_OWN_MODULES, None)
    )


def _extends_jobs(definition: type) -> bool:
    inherit = vars(definition).get("_inherit") or ()
    names = (inherit,) if isinstance(inherit, str) else inherit
    return "queue.job" in (*names, vars(definition).get("_name"))


def _has_reactive_field(jobs: BaseModel) -> bool:
    return any(
        field.store and (field.compute or field.default)
        for field in jobs._fields.values()
        if not _OWN_MODULES.issuperset(field._modules)
    )
