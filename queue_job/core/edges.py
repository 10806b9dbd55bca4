# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What ties a job to one it waits for."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from .suggest import did_you_mean


class OnFailure(StrEnum):
    """What becomes of a waiting job when one it waits for fails for good."""

    #: It waits on: the parent may be requeued, or set to done.
    WAIT = "wait"
    #: It ends as done without running, and what waits for it goes on.
    SKIP = "skip"
    #: The failed parent counts as done: it runs.
    RUN = "run"
    #: It is cancelled, and all that waits for it.
    CANCEL = "cancel"


class Edge(NamedTuple):
    """A parent and a child: ids, or positions in a list of jobs."""

    parent: int
    child: int
    on_failure: OnFailure = OnFailure.WAIT


def checked_policy(value: str) -> OnFailure:
    """Return the policy.

    :raises ValueError: for a name that is none
    """
    try:
        return OnFailure(value)
    except ValueError as err:
        names = [policy.value for policy in OnFailure]
        raise ValueError(
            f"on_failure={value!r} is no policy.{did_you_mean(str(value), names)} "
            f"There are {', '.join(names)}."
        ) from err
