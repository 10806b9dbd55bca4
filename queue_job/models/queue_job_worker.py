# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from odoo import api, fields, models

from ..core import clock
from ..operate import figures
from ..runtime.databases import Databases
from ..runtime.settings import Settings, read_settings
from ..store import schema

_logger = logging.getLogger(__name__)

#: A run of the cron ends after this long, so that other crons get their turn.
_CRON_SECONDS: Final = 45.0
#: It waits for a job that is due by then: the cron comes once a minute at most.
_CRON_PATIENCE: Final = 10.0  # seconds


class QueueJobWorker(models.Model):
    """A process or thread that runs jobs, for as long as it holds its lock."""

    _name = "queue.job.worker"
    _description = "Job Worker"
    _log_access = False
    _order = "host, pid, id"

    name = fields.Char(required=True, readonly=True)
    host = fields.Char(readonly=True)
    pid = fields.Integer(string="Process", readonly=True)
    mode = fields.Selection(
        [
            ("dedicated", "Dedicated"),
            ("prefork", "Beside the Server"),
            ("thread", "Thread of the Server"),
            ("cron", "Cron"),
        ],
        readonly=True,
    )
    idle = fields.Boolean(compute="_compute_idle", help="It holds no job.")
    date_start = fields.Datetime(string="Started On", readonly=True)
    is_alive = fields.Boolean(
        string="Alive",
        compute="_compute_figures",
        help="It holds its lock. The jobs of one that does not are put back within "
        "seconds, if another worker is there to do it.",
    )
    jobs_count = fields.Integer(
        string="Jobs",
        compute="_compute_figures",
        help="What it runs, and took ahead to run next.",
    )
    uptime = fields.Float(compute="_compute_figures", help="Seconds")

    @api.depends("idle")
    def _compute_figures(self) -> None:
        known = {worker.id: worker for worker in figures.workers(self.env.cr)}
        for worker in self:
            now = known.get(worker.id)
            worker.is_alive = bool(now and now.is_alive)
            worker.jobs_count = now.jobs if now else 0
            worker.uptime = now.uptime if now else 0

    def open_jobs(self) -> dict[str, Any]:
        """Return the action that lists what the worker runs, and took to run next."""
        self.ensure_one()
        dashboard = self.env["queue.job.dashboard"]
        action = dashboard.open_jobs("open", worker_id=self.id)["action"]
        return {**action, "name": self.name, "display_name": self.name}

    def init(self) -> None:
        """Install the engine once the tables of all models of the addon exist."""
        self.env.registry.post_init(schema.install, self.env.cr)

    def _compute_idle(self) -> None:
        self.env.cr.execute("SELECT queue_job_idle()")
        idle = {worker_id for (worker_id,) in self.env.cr.fetchall()}
        for worker in self:
            worker.idle = worker.id in idle

    def _register_hook(self) -> None:
        """Learn how far this process's clock is off PostgreSQL's."""
        super()._register_hook()
        self.env.cr.execute("SELECT EXTRACT(EPOCH FROM clock_timestamp())::float8")
        clock.learn(self.env.cr.fetchone()[0])

    @api.model
    def _trigger_cron(self) -> None:
        """Have Odoo's cron run the jobs now; for databases no worker serves."""
        cron = self.env.ref("queue_job.ir_cron_queue_job", raise_if_not_found=False)
        if not cron or not cron.active:
            return
        now = self.env.cr.now()
        pending = self.env["ir.cron.trigger"].search_count(
            [("cron_id", "=", cron.id), ("call_at", "<=", now)], limit=1
        )
        if not pending:
            cron._trigger()

    @api.model
    def _run_from_cron(self) -> None:
        """Run jobs inside a cron worker: what works where nothing is configured.

        Returns at once when other workers serve the database. Jobs run and commit on
        cursors of their own, in as many threads as there are workers configured and
        the root channel has room for.
        """
        from ..runtime.leader import Leader

        settings = read_settings()
        if settings.is_disabled:
            return
        dbname = self.env.cr.dbname
        leader = Leader(dbname, settings)
        try:
            leader.tick()
            if self.search_count([("mode", "!=", "cron")], limit=1):
                return
            if self._run_threads(settings):
                self._trigger_cron()
        finally:
            leader.close()

    def _run_threads(self, settings: Settings) -> bool:
        """Serve until nothing is left or time is up; return whether some is left."""
        from ..runtime.worker import Worker

        self.env.cr.execute("SELECT capacity FROM queue_job_lane WHERE name = 'root'")
        (capacity,) = self.env.cr.fetchone()
        count = min(settings.workers, capacity or settings.workers)
        databases = Databases([self.env.cr.dbname])
        with ThreadPoolExecutor(max(1, count), "queue_job.cron") as pool:
            runs = [
                pool.submit(
                    Worker(databases, settings, "cron").run_while_busy,
                    _CRON_SECONDS,
                    _CRON_PATIENCE,
                )
                for _number in range(count)
            ]
        return any(run.result() for run in runs)
