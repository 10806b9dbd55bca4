# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The engine in PostgreSQL and the model in memory agree on which job is next."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from odoo.tests import tagged

from ..core.channels import ChannelConfig
from ..jobrunner.channels import ChannelManager
from ..store.control import Claim
from .store_common import StoreCase

#: Time passes in steps of this: the seconds that the test itself takes do not matter.
HOUR: Final = 3600
#: Channels that jobs name; which of them are configured is drawn.
CHANNELS: Final = (
    "root",
    "root.a",
    "root.a.b",
    "root.a.b.c",
    "root.a.seq",
    # Twice: what blocks a sequential channel takes several steps.
    "root.seq",
    "root.seq",
    "root.seq.x",
    "root.slow",
    "root.slow.y",
)
DB: Final = "db"


@st.composite
def _trees(draw: st.DrawFn) -> dict[str, ChannelConfig]:
    """Draw a tree: any of the channels, each limited in any way."""
    tree = {"root": ChannelConfig("root", draw(st.sampled_from([2, 3, 9])))}
    for name in sorted({*CHANNELS} - {"root"}):
        if not draw(st.booleans()):
            continue
        sequential = "seq" in name and draw(st.booleans())
        tree[name] = ChannelConfig(
            name,
            1 if sequential else draw(st.sampled_from([None, 1, 2])),
            sequential=sequential,
            throttle=draw(st.sampled_from([HOUR, 2 * HOUR])) if "slow" in name else 0,
        )
    return tree


@dataclass
class _Job:
    """A job as the machine knows it."""

    id: int
    channel: str
    priority: int
    created: datetime
    #: Hours since the beginning; None = now.
    eta: int | None
    state: str = "pending"
    claim: Claim | None = None


#: Channel, priority, day of creation, hours until its eta.
_NewJob = tuple[str, int, int, int | None]
_jobs: Final = st.lists(
    st.tuples(
        st.sampled_from(CHANNELS),
        st.integers(0, 2),
        st.integers(0, 2),
        st.sampled_from([None, None, None, 1, 2]),
    ),
    min_size=4,
    max_size=8,
)


