# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The message to another system when jobs of a function fail for good."""

from __future__ import annotations

import json
import socket
from typing import Any
from unittest import mock

import responses

from odoo.exceptions import UserError
from odoo.tests.common import _super_send

from odoo.addons.queue_job.core import webhook
from odoo.addons.queue_job.core.url_policy import UnsafeUrlError
from odoo.addons.queue_job.exception import JobError, RetryableJobError

from .test_failure_policies import PolicyCase

EXECUTOR = "odoo.addons.queue_job.runtime.executor"
MANAGER = "queue_job.group_queue_job_manager"
URL = "https://alerts.example.com/jobs"


class TestWebhook(PolicyCase):
    @classmethod
    def _request_handler(cls, session: Any, request: Any, /, **options: Any) -> Any:
        # Odoo refuses all but its own server; nothing leaves this machine here either.
        return _super_send(session, request, **options)

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.function.failure_webhook_url = URL

    def test_one_job_for_the_failures_of_a_second(self) -> None:
        with self.trap_jobs() as trap:
            jobs = self.env["queue.job"].concat(
                *[self.stored("ValueError", "no stock") for _job in range(2)]
            )
            self.env["queue.job"]._tell_news()
            (call,) = trap.calls
        (failures,) = call.args
        self.assertEqual([f["uuid"] for f in failures], jobs.mapped("uuid"))
        self.assertEqual(failures[0]["exception"], "ValueError")
        self.assertEqual(failures[0]["message"], "no stock")
        self.assertNotIn("secret argument", json.dumps(failures))
        self.assertEqual(call.method.__self__, self.function)

    def stored(self, name: str, message: str) -> Any:
        """Return a failed job that is stored although jobs are trapped."""
        values = {"exc_name": name, "exc_message": message, "state": "failed"}
        jobs = self.env["queue.job"]
        jobs = jobs.with_context(_job_edit_sentinel=jobs.EDIT_SENTINEL)
        job = jobs.create(
            {
                "uuid": f"{name} {self.env['queue.job'].search_count([])}",
                "job_function_id": self.function.id,
                "method_name": "echo",
                "args": ["secret argument"],
                "records": self.record,
            }
        )
        with self.enter_quietly():
            job.write(values)
            self.env.flush_all()
        return job

    def post(self) -> str:
        """Send a message."""
        return self.function._post_failures([{"uuid": "x"}])

    @responses.activate
    def test_the_message_is_signed(self) -> None:
        responses.post(URL, status=204)
        self.assertEqual(self.post(), "204 No Content")
        request = responses.calls[0].request
        timestamp = int(request.headers[webhook.TIMESTAMP_HEADER])
        signature = webhook.sign(
            self.function.failure_webhook_secret, timestamp, request.body
        )
        self.assertEqual(request.headers[webhook.SIGNATURE_HEADER], signature)
        self.assertNotEqual(signature, webhook.sign("other", timestamp, request.body))
        body = json.loads(request.body)
        self.assertEqual(body["function"], self.function.name)
        self.assertEqual(body["failures"], [{"uuid": "x"}])

    @responses.activate
    def test_what_it_answers(self) -> None:
        for status, error in (
            (500, RetryableJobError),
            (503, RetryableJobError),
            (429, RetryableJobError),
            (404, JobError),
            (302, JobError),
        ):
            responses.reset()
            responses.post(URL, status=status, headers={"Location": "http://x"})
            with self.subTest(status=status), self.assertRaises(error) as caught:
                self.post()
            self.assertIs(type(caught.exception), error)

    def test_nobody_there(self) -> None:
        with (
            mock.patch.object(
                socket, "getaddrinfo", side_effect=socket.gaierror("unknown")
            ),
            self.assertRaisesRegex(RetryableJobError, "does not answer"),
        ):
            self.post()

    def test_addresses_that_are_refused(self) -> None:
        for url in (
            "http://alerts.example.com",
            "ftp://alerts.example.com",
            "https:///jobs",
            "https://user:password@example.com",
        ):
            with self.subTest(url=url), self.assertRaises(UserError):
                self.function.failure_webhook_url = url

    def test_inside_our_network_nothing_is_sent(self) -> None:
        server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(server.close)
        port = server.getsockname()[1]
        # the name looks harmless, where it leads to is seen once connected
        real = socket.getaddrinfo
        local = mock.patch.object(
            socket,
            "getaddrinfo",
            lambda _host, _port, *args, **kwargs: real("127.0.0.1", port, *args),
        )
        with (
            local,
            self.assertRaisesRegex(UnsafeUrlError, "inside the network"),
        ):
            self.post()
        connection, _address = server.accept()
        self.assertEqual(connection.recv(1), b"", "closed before a byte was sent")
        connection.close()

    def test_private_addresses_are_the_choice_of_the_server_s_owner(self) -> None:
        self.env["ir.config_parameter"].set_param(
            "queue_job.webhook_allow_private", "True"
        )
        self.function.failure_webhook_url = "http://127.0.0.1:1/"
        with self.assertRaisesRegex(RetryableJobError, "does not answer"):
            self.post()

    def test_who_sees_the_secret(self) -> None:
        function = self.function.with_user(self.manager)
        self.assertEqual(function.read(["failure_webhook_url"])[0]["id"], function.id)
        self.assertNotIn("failure_webhook_secret", function.read()[0])
        self.assertGreater(len(self.function.failure_webhook_secret), 30)

    def test_a_message_that_cannot_be_sent_sends_no_other(self) -> None:
        function = self.env.ref(
            "queue_job.job_function_queue_job_function__post_failures"
        )
        function.failure_webhook_url = URL
        job = function.with_delay()._post_failures([]).db_record()
        with self.enter_quietly():
            job.state = "failed"
            self.env.flush_all()
        with self.trap_jobs() as trap:
            self.env["queue.job"]._tell_news()
            trap.assert_jobs_count(0)
