# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The HTTP routes: who may call them, and what they refuse."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from odoo.tests import HttpCase, new_test_user, tagged

from ..controllers import main
from ..runtime import executor
from ..store import enqueue
from .model_common import JobRecordCase


@tagged("post_install", "-at_install")
class TestRunJob(JobRecordCase, HttpCase):
    def setUp(self) -> None:
        super().setUp()
        self.woken: list[str] = []
        # What it does is seen from other connections, which this test's jobs are not.
        self.patch(enqueue, "wake", self.woken.append)

    def _call(self, **params: str) -> str:
        response = self.url_open(f"/queue_job/runjob?{urlencode(params)}")
        self.assertEqual(response.status_code, 200)
        return response.text

    def test_wakes_the_workers_for_an_enqueued_job(self) -> None:
        job = self.make_job("enqueued")
        self.assertEqual(self._call(job_uuid=job.uuid), "")
        self.assertEqual(self.woken, [self.env.cr.dbname])
        self.assertEqual(job.state, "enqueued", "a worker runs it, not the request")

    def test_does_nothing_for_any_other_job(self) -> None:
        states = ("wait_dependencies", "pending", "started", "done", "failed")
        for state in (*states, "cancelled"):
            job = self.make_job(state)
            self.assertEqual(self._call(job_uuid=job.uuid), "", state)
            self.assertEqual(job.state, state)
        self.assertEqual(self.woken, [])

    def test_says_nothing_whatever_is_asked(self) -> None:
        questions = (
            {},
            {"job_uuid": ""},
            {"job_uuid": str(uuid.uuid4())},
            {"job_uuid": "'; DROP TABLE queue_job; --"},
            {"job_uuid": "nul\0"},
            {"job_uuid": "x", "db": "no such database"},
            {"job_uuid": "x", "unknown": "parameter"},
        )
        for params in questions:
            self.assertEqual(self._call(**params), "", params)
        self.assertEqual(self.woken, [])

    def test_needs_no_user_and_leaves_no_session(self) -> None:
        for path in ("/queue_job/runjob?job_uuid=x", "/queue_job/session"):
            response = self.url_open(path)
            self.assertEqual((response.status_code, response.text), (200, ""), path)
            self.assertNotIn("session_id", response.cookies)

    def test_other_methods_are_refused(self) -> None:
        for path in ("runjob", "session", "create_test_job"):
            response = self.url_open(f"/queue_job/{path}", data={"job_uuid": "x"})
            self.assertEqual(response.status_code, 405, path)


@tagged("post_install", "-at_install")
class TestCreateTestJob(HttpCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        new_test_user(cls.env, "qj_user", groups="base.group_user")
        new_test_user(cls.env, "qj_rights", groups="base.group_erp_manager")

    def setUp(self) -> None:
        super().setUp()
        self.before = self.env["queue.job"].search([])

    def _call(self, **params: object):
        return self.url_open(f"/queue_job/create_test_job?{urlencode(params)}")

    def _created(self):
        return self.env["queue.job"].search([], order="id") - self.before

    def test_needs_a_user(self) -> None:
        response = self.url_open("/queue_job/create_test_job", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])
        self.assertFalse(self._created())

    def test_needs_the_right_to_change_rights(self) -> None:
        self.authenticate("qj_user", "qj_user")
        self.assertEqual(self._call().status_code, 403)
        self.assertFalse(self._created())

    def test_one_job(self) -> None:
        self.authenticate("qj_rights", "qj_rights")
        response = self._call(
            priority=3,
            max_retries=0,
            channel="root.test",
            description="Mine",
            failure_rate=0.5,
            job_duration=2,
            commit_within_job="true",
            failure_retry_seconds=7,
        )
        job = self._created()
        self.assertEqual(response.text, f"job uuid: {job.uuid}")
        self.assertEqual(
            (job.priority, job.max_retries, job.channel, job.name, job.method_name),
            (3, 0, "root.test", "Mine", "_test_job"),
        )
        self.assertEqual(
            job.kwargs,
            {
                "failure_rate": 0.5,
                "job_duration": 2.0,
                "commit_within_job": True,
                "failure_retry_seconds": 7,
            },
        )
        self.assertEqual(job.user_id.login, "qj_rights")

    def test_nothing_given(self) -> None:
        self.authenticate("qj_rights", "qj_rights")
        self._call()
        job = self._created()
        self.assertEqual((job.priority, job.max_retries, job.name), (10, 5, "Test job"))

    def test_graph(self) -> None:
        self.authenticate("qj_rights", "qj_rights")
        response = self._call(size=4, description="Many")
        jobs = self._created()
        self.assertEqual(response.text, f"graph uuid: {jobs[0].graph_uuid}")
        self.assertEqual(jobs.mapped("name"), [f"Many {n}/4" for n in range(1, 5)])
        self.assertEqual(jobs.mapped("state"), ["pending", *["wait_dependencies"] * 3])
        self.assertEqual(jobs[0].dependent_ids, jobs[1:])

    def test_wrong_values_are_named(self) -> None:
        self.authenticate("qj_rights", "qj_rights")
        wrong = {
            "priority": "high",
            "max_retries": "-1",
            "size": "0",
            "failure_rate": "1.5",
            "job_duration": "inf",
            "commit_within_job": "perhaps",
            "failure_retry_seconds": str(2**40),
        }
        wrong_too = {"size": "10001", "failure_rate": "nan", "job_duration": "-1"}
        for name, value in (*wrong.items(), *wrong_too.items()):
            response = self._call(**{name: value})
            self.assertEqual(response.status_code, 400, (name, value))
            self.assertIn(name, response.text)
        self.assertFalse(self._created())


class TestConstants(JobRecordCase):
    def test_seconds_after_a_concurrency_error(self) -> None:
        """Importers read the number that the engine uses."""
        self.assertEqual(main.PG_RETRY, 5)
        self.assertIs(main.PG_RETRY, executor.PG_RETRY)
        self.assertEqual(main.DEPENDS_MAX_TRIES_ON_CONCURRENCY_FAILURE, 5)
