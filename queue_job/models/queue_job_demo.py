# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models

from ..delay import chain, group

_PAGES = 5


class QueueJobDemo(models.Model):
    """Jobs that fill the screens of a database with demo data."""

    _inherit = "queue.job"

    @api.model
    def _delay_demo_jobs(self) -> None:
        """Delay jobs of each kind: some that run, wait, are due later, or fail."""
        pages = [
            self.delayable(
                channel="root.demo", description=f"Export page {page} of {_PAGES}"
            )._test_job(job_duration=page)
            for page in range(1, _PAGES + 1)
        ]
        first = self.delayable(channel="root.demo", description="Prepare the export")
        last = self.delayable(channel="root.demo", description="Close the export")
        chain(first._test_job(), group(*pages), last._test_job()).delay()
        for number in range(1, 4):
            self.with_delay(
                channel="root.demo.reports", description=f"Print report {number}"
            )._test_job(job_duration=2)
        self.with_delay(
            eta=24 * 60 * 60, description="Remind of the inventory tomorrow"
        )._test_job()
        self.with_delay(
            max_retries=1, description="Import from a shop that is closed"
        )._test_job(failure_rate=1)
        self.with_delay(
            max_retries=3, description="Import from a shop that is slow"
        )._test_job(failure_rate=1, failure_retry_seconds=30)
