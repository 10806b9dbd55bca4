# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests.common import TransactionCase, tagged

from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.tests.common import trap_jobs


@tagged("post_install", "-at_install")
class TestCron(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("compat_18_satellites.ir_cron_night")
        cls.shift = cls.env["night.shift"].create({"name": "First"})

    def due(self, cron):
        cron._callback(cron.cron_name, cron.ir_actions_server_id.id)

    def test_callback(self):
        with trap_jobs() as trap:
            self.due(self.cron)
            self.due(self.cron)
            trap.assert_jobs_count(1)
            (job,) = trap.enqueued_jobs
            self.assertEqual(job.method_name, "_run_job_as_queue_job")
            self.assertEqual(job.channel, "root.night")
            self.assertEqual(job.description, "Night: count")
            self.assertFalse(self.shift.count)
            trap.perform_enqueued_jobs()
        self.assertEqual(self.shift.count, 1)

    def test_button(self):
        with trap_jobs() as trap:
            self.cron.method_direct_trigger()
            trap.assert_jobs_count(1)

    def test_default_channel(self):
        cron = self.env.ref("compat_18_satellites.ir_cron_night_default")
        self.assertEqual(
            cron.channel_id, self.env.ref("queue_job.channel_root_ir_cron")
        )
        self.assertEqual(cron.channel_id.complete_name, "root.ir_cron")
        with trap_jobs() as trap:
            self.due(cron)
            self.due(cron)
            trap.assert_jobs_count(2)

    def test_plain(self):
        self.cron.run_as_queue_job = False
        with trap_jobs() as trap:
            self.cron.ir_actions_server_id.run()
            trap.assert_jobs_count(0)
        self.assertEqual(self.shift.count, 1)

    def test_stored(self):
        action = self.cron.ir_actions_server_id
        job = self.cron.with_delay()._run_job_as_queue_job(server_action=action)
        job = Job.load(self.env, job.uuid)
        self.assertEqual(job.kwargs, {"server_action": action})
        self.assertTrue(job.job_config.allow_commit)
