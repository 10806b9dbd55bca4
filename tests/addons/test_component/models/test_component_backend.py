# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A backend that owns components."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from odoo import fields, models

from odoo.addons.component.core import WorkContext


class TestComponentBackend(models.Model):
    _name = "test.component.backend"
    _inherit = "collection.base"
    _description = "Backend for Tests of Components"

    name = fields.Char()

    @contextmanager
    def work_on(self, model_name: str, **kwargs: Any) -> Iterator[WorkContext]:
        """Hand on a client, as backends do."""
        client = {"open": True}
        with super().work_on(model_name, client=client, **kwargs) as work:
            yield work
        client["open"] = False
