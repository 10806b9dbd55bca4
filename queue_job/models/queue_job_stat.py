# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attempts by time, function and outcome, to analyse without reading jobs."""

from __future__ import annotations

from typing import Final

from odoo import api, fields, models
from odoo.tools import SQL, Query

#: Means over rows that count several attempts each -> the sum they are made from.
_MEANS: Final = {"run_mean": "run_seconds", "wait_mean": "wait_seconds"}


class QueueJobStat(models.Model):
    """What workers counted: minutes of the last two days, hours of the last ninety."""

    _name = "queue.job.stat"
    _description = "Job Statistics"
    _auto = False
    _log_access = False
    _rec_name = "function"
    _order = "minute DESC, id DESC"

    minute = fields.Datetime(string="Time", readonly=True)
    function = fields.Char(string="Method", readonly=True)
    channel = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", string="Company", readonly=True)
    outcome = fields.Selection(
        [
            ("done", "Done"),
            ("retried", "Tried Again Later"),
            ("cancelled", "Stopped"),
            ("failed", "Failed"),
        ],
        readonly=True,
    )
    attempts = fields.Integer(readonly=True)
    run_seconds = fields.Float(string="Total Run Time", readonly=True)
    wait_seconds = fields.Float(string="Total Wait", readonly=True)
    run_mean = fields.Float(
        string="Mean Run Time", readonly=True, aggregator="avg", help="Seconds"
    )
    wait_mean = fields.Float(
        string="Mean Wait",
        readonly=True,
        aggregator="avg",
        help="Seconds between the moment a job could start and its start; first "
        "attempts of jobs that wait for no other.",
    )
    # Not a measure: by how much the mean wait is divided.
    waits = fields.Integer(readonly=True, aggregator=None)

    @property
    def _table_query(self) -> SQL:
        # Without the row of all that is older than ninety days.
        return SQL(
            """
            SELECT id, minute, function, channel, NULLIF(company_id, 0) AS company_id,
                   outcome, attempts, run_seconds, wait_seconds, waits,
                   run_seconds / NULLIF(attempts, 0) AS run_mean,
                   wait_seconds / NULLIF(waits, 0) AS wait_mean
              FROM queue_job_stat,
                   LATERAL (SELECT COALESCE(sum(n), 0)::bigint AS waits
                              FROM unnest(wait_histogram) AS n) AS counted
             WHERE minute > 'epoch'
            """
        )

    def _read_group_select(self, aggregate_spec: str, query: Query) -> SQL:
        name, _colon, func = aggregate_spec.partition(":")
        if name not in _MEANS or func != "avg":
            return super()._read_group_select(aggregate_spec, query)
        # The mean over attempts, not over rows.
        counted = "attempts" if name == "run_mean" else "waits"
        return SQL(
            "SUM(%s) / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, _MEANS[name], query),
            self._field_to_sql(self._table, counted, query),
        )

    @api.autovacuum
    def _gc_minutes(self) -> None:
        """Make coarser what is old, so that the table stays small."""
        self.env.cr.execute("SELECT queue_job_fold_statistics()")
