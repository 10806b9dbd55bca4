# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A test case with a backend in memory."""

from __future__ import annotations

from typing import Any

from odoo.addons.connector.testing import case
from odoo.addons.connector.testing.memory import MemoryBackend


class ConnectorCase(case.ConnectorCase):
    """A backend in memory and the shortcuts to work on it."""

    backend_model = "test.backend"
    backend_values = {"name": "Memory"}
    memory: MemoryBackend

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.items = cls.env["test.item.binding"]
        cls.groups = cls.env["test.group"]
        cls.orders = cls.env["test.order"]

    def setUp(self) -> None:
        super().setUp()
        MemoryBackend._instances.clear()
        self.memory = self.backend._memory()

    def import_item(self, external_id: Any, **kwargs: Any) -> Any:
        """Import an item now and return its binding."""
        return self.import_record("test.item.binding", external_id, **kwargs)

    def binding_of(self, model: Any, external_id: Any = None) -> Any:
        """Return the binding of an item, or of a record of another model."""
        if external_id is None:
            model, external_id = "test.item.binding", model
        return super().binding_of(model, external_id)
