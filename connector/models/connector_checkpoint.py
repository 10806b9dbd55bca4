# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Records that somebody must look at after they were imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import escape

from odoo import api, fields, models
from odoo.fields import Domain

if TYPE_CHECKING:
    from typing import Self

    from odoo.api import Environment

__all__ = ["ConnectorCheckpoint", "add_checkpoint"]


class ConnectorCheckpoint(models.Model):
    """A record to review, and why."""

    _name = "connector.checkpoint"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Connector Checkpoint"
    _order = "state, id DESC"

    record = fields.Reference(
        selection="_reference_models",
        compute="_compute_record",
        help="The record to review.",
    )
    name = fields.Char(
        string="Record Name",
        compute="_compute_record",
        search="_search_name",
        help="Name of the record to review.",
    )
    record_id = fields.Integer(string="Record ID", required=True, readonly=True)
    model_id = fields.Many2one(
        "ir.model",
        string="Model",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    model = fields.Char(related="model_id.model", string="Model Name")
    backend_id = fields.Reference(
        selection="_reference_models",
        string="Imported from",
        required=True,
        readonly=True,
        index=True,
        help="The backend the record was imported from.",
    )
    reason = fields.Char(readonly=True)
    state = fields.Selection(
        [("need_review", "Need Review"), ("reviewed", "Reviewed")],
        string="Status",
        required=True,
        readonly=True,
        default="need_review",
        index=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        index=True,
    )

    @api.model
    def _reference_models(self) -> list[tuple[str, str]]:
        """Return all models, as the selection of a reference."""
        models_ = self.env["ir.model"].sudo().search_fetch([], ["model", "name"])
        return [(model.model, model.name) for model in models_]

    @api.depends_context("uid")
    @api.depends("model_id", "record_id")
    def _compute_record(self) -> None:
        for checkpoint in self:
            record = checkpoint._reviewed_record()
            checkpoint.record = f"{record._name},{record.id}" if record else False
            checkpoint.name = checkpoint._name_of(record) if record else False

    def _name_of(self, record: models.BaseModel) -> str:
        """Return the name of a record, or what it is for who may not read it."""
        if record.has_access("read"):
            return record.display_name
        return f"{record._description}, {record.id}"

    def _reviewed_record(self) -> models.BaseModel | None:
        """Return the record to review, None once it or its model is gone."""
        model_name = self.model_id.sudo().model
        if not model_name or model_name not in self.env:
            return None
        return self.env[model_name].browse(self.record_id).exists() or None

    @api.depends("backend_id")
    def _compute_company_id(self) -> None:
        for checkpoint in self:
            backend = checkpoint.sudo().backend_id
            has_company = backend and "company_id" in backend._fields
            checkpoint.company_id = backend.company_id if has_company else False

    def _search_name(self, operator: str, value: Any) -> Domain | Any:
        """Search the display name in all the models with something to review."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        groups = self.sudo()._read_group([], ["model_id"], ["record_id:array_agg"])
        domain = Domain.FALSE
        for model, record_ids in groups:
            if model.model not in self.env:
                continue
            found = (
                self.env[model.model]
                .with_context(active_test=False)
                .search([("id", "in", record_ids), ("display_name", operator, value)])
            )
            domain |= Domain("model_id", "=", model.id) & Domain(
                "record_id", "in", found.ids
            )
        return domain

    @api.model_create_multi
    def create(self, vals_list: list[dict[str, Any]]) -> Self:
        """Create checkpoints, tell the connector managers and plan an activity."""
        checkpoints = super().create(vals_list)
        checkpoints._subscribe_users()
        for checkpoint in checkpoints:
            name = checkpoint.name or f"{checkpoint.model},{checkpoint.record_id}"
            body = checkpoint.env._(
                "A %(model)s needs a review: %(name)s.",
                model=checkpoint.model_id.name,
                name=name,
            )
            checkpoint.message_post(
                body=f"{body} {checkpoint.reason or ''}".strip(),
                subtype_xmlid="mail.mt_comment",
            )
        checkpoints._plan_activity()
        return checkpoints

    @api.model
    def create_from_name(
        self,
        model_name: str,
        record_id: int,
        backend_model_name: str,
        backend_id: int,
        reason: str = "",
    ) -> Self:
        """Create the checkpoint of a record, both given by name and id."""
        model = self.env["ir.model"].sudo()._get(model_name)
        assert model, f"there is no model {model_name!r} to review a record of"
        return self.create(
            {
                "model_id": model.id,
                "record_id": record_id,
                "backend_id": f"{backend_model_name},{backend_id}",
                "reason": reason,
            }
        )

    @api.model
    def _open_for(self, record: models.BaseModel, backend: models.BaseModel) -> Self:
        """Return the checkpoints of a record that wait for a review."""
        model = self.env["ir.model"].sudo()._get(record._name)
        return self.search(
            [
                ("model_id", "=", model.id),
                ("record_id", "=", record.id),
                ("backend_id", "=", f"{backend._name},{backend.id}"),
                ("state", "=", "need_review"),
            ]
        )

    def reviewed(self, note: str = "") -> bool:
        """Mark as reviewed, and the activities as done.

        :param note: what was found, kept in the chatter
        """
        self.write({"state": "reviewed"})
        self.activity_feedback(["mail.mail_activity_data_todo"])
        if note:
            for checkpoint in self:
                checkpoint.message_post(body=note)
        return True

    def _managers(self) -> models.BaseModel:
        """Return the connector managers, active and in the right company."""
        group = self.env.ref("connector.group_connector_manager").sudo()
        users = group.all_user_ids.filtered(lambda user: user.active)
        if self.company_id:
            users = users.filtered(lambda user: self.company_id in user.company_ids)
        return users

    def _subscribe_users(self) -> None:
        """Make the connector managers follow the checkpoints."""
        for checkpoint in self:
            checkpoint.message_subscribe(
                partner_ids=checkpoint._managers().partner_id.ids
            )

    def _responsible_user(self) -> models.BaseModel:
        """Return who has the activity.

        The one the backend names, else the first manager that is not a robot.
        """
        backend = self.sudo().backend_id
        if backend and "checkpoint_user_id" in backend._fields:
            user = backend.checkpoint_user_id
            if user.active:
                return user
        robot = self.env.ref("base.user_root")
        return (self._managers() - robot).sorted("id")[:1]

    def _plan_activity(self) -> None:
        for checkpoint in self:
            user = checkpoint._responsible_user()
            if user:
                checkpoint.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=checkpoint.env._("Review an imported record"),
                    # words of the backend, in a field of HTML
                    note=escape(checkpoint.reason or ""),
                    user_id=user.id,
                )

    @api.model
    def _needaction_domain_get(self) -> list[Any]:
        """Return the domain of what is to be reviewed."""
        return [("state", "=", "need_review")]

    def action_open_record(self) -> dict[str, Any] | bool:
        """Open the record to review, when it still exists."""
        self.ensure_one()
        record = self._reviewed_record()
        if record is None:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }


def add_checkpoint(
    env: Environment,
    model_name: str,
    record_id: int,
    backend_model_name: str,
    backend_id: int,
) -> ConnectorCheckpoint:
    """Create the checkpoint of a record and return it."""
    return env["connector.checkpoint"].create_from_name(
        model_name, record_id, backend_model_name, backend_id
    )
