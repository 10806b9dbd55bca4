# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests.common import TransactionCase, new_test_user, tagged

from odoo.addons.queue_job.job import Job


@tagged("post_install", "-at_install")
class TestSubscribe(TransactionCase):
    def test_subscribe(self):
        group = "queue_job.group_queue_job_manager"
        yes = new_test_user(self.env, "yes", group)
        no = new_test_user(self.env, "no", group)
        self.assertTrue(yes.subscribe_job)
        no.subscribe_job = False
        job = self.env["night.shift"].create({"name": "x"}).with_delay().work()
        job = Job.load(self.env, job.uuid)
        job.set_failed(exc_name="ValueError", exc_message="no")
        job.store()
        partners = job.db_record().message_partner_ids
        self.assertIn(yes.partner_id, partners)
        self.assertNotIn(no.partner_id, partners)

    def test_import_options(self):
        wizard = self.env["base_import.import"].create(
            {
                "res_model": "night.shift",
                "file": b"name\nNight 1\nNight 2\nNight 3\n",
                "file_type": "text/csv",
                "file_name": "shifts.csv",
            }
        )
        options = {
            "quoting": '"',
            "separator": ",",
            "encoding": "utf-8",
            "has_headers": True,
            "use_queue": True,
            "chunk_size": 2,
            "priority": 77,
        }
        wizard.execute_import(["name"], ["name"], options)
        jobs = self.env["queue.job"].search([("priority", "=", 77)])
        self.assertEqual(len(jobs), 2)
        for job in jobs:
            Job.load(self.env, job.uuid).perform()
        self.assertEqual(
            self.env["night.shift"].search_count([("name", "like", "Night %")]), 3
        )
