# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Preview of the mapping of one external record, on the backend."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from odoo import fields, models
from odoo.fields import Command

__all__ = ["ConnectorMappingPreview", "ConnectorMappingPreviewLine"]


class ConnectorMappingPreview(models.TransientModel):
    """What the import of a record would write; nothing of it is written."""

    _name = "connector.mapping.preview"
    _description = "Preview of a Mapping"

    sync_model_id = fields.Many2one(
        "connector.sync.model", string="Records", required=True, ondelete="cascade"
    )
    external_id = fields.Char(string="ID in the Backend", required=True)
    message = fields.Text(readonly=True)
    creates = fields.Boolean(string="Would Be Created", readonly=True)
    line_ids = fields.One2many("connector.mapping.preview.line", "preview_id")

    def action_preview(self) -> dict[str, Any]:
        """Read the record from the backend, map it and show how."""
        self.ensure_one()
        line = self.sync_model_id
        backend = line._backend()
        backend.check_access("write")  # as to import
        context = {
            "connector_no_export": True,
            "mail_create_nolog": True,
            "tracking_disable": True,
        }
        with backend.with_context(**context).work_on(line.model_name) as work:
            preview = work.component(usage="import.preview").run(self.external_id)
        self.write(
            {
                "message": preview.message,
                "creates": preview.creates,
                "line_ids": [
                    Command.clear(),
                    *(Command.create(asdict(line)) for line in preview.lines),
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview of a Mapping"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class ConnectorMappingPreviewLine(models.TransientModel):
    """What a rule of the mapper does."""

    _name = "connector.mapping.preview.line"
    _description = "Line of the Preview of a Mapping"

    preview_id = fields.Many2one(
        "connector.mapping.preview", required=True, ondelete="cascade"
    )
    rule = fields.Char(readonly=True)
    target = fields.Char(string="Field", readonly=True)
    source = fields.Text(string="In the Backend", readonly=True)
    value = fields.Text(readonly=True)
    current = fields.Text(string="In Odoo Now", readonly=True)
    status = fields.Selection(
        [
            ("new", "New"),
            ("changed", "Changed"),
            ("same", "Same"),
            ("overridden", "Overridden"),
            ("skipped", "Skipped"),
            ("error", "Error"),
        ],
        readonly=True,
    )
    note = fields.Text(readonly=True)
