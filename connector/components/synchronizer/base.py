# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The synchronizers, without a way of their own yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg2

from odoo.modules import module as odoo_module

from odoo.addons.component.core import AbstractComponent
from odoo.addons.component.exception import NoComponentError
from odoo.addons.queue_job.exception import RetryableJobError

if TYPE_CHECKING:
    from odoo.addons.component.core import WorkContext

    from ..backend_adapter import BackendAdapter
    from ..binder import Binder
    from ..mapper import Mapper

__all__ = ["Deleter", "Exporter", "Importer", "Synchronizer", "first_component"]


def first_component(
    source: WorkContext | AbstractComponent,
    *usages: str,
    model_name: str | None = None,
) -> AbstractComponent:
    """Return the component of the first of ``usages`` that has one.

    :param source: the work context, or a component, to look from
    :raises NoComponentError: none has; it tells about the first usage
    """
    missing = []
    for usage in usages:
        try:
            return source.component(usage=usage, model_name=model_name)
        except NoComponentError as exc:
            missing.append(exc)
    raise missing[0]


class Synchronizer(AbstractComponent):
    """Base of what moves records: it finds mapper, binder and adapter."""

    _name = "base.synchronizer"
    _inherit = "base.connector"

    _base_mapper_usage = "mapper"
    _base_backend_adapter_usage = "backend.adapter"

    def __init__(self, work: WorkContext) -> None:
        super().__init__(work)
        self._backend_adapter: BackendAdapter | None = None
        self._binder: Binder | None = None
        self._mapper: Mapper | None = None

    def run(self, *args: Any, **kwargs: Any) -> Any:
        """Run the synchronization; what it returns is the result of the job."""
        raise NotImplementedError(f"{self._name!r} does not define run()")

    @property
    def mapper(self) -> Mapper:
        """Mapper of the working model, looked up once."""
        if self._mapper is None:
            self._mapper = self.component(usage=self._base_mapper_usage)
        return self._mapper

    @property
    def binder(self) -> Binder:
        """Binder of the working model, looked up once."""
        if self._binder is None:
            self._binder = self.binder_for()
        return self._binder

    @property
    def backend_adapter(self) -> BackendAdapter:
        """Adapter of the working model, looked up once."""
        if self._backend_adapter is None:
            self._backend_adapter = self.component(
                usage=self._base_backend_adapter_usage
            )
        return self._backend_adapter

    @contextmanager
    def _retry_unique_violation(self) -> Iterator[None]:
        """Turn a unique violation into a retry of the job.

        Two jobs may create the same binding at the same time: the second one is
        refused by PostgreSQL, and finds the binding when it is tried again.

        :raises RetryableJobError: the transaction must be rolled back
        """
        try:
            yield
            self.env.flush_all()
        except psycopg2.errors.UniqueViolation as exc:
            raise RetryableJobError(
                f"A database error caused the failure of the job: {exc}\n\n"
                f"Likely due to 2 concurrent jobs wanting to create the same "
                f"record. The job will be retried later."
            ) from exc

    def _commit(self) -> None:
        """Commit, except in a test, whose transaction is rolled back at its end."""
        if not odoo_module.current_test:
            # What was sent cannot be taken back: its trace must not be either.
            self.env.cr.commit()  # pylint: disable=invalid-commit


class Importer(AbstractComponent):
    """Base of what brings records from the backend to Odoo."""

    _name = "base.importer"
    _inherit = "base.synchronizer"
    _usage = "importer"
    _base_mapper_usage = "import.mapper"


class Exporter(AbstractComponent):
    """Base of what brings records from Odoo to the backend."""

    _name = "base.exporter"
    _inherit = "base.synchronizer"
    _usage = "exporter"
    _base_mapper_usage = "export.mapper"


class Deleter(AbstractComponent):
    """Base of what deletes records in the backend."""

    _name = "base.deleter"
    _inherit = "base.synchronizer"
    _usage = "deleter"
