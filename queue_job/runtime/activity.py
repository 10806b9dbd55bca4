# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Open dashboards are told that something happened: seldom, and only while they are.

A dashboard that reads its figures sends a notification to the leader; for a minute
after that, the leader looks for activity at each tick and tells the managers by bus.
"""

from __future__ import annotations

import time
from typing import Any, Final

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from ..store.control import Control

#: Channel of NOTIFY on which a dashboard says that it is open.
WATCH_CHANNEL: Final = "queue_job_watch"
#: A dashboard reads its figures at least this often.
_WATCHED: Final = 60.0  # seconds
#: Dashboards are not told more often than this.
_INTERVAL: Final = 2.0  # seconds
# What changes when a job is stored, starts or ends, and when workers report.
_MARK: Final = """
    SELECT (SELECT last_value FROM queue_job_id_seq),
           (SELECT last_value FROM queue_job_attempt_seq),
           (SELECT count(*) FROM queue_job_lease),
           (SELECT count(*) FROM queue_job_worker),
           (SELECT sum(attempts) FROM queue_job_stat
             WHERE minute >= date_trunc('minute', now() AT TIME ZONE 'UTC'))
"""


class Activity:
    """What the leader of one database tells its dashboards."""

    def __init__(self, dbname: str, control: Control) -> None:
        self._dbname = dbname
        self._control = control
        self._control._execute(f"LISTEN {WATCH_CHANNEL}")
        self._watched_until = 0.0
        self._quiet_until = 0.0
        self._mark: list[tuple[Any, ...]] = []

    def tick(self) -> None:
        """Tell the dashboards, if one is open and something happened."""
        now = time.monotonic()
        if self._control.drain():
            self._watched_until = now + _WATCHED
        if now > self._watched_until or now < self._quiet_until:
            return
        mark = self._control._execute(_MARK)
        if mark == self._mark:
            return
        self._mark = mark
        self._quiet_until = now + _INTERVAL
        # Loading a registry takes seconds, during which nobody would rescue a job: a
        # leader without one leaves the dashboards to their own clock.
        if self._dbname in Registry.registries:
            with Registry(self._dbname).cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["queue.job.dashboard"]._announce_activity()
