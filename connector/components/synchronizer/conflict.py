# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who wins when a record changed on both sides since they last agreed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..binder import is_external_id
from .sync_jobs import delay_export_record
from .version import is_same_version

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from .base import Synchronizer
    from .importer import GenericImporter

__all__ = [
    "conflict_on_export",
    "conflict_on_import",
    "conflict_policy",
    "note_exported_version",
]


def conflict_policy(source: Synchronizer) -> str:
    """Return the policy of the backend for the working model, ``none`` by default."""
    backend = source.backend_record
    if "sync_model_ids" not in backend._fields:
        return "none"
    lines = source.env["connector.sync.model"]
    return lines._conflict_policy(backend._name, backend.id, source.model._name)


def conflict_on_import(importer: GenericImporter, binding: BaseModel) -> str | None:
    """Return why a new version is not imported, None when it is.

    Without ``_version_field`` nobody can tell whether the backend changed anything.
    """
    policy = conflict_policy(importer)
    if policy in ("none", "backend") or importer._external_version() is None:
        return None
    changed_at = importer._odoo_changed_at(binding)
    if not binding or changed_at is None:
        return None
    winner = _winner(policy, changed_at, importer._external_changed_at())
    if winner == "backend":
        return None
    if winner == "odoo":
        _delay_export(importer, binding)
        return importer.env._("Changed on both sides: Odoo wins, it is exported.")
    return _ask(importer, binding)


def conflict_on_export(exporter: Any) -> str | None:
    """Return why a change is not exported, None when it is.

    Reads the record from the backend, where the policy needs to know it.

    :raises IDMissingInBackend: the record is gone
    """
    policy, binding = conflict_policy(exporter), exporter.binding
    if policy in ("none", "odoo") or not is_external_id(exporter.external_id):
        return None
    importer = _importer_for(exporter)
    if importer is None or not getattr(binding, "external_version", None):
        return None
    importer._start(exporter.external_id, None, None, {})
    importer.external_record = importer._read()
    version = importer._external_version()
    if version is None or is_same_version(binding, version):
        return None
    changed_at = importer._odoo_changed_at(binding) or exporter.env.cr.now()
    winner = _winner(policy, changed_at, importer._external_changed_at())
    if winner == "odoo":
        return None
    if winner == "backend":
        exporter._delay_import()
        return exporter.env._(
            "Changed on both sides: the backend wins, it is imported."
        )
    return _ask(exporter, binding)


def note_exported_version(exporter: Any) -> None:
    """Keep the version that an export made: it is no change of the backend."""
    if conflict_policy(exporter) == "none" or not is_external_id(exporter.external_id):
        return
    importer = _importer_for(exporter)
    if importer is None or "external_version" not in exporter.binding._fields:
        return
    importer._start(exporter.external_id, None, None, {})
    importer.external_record = importer._read()
    binding = exporter.binding.with_context(connector_no_export=True)
    binding.external_version = importer._stored_version()


def _importer_for(exporter: Any) -> Any:
    """Return the generic importer of the same model, None when there is none."""
    importers = exporter.many_components(usage="record.importer")
    return next((i for i in importers if hasattr(i, "_external_version")), None)


def _winner(policy: str, odoo: datetime, external: datetime | None) -> str:
    if policy in ("odoo", "backend"):
        return policy
    if policy == "last_writer" and external is not None:
        return "backend" if external > odoo else "odoo"
    return "nobody"


def _delay_export(importer: GenericImporter, binding: BaseModel) -> None:
    if importer.many_components(usage="record.exporter") or importer.many_components(
        usage="exporter"
    ):
        delay_export_record(binding)


def _ask(source: Synchronizer, binding: BaseModel) -> str:
    """Leave it to somebody, once."""
    message = source.env._("It was changed on both sides: decide which one to keep.")
    binder, backend = source.binder, source.backend_record
    wrapped = binder._odoo_field in binding._fields
    record = binding[binder._odoo_field] if wrapped else binding
    open_ones = source.env["connector.checkpoint"].sudo()._open_for(record, backend)
    if not open_ones:
        backend.add_checkpoint(record, reason=message)
    if "sync_state" in binding._fields:
        binding.with_context(connector_no_export=True).sync_state = "conflict"
    return message
