# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import os
import signal
import time

from odoo import api, fields, models

from odoo.addons.queue_job.exception import RetryableJobError

# Tells the tests what happens without their asking again and again: every committed
# state of a job, and (from the job itself) that its method has begun.
_NOTIFY_STATES = """
    CREATE FUNCTION chaos_notify_state() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('chaos', NEW.state || ' ' || NEW.id);
        RETURN NULL;
    END $$;
    CREATE TRIGGER chaos_notify_state AFTER INSERT OR UPDATE ON queue_job
        FOR EACH ROW EXECUTE FUNCTION chaos_notify_state();
"""
_TALLY = """
    INSERT INTO chaos_ledger (key, job_uuid, pid, date_start, date_end)
    SELECT %s, %s, %s, now.epoch, now.epoch
      FROM (SELECT EXTRACT(EPOCH FROM clock_timestamp())::float8 AS epoch) AS now
"""


class ChaosLedger(models.Model):
    """One row per committed effect: no gap and no double means exactly once."""

    _name = "chaos.ledger"
    _description = "Committed Effect of a Job"
    _log_access = False

    key = fields.Char(required=True, index=True)
    job_uuid = fields.Char(index=True)
    pid = fields.Integer()
    date_start = fields.Float()
    date_end = fields.Float()

    def init(self) -> None:
        """Have the database tell the tests about the states of jobs."""
        # Made once: an upgrade must not need the lock that running jobs have.
        self.env.cr.execute("SELECT to_regproc('chaos_notify_state')")
        if not self.env.cr.fetchone()[0]:
            self.env.cr.execute(_NOTIFY_STATES)

    @api.model
    def noop(self, key: str) -> None:
        """Do nothing: what is left is the cost of the queue."""
        return None

    @api.model
    def note(self, key: str) -> None:
        """Leave a trace."""
        self._enter(key, self._clock())

    @api.model
    def tally(self, key: str) -> None:
        """Leave a trace with a single statement: what else is left is the queue's."""
        self.env.cr.execute(_TALLY, (key, self.env.context["job_uuid"], os.getpid()))

    @api.model
    def note_behind_gate(self, key: str, gate: int) -> None:
        """Leave a trace, then wait until the test opens the gate (an advisory lock)."""
        start = self._clock()
        self.env.cr.execute("SELECT pg_advisory_lock_shared(%s)", (gate,))
        self.env.cr.execute("SELECT pg_advisory_unlock_shared(%s)", (gate,))
        self._enter(key, start)

    @api.model
    def lock_behind_gate(self, key: str, gate: int) -> None:
        """Lock the row that the test has made, then wait at the gate."""
        self.env.cr.execute("SELECT FROM chaos_ledger WHERE key = 'row' FOR UPDATE")
        self.note_behind_gate(key, gate)

    @api.model
    def delay_behind_gate(self, key: str, gate: int) -> None:
        """Delay a job with an identity key that somebody takes while this one waits."""
        self.note_behind_gate(key, gate)
        self.with_delay(identity_key=f"{key} follow-up").note(f"{key} follow-up")

    @api.model
    def delay_soon(self, key: str) -> None:
        """Delay a job that is due in two seconds."""
        self.note(key)
        self.with_delay(eta=2).note(f"{key} soon")

    @api.model
    def kill_worker(self, key: str) -> None:
        """Leave a trace and take the whole process down."""
        self.note(key)
        os.kill(os.getpid(), signal.SIGKILL)

    @api.model
    def retry_until(self, key: str, attempts: int) -> None:
        """Ask to be tried again at once until attempt number ``attempts``."""
        job = self.env["queue.job"].search(
            [("uuid", "=", self.env.context["job_uuid"])]
        )
        self.note(key)
        if job.retry + 1 < attempts:
            raise RetryableJobError("not yet", seconds=0)

    @api.model
    def sleep_in_database(self, key: str, seconds: int) -> None:
        """Leave a trace, then wait inside PostgreSQL."""
        self.note(key)
        self.env.cr.execute("SELECT pg_sleep(%s)", (seconds,))

    @api.model
    def spin(self, key: str, seconds: int) -> None:
        """Leave a trace, then compute in Python, and try to survive being stopped."""
        self.note(key)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                sum(range(1000))
            except Exception:
                continue

    @api.model
    def fail(self, key: str) -> None:
        """Leave a trace that must not stay, then raise."""
        self.note(key)
        raise ValueError(f"{key} is meant to fail")

    def _enter(self, key: str, start: float) -> None:
        self.create(
            {
                "key": key,
                "job_uuid": self.env.context.get("job_uuid"),
                "pid": os.getpid(),
                "date_start": start,
                "date_end": self._clock(),
            }
        )

    @api.model
    def _clock(self) -> float:
        self.env.cr.execute("SELECT EXTRACT(EPOCH FROM clock_timestamp())::float8")
        return self.env.cr.fetchone()[0]
