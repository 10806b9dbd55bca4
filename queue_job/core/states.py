# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""States of a job and the one table of their transitions.

Everything that asks "may this job go there?" reads ``TRANSITIONS``: buttons, wizards,
the engine's statements, the tests and the documentation (``transitions_markdown``).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class JobState(StrEnum):
    """State of a job, as stored in ``queue_job.state``."""

    #: At least one parent is not done.
    WAIT_DEPENDENCIES = "wait_dependencies"
    #: May run as soon as its eta has passed and its channel has free capacity.
    PENDING = "pending"
    #: A worker owns it and is about to run it.
    ENQUEUED = "enqueued"
    #: A worker is executing it.
    STARTED = "started"
    #: Success.
    DONE = "done"
    #: Abandoned by a user or because a parent was.
    CANCELLED = "cancelled"
    #: Error, will not be tried again by itself.
    FAILED = "failed"

    @property
    def label(self) -> str:
        """Return the English label shown on screen."""
        return self.value.replace("_", " ").title()


class JobEvent(StrEnum):
    """What makes a job change state."""

    #: The last open parent is done.
    RELEASE = "release"
    #: A worker takes it.
    CLAIM = "claim"
    #: What a worker took and did not begin goes back, attempt not counted; so does a
    #: job between two chunks.
    GIVE_BACK = "give_back"
    #: The worker begins.
    START = "start"
    #: The method returned.
    COMPLETE = "complete"
    #: The method raised, or the attempts are used up.
    FAIL = "fail"
    #: The method asked to be tried later.
    RETRY = "retry"
    #: The worker died, attempt counted.
    LOSE = "lose"
    #: A user runs it again.
    REQUEUE = "requeue"
    #: A user declares it done.
    SET_DONE = "set_done"
    #: A user abandons it before it runs.
    CANCEL = "cancel"
    #: A user abandons it while it runs; the worker stops it.
    CANCEL_RUNNING = "cancel_running"


_S, _E = JobState, JobEvent

#: (state, event) -> new state. What is not here does not happen.
#: REQUEUE leads to WAIT_DEPENDENCIES instead while a parent is unfinished
#: (see ``requeue_target``).
TRANSITIONS: Final[Mapping[tuple[JobState, JobEvent], JobState]] = MappingProxyType(
    {
        (_S.WAIT_DEPENDENCIES, _E.RELEASE): _S.PENDING,
        (_S.WAIT_DEPENDENCIES, _E.SET_DONE): _S.DONE,
        (_S.WAIT_DEPENDENCIES, _E.CANCEL): _S.CANCELLED,
        (_S.PENDING, _E.CLAIM): _S.ENQUEUED,
        (_S.PENDING, _E.SET_DONE): _S.DONE,
        (_S.PENDING, _E.CANCEL): _S.CANCELLED,
        (_S.ENQUEUED, _E.START): _S.STARTED,
        (_S.ENQUEUED, _E.GIVE_BACK): _S.PENDING,
        (_S.ENQUEUED, _E.LOSE): _S.PENDING,
        (_S.ENQUEUED, _E.SET_DONE): _S.DONE,
        (_S.ENQUEUED, _E.CANCEL): _S.CANCELLED,
        (_S.STARTED, _E.COMPLETE): _S.DONE,
        (_S.STARTED, _E.FAIL): _S.FAILED,
        (_S.STARTED, _E.RETRY): _S.PENDING,
        (_S.STARTED, _E.GIVE_BACK): _S.PENDING,
        (_S.STARTED, _E.LOSE): _S.PENDING,
        (_S.STARTED, _E.CANCEL_RUNNING): _S.CANCELLED,
        (_S.DONE, _E.REQUEUE): _S.PENDING,
        (_S.CANCELLED, _E.REQUEUE): _S.PENDING,
        (_S.FAILED, _E.REQUEUE): _S.PENDING,
        (_S.FAILED, _E.SET_DONE): _S.DONE,
        (_S.FAILED, _E.CANCEL): _S.CANCELLED,
    }
)

#: Selection of ``queue.job.state``.
STATES: Final[list[tuple[str, str]]] = [(state.value, state.label) for state in _S]

#: A job in one of these holds its identity key.
ACTIVE_STATES: Final[tuple[JobState, ...]] = (
    _S.WAIT_DEPENDENCIES,
    _S.PENDING,
    _S.ENQUEUED,
)

#: No worker will touch a job in one of these until a user requeues it.
FINAL_STATES: Final[tuple[JobState, ...]] = (_S.DONE, _S.CANCELLED, _S.FAILED)


def sources(event: JobEvent) -> tuple[JobState, ...]:
    """Return the states ``event`` can happen in, in the order of ``JobState``."""
    return tuple(state for state in JobState if (state, event) in TRANSITIONS)


def can(state: str, event: JobEvent) -> bool:
    """Return whether ``event`` can happen to a job in ``state``."""
    return (JobState(state), event) in TRANSITIONS


def requeue_target(has_open_parent: bool) -> JobState:
    """Return where a requeued job goes."""
    return _S.WAIT_DEPENDENCIES if has_open_parent else _S.PENDING
