# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.component.tests.common import TransactionComponentCase
from odoo.addons.connector.exception import (
    IDMissingInBackend,
    InvalidDataError,
    NetworkRetryableError,
)
from odoo.addons.connector.http import HttpClient, RetryPolicy, client_pool
from odoo.addons.connector.testing.http_server import Answer, HttpServer
from odoo.addons.queue_job.exception import FailedJobError

SECRET = "very-secret-value"  # noqa: S105


class HttpBackendCase(TransactionComponentCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.enterContext(HttpServer())
        self.backend = self.env["test.http.backend"].create(
            {
                "name": "Shop",
                "location": self.server.url,
                "auth_type": "bearer",
                "auth_secret": SECRET,
                "call_log": "all",
            }
        )
        self.pauses: list[float] = []
        init = HttpClient.__init__

        def quick(client: HttpClient, *args: Any, **kwargs: Any) -> None:
            init(client, *args, **{"sleep": self.pauses.append, **kwargs})

        self.patch(HttpClient, "__init__", quick)
        self.addCleanup(client_pool._idle.clear)
        # What is written by transactions of its own must go with the test.
        self.enterContext(self.enter_registry_test_mode())

    def call(self, method: str = "GET", path: str = "things", **kwargs: Any) -> Any:
        with self.backend.work_on("res.partner") as work:
            adapter = work.component(usage="backend.adapter")
            return adapter.call(method, path, **kwargs)

    def fails(self, expected: type[Exception], *args: Any) -> Exception:
        """Call, and return the error: ``assertRaises`` would roll the log back."""
        try:
            self.call(*args)
        except expected as exc:
            return exc
        raise self.failureException(f"{expected.__name__} was not raised")

    def logged(self) -> Any:
        return self.env["connector.call.log"].search(
            [
                ("backend_model", "=", self.backend._name),
                ("backend_id", "=", self.backend.id),
            ]
        )


class TestCallLog(HttpBackendCase):
    def test_what_is_logged(self) -> None:
        self.server.answer(Answer(json={"id": 1}))
        self.backend = self.backend.with_context(job_uuid="uuid-of-the-job")
        self.call("POST", "things", json={"name": "x"}, params={"api_key": "abc"})
        log = self.logged()
        self.assertRecordValues(
            log,
            [
                {
                    "method": "POST",
                    "url": f"{self.server.url}/things?api_key=***",
                    "status": 200,
                    "failed": False,
                    "attempt": 1,
                    "request": '{"name": "x"}',
                    "response": '{"id": 1}',
                    "job_uuid": "uuid-of-the-job",
                    "company_id": self.backend.company_id.id,
                }
            ],
        )
        self.assertGreater(log.seconds, 0)
        self.assertFalse(log.action_open_job())

    def test_secrets_are_left_out(self) -> None:
        self.server.answer(
            Answer(json={"access_token": "tok-123", "deep": {"apiKey": 1}, "name": "y"})
        )
        body = {"password": "pa", "card_number": "4111", "note": f"it is {SECRET}!"}
        self.call("POST", "things", json=body)
        log = self.logged()
        for text in ("tok-123", '"pa"', "4111", SECRET, "1}}"):
            self.assertNotIn(text, log.request + log.response)
        self.assertIn('"note": "it is ***!"', log.request)
        self.assertIn('"name": "y"', log.response)

    def test_each_attempt_is_logged(self) -> None:
        self.server.answer(Answer(status=503), Answer(cut=True), Answer(json={}))
        self.call()
        rows = [(log.attempt, log.status, log.error) for log in self.logged()]
        self.assertEqual(
            rows, [(3, 200, False), (2, 0, "HttpNetworkError"), (1, 503, False)]
        )

    def test_failed_calls_only(self) -> None:
        self.backend.call_log = "errors"
        self.server.answer(Answer(json={}), Answer(status=401))
        self.call()
        self.fails(FailedJobError)
        self.assertEqual(self.logged().mapped("status"), [401])

    def test_nothing(self) -> None:
        self.backend.call_log = "none"
        self.server.answer(Answer(status=404))
        self.fails(IDMissingInBackend)
        self.assertFalse(self.logged())

    def test_a_long_answer_is_cut(self) -> None:
        self.server.answer(Answer(json="x" * 100_000))
        self.call()
        self.assertLess(len(self.logged().response), 2100)

    def test_purge(self) -> None:
        self.server.answer(Answer(json={}), Answer(json={}))
        self.call()
        self.call()
        old = self.logged()[0]
        old.date = fields.Datetime.now() - timedelta(days=15)
        self.env["connector.call.log"]._purge()
        self.assertFalse(old.exists())
        self.assertEqual(len(self.logged()), 1)

    def test_calls_of_a_backend_that_is_gone_are_purged(self) -> None:
        log = self.env["connector.call.log"].create(
            {
                "backend_model": "no.such.model",
                "backend_id": 1,
                "date": fields.Datetime.now() - timedelta(minutes=1),
            }
        )
        self.env["connector.call.log"]._purge()
        self.assertFalse(log.exists())

    def test_buttons(self) -> None:
        action = self.backend.action_view_calls()
        self.assertIn(("backend_id", "=", self.backend.id), action["domain"])
        job = self.env["res.partner"].with_delay().name_search("x")
        log = self.env["connector.call.log"].create(
            {
                "backend_model": self.backend._name,
                "backend_id": self.backend.id,
                "job_uuid": job.uuid,
            }
        )
        self.assertEqual(log.action_open_job()["res_id"], job.db_record().id)

    def test_only_managers_read_it(self) -> None:
        self.server.answer(Answer(json={}))
        self.call()
        user = new_test_user(self.env, "plain-reader")
        with self.assertRaises(AccessError):
            self.logged().with_user(user).read(["url"])


@tagged("post_install", "-at_install")
class TestCallLogOfAFailedJob(TransactionComponentCase):
    def test_it_outlives_the_rollback(self) -> None:
        """Without the test mode of the registry: a transaction really of its own."""
        server = self.enterContext(HttpServer())
        server.answer(Answer(status=422, body=b"no such colour"))
        backend = self.env["test.http.backend"].create(
            {"name": "Shop", "location": server.url}
        )
        self.addCleanup(client_pool._idle.clear)
        with (
            self.assertRaisesRegex(InvalidDataError, "no such colour"),
            backend.work_on("res.partner") as work,
        ):
            work.component(usage="backend.adapter").call("POST", "things")
        with self.env.registry.cursor() as cr:
            cr.execute(
                "DELETE FROM connector_call_log WHERE backend_id = %s AND "
                "backend_model = %s RETURNING status, response",
                [backend.id, backend._name],
            )
            self.assertEqual(cr.fetchall(), [(422, "no such colour")])


class TestRateLimit(HttpBackendCase):
    def setUp(self) -> None:
        super().setUp()
        self.backend.write({"rate_limit": 2, "rate_period": 10})

    def test_calls_wait_for_their_turn(self) -> None:
        self.server.answer(*[Answer(json={}) for _call in range(3)])
        self.call()
        self.call()
        self.assertEqual(len(self.pauses), 1)
        self.assertAlmostEqual(self.pauses[0], 5, delta=1)

    def test_a_turn_too_far_away_postpones_the_job(self) -> None:
        self.backend.rate_period = 100
        self.server.answer(Answer(json={}))
        self.call()
        with self.assertRaisesRegex(NetworkRetryableError, "used up") as caught:
            self.call()
        self.assertAlmostEqual(caught.exception.seconds, 50, delta=5)
        self.assertTrue(caught.exception.ignore_retry, "it tried nothing yet")
        self.assertEqual(len(self.server.requests), 1, "no call was made")

    def test_burst(self) -> None:
        self.backend.rate_burst = 3
        self.server.answer(*[Answer(json={}) for _call in range(3)])
        for _call in range(3):
            self.call()
        self.assertEqual(self.pauses, [])

    def test_what_the_backend_asks_for_holds_for_all(self) -> None:
        self.backend.rate_limit = 1000
        self.patch(RetryPolicy, "wait_after_status", lambda *args: None)
        self.server.answer(Answer(status=429, headers={"Retry-After": "120"}))
        self.fails(NetworkRetryableError)
        client_pool._idle.clear()  # another worker
        with self.assertRaises(NetworkRetryableError) as caught:
            self.call()
        self.assertAlmostEqual(caught.exception.seconds, 120, delta=5)
        self.assertEqual(len(self.server.requests), 1)

    def test_a_rate_needs_a_period(self) -> None:
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.backend.rate_period = 0
            self.backend.flush_recordset()


class TestHttpBackend(HttpBackendCase):
    def test_credentials_are_for_administrators(self) -> None:
        manager = new_test_user(
            self.env, "manager", "connector.group_connector_manager"
        )
        backend = self.backend.with_user(manager)
        with self.assertRaises(AccessError):
            backend.read(["auth_secret"])
        with self.assertRaises(AccessError):
            backend.write({"auth_secret": "stolen"})
        self.assertNotIn("auth_secret", backend.fields_get())
        self.assertFalse(backend.copy().sudo().auth_secret)
        # and yet they work for the jobs of everybody
        self.server.answer(Answer(json={"a": 1}))
        self.backend = backend
        self.assertEqual(self.call(), {"a": 1})
        sent = self.server.requests[0].headers["Authorization"]
        self.assertEqual(sent, f"Bearer {SECRET}")

    def test_secret_of_the_environment(self) -> None:
        self.backend.auth_secret = "env:CONNECTOR_TEST_SECRET"
        self.server.answer(Answer(json={}))
        with patch.dict("os.environ", {"CONNECTOR_TEST_SECRET": "from-outside"}):
            self.call()
        sent = self.server.requests[0].headers["Authorization"]
        self.assertEqual(sent, "Bearer from-outside")
        self.backend.auth_secret = "env:PATH"
        with self.assertRaisesRegex(UserError, "CONNECTOR_"):
            self.call()

    def test_ways_to_authenticate(self) -> None:
        self.backend.auth_user = "me"
        headers = {
            "none": (None, None),
            "basic": ("Authorization", "Basic bWU6dmVyeS1zZWNyZXQtdmFsdWU="),
            "bearer": ("Authorization", f"Bearer {SECRET}"),
            "api_key": ("X-API-Key", SECRET),
            "hmac": ("X-Key-Id", "me"),
        }
        for auth_type, (header, value) in headers.items():
            with self.subTest(auth_type=auth_type):
                self.backend.auth_type = auth_type
                self.server.answer(Answer(json={}))
                self.call()
                received = self.server.requests[-1].headers
                if header:
                    self.assertEqual(received[header], value)
                else:
                    self.assertNotIn("Authorization", received)

    def test_oauth2(self) -> None:
        self.backend.write(
            {
                "auth_type": "oauth2",
                "auth_user": "me",
                "auth_token_url": f"{self.server.url}/token",
            }
        )
        token = {"access_token": "issued-token", "expires_in": 3600}
        self.server.answer(Answer(json=token), Answer(json={"a": 1}))
        self.assertEqual(self.call(), {"a": 1})
        self.assertEqual([r.path for r in self.server.requests], ["/token", "/things"])
        self.assertNotIn("issued-token", str(self.logged().mapped("response")))

    def test_unsafe_addresses(self) -> None:
        for field in ("location", "auth_token_url"):
            with (
                self.assertRaisesRegex(ValidationError, "https://"),
                self.env.cr.savepoint(),
            ):
                self.backend[field] = "file:///etc/passwd"
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("connector.refuse_private_addresses", "1")
        with self.assertRaisesRegex(InvalidDataError, "inside the network"):
            self.call()
        self.assertEqual(self.server.requests, [])

    def test_form(self) -> None:
        form = Form(self.backend)
        form.rate_limit = 5
        form.save()
        self.assertEqual(self.backend.rate_limit, 5)

    def test_connection_test_is_logged(self) -> None:
        self.server.answer(Answer(json={}))
        self.backend.action_test_connection()
        self.assertEqual(self.backend.state, "tested")
        self.assertEqual(len(self.logged()), 1)
