# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user
from odoo.tests.common import TransactionCase, tagged

from odoo.addons.queue_job.job import Job


@tagged("post_install", "-at_install")
class TestQueueJob(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["team.report"].create({"name": "Sales", "team": "red"})
        cls.leader = new_test_user(
            cls.env, "leader", "compat_16_queue_extension.group_team_leader"
        )
        cls.employee = new_test_user(cls.env, "employee", "base.group_user")

    def job(self, **kwargs):
        return self.report.with_delay(**kwargs).archive_it()

    def failed(self, job):
        job = Job.load(self.env, job.uuid)
        job.set_failed(exc_name="odoo.exceptions.UserError", exc_message="bad")
        job.store()
        return job.db_record()

    def test_data_job(self):
        record = self.env["queue.job"].search(
            [("uuid", "=", "compat-16-queue-extension-demo")]
        )
        self.assertEqual(record.kwargs, {"to": "nobody"})
        self.assertEqual(list(record.args), [1])
        self.assertEqual(record.records, self.env["team.report"])

    def test_protected(self):
        record = self.job().db_record()
        for values in (
            {"uuid": "x"},
            {"name": "x"},
            {"method_name": "unlink"},
            {"model_name": "res.users"},
            {"func_string": "x"},
            {"args": (1,)},
            {"kwargs": {"a": 1}},
            {"records": self.env["res.users"]},
            {"date_created": "2020-01-01"},
            {"channel_method_name": "<res.users>.unlink"},
            {"job_function_id": False},
        ):
            with self.assertRaises(AccessError, msg=str(values)):
                record.write(values)
        self.assertLessEqual({"uuid", "args"}, set(record._protected_fields))
        sentinel = record.EDIT_SENTINEL
        record.with_context(_job_edit_sentinel=sentinel).write({"name": "Changed"})
        self.assertEqual(record.name, "Changed")
        with self.assertRaises(AccessError):
            record.with_context(_job_edit_sentinel=object()).write({"name": "No"})
        with self.assertRaises(AccessError):
            get_public_method(self.env["queue.job"], "create")

    def test_rights(self):
        record = self.job().db_record()
        record.with_user(self.leader).write({"taken": True, "priority": 2})
        record.with_user(self.leader).button_done()
        self.assertEqual(record.state, "done")
        with self.assertRaises(AccessError):
            record.with_user(self.leader).unlink()
        with self.assertRaises(AccessError):
            record.with_user(self.employee).read(["name"])
        with self.assertRaises(AccessError):
            self.env["queue.job.function"].with_user(self.employee).search([])
        self.env["queue.job.lock"].with_user(self.leader).search([], limit=1)

    def test_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        report = self.report.with_context(company_id=other.id)
        record = report.with_delay().archive_it().db_record()
        self.assertEqual(record.company_id, other)
        jobs = self.env["queue.job"].with_user(self.leader)
        self.assertFalse(jobs.search([("uuid", "=", record.uuid)]))
        mine = self.job().db_record()
        self.assertTrue(jobs.search([("uuid", "=", mine.uuid)]))

    def test_user(self):
        job = self.report.with_user(self.employee).with_delay().whoami()
        record = job.db_record()
        self.assertEqual(record.user_id, self.employee)
        self.assertEqual(
            Job.load(self.env, job.uuid).perform(), (self.employee.id, False)
        )
        record.user_id = self.leader
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(
            Job.load(self.env, job.uuid).perform(), (self.leader.id, False)
        )
        job = self.report.sudo().with_delay().whoami()
        self.assertEqual(Job.load(self.env, job.uuid).perform(), (self.env.uid, True))

    def test_overrides(self):
        record = self.job().db_record()
        record.button_take()
        self.assertTrue(record.taken)
        record.button_done()
        record.requeue()
        self.assertFalse(record.taken)
        self.assertEqual(record.state, "pending")
        record.button_cancelled()
        self.assertTrue(record.taken)
        record.button_done()
        self.assertEqual(record.state, "cancelled", "skipped in silence")
        self.assertIn(("team", "!=", False), record._needaction_domain_get())

    def test_again(self):
        job = Job.load(self.env, self.job(priority=1, max_retries=1).uuid)
        job.perform()
        job.set_done(result="ok")
        job.store()
        record = job.db_record()
        before = record.team_figures()
        record.button_again()
        self.assertEqual((record.state, record.result), ("pending", "once more"))
        self.assertEqual((record.priority, record.max_retries), (10, 5))
        self.assertEqual(record.retry, 0)
        after = record.team_figures()
        self.assertEqual(after["Done"], before["Done"] - 1)
        self.assertEqual(after["Pending"], before["Pending"] + 1)

    def test_category(self):
        category = self.env.ref("queue_job.module_category_queue_job")
        privilege = self.env.ref("queue_job.privilege_queue_job")
        self.assertEqual(privilege.category_id, category)

    def test_failure_message(self):
        record = self.failed(self.job())
        (message,) = record.message_ids.filtered("subtype_id")
        self.assertEqual(message.subtype_id, self.env.ref("queue_job.mt_job_failed"))
        self.assertIn("Team: archive", message.body)
        self.assertIn(self.leader.partner_id, record.message_partner_ids)
        self.report.team = "quiet"
        record = self.failed(self.report.with_delay().whoami())
        self.assertFalse(record.message_ids.filtered("subtype_id"))

    def test_no_message_at_creation(self):
        record = self.job().db_record()
        self.assertFalse(record.message_ids)
        self.assertFalse(record.message_follower_ids)

    def test_subscribe_by_hand(self):
        record = self.job().db_record()
        self.assertIn(("login", "!=", "nobody@team"), record._subscribe_users_domain())
        record._subscribe_job_creator()
        record._message_post_on_failure()
        self.assertTrue(record.message_follower_ids)

    def test_related_action(self):
        record = self.job().db_record()
        self.assertEqual(record._default_related_action, "related_action_open_record")
        action = record.open_related_action()
        self.assertEqual(action["res_id"], self.report.id)
        self.assertTrue(action["name"].endswith("(archive)"))
        self.report.unlink()
        with self.assertRaises(UserError):
            record.open_related_action()

    def test_lock(self):
        job = Job.load(self.env, self.job().uuid)
        self.env.flush_all()
        job.set_started()
        job.store()
        self.env.flush_all()
        job.add_lock_record()
        self.assertTrue(job.lock())
        lock = self.env["queue.job.lock"].search(
            [("queue_job_id", "=", job.db_record().id)]
        )
        self.assertEqual(len(lock), 1)

    def test_test_job(self):
        self.assertTrue(self.env.ref("queue_job.job_function_queue_job__test_job"))
        job = self.env["queue.job"].with_delay()._test_job(job_duration=0)
        Job.load(self.env, job.uuid).perform()

    def test_gc(self):
        self.assertEqual(self.env["queue.job"]._removal_interval, 60)
        job = Job.load(self.env, self.job(channel="root.gone").uuid)
        job.set_done()
        job.store()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE queue_job SET date_created = now() - interval '50 days',"
            " date_done = now() - interval '50 days' WHERE uuid = %s",
            [job.uuid],
        )
        self.env.invalidate_all()
        self.env["queue.job"]._gc_old_jobs()
        # of the root channel: 30 days
        self.assertFalse(self.env["queue.job"].search([("uuid", "=", job.uuid)]))
