# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.tests import new_test_user, tagged

from .model_common import JobRecordCase


@tagged("post_install", "-at_install")
class TestFailure(JobRecordCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other"})
        group = "queue_job.group_queue_job_manager"
        cls.manager = new_test_user(cls.env, "job_manager", group)
        cls.foreign_manager = new_test_user(
            cls.env,
            "foreign_manager",
            group,
            company_id=cls.other_company.id,
            company_ids=[(6, 0, cls.other_company.ids)],
        )
        cls.creator = new_test_user(cls.env, "job_creator", "base.group_user")

    def test_a_new_job_has_neither_message_nor_follower(self) -> None:
        job = self.make_job(user_id=self.creator.id)
        self.env.cr.precommit.run()  # where mail writes what it tracked
        messages = self.env["mail.message"].search(
            [("model", "=", "queue.job"), ("res_id", "=", job.id)]
        )
        self.assertFalse(messages)
        self.assertFalse(job.message_follower_ids)

    def test_managers_of_the_company_and_the_creator_hear_of_a_failure(self) -> None:
        job = self.make_job("started", user_id=self.creator.id)
        job.write(
            {"state": "failed", "exc_name": "ValueError", "exc_message": "<b>wrong"}
        )
        followers = job.message_partner_ids
        self.assertIn(self.manager.partner_id, followers)
        self.assertIn(self.creator.partner_id, followers)
        self.assertNotIn(self.foreign_manager.partner_id, followers)
        self.assertIn("ValueError: &lt;b&gt;wrong", job.message_ids.body)
        subtype = self.env.ref("queue_job.mt_job_failed")
        self.assertEqual(job.message_ids.subtype_id, subtype)

    def test_jobs_of_two_companies_tell_their_own_managers(self) -> None:
        jobs = self.make_job("started") | self.make_job(
            "started", company_id=self.other_company.id
        )
        jobs._message_post_on_failure()
        manager, foreign = self.manager.partner_id, self.foreign_manager.partner_id
        self.assertIn(manager, jobs[0].message_partner_ids)
        self.assertNotIn(foreign, jobs[0].message_partner_ids)
        self.assertIn(foreign, jobs[1].message_partner_ids)

    def test_no_message_when_there_is_nothing_to_say(self) -> None:
        self.patch(type(self.env["queue.job"]), "_message_failed_job", lambda job: None)
        job = self.make_job("started")
        job._message_post_on_failure()
        self.assertFalse(job.message_ids)

    def test_domain_of_the_subscribers_can_be_narrowed(self) -> None:
        model = type(self.env["queue.job"])
        original = model._subscribe_users_domain
        self.patch(
            model,
            "_subscribe_users_domain",
            lambda jobs: [*original(jobs), ("login", "!=", "job_manager")],
        )
        job = self.make_job("started")
        job._message_post_on_failure()
        self.assertNotIn(self.manager.partner_id, job.message_partner_ids)

    def test_failed_jobs_need_action(self) -> None:
        failed, done = self.make_job("failed"), self.make_job("done")
        jobs = self.env["queue.job"]
        found = jobs.search(jobs._needaction_domain_get())
        self.assertIn(failed, found)
        self.assertNotIn(done, found)
