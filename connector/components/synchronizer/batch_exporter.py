# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Export of all the bindings that match, by a job for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo.fields import Domain

from odoo.addons.component.core import Component

from .sync_jobs import delay_export_record

if TYPE_CHECKING:
    from odoo.models import BaseModel

__all__ = ["BatchExporter"]


class BatchExporter(Component):
    """Create a job for each binding to export.

    By default for those that were never exported, or whose last export failed. A
    binding for which a job waits already gets no second one.
    """

    _name = "generic.batch.exporter"
    _inherit = "base.exporter"
    _usage = "batch.exporter"

    def run(self, domain: list[Any] | None = None, **kwargs: Any) -> str:
        """Create the jobs and return how many bindings there are.

        :param domain: of the bindings to export, instead of the default
        :param kwargs: passed on to ``export_record()``
        """
        bindings = self._search(domain)
        for binding in bindings:
            self._export_record(binding, **kwargs)
        return self.env._(
            "%(count)s records of %(model)s found.",
            count=len(bindings),
            model=self.model._description,
        )

    def _search(self, domain: list[Any] | None) -> BaseModel:
        """Return the bindings to export."""
        wanted = self._pending_domain() if domain is None else Domain(domain)
        backend = Domain(self.binder._backend_field, "=", self.backend_record.id)
        return self.model.search(backend & wanted)

    def _pending_domain(self) -> Domain:
        external = Domain(self.binder._external_field, "=", False)
        if "sync_state" not in self.model._fields:
            return external
        exported = Domain("sync_direction", "=", "export")
        failed = Domain("sync_state", "=", "failed") & exported
        # What an import failed to create has no external id either.
        never = external & Domain("sync_direction", "!=", "import")
        return never | failed

    def _export_record(
        self,
        binding: BaseModel,
        job_options: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Create the job that exports a binding, in the current transaction."""
        return delay_export_record(binding, job_options, **kwargs)
