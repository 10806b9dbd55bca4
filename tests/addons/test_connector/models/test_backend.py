# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.component.core import WorkContext
from odoo.addons.connector.http import ApiKeyAuth, HttpClient
from odoo.addons.connector.testing.memory import MemoryBackend


class TestBackend(models.Model):
    """A backend that is in memory, or at an address when it has one."""

    _name = "test.backend"
    _inherit = ["connector.backend.mixin", "connector.webhook.mixin"]
    _description = "Test Backend"
    _import_schedules = {
        "test.group": (1, "days"),
        "test.item.binding": (0, "hours"),
    }

    location = fields.Char()
    api_key = fields.Char(groups="base.group_system")

    @contextmanager
    def work_on(self, model_name: str, **kwargs: Any) -> Iterator[WorkContext]:
        """Yield a work context with the backend in memory."""
        with super().work_on(model_name, memory=self._memory(), **kwargs) as work:
            yield work

    def _memory(self) -> MemoryBackend:
        return MemoryBackend.of(self.env.cr.dbname, self.id)

    def _http_client(self) -> HttpClient | None:
        if not self.location:
            return None
        key = self.sudo().api_key
        return HttpClient(self.location, auth=ApiKeyAuth(key) if key else None)

    def _test_connection(self) -> str | None:
        if self.location:
            return super()._test_connection()
        if self._memory().offline:
            raise UserError(self.env._("The backend is offline."))
        return "Memory 1.0"


class TestPlainBackend(models.Model):
    """A backend as the connectors before the mixin wrote it."""

    _name = "test.plain.backend"
    _inherit = "connector.backend"
    _description = "Test Plain Backend"

    name = fields.Char()


class TestHttpBackend(models.Model):
    """A backend that has nothing but an address."""

    _name = "test.http.backend"
    _inherit = ["connector.http.backend.mixin", "connector.webhook.mixin"]
    _description = "Test HTTP Backend"
    _import_schedules = {"test.thing": (0, "hours")}
