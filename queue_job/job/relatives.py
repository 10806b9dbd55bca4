# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a job waits for and what waits for it; all in the caller's transaction.

Stored in the table ``queue_job_dependency``, read when asked for. What ``add_depends``
notes is stored with whichever end is stored last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, Self

from odoo import api, models

from ..core.edges import Edge, OnFailure, checked_policy
from ..core.lifecycle import JobLifecycle
from ..core.states import JobState
from ..store import graph

_NO_JOBS: Final[Mapping[Any, OnFailure]] = MappingProxyType({})


class JobRelatives(JobLifecycle):
    """Parents and children of a job."""

    uuid: str
    _db_id: int | None
    #: Jobs given to ``add_depends``, both ways, beside what the database has, and what
    #: happens to the child when the parent fails.
    _parents: Mapping[Self, OnFailure] = _NO_JOBS
    _children: Mapping[Self, OnFailure] = _NO_JOBS

    def db_record(self) -> models.BaseModel:
        """Return the ``queue.job`` record, in superuser mode; empty when not stored."""
        raise NotImplementedError

    @classmethod
    def _load_from_db_record(
        cls, record: models.BaseModel, row: Mapping[str, Any] | None = None
    ) -> Self:
        """Return the job of a ``queue.job`` record."""
        raise NotImplementedError

    @property
    def depends_on(self) -> set[Self]:
        """Jobs it waits for."""
        return self._related("dependency_ids") | self._parents.keys()

    @property
    def reverse_depends_on(self) -> set[Self]:
        """Jobs that wait for it."""
        return self._related("dependent_ids") | self._children.keys()

    def add_depends(
        self, jobs: Iterable[Self], on_failure: str = OnFailure.WAIT
    ) -> None:
        """Make it wait for ``jobs``; stored with whichever end is stored last.

        :param on_failure: what happens to it when one of them fails, see ``on_done``
        :raises ValueError: when it would wait for itself
        """
        parents = dict.fromkeys(jobs, checked_policy(on_failure))
        if self in parents:
            raise ValueError(f"Job {self.uuid} cannot depend on itself.")
        self._parents = {**self._parents, **parents}
        for parent, policy in parents.items():
            parent._children = {**parent._children, self: policy}
        if any(parent.state != JobState.DONE for parent in parents):
            self.state = JobState.WAIT_DEPENDENCIES.value

    def should_check_dependents(self) -> bool:
        """Return whether a job depends on it."""
        return bool(self._children) or bool(self.db_record().dependent_ids)

    def enqueue_waiting(self) -> None:
        """Make pending the jobs whose last open parent it was."""
        record = self.db_record()
        record.flush_model(["state"])
        if graph.release_children(record.env.cr, record.ids):
            record.invalidate_model(["state"])

    def cancel_dependent_jobs(self) -> None:
        """Cancel all jobs that wait for it, directly or not."""
        record = self.db_record()
        record.flush_model(["state"])
        result = record.env._("Cancelled because the job %s was", self.uuid)
        if graph.cancel_descendants(record.env.cr, record.ids, result):
            record.invalidate_model(["state", "date_cancelled", "result"])

    def set_pending(self, result: str | None = None, reset_retry: bool = True) -> None:
        """Make it run (again), or wait while a parent is not done."""
        super().set_pending(result=result, reset_retry=reset_retry)
        if any(parent.state != JobState.DONE for parent in self.depends_on):
            self.state = JobState.WAIT_DEPENDENCIES.value

    def _related(self, field_name: str) -> set[Self]:
        """Return the jobs of ``dependency_ids`` or ``dependent_ids`` of its record."""
        return set(map(self._load_from_db_record, self.db_record()[field_name]))


def insert_links(env: api.Environment, jobs: Iterable[JobRelatives]) -> None:
    """Store what ``add_depends`` noted, as far as both ends are stored."""
    edges = {
        Edge(parent._db_id, child._db_id, policy)
        for job in jobs
        for parent, child, policy in (
            *((parent, job, policy) for parent, policy in job._parents.items()),
            *((job, child, policy) for child, policy in job._children.items()),
        )
        if parent._db_id and child._db_id
    }
    if edges:
        graph.add_edges(env.cr, edges)
        env["queue.job"].invalidate_model(["dependency_ids", "dependent_ids"])
