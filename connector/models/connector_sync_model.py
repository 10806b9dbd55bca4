# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a backend does with each of its models: when, and who wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

if TYPE_CHECKING:
    from typing import Self

__all__ = ["ConnectorSyncModel"]


class ConnectorSyncModel(models.Model):
    """A binding model of a backend, with its schedule and its conflict policy."""

    _name = "connector.sync.model"
    _description = "Synchronized Model of a Backend"
    _order = "backend_model, backend_id, sequence, id"

    sequence = fields.Integer(default=10)
    backend_model = fields.Char(required=True, readonly=True)
    backend_id = fields.Many2oneReference(
        model_field="backend_model", required=True, readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    model_name = fields.Char(string="Model", required=True, readonly=True)
    conflict_policy = fields.Selection(
        [
            ("none", "Not checked: the last synchronization wins"),
            ("last_writer", "The last change wins"),
            ("odoo", "Odoo wins"),
            ("backend", "The backend wins"),
            ("checkpoint", "Somebody decides (checkpoint)"),
        ],
        string="Changed on Both Sides",
        required=True,
        default="none",
    )
    interval_number = fields.Integer(
        string="Import Every", help="0 to import by hand, or by other schedules."
    )
    interval_type = fields.Selection(
        [("minutes", "Minutes"), ("hours", "Hours"), ("days", "Days")],
        string="Unit",
        required=True,
        default="hours",
    )
    next_run = fields.Datetime(string="Next Import")
    last_sync = fields.Datetime(
        string="Last Synchronization", compute="_compute_statistics"
    )
    binding_count = fields.Integer(string="Records", compute="_compute_statistics")
    failed_count = fields.Integer(string="Failed", compute="_compute_statistics")

    _backend_model_uniq = models.Constraint(
        "UNIQUE (backend_model, backend_id, model_name)",
        "There is already a line for this backend and this model.",
    )
    _interval_positive = models.Constraint(
        "CHECK (interval_number >= 0)", "The interval cannot be negative."
    )

    @api.depends("model_name", "backend_model", "backend_id")
    def _compute_display_name(self) -> None:
        """Name the model as its users know it."""
        for line in self:
            model = self.env.get(line.model_name)
            line.display_name = line.model_name if model is None else model._description

    def _compute_statistics(self) -> None:
        for line in self:
            line.last_sync, line.binding_count, line.failed_count = line._statistics()

    def _statistics(self) -> tuple[Any, int, int]:
        """Return the last synchronization, and how many there are and failed."""
        model = self.env.get(self.model_name)
        if model is None or not model.has_access("read"):
            return False, 0, 0
        bindings = model.with_context(active_test=False)
        domain = [("backend_id", "=", self.backend_id)]
        ((last, count),) = bindings._read_group(
            domain, [], ["sync_date:max", "__count"]
        )
        failed = 0
        if "sync_state" in model._fields:
            failed = bindings.search_count([*domain, ("sync_state", "=", "failed")])
        return last, count, failed

    @api.model_create_multi
    def create(self, vals_list: list[dict[str, Any]]) -> Self:
        """Create lines; policies are read anew."""
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals: dict[str, Any]) -> bool:
        """Write lines; policies are read anew, a new schedule starts now."""
        if "conflict_policy" in vals:
            self.env.registry.clear_cache()
        if vals.get("interval_number") and "next_run" not in vals:
            vals = {**vals, "next_run": fields.Datetime.now()}
        return super().write(vals)

    def unlink(self) -> bool:
        """Delete lines; policies are read anew."""
        self.env.registry.clear_cache()
        return super().unlink()

    # Of a backend

    @api.model
    def _ensure_for(self, backend: models.BaseModel) -> Self:
        """Return the lines of a backend, one for each of its binding models."""
        lines = self.sudo()  # whoever may create a backend gets its lines
        existing = lines._of(backend)
        known = existing.mapped("model_name")
        scheduled = list(backend._import_schedules)
        others = sorted(set(self._binding_models(backend._name)) - set(scheduled))
        created = lines.create(
            [
                lines._new_line(backend, name, sequence)
                for sequence, name in enumerate([*scheduled, *others], start=1)
                if name not in known
            ]
        )
        return (existing + created).with_env(self.env)

    def _new_line(
        self, backend: models.BaseModel, model_name: str, sequence: int
    ) -> dict[str, Any]:
        number, unit = backend._import_schedules.get(model_name, (0, "hours"))
        return {
            "sequence": sequence,
            "backend_model": backend._name,
            "backend_id": backend.id,
            "company_id": backend.company_id.id,
            "model_name": model_name,
            "interval_number": number,
            "interval_type": unit,
            "next_run": fields.Datetime.now() if number else False,
        }

    def _of(self, backend: models.BaseModel) -> Self:
        return self.search(
            [("backend_model", "=", backend._name), ("backend_id", "in", backend.ids)]
        )

    @api.model
    def _binding_models(self, backend_model: str) -> list[str]:
        """Return the models of the bindings with this kind of backend."""
        names = []
        for name, cls in self.env.registry.items():
            field = cls._fields.get("backend_id")
            if (
                not cls._abstract
                and field is not None
                and field.type == "many2one"
                and field.comodel_name == backend_model
                and hasattr(cls, "import_since_last")
            ):
                names.append(name)
        return names

    @api.model
    @tools.ormcache("backend_model", "backend_id", "model_name")
    def _conflict_policy(
        self, backend_model: str, backend_id: int, model_name: str
    ) -> str:
        """Return who wins when a record changed on both sides."""
        line = self.sudo().search(
            [
                ("backend_model", "=", backend_model),
                ("backend_id", "=", backend_id),
                ("model_name", "=", model_name),
            ]
        )
        return line.conflict_policy or "none"

    def _backend(self) -> models.BaseModel:
        """Return the backend.

        :raises UserError: it is gone, or its model is
        """
        self.ensure_one()
        model = self.env.get(self.backend_model)
        backend = model.browse(self.backend_id).exists() if model is not None else None
        if not backend:
            raise UserError(self.env._("The backend of %s is gone.", self.display_name))
        return backend

    # Schedule

    @api.model
    def _cron_import(self) -> None:
        """Create the jobs of the imports that are due, for active backends."""
        due = self.search(
            [("interval_number", ">", 0), ("next_run", "<=", fields.Datetime.now())]
        )
        for line in due.try_lock_for_update():
            model = self.env.get(line.backend_model)
            backend = None if model is None else model.browse(line.backend_id).exists()
            if backend and backend.active and backend.state == "active":
                backend.import_since_last(line.model_name)
            line.next_run = fields.Datetime.now() + relativedelta(
                **{line.interval_type: line.interval_number}
            )

    # Buttons

    def action_import(self) -> dict[str, Any]:
        """Import what changed, by jobs."""
        for line in self:
            line._backend().import_since_last(line.model_name)
        return self._notify()

    def action_import_all(self) -> dict[str, Any]:
        """Import everything again, and find what was deleted, by jobs."""
        for line in self:
            backend = line._backend()
            backend.import_since_last(line.model_name, full=True)
            backend.import_deletions(line.model_name)
        return self._notify()

    def action_export(self) -> dict[str, Any]:
        """Export what is not exported yet, and what failed, by jobs."""
        for line in self:
            line._backend().export_batch(line.model_name)
        return self._notify()

    def action_find_deletions(self) -> dict[str, Any]:
        """Find what was deleted in the backend, by jobs."""
        for line in self:
            line._backend().import_deletions(line.model_name)
        return self._notify()

    def action_view_bindings(self) -> dict[str, Any]:
        """Open the records bound to the backend."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self.model_name,
            "view_mode": "list,form",
            "domain": [("backend_id", "=", self.backend_id)],
            "context": {"active_test": False},
        }

    def action_preview(self) -> dict[str, Any]:
        """Open the preview of a mapping."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview of a Mapping"),
            "res_model": "connector.mapping.preview",
            "view_mode": "form",
            "target": "new",
            "context": {"default_sync_model_id": self.id},
        }

    def _notify(self) -> dict[str, Any]:
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("It runs in the background."),
                "type": "info",
            },
        }
