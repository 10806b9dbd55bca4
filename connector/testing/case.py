# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A test case with a backend and the shortcuts to work on it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, ClassVar

from odoo.models import BaseModel
from odoo.tests import common as odoo_common

from odoo.addons.component.core import WorkContext
from odoo.addons.component.tests.common import TransactionComponentCase

from ..http.pool import client_pool
from .memory import MemoryBackend
from .recording import recorded_calls

__all__ = ["ConnectorCase"]


class ConnectorCase(TransactionComponentCase):
    """A backend of ``backend_model``, and its bindings::

    class TestProducts(ConnectorCase):
        backend_model = "x.backend"
        backend_values = {"location": "https://x.example.com"}

        def test_import(self):
            memory = self.use_memory("x.product.product")
            memory.put("x.product.product", 7, name="Seven")
            binding = self.import_record("x.product.product", 7)
            self.assertEqual(binding.name, "Seven")
    """

    backend_model: ClassVar[str] = ""
    backend_values: ClassVar[dict[str, Any]] = {}
    backend: ClassVar[BaseModel]
    _records_calls: ClassVar[bool] = False

    @classmethod
    def setUpClass(cls) -> None:
        """Create the backend."""
        super().setUpClass()
        if not cls.backend_model:
            raise ValueError(f"{cls.__name__} must say its backend_model")
        values = {"name": "Test", **cls.backend_values}
        cls.backend = cls.env[cls.backend_model].create(values)

    def setUp(self) -> None:
        """Let no connection of another test be used."""
        super().setUp()
        self.addCleanup(client_pool._idle.clear)

    # Work

    def work_on(self, model: str, **kwargs: Any) -> AbstractContextManager[WorkContext]:
        """Return the work context of the backend for a model."""
        return self.backend.work_on(model, **kwargs)

    def import_record(self, model: str, external_id: Any, **kwargs: Any) -> BaseModel:
        """Import a record now and return its binding, empty when it was skipped."""
        self.env[model].import_record(self.backend, external_id, **kwargs)
        return self.binding_of(model, external_id)

    def binding_of(self, model: str, external_id: Any) -> BaseModel:
        """Return the binding of an external id, empty when there is none."""
        with self.work_on(model) as work:
            return work.component(usage="binder").to_internal(external_id)

    def create_binding(
        self, model: str, external_id: Any = None, **values: Any
    ) -> BaseModel:
        """Create a binding, that no listener exports."""
        bindings = self.env[model].with_context(connector_no_export=True)
        if external_id is not None:
            values["external_id"] = str(external_id)
        binding = bindings.create({"backend_id": self.backend.id, **values})
        return binding.with_env(self.env)

    def map_record(self, model: str, record: Any, **options: Any) -> dict[str, Any]:
        """Return the values that the import mapper of a model makes of a record."""
        with self.work_on(model) as work:
            mapper = work.component(usage="import.mapper")
            return mapper.map_record(record).values(**options)

    # The backend

    def use_memory(
        self, *models: str, memory: MemoryBackend | None = None
    ) -> MemoryBackend:
        """Have the adapters of these models talk to a backend in memory; return it.

        Its resources are named like the models. The components stay those of the
        connector, but for the methods of their adapters.
        """
        memory = memory or MemoryBackend()
        for model in models:
            with self.work_on(model) as work:
                adapter = type(work.component(usage="backend.adapter"))
            for name, method in _methods(memory, model).items():
                if hasattr(adapter, name):
                    self.patch(adapter, name, method)
        return memory

    @contextmanager
    def recorded_calls(self, name: str, **options: Any) -> Iterator[Any]:
        """Answer calls as a backend did once; see ``recorded_calls``.

        The recording is ``data/NAME.yaml`` beside the test.
        """
        folder = Path(inspect.getfile(type(self))).parent / "data"
        type(self)._records_calls = True
        try:
            with recorded_calls(folder / f"{name}.yaml", **options) as cassette:
                yield cassette
        finally:
            type(self)._records_calls = False

    @classmethod
    def _request_handler(cls, session: Any, request: Any, /, **kwargs: Any) -> Any:
        """Let the recording answer what Odoo keeps tests from calling."""
        if cls._records_calls:
            return odoo_common._super_send(session, request, **kwargs)
        return super()._request_handler(session, request, **kwargs)


def _methods(memory: MemoryBackend, resource: str) -> dict[str, Any]:
    """Return the methods of an adapter that talks to a backend in memory."""
    return {
        "search": lambda adapter, filters=None: memory.search(resource, filters),
        "search_changes": lambda adapter, since, filters=None: memory.changes(
            resource, since
        ),
        "server_time": lambda adapter: f"{memory.now.isoformat()}Z",
        "read": lambda adapter, id_, **_kw: memory.read(resource, id_),
        "read_many": lambda adapter, ids: memory.read_many(resource, ids),
        "create": lambda adapter, data, **_kw: memory.create(resource, data),
        "write": lambda adapter, id_, data, **_kw: memory.write(resource, id_, data),
        "delete": lambda adapter, id_, **_kw: memory.delete(resource, id_),
    }
