# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a backend imports, when, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from odoo import api, fields, models

if TYPE_CHECKING:
    from odoo.addons.queue_job.job import Job

    from .connector_sync_cursor import ConnectorSyncCursor

__all__ = ["ConnectorBackendImports"]


class ConnectorBackendImports(models.AbstractModel):
    """Imports of a backend, by jobs; part of ``connector.backend.mixin``."""

    _name = "connector.backend.imports"
    _inherit = "connector.backend.calls"
    _description = "Connector Backend that Imports"

    #: binding models in the order in which each finds what it refers to, with how often
    #: each is imported: ``{"x.product": (1, "hours")}``, ``(0, "hours")`` for never. A
    #: new backend has these schedules, which its managers may change
    _import_schedules: Mapping[str, tuple[int, str]] = {}

    failed_job_count = fields.Integer(
        string="Failed Jobs", compute="_compute_failed_job_count"
    )

    def _compute_failed_job_count(self) -> None:
        # Jobs do not tell their backend: those of its models are counted.
        jobs = self.env["queue.job"].sudo()
        for backend in self:
            backend.failed_job_count = jobs.search_count(backend._failed_jobs_domain())

    def _failed_jobs_domain(self) -> list[Any]:
        lines = self.env["connector.sync.model"]
        names = [self._name, *lines._binding_models(self._name)]
        return [("model_name", "in", names), ("state", "=", "failed")]

    # Buttons

    def action_import(self) -> dict[str, Any]:
        """Import what changed, by jobs."""
        return self._import_each(full=False)

    def action_import_all(self) -> dict[str, Any]:
        """Import everything again, by jobs."""
        return self._import_each(full=True)

    def _import_each(self, full: bool) -> dict[str, Any]:
        for backend in self:
            for model_name in backend._import_schedules:
                backend.import_since_last(model_name, full=full)
        return self.env["connector.sync.model"]._notify()

    def action_view_failed_jobs(self) -> dict[str, Any]:
        """Open the jobs that failed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "queue_job.action_queue_job"
        )
        return {**action, "domain": self._failed_jobs_domain(), "context": {}}

    # Jobs

    def import_batch(
        self,
        model_name: str,
        filters: dict[str, Any] | None = None,
        delayed: bool = True,
    ) -> Job | str:
        """Import the records of a binding model that match ``filters``.

        :param delayed: search the backend in a job, else now
        :raises AccessError: the user may not change the backend
        :raises BackendPausedError: not delayed, and the backend is paused
        """
        self._check_may_import()
        bindings = self.env[model_name]
        if not delayed:
            return bindings.import_batch(self, filters=filters)
        return bindings.with_delay(
            description=self._batch_description(model_name)
        ).import_batch(self, filters=filters)

    def import_since_last(
        self,
        model_name: str,
        filters: dict[str, Any] | None = None,
        full: bool = False,
        delayed: bool = True,
    ) -> Job | str:
        """Import what changed since the last time; see ``BatchImporter``.

        :param full: import everything, and start again from there
        :raises AccessError: the user may not change the backend
        """
        self._check_may_import()
        bindings = self.env[model_name]
        if not delayed:
            return bindings.import_since_last(self, filters=filters, full=full)
        return bindings.with_delay(
            description=self._batch_description(model_name),
            identity_key=f"connector.since:{self._name}:{self.id}:{model_name}:{full}",
        ).import_since_last(self, filters=filters, full=full)

    def import_deletions(
        self, model_name: str, force: bool = False, delayed: bool = True
    ) -> Job | str:
        """Find the records that were deleted in the backend.

        :param force: believe the backend, even when most of its records are gone
        :raises AccessError: the user may not change the backend
        """
        self._check_may_import()
        bindings = self.env[model_name]
        if not delayed:
            return bindings.import_deletions(self, force=force)
        return bindings.with_delay(
            description=self.env._(
                "Find deleted records: %s", self._batch_description(model_name)
            ),
            identity_key=f"connector.deletions:{self._name}:{self.id}:{model_name}",
        ).import_deletions(self, force=force)

    def export_batch(
        self,
        model_name: str,
        domain: list[Any] | None = None,
        delayed: bool = True,
    ) -> Job | str:
        """Export the bindings of a model that were not yet, or failed to be.

        :param domain: those that match, instead
        :raises AccessError: the user may not change the backend
        """
        self._check_may_import()
        bindings = self.env[model_name]
        if not delayed:
            return bindings.export_batch(self, domain=domain)
        return bindings.with_delay(
            description=self.env._(
                "Export %(model)s to %(backend)s",
                model=bindings._description,
                backend=self.display_name,
            )
        ).export_batch(self, domain=domain)

    def _check_may_import(self) -> None:
        """Backends are often readable by all, who could fill the queue."""
        self.ensure_one()
        self.check_access("write")

    @api.model
    def _scheduler_import_since_last(
        self, model_name: str, domain: list[Any] | None = None
    ) -> None:
        """Create the jobs that import what changed, for each active backend.

        To be called by a scheduled action.
        """
        for backend in self.search([("state", "=", "active"), *(domain or [])]):
            backend.import_since_last(model_name)

    @api.model
    def _scheduler_import_deletions(
        self, *model_names: str, domain: list[Any] | None = None
    ) -> None:
        """Create the jobs that find what was deleted, for each active backend."""
        for backend in self.search([("state", "=", "active"), *(domain or [])]):
            for model_name in model_names:
                backend.import_deletions(model_name)

    def _batch_description(self, model_name: str) -> str:
        return self.env._(
            "Import %(model)s from %(backend)s",
            model=self.env[model_name]._description,
            backend=self.display_name,
        )

    def _sync_cursor(
        self, model_name: str, name: str = "import"
    ) -> ConnectorSyncCursor:
        """Return the cursor of a model, created when missing."""
        return self.env["connector.sync.cursor"]._get(self, model_name, name)
