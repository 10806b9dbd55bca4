# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Duties that one process per database has: rescue of dead workers' jobs, leftovers.

Nothing waits for the leader: workers claim by themselves. Whoever holds the lock leads;
when that process dies PostgreSQL frees the lock and the next one to ask has it.
"""

from __future__ import annotations

import logging
import time
from typing import Final

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from ..core.states import JobState
from ..store.control import Control
from .activity import Activity
from .databases import Databases
from .settings import Settings

_logger = logging.getLogger(__name__)

#: How often the leader looks whether dead rows make claims slow.
_COMPACT_INTERVAL: Final = 5.0  # seconds


class Leader:
    """Leads one database, or waits to."""

    def __init__(self, dbname: str, settings: Settings) -> None:
        self.dbname = dbname
        self._settings = settings
        self._control = Control(settings.connection_parameters(dbname), "leader")
        self._activity: Activity | None = None
        self._compacted_at = 0.0

    def tick(self) -> None:
        """Do what is due; called about once a second and when a worker was reaped."""
        if not self._control.is_served():
            return
        if self._activity is None:
            if not self._control.try_lead():
                return
            self._activity = Activity(self.dbname, self._control)
            self._control.override_channels(self._settings.channels or ())
            _logger.info("queue job runner ready for db %s", self.dbname)
        for uuid, state, worker in self._control.rescue():
            self._report(uuid, state, worker)
        self._control.release()
        self._control.move_lines()
        self._activity.tick()
        self._compact()

    def _compact(self) -> None:
        if time.monotonic() - self._compacted_at < _COMPACT_INTERVAL:
            return
        self._compacted_at = time.monotonic()
        for name in self._control.compact():
            _logger.info(
                "db %s: rewrote %s, which a long transaction kept full of dead rows",
                self.dbname,
                name,
            )

    def _report(self, uuid: str, state: str, worker: str) -> None:
        if state == JobState.PENDING:
            _logger.warning(
                "Re-queued dead job with uuid: %s (%s died)",
                uuid,
                worker,
                extra={"action": "job_lost", "job": uuid},
            )
            return
        _logger.error(
            "job %s failed: its worker %s died and no attempt is left", uuid, worker
        )
        with Registry(self.dbname).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["queue.job"].search([("uuid", "=", uuid)])._message_post_on_failure()

    def close(self) -> None:
        """Step down."""
        self._control.close()


class Leaders:
    """The leaders of all served databases, in one process."""

    def __init__(self, databases: Databases, settings: Settings) -> None:
        self._databases = databases
        self._settings = settings
        self._leaders: dict[str, Leader] = {}

    def tick(self) -> None:
        """Tick each database; one that is gone is tried again at the next tick."""
        names = self._databases.names()
        for dbname in set(self._leaders) - set(names):
            self._leaders.pop(dbname).close()
        for dbname in names:
            try:
                if dbname not in self._leaders:
                    self._leaders[dbname] = Leader(dbname, self._settings)
                self._leaders[dbname].tick()
            except psycopg2.Error as error:
                _logger.warning("leader of db %s: %s", dbname, error)
                if leader := self._leaders.pop(dbname, None):
                    leader.close()

    def close(self) -> None:
        """Step down everywhere."""
        for leader in self._leaders.values():
            leader.close()
        self._leaders.clear()
