# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models

from odoo.addons.connector.models.checkpoint import add_checkpoint
from odoo.addons.connector.models.connector_checkpoint import ConnectorCheckpoint


class FeedbackAnswer(models.Model):
    """A direct binding."""

    _name = "feedback.answer"
    _inherit = "feedback.binding"
    _description = "Feedback Answer"

    name = fields.Char()
    score = fields.Integer()
    binding_id = fields.Many2one("feedback.partner")
    partner_id = fields.Many2one("res.partner")
    backend_date = fields.Datetime()

    def _review(self) -> ConnectorCheckpoint:
        return add_checkpoint(
            self.env,
            self._name,
            self.id,
            self.backend_id._name,
            self.backend_id.id,
        )

    @api.model
    def note_failed_import(
        self, exc_name: str, exc_message: str, exc_info: str
    ) -> None:
        """Write that an answer could not be imported."""
        self.env["feedback.backend"].search([], limit=1).name = f"failed: {exc_name}"
