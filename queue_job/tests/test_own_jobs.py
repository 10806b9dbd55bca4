# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Users who manage no queue, and their own jobs."""

from __future__ import annotations

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .model_common import JobRecordCase

USER = "queue_job.group_queue_job_user"
MANAGER = "queue_job.group_queue_job_manager"


@tagged("post_install", "-at_install")
class TestWhoSeesWhat(JobRecordCase):
    """Each group with each company."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        own = cls.env.company
        other = cls.env["res.company"].create({"name": "Other"})
        groups = {
            "portal": "base.group_portal",
            "internal": "base.group_user",
            "user": f"{USER},base.group_allow_export",
            "manager": f"{MANAGER},base.group_allow_export",
        }
        cls.users = {
            group: new_test_user(cls.env, f"see_{group}", xmlids)
            for group, xmlids in groups.items()
        }
        cls.users["user of both"] = new_test_user(
            cls.env, "see_both", USER, company_ids=[(6, 0, (own | other).ids)]
        )
        cls.companies = {"own": own, "other": other, "none": own.browse()}

    def jobs_of(self, user) -> dict[tuple[str, str], object]:
        """Store failed jobs of the user and of another one, in each company."""
        owners = {"mine": user, "theirs": self.env.ref("base.user_admin")}
        return {
            (whose, company): self.make_job(
                "failed", user_id=owner.id, company_id=record.id
            )
            for whose, owner in owners.items()
            for company, record in self.companies.items()
        }

    def expected(self, group: str) -> set[tuple[str, str]]:
        """Return what a user of the group sees, with all companies switched on."""
        mine = {("mine", "own"), ("mine", "none")}
        return {
            "portal": set(),
            "internal": set(),
            "user": mine,
            "user of both": mine | {("mine", "other")},
            "manager": mine | {("theirs", "own"), ("theirs", "none")},
        }[group]

    def test_read_search_and_groups_each_group_and_company(self) -> None:
        for group, user in self.users.items():
            jobs = self.jobs_of(user)
            ids = [job.id for job in jobs.values()]
            model = self.env["queue.job"].with_user(user)
            model = model.with_context(allowed_company_ids=user.company_ids.ids)
            seen = {key for key, job in jobs.items() if job.id in self._visible(model)}
            expected = self.expected(group)
            with self.subTest(group=group):
                self.assertEqual(seen, expected)
            for key, job in jobs.items():
                with self.subTest(group=group, job=key):
                    allowed = model.browse(job.id).has_access("read")
                    self.assertEqual(allowed, key in expected)
            if not expected:
                continue
            with self.subTest(group=group, method="name_search, read_group, export"):
                domain = [("id", "in", ids)]
                self.assertEqual(
                    len(model.name_search("Do something", domain)), len(expected)
                )
                groups = model.formatted_read_group(domain, ["state"], ["__count"])
                self.assertEqual(groups[0]["__count"], len(expected))

    def _visible(self, model) -> set[int]:
        try:
            return set(model.search([]).ids)
        except AccessError:
            return set()

    def test_export_obeys(self) -> None:
        user = self.users["user"]
        jobs = self.jobs_of(user)
        model = self.env["queue.job"].with_user(user)
        mine = model.browse(jobs["mine", "own"].id)
        self.assertEqual(mine.export_data(["state"])["datas"], [["Failed"]])
        with self.assertRaises(AccessError):
            model.browse(jobs["theirs", "own"].id).export_data(["state"])
        with self.assertRaises(AccessError):
            mine.export_data(["args"])

    def test_attempts_follow_their_job(self) -> None:
        for group in ("user", "manager"):
            user = self.users[group]
            jobs = self.jobs_of(user)
            attempts = self.env["queue.job.attempt"].create(
                [{"job_id": job.id, "outcome": "failed"} for job in jobs.values()]
            )
            seen = attempts.with_user(user).search([("id", "in", attempts.ids)])
            visible = {key for key, job in jobs.items() if job in seen.sudo().job_id}
            self.assertEqual(visible, self.expected(group))

    def test_nobody_writes_creates_or_deletes_attempts(self) -> None:
        for group, user in self.users.items():
            for operation in ("write", "create", "unlink"):
                with self.subTest(group=group, operation=operation):
                    attempts = self.env["queue.job.attempt"].with_user(user)
                    self.assertFalse(attempts.has_access(operation))


@tagged("post_install", "-at_install")
class TestOwnJobs(JobRecordCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.user = new_test_user(cls.env, "own_user", USER)
        cls.colleague = new_test_user(cls.env, "own_colleague", USER)

    def own(self, state: str, **values) -> object:
        """Return a job of the user, as the user."""
        return self.make_job(state, user_id=self.user.id, **values).with_user(self.user)

    def test_what_they_may_do(self) -> None:
        for state, button, after in (
            ("pending", "button_cancelled", "cancelled"),
            ("wait_dependencies", "button_cancelled", "cancelled"),
            ("enqueued", "button_cancelled", "cancelled"),
            ("failed", "button_cancelled", "cancelled"),
            ("failed", "requeue", "pending"),
            # what succeeded, or somebody cancelled, is not run again
            ("done", "requeue", "done"),
            ("cancelled", "requeue", "cancelled"),
        ):
            with self.subTest(state=state, button=button):
                job = self.own(state)
                getattr(job, button)()
                self.assertEqual(job.state, after)

    def test_what_they_may_not(self) -> None:
        for button in ("button_done", "button_run_now"):
            job = self.own("failed")
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(job, button)()
        with self.assertRaises(AccessError):
            self.own("pending").write({"priority": 0})
        with self.assertRaises(AccessError):
            self.own("pending").write({"user_id": self.colleague.id})
        with self.assertRaises(AccessError):
            self.own("done").unlink()

    def test_not_the_jobs_of_others(self) -> None:
        job = self.own("failed").with_user(self.colleague)
        for button in (
            "requeue",
            "button_cancelled",
            "button_done",
            "button_stop",
            "button_watch",
            "open_related_action",
        ):
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(job, button)()
        self.assertEqual(job.sudo().state, "failed")

    def test_no_job_of_another_user_is_cancelled_with_theirs(self) -> None:
        parent = self.own("pending")
        middle = self.own("wait_dependencies")
        child = self.make_job("wait_dependencies", user_id=self.colleague.id)
        self.link(parent, middle)
        self.link(middle, child)
        with self.assertRaisesRegex(AccessError, child.uuid):
            parent.button_cancelled()
        child.user_id = self.user
        parent.button_cancelled()
        self.assertEqual(child.state, "cancelled")

    def test_they_stop_what_runs_as_themselves(self) -> None:
        job = self.own("started")
        self.take(1, job)
        job.button_stop()
        self.env.cr.execute(
            "SELECT reason FROM queue_job_cancel WHERE job_id = %s", [job.id]
        )
        self.assertIn(self.user.name, self.env.cr.fetchone()[0])

    def test_what_code_passed_to_itself_is_not_shown(self) -> None:
        job = self.own("failed", exc_info="Traceback", args=["secret"])
        for name in ("records", "args", "kwargs", "func_string", "exc_info"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                job.read([name])
        (read,) = job.read()
        self.assertNotIn("args", read)
        self.assertEqual(read["state"], "failed")

    def test_the_wizards(self) -> None:
        jobs = self.own("failed") | self.own("done")
        wizards = self.env["queue.requeue.job"].with_user(self.user)
        wizards.with_context(active_ids=jobs.ids).create({}).requeue()
        self.assertEqual(jobs.mapped("state"), ["pending", "done"])
        wizards = self.env["queue.jobs.to.cancelled"].with_user(self.user)
        wizards.with_context(active_ids=jobs.ids).create({}).set_cancelled()
        self.assertEqual(jobs.mapped("state"), ["cancelled", "done"])
        with self.assertRaises(AccessError):
            self.env["queue.jobs.to.done"].with_user(self.user).create({})

    def test_the_screens_open(self) -> None:
        job = self.own("failed", graph_uuid="g")
        jobs = self.env["queue.job"].with_user(self.user)
        for view_type in ("list", "form", "kanban", "search", "pivot", "graph"):
            with self.subTest(view=view_type):
                arch = etree.fromstring(jobs.get_view(view_type=view_type)["arch"])
                fields = arch.xpath("//field[not(ancestor::field)]/@name")
                self.assertNotIn("exc_info", fields)
                job.read(fields)
        action = self.env["ir.actions.act_window"].with_user(self.user)
        self.assertTrue(action._for_xml_id("queue_job.action_queue_job"))

    def test_they_are_told_when_they_ask(self) -> None:
        job = self.own("pending")
        job.button_watch()
        self.assertTrue(job.is_watched)
        self.assertFalse(job.with_user(self.colleague).sudo().is_watched)
        job.button_unwatch()
        self.assertFalse(job.is_watched)


@tagged("post_install", "-at_install")
class TestRunNow(JobRecordCase):
    def test_ahead_of_all_and_whatever_its_time(self) -> None:
        states = ("pending", "enqueued", "failed", "cancelled", "done")
        for state in states:
            with self.subTest(state=state):
                job = self.make_job(state, eta="2100-01-01", priority=5)
                job.button_run_now()
                self.assertFalse(job.eta)
                self.assertLess(job.priority, 0)
                self.assertIn(job.state, ("pending", "enqueued"))
                self.env.cr.execute(
                    "SELECT priority, eta FROM queue_job_ready WHERE job_id = %s",
                    [job.id],
                )
                self.assertEqual(self.env.cr.fetchall(), [(job.priority, None)])

    def test_others_are_left_alone(self) -> None:
        jobs = self.make_job("started", priority=5)
        jobs |= self.make_job("wait_dependencies", priority=5)
        jobs.button_run_now()
        self.assertEqual(jobs.mapped("state"), ["started", "wait_dependencies"])
        self.assertEqual(jobs.mapped("priority"), [5, 5])

    def test_a_requeued_job_still_waits_for_its_parents(self) -> None:
        parent, child = self.make_job("failed"), self.make_job("cancelled")
        self.link(parent, child)
        child.button_run_now()
        self.assertEqual(child.state, "wait_dependencies")
        self.assertEqual(child.priority, 10)
