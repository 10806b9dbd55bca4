# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from pathlib import Path

from odoo import fields, models
from odoo.exceptions import UserError


class CsvBackend(models.Model):
    """A folder that another program reads and writes."""

    _name = "csv.backend"
    _inherit = "connector.backend.mixin"
    _description = "Folder of CSV Files"

    folder = fields.Char(required=True)

    def _test_connection(self) -> str:
        """Return how many files there are."""
        if not Path(self.folder).is_dir():
            raise UserError(self.env._("%s is not a folder.", self.folder))
        return self.env._("%s files.", len(list(Path(self.folder).glob("*.csv"))))
