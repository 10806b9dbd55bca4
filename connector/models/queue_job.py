# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Jobs that open the record they synchronize."""

from __future__ import annotations

from typing import Any

from odoo import models

__all__ = ["QueueJob"]


class QueueJob(models.Model):
    """Related action of the jobs about a binding."""

    _inherit = "queue.job"

    def related_action_unwrap_binding(
        self, component_usage: str = "binder"
    ) -> dict[str, Any] | None:
        """Return the action that opens the normal record of the binding of the job.

        A direct binding opens itself. None when the job is about no binding, or
        about several.

        :param component_usage: usage of the binder
        """
        self.ensure_one()
        bindings = self._job_bindings(component_usage)
        if bindings is None or len(bindings) != 1:
            return None
        record = self._unwrapped(bindings, component_usage)
        return {
            "name": self.env._("Related Record"),
            "type": "ir.actions.act_window",
            "view_mode": "form",
            "res_id": record.id,
            "res_model": record._name,
        }

    def related_action_open_record(self) -> dict[str, Any] | None:
        """Open the normal record of a binding, when that is what the job is about."""
        self.ensure_one()
        model = self.env.get(self.model_name)
        if model is not None and hasattr(model, "_forget_absent_bindings"):
            action = self.related_action_unwrap_binding()
            if action:
                return action
        return super().related_action_open_record()

    def _job_bindings(self, component_usage: str) -> models.BaseModel | None:
        """Return the bindings a job works on, or the one that it imported."""
        bindings = self.records
        if bindings:
            return bindings.exists()
        if bindings is False or self.method_name != "import_record":
            return None
        backend, external_id = ((*(self.args or ()), None, None))[:2]
        if not isinstance(backend, models.BaseModel) or not backend.exists():
            return None
        with backend.work_on(self.model_name) as work:
            binder = work.component(usage=component_usage)
            return binder.to_internal(external_id)

    def _unwrapped(
        self, binding: models.BaseModel, component_usage: str
    ) -> models.BaseModel:
        if "backend_id" not in binding._fields:
            return binding
        with binding.backend_id.work_on(binding._name) as work:
            binder = work.component(usage=component_usage)
            try:
                return binder.unwrap_binding(binding)
            except ValueError:  # a direct binding wraps nothing
                return binding
