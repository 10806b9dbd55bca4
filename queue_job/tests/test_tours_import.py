# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..job import Job
from .model_common import JobRecordCase

PARTNERS = "/odoo/action-base.action_partner_form?view_type=list"
BATCHES = "/odoo/action-queue_job.action_queue_job_batch"


@tagged("post_install", "-at_install")
class TestImportTour(JobRecordCase, HttpCase):
    def test_import_in_the_background(self) -> None:
        user = new_test_user(
            self.env,
            "tour_importer",
            "queue_job.group_queue_job_user,base.group_partner_manager",
        )
        # Odoo's own upload route warns of what its own component sends.
        with mute_logger("odoo.http"):
            self.start_tour(
                PARTNERS, "queue_job_import_in_background", login=user.login
            )
        batch = self.env["queue.job.batch"].search([("user_id", "=", user.id)])
        self.assertEqual(batch.job_count, 2)
        for record in batch.job_ids:
            Job.load(self.env, record.uuid).perform()
        names = [("name", "=like", "Tour import%")]
        found = self.env["res.partner"].search(names, order="name")
        self.assertEqual(found.mapped("city"), ["Rome", "Oslo", "Paris"])

    def test_a_batch_is_live(self) -> None:
        user = new_test_user(
            self.env, "tour_batch", "queue_job.group_queue_job_manager"
        )
        batch = self.env["queue.job.batch"].get_new_batch("Tour batch", user_id=user.id)
        for _number in range(2):
            self.make_job(job_batch_id=batch.id)
        self.start_tour(BATCHES, "queue_job_batch_live", login=user.login)
        self.assertEqual(batch.finished_job_count, 1)
