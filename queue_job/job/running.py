# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The job that runs, as its own method sees it: progress, and results of its parents.

Works in the same way for a job that a worker runs, one that runs at once in its caller,
and one that a test performs; only a worker shows the progress to others.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, cast

from odoo import api, models

from ..core.parent_result import fill, holds_placeholder
from ..core.progress import Progress, checked_progress
from . import storage
from .allowed import check_allowed
from .relatives import JobRelatives

if TYPE_CHECKING:
    from ..core.job_config import JobConfig
    from . import Job

_current: ContextVar[Job | None] = ContextVar("queue_job_current", default=None)


def current_job() -> Job | None:
    """Return the job whose method runs here, None outside of jobs."""
    return _current.get()


class JobRunning(JobRelatives):
    """What a job can tell and ask while it runs."""

    env: api.Environment
    recordset: models.BaseModel
    job_config: JobConfig
    _is_pending: bool
    #: A worker runs it, on a cursor on which it may commit what it did.
    _owns_cursor: bool = False
    #: What it reported last.
    last_progress: Progress | None = None
    #: Users who want to hear of its end, stored with it.
    watchers: models.BaseModel | None = None
    #: Told of its progress; set by whoever runs it.
    report: Callable[[Progress], None] | None = None

    def perform(self) -> Any:
        """Call the method and return its result; see ``JobLifecycle.perform``."""
        job = cast("Job", self)
        token = _current.set(job)
        try:
            check_allowed(job, self.job_config)
            self._fill_placeholders()
            return super().perform()
        finally:
            _current.reset(token)

    def progress(
        self, done: float, total: float | None = None, message: str | None = None
    ) -> None:
        """Say how far the job has come; shown to its user while it runs.

        Not part of the job's transaction, and cheap: at most once a second it is
        written, on another connection.

        :param total: what ``done`` leads to; None when that is not known
        :raises TypeError: naming what is no number
        """
        self.last_progress = checked_progress(done, total, message)
        if self.report is not None:
            self.report(self.last_progress)

    def parent_results(self) -> list[Any]:
        """Return what its parents returned, in the order they were delayed.

        None for one that returned nothing, or what cannot be stored, or failed. Records
        are bound to the environment of this job.
        """
        return storage.parent_results(cast("Job", self))

    def _execution_env(self) -> contextlib.AbstractContextManager[Any]:
        # What is not stored runs inside its caller, whose data may not be committed.
        is_stored = self._db_id is not None or self._is_pending
        if is_stored and not self._owns_cursor and self.job_config.allow_commit:
            return self.in_temporary_env()
        return contextlib.nullcontext()

    @contextlib.contextmanager
    def in_temporary_env(self) -> Iterator[api.Environment]:
        """Bind records and arguments to a new cursor, committed at a normal end."""
        bound = self.recordset, self.args, self.kwargs
        with self.env.registry.cursor() as cr:
            self.recordset, self.args, self.kwargs = storage.rebind(bound, cr)
            try:
                yield self.env
                self.env.flush_all()
            finally:
                self.recordset, self.args, self.kwargs = bound

    def _fill_placeholders(self) -> None:
        """Put results of the parents where arguments stand for them."""
        args, kwargs = self.args, self.kwargs
        if not (holds_placeholder(args) or holds_placeholder(kwargs.values())):
            return
        results = self.parent_results()
        self.args = tuple(fill(arg, results) for arg in args)
        self.kwargs = {name: fill(value, results) for name, value in kwargs.items()}
