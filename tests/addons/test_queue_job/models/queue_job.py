# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import fields, models


class QueueJob(models.Model):
    _inherit = "queue.job"

    additional_info = fields.Char()

    def open_test_action(self, view: str = "form") -> dict[str, Any]:
        """Return an action that tells what it was called with."""
        return {"type": "test", "view": view, "job": self.uuid}
