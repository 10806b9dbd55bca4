# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A test case with a backend in memory."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from odoo.addons.component.core import WorkContext
from odoo.addons.component.tests.common import TransactionComponentCase

from ..memory_backend import MemoryBackend


class ConnectorCase(TransactionComponentCase):
    """A backend in memory and the shortcuts to work on it."""

    memory: MemoryBackend

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.backend = cls.env["test.backend"].create({"name": "Memory"})
        cls.items = cls.env["test.item.binding"]
        cls.groups = cls.env["test.group"]
        cls.orders = cls.env["test.order"]

    def setUp(self) -> None:
        super().setUp()
        MemoryBackend._instances.clear()
        self.memory = self.backend._memory()

    def work_on(self, model: str, **kwargs: Any) -> AbstractContextManager[WorkContext]:
        """Return the work context of the backend for a model."""
        return self.backend.work_on(model, **kwargs)

    def import_item(self, external_id: Any, **kwargs: Any) -> Any:
        """Import an item now and return its binding."""
        self.items.import_record(self.backend, external_id, **kwargs)
        return self.binding_of(external_id)

    def binding_of(self, external_id: Any) -> Any:
        """Return the item bound to an external id."""
        with self.work_on("test.item.binding") as work:
            return work.component(usage="binder").to_internal(external_id)
