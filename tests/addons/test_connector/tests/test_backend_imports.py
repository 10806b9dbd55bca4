# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.exceptions import UserError
from odoo.tests import Form

from odoo.addons.connector.testing.http_server import Answer, HttpServer
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import ConnectorCase

MODELS = ["test.group", "test.item.binding"]


class TestBackendImports(ConnectorCase):
    def test_binding_model_by_its_name(self) -> None:
        self.assertEqual(self.backend._binding_model("order"), "test.order")
        self.assertIsNone(self.backend._binding_model("res.partner"))

    def test_new_backend_has_the_schedules_of_its_connector(self) -> None:
        lines = self.backend.sync_model_ids.sorted("sequence")
        self.assertEqual(lines.mapped("model_name")[:2], MODELS)
        self.assertEqual(lines.mapped("interval_number")[:2], [1, 0])
        self.assertEqual(lines[0].interval_type, "days")
        self.assertTrue(lines[0].next_run)
        self.assertFalse(lines[1].next_run)

    def test_button_imports_each_model_in_its_order(self) -> None:
        for action, full in (("action_import", False), ("action_import_all", True)):
            with self.subTest(action), trap_jobs() as trap:
                getattr(self.backend, action)()
                jobs = trap.enqueued_jobs
                self.assertEqual([job.model_name for job in jobs], MODELS)
                self.assertEqual([job.kwargs["full"] for job in jobs], [full, full])

    def test_deletions_of_active_backends(self) -> None:
        with trap_jobs() as trap:
            self.env["test.backend"]._scheduler_import_deletions(*MODELS)
            trap.assert_jobs_count(0)
        self.backend.state = "active"
        with trap_jobs() as trap:
            self.env["test.backend"]._scheduler_import_deletions(*MODELS)
            jobs = [job for job in trap.enqueued_jobs if job.args[0] == self.backend]
        self.assertEqual([job.method_name for job in jobs], ["import_deletions"] * 2)

    def test_failed_jobs(self) -> None:
        job = self.groups.with_delay().import_record(self.backend, 1)
        record = self.env["queue.job"].search([("uuid", "=", job.uuid)])
        before = self.backend.failed_job_count
        record.state = "failed"
        self.backend.invalidate_recordset(["failed_job_count"])
        self.assertEqual(self.backend.failed_job_count, before + 1)
        action = self.backend.action_view_failed_jobs()
        self.assertIn(record, record.search(action["domain"]))


class TestConnect(ConnectorCase):
    """The wizard of the first connection."""

    def setUp(self) -> None:
        super().setUp()
        self.server = self.enterContext(HttpServer())
        form = Form(self.env["test.connect"])
        form.name, form.location, form.auth_secret = "New", self.server.url, "key"
        self.wizard = form.save()

    def test_connection_that_fails_leaves_nothing(self) -> None:
        self.server.answer(Answer(status=401))
        backends = self.env["test.http.backend"]
        before = backends.search_count([])
        with self.assertRaisesRegex(UserError, "401"), self.env.cr.savepoint():
            self.wizard.action_connect()
        self.assertEqual(backends.search_count([]), before)

    def test_ends_with_jobs(self) -> None:
        self.server.answer(Answer(json={}))
        self.wizard.action_connect()
        self.assertEqual(self.wizard.state, "settings")
        self.assertFalse(self.wizard.auth_secret, "it is kept on the backend alone")
        backend = self.wizard.backend_id
        self.assertEqual(backend.sudo().auth_secret, "key")
        self.assertEqual(self.wizard.answer, backend.last_test_message)
        with trap_jobs() as trap:
            self.wizard.action_start()
            trap.assert_jobs_count(1, only=self.env["test.thing"].import_since_last)
        self.assertEqual((self.wizard.state, backend.state), ("import", "active"))
        self.assertEqual(
            self.wizard.sync_model_ids.mapped("model_name"), ["test.thing"]
        )
