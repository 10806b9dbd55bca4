# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Review of many checkpoints at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo import fields, models

if TYPE_CHECKING:
    from .. import models as connector_models

__all__ = ["ConnectorCheckpointReview"]


class ConnectorCheckpointReview(models.TransientModel):
    """Mark the selected checkpoints as reviewed."""

    _name = "connector.checkpoint.review"
    _description = "Checkpoints Review"

    checkpoint_ids = fields.Many2many(
        "connector.checkpoint",
        string="Checkpoints",
        domain=[("state", "=", "need_review")],
        default=lambda self: self._default_checkpoint_ids(),
    )

    note = fields.Text(help="What was found; kept on each checkpoint.")

    def _default_checkpoint_ids(
        self,
    ) -> connector_models.connector_checkpoint.ConnectorCheckpoint:
        """Return the checkpoints selected in the list."""
        checkpoints = self.env["connector.checkpoint"]
        if self.env.context.get("active_model") != checkpoints._name:
            return checkpoints
        return checkpoints.browse(self.env.context.get("active_ids", []))

    def review(self) -> dict[str, Any]:
        """Mark the checkpoints as reviewed."""
        self.checkpoint_ids.reviewed(note=self.note or "")
        return {"type": "ir.actions.act_window_close"}
