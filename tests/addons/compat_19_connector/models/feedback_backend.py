# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from odoo import fields, models

from odoo.addons.component.core import WorkContext
from odoo.addons.queue_job.delay import chain

from ..components.service import Service


class FeedbackBackend(models.Model):
    _name = "feedback.backend"
    _inherit = "connector.backend"
    _description = "Feedback Service"

    name = fields.Char(required=True)

    @contextmanager
    def work_on(self, model_name: str, **kwargs: Any) -> Iterator[WorkContext]:
        """Open the service."""
        service = Service.of(self.name)
        with super().work_on(model_name, service=service, **kwargs) as work:
            yield work

    def action_import(self) -> None:
        """Import all, first the people, then what they said."""
        for backend in self:
            chain(
                self.env["feedback.partner"].delayable().import_batch(backend),
                self.env["feedback.answer"]
                .delayable(description=self.env._("Import the answers"))
                .import_batch(backend, filters={"open": True}),
            ).delay()
