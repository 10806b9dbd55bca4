# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The binding of a record that is exported because another one needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from .exporter import GenericExporter

__all__ = ["ensure_binding"]


def ensure_binding(
    exporter: GenericExporter,
    relation: BaseModel,
    binding_model: str,
    binding_field: str | None,
    extra_vals: dict[str, Any] | None,
) -> BaseModel:
    """Return the binding of ``relation`` for the backend, created when missing.

    :raises ValueError: the record has several bindings for the backend
    """
    binder = exporter.binder_for(binding_model)
    backend = exporter.backend_record
    if binding_field and binding_field in relation._fields:
        bindings = relation.with_context(active_test=False)[binding_field]
    else:
        model = exporter.env[binding_model].with_context(active_test=False)
        bindings = model.search([(binder._odoo_field, "=", relation.id)])
    bindings = bindings.filtered(
        lambda binding: binding[binder._backend_field] == backend
    )
    if bindings:
        return bindings.ensure_one().with_env(exporter.env)
    values = {
        binder._backend_field: backend.id,
        binder._odoo_field: relation.id,
        **(extra_vals or {}),
    }
    return exporter._create_dependency_binding(binding_model, values)