class Machine(RuleBasedStateMachine):
    """Does the same to both, and compares what they say."""

    #: The test case that gives connections; set by the test.
    case: ClassVar[StoreCase]

    def __init__(self) -> None:
        super().__init__()
        self.case.sql("DELETE FROM queue_job")
        self.case.sql("DELETE FROM queue_job_throttle")
        self.jobs: dict[int, _Job] = {}
        self.workers = itertools.count(1)
        self.now = 0  # hours
        self.model = ChannelManager()
        self.limits: dict[str, ChannelConfig] = {}
        #: Workers ask after each step, or only when told to.
        self.eager = False

    # -- the channels ------------------------------------------------------------------

    @initialize(tree=_trees(), eager=st.booleans(), jobs=_jobs)
    def begin(
        self, tree: dict[str, ChannelConfig], eager: bool, jobs: list[_NewJob]
    ) -> None:
        self.eager = eager
        self.limits = dict(tree)
        self._apply_limits()
        self.enqueue(jobs)

    def _apply_limits(self) -> None:
        self.case.control.override_channels(self.limits.values())
        for limits in self.limits.values():
            self.model.get_channel_from_config(
                {name: getattr(limits, name) for name in limits.__slots__}
            )

    def _limit(self, name: str, **changes: object) -> None:
        old = self.limits[name]
        values = {key: getattr(old, key) for key in old.__slots__}
        self.limits[name] = ChannelConfig(**{**values, **changes})
        self._apply_limits()

    @rule(data=st.data(), paused=st.booleans())
    def pause(self, data: st.DataObject, paused: bool) -> None:
        self._limit(data.draw(st.sampled_from(sorted(self.limits))), paused=paused)

    @rule(data=st.data(), capacity=st.sampled_from([None, 0, 1, 2, 3]))
    def change_capacity(self, data: st.DataObject, capacity: int | None) -> None:
        names = [name for name, each in self.limits.items() if not each.sequential]
        self._limit(data.draw(st.sampled_from(sorted(names))), capacity=capacity)

    # -- the jobs ----------------------------------------------------------------------

    @rule(jobs=_jobs)
    def enqueue(self, jobs: list[_NewJob]) -> None:
        channels, priorities, days, etas = zip(*jobs, strict=True)
        moments = [datetime(2026, 1, 1) + timedelta(days=day) for day in days]
        rows = self.case.sql(
            "INSERT INTO queue_job (uuid, state, channel, priority, date_created, eta)"
            " SELECT gen_random_uuid(), 'pending', channel, priority, created,"
            "        now() AT TIME ZONE 'UTC' + eta * interval '1 hour'"
            "   FROM unnest(%s, %s, %s, %s::integer[])"
            "        WITH ORDINALITY AS new (channel, priority, created, eta, number)"
            "  ORDER BY number RETURNING id",
            *map(list, (channels, priorities, moments, etas)),
        )
        for (job_id,), job, moment in zip(rows, jobs, moments, strict=True):
            channel, priority, _day, eta = job
            due = None if eta is None else self.now + eta
            self.jobs[job_id] = _Job(job_id, channel, priority, moment, due)
            self._tell_model(self.jobs[job_id])

    def _tell_model(self, job: _Job) -> None:
        self.model.notify(
            DB,
            job.channel,
            str(job.id),
            job.id,
            job.created,
            job.priority,
            job.eta and job.eta * HOUR,
            job.state,
        )

    def _set(self, job: _Job, state: str, eta: int | None = None) -> None:
        """Write a state by hand, as users do, and tell the model."""
        job.state, job.eta = state, None if eta is None else self.now + eta
        self.case.sql(
            "UPDATE queue_job SET state = %s,"
            "       eta = now() AT TIME ZONE 'UTC' + %s * interval '1 hour'"
            " WHERE id = %s",
            state,
            eta,
            job.id,
        )
        self._tell_model(job)

    def _some(self, data: st.DataObject, *states: str) -> _Job:
        return data.draw(
            st.sampled_from([job for job in self.jobs.values() if job.state in states])
        )

    def _has(self, *states: str) -> bool:
        return any(job.state in states for job in self.jobs.values())

    @rule()
    def claim(self) -> None:
        """A worker without a job asks for one."""
        self._claim()

    @rule()
    def claim_all(self) -> None:
        """Workers ask until there is nothing left."""
        while self._claim():
            continue

    def _claim(self) -> bool:
        """Ask both for the next job, which must be the same; return if there is one."""
        expected = next(self.model.get_jobs_to_run(self.now * HOUR), None)
        self.case.control.worker_id = next(self.workers)
        claims = self.case.control.claim(1)
        assert [str(claim.job_id) for claim in claims] == (
            [expected.uuid] if expected else []
        )
        for claim in claims:
            job = self.jobs[claim.job_id]
            job.state, job.claim = "started", claim
        return bool(claims)

    @precondition(lambda self: self._has("started"))
    @rule(
        data=st.data(),
        state=st.sampled_from(["failed", "done", "pending"]),
        eta=st.integers(1, 3),
    )
    def end(self, data: st.DataObject, state: str, eta: int) -> None:
        """An attempt ends, ``pending`` for a retry; its worker asks for the next."""
        job = self._some(data, "started")
        self.case.sql("UPDATE queue_job SET attempt = NULL WHERE id = %s", job.id)
        self.case.sql("DELETE FROM queue_job_slot WHERE jobs = ARRAY[%s]", job.id)
        self._set(job, state, eta if state == "pending" else None)
        self._claim()

    @precondition(lambda self: self._has("started"))
    @rule(data=st.data())
    def lose_worker(self, data: st.DataObject) -> None:
        job = self._some(data, "started")
        self.case.control.abandon(job.claim)
        self._set(job, "pending", 1)

    @precondition(lambda self: self._has("pending", "failed"))
    @rule(data=st.data(), state=st.sampled_from(["cancelled", "done"]))
    def decide(self, data: st.DataObject, state: str) -> None:
        self._set(self._some(data, "pending", "failed"), state)

    @precondition(lambda self: self._has("done", "failed", "cancelled"))
    @rule(data=st.data())
    def requeue(self, data: st.DataObject) -> None:
        self._set(self._some(data, "done", "failed", "cancelled"), "pending")

    @precondition(lambda self: self._has("pending"))
    @rule(data=st.data(), priority=st.integers(0, 2))
    def change_priority(self, data: st.DataObject, priority: int) -> None:
        job = self._some(data, "pending")
        job.priority = priority
        self.case.sql(
            "UPDATE queue_job SET priority = %s WHERE id = %s", priority, job.id
        )
        self._tell_model(job)

    @precondition(lambda self: self._has("pending"))
    @rule(data=st.data(), channel=st.sampled_from(CHANNELS))
    def change_channel(self, data: st.DataObject, channel: str) -> None:
        job = self._some(data, "pending")
        job.channel = channel
        self.case.sql(
            "UPDATE queue_job SET channel = %s WHERE id = %s", channel, job.id
        )
        self._tell_model(job)

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        job = data.draw(st.sampled_from(list(self.jobs.values())))
        del self.jobs[job.id]
        self.case.sql("DELETE FROM queue_job WHERE id = %s", job.id)
        self.model.remove_job(str(job.id))

    @rule(hours=st.integers(1, 2))
    def time_passes(self, hours: int) -> None:
        """Everything that waits for time gets nearer."""
        self.now += hours
        # The trigger takes the new time over to the small table.
        for table, column in (
            ("queue_job", "eta"),
            ("queue_job_throttle", "last_start"),
        ):
            self.case.sql(
                f"UPDATE {table} SET {column} = {column} - %s * interval '1 hour'",
                hours,
            )

    @invariant()
    def eager_workers_claim_what_they_can(self) -> None:
        if self.eager:
            self.claim_all()

    # -- what always holds -------------------------------------------------------------

    @invariant()
    def each_job_is_in_one_place(self) -> None:
        misplaced = self.case.sql(
            "SELECT job.id FROM queue_job AS job"
            "  LEFT JOIN queue_job_ready AS ready ON ready.job_id = job.id"
            "  LEFT JOIN queue_job_lease AS lease ON lease.job_id = job.id"
            " WHERE (ready.job_id IS NOT NULL"
            "        AND ready.eta IS DISTINCT FROM 'infinity')"
            "       <> (job.state = 'pending')"
            "    OR (lease.job_id IS NOT NULL) <> (job.state = 'started')"
        )
        assert not misplaced, misplaced


@tagged("post_install", "-at_install")
class TestOracle(StoreCase):
    def test_engine_and_model_agree(self) -> None:
        Machine.case = self
        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=40,
                stateful_step_count=25,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
