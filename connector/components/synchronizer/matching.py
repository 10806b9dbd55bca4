# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks of values and arguments against what they are for."""

from __future__ import annotations

import difflib
import logging
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from odoo import models

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from .importer import GenericImporter

__all__ = [
    "check_options",
    "find_existing",
    "find_existing_together",
    "unknown_fields",
]

_logger = logging.getLogger(__name__)


def check_options(importer: GenericImporter, options: dict[str, Any]) -> None:
    """Refuse the arguments that an importer does not know.

    :raises TypeError: naming the argument and the near one
    """
    known = (*importer._run_options, "force", "external_record", "read_at")
    for name in options:
        if name not in importer._run_options:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f", did you mean {near[0]!r}?" if near else "."
            raise TypeError(
                f"{importer._name}.run() does not know the argument {name!r}{hint} "
                f"Name it in _run_options of the importer to find it in run_options"
            )


def unknown_fields(model: BaseModel, data: dict[str, Any]) -> str:
    """Return what is wrong with the names in ``data``, nothing when all exist."""
    problems = []
    for name in data:
        if name in model._fields:
            continue
        near = difflib.get_close_matches(name, model._fields, n=1)
        hint = f", did you mean {near[0]!r}?" if near else ""
        problems.append(f"{model._name} has no field {name!r}{hint}")
    return "; ".join(problems)


def find_existing(importer: GenericImporter, data: dict[str, Any]) -> BaseModel | None:
    """Return the only normal record that has the same values as ``data``.

    The sets of fields in ``_match_existing`` are tried in turn, those with an empty
    value are passed over. A record that is bound to this backend already is none,
    and several records are none either: guessing would merge two customers.
    """
    return find_existing_together([(importer, data)]).get(0)


def find_existing_together(
    new: Sequence[tuple[GenericImporter, dict[str, Any]]],
) -> dict[int, BaseModel]:
    """Return the normal records to bind to, by position in ``new``.

    As ``find_existing()``, with a query for each set of fields. A record is bound to
    the first one that it matches.
    """
    found: dict[int, BaseModel] = {}
    if not new or not new[0][0]._match_existing:
        return found
    taken: set[int] = set()
    for names in new[0][0]._match_existing:
        keys = {
            rank: tuple(data[name] for name in names)
            for rank, (_importer, data) in enumerate(new)
            if rank not in found and all(data.get(name) for name in names)
        }
        candidates = _free_records(new[0][0], names, set(keys.values()))
        for rank, key in keys.items():
            free = [record for record in candidates[key] if record.id not in taken]
            if len(free) == 1:
                found[rank] = free[0]
                taken.add(free[0].id)
            elif free:
                _warn_of_several(new[rank][0], names, free)
    return found


def _free_records(
    importer: GenericImporter, names: tuple[str, ...], keys: set[tuple[Any, ...]]
) -> dict[tuple[Any, ...], list[BaseModel]]:
    """Return the records not bound yet, by their values of some fields."""
    free: dict[tuple[Any, ...], list[BaseModel]] = defaultdict(list)
    if not keys:
        return free
    binder = importer.binder
    model = importer.env[binder.unwrap_model()].with_context(active_test=False)
    domain = [
        (name, "in", list({key[rank] for key in keys}))
        for rank, name in enumerate(names)
    ]
    for record in model.search(domain).with_env(importer.env):
        key = tuple(_comparable(record[name]) for name in names)
        if key in keys and binder.to_external(record, wrap=True) is None:
            free[key].append(record)
    return free


def _comparable(value: Any) -> Any:
    """Return a value of a record as mappers write it."""
    return value.id if isinstance(value, models.BaseModel) else value


def _warn_of_several(
    importer: GenericImporter, names: tuple[str, ...], records: list[BaseModel]
) -> None:
    _logger.warning(
        "%r of %r matches several records by %s, none is taken: %r",
        importer.external_id,
        importer.backend_record,
        ", ".join(names),
        records,
    )
