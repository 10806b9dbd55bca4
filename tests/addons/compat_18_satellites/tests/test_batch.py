# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests.common import TransactionCase, new_test_user, tagged

from odoo.addons.queue_job.job import Job


@tagged("post_install", "-at_install")
class TestBatch(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "night", "base.group_user")
        cls.other = new_test_user(cls.env, "day", "base.group_user")
        cls.shifts = cls.env["night.shift"].create([{"name": "a"}, {"name": "b"}])

    def finish(self, record):
        job = Job.load(self.env, record.uuid)
        job.perform()
        job.set_done()
        job.store()
        self.env.flush_all()

    def test_progress(self):
        batch = self.shifts.with_user(self.user).action_work().sudo()
        self.assertEqual(batch.user_id, self.user)
        self.assertEqual(batch.company_id, self.user.company_id)
        self.assertEqual(batch.job_count, 2)
        self.assertEqual(len(batch.job_ids), 2)
        self.assertEqual(batch.job_ids.job_batch_id, batch)
        batch.check_state()
        self.assertEqual(batch.state, "enqueued")
        first, second = batch.job_ids
        self.finish(first)
        batch.check_state()
        batch.invalidate_recordset()
        self.assertEqual(batch.state, "progress")
        self.assertEqual(batch.finished_job_count, 1)
        self.assertEqual(batch.completeness, 0.5)
        job = Job.load(self.env, second.uuid)
        job.set_failed(exc_name="ValueError", exc_message="no")
        job.store()
        self.env.flush_all()
        batch.check_state()
        batch.invalidate_recordset()
        self.assertEqual(batch.failed_job_count, 1)
        self.assertEqual(batch.failed_percentage, 0.5)
        self.assertFalse(batch.is_read)
        batch.set_read()
        self.assertTrue(batch.is_read)

    def test_own(self):
        batch = self.shifts.with_user(self.user).action_work()
        batches = self.env["queue.job.batch"]
        self.assertIn(batch, batches.with_user(self.user).search([]))
        self.assertNotIn(batch, batches.with_user(self.other).search([]))
        manager = new_test_user(
            self.env, "boss", "queue_job.group_queue_job_manager,base.group_user"
        )
        self.assertIn(batch, batches.with_user(manager).search([]))

    def test_values(self):
        batch = self.env["queue.job.batch"].get_new_batch(
            "Other", user_id=self.other.id
        )
        self.assertEqual((batch.name, batch.user_id), ("Other", self.other))
        self.assertEqual(batch.state, "pending")
        batch.message_post(body="of a thread")
