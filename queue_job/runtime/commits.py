# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Commits while a job runs: of its chunks, and its own where they are allowed.

Each is fenced like the end of the job: a worker that lost the job commits nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from odoo.modules.registry import Registry

from ..core.chunks import Chunks
from ..fields import encode_json
from ..job.loading import read_position
from ..store.chunks import must_make_room, save_position
from ..store.finish import hold_lease
from .watchdog import Watch

if TYPE_CHECKING:
    from odoo.sql_db import BaseCursor

    from ..job import Job
    from ..store.control import Claim


class MakeRoom(BaseException):
    """Ends a job between two chunks; no Exception, so that no job swallows it."""


@contextmanager
def guarded_commits(cr: BaseCursor, claim: Claim, job: Job) -> Iterator[None]:
    """Refuse ``cr.commit()`` to the job, or fence it where its function allows it."""

    def refuse() -> None:
        raise RuntimeError(
            "Commit is forbidden in queue jobs: what the job did could not be rolled "
            "back when it fails. Write the method as a generator that yields where it "
            "can go on from; or, if it has to commit by itself, set 'Allow Commit' on "
            f"its job function {job.job_function_name!r}."
        )

    def commit() -> None:
        _commit(cr, claim)

    cr.commit = commit if job.job_config.allow_commit else refuse
    try:
        yield
    finally:
        del cr.commit


def _commit(cr: BaseCursor, claim: Claim) -> None:
    """Commit what the job did so far.

    :raises LeaseLost: when the attempt does not own the job any more
    """
    cr.flush()
    hold_lease(cr, claim)
    # what guarded_commits() has put before it
    type(cr).commit(cr)  # pylint: disable=invalid-commit
    Registry(cr.dbname).signal_changes()


class CommittedChunks(Chunks):
    """Commits each chunk with its position, and looks whether the job may go on."""

    def __init__(
        self,
        cr: BaseCursor,
        claim: Claim,
        job: Job,
        watch: Watch,
        is_stopping: Callable[[], bool],
    ) -> None:
        super().__init__(read_position(job), lambda: job.env)
        self._cr = cr
        self._claim = claim
        self._job = job
        self._watch = watch
        self._is_stopping = is_stopping

    def _keep(self, position: Any) -> None:
        """Commit what the job did, with the position.

        :raises LeaseLost: when the attempt does not own the job any more
        :raises MakeRoom: after the commit, when the job has to end here for now
        """
        text = None if position is None else encode_json(position)
        self._cr.flush()
        save_position(self._cr, self._claim.job_id, text)
        _commit(self._cr, self._claim)
        self._job.retry = 1
        self._watch.restart()
        if self._must_end():
            raise MakeRoom

    def _must_end(self) -> bool:
        if self._is_stopping() or must_make_room(self._cr, self._job.channel):
            return True
        # A registry that was loaded anew is for the next run.
        registry = self._job.env.registry
        return registry.check_signaling(self._cr) is not registry
