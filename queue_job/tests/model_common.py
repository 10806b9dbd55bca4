# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Job records for the tests of the models: stored as they are, never run."""

from __future__ import annotations

import uuid
from typing import Any

from odoo import fields, models
from odoo.tests import TransactionCase


class JobRecordCase(TransactionCase):
    """Test case with ``make_job`` and ``link``."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.partners = cls.env["res.partner"].create(
            [{"name": "First"}, {"name": "Second"}]
        )

    def make_job(self, state: str = "pending", **vals: Any) -> models.BaseModel:
        """Store a job record in the given state."""
        model = self.env["queue.job"]
        values = {
            "uuid": str(uuid.uuid4()),
            "name": "Do something",
            "user_id": self.env.uid,
            "company_id": self.env.company.id,
            "model_name": "res.partner",
            "method_name": "do_something",
            "channel_method_name": "<res.partner>.do_something",
            "records": self.partners[0],
            "args": [],
            "kwargs": {},
            "channel": "root",
            "date_created": fields.Datetime.now(),
            "max_retries": 5,
            "state": state,
        }
        values.update(vals)
        return (
            model.with_context(_job_edit_sentinel=model.EDIT_SENTINEL)
            .create(values)
            .with_env(self.env)
        )

    def take(self, worker_id: int, *jobs: models.BaseModel) -> None:
        """Make a worker hold the jobs, as its claim does, but for their state."""
        self.env.flush_all()
        ids = [job.id for job in jobs]
        self.env.cr.execute(
            """
            WITH ready AS (
                DELETE FROM queue_job_ready WHERE job_id = ANY(%(ids)s)
            ), slot AS (
                INSERT INTO queue_job_slot AS slot
                       (worker_id, attempt, jobs, lanes, claimed_at)
                SELECT %(worker_id)s, 1, array_agg(id),
                       array_agg(queue_job_lane_for(channel)), now()
                  FROM queue_job WHERE id = ANY(%(ids)s)
                ON CONFLICT (worker_id) DO UPDATE
                   SET jobs = slot.jobs || EXCLUDED.jobs,
                       lanes = slot.lanes || EXCLUDED.lanes
            )
            UPDATE queue_job SET attempt = 1 WHERE id = ANY(%(ids)s)
            """,
            {"ids": ids, "worker_id": worker_id},
        )

    def link(
        self,
        parent: models.BaseModel,
        *children: models.BaseModel,
        on_failure: str = "wait",
    ) -> None:
        """Make the children wait for the parent."""
        self.env.cr.execute_values(
            "INSERT INTO queue_job_dependency (parent_id, child_id, on_failure)"
            " VALUES %s",
            [(parent.id, child.id, on_failure) for child in children],
        )
        (parent | self.env["queue.job"].union(*children)).invalidate_recordset()
