# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks of values and arguments against what they are for."""

from __future__ import annotations

import difflib
import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from .importer import GenericImporter

__all__ = ["check_options", "find_existing", "unknown_fields"]

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
    binder = importer.binder
    if not importer._match_existing:
        return None
    model = importer.env[binder.unwrap_model()].with_context(active_test=False)
    for names in importer._match_existing:
        values = [data.get(name) for name in names]
        if not all(values):
            continue
        domain = [(name, "=", value) for name, value in zip(names, values, strict=True)]
        found = model.search(domain).with_env(importer.env)
        free = found.filtered(
            lambda record: binder.to_external(record, wrap=True) is None
        )
        if len(free) == 1:
            return free
        if len(free) > 1:
            _logger.warning(
                "%r of %r matches several records by %s, none is taken: %r",
                importer.external_id,
                importer.backend_record,
                ", ".join(names),
                free,
            )
    return None
