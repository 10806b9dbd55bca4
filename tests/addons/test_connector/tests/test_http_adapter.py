# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.addons.connector.exception import (
    IDMissingInBackend,
    InvalidDataError,
    NetworkRetryableError,
)
from odoo.addons.connector.http import PagePagination, RetryPolicy, client_pool
from odoo.addons.connector.testing.http_server import Answer, HttpServer
from odoo.addons.queue_job.exception import FailedJobError, RetryableJobError

from .common import ConnectorCase


class TestHttpAdapter(ConnectorCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.enterContext(HttpServer())
        self.backend.location = self.server.url
        # the retries have tests of their own
        self.patch(RetryPolicy, "__init__", _no_retry(RetryPolicy.__init__))
        context = self.work_on("test.group")
        work = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        self.adapter = work.component(usage="test.http.adapter")

    def test_call(self) -> None:
        self.server.answer(Answer(json={"name": "x"}))
        self.assertEqual(self.adapter.call("GET", "things/1"), {"name": "x"})
        self.assertEqual(self.server.requests[0].path, "/things/1")

    def test_statuses(self) -> None:
        cases = [
            (400, InvalidDataError),
            (401, FailedJobError),
            (403, FailedJobError),
            (404, IDMissingInBackend),
            (409, InvalidDataError),
            (410, IDMissingInBackend),
            (422, InvalidDataError),
            (429, NetworkRetryableError),
            (500, NetworkRetryableError),
            (503, NetworkRetryableError),
        ]
        for status, expected in cases:
            with self.subTest(status=status):
                self.server.answer(Answer(status=status, body=b"because"))
                with self.assertRaises(expected) as caught:
                    self.adapter.call("POST", "things", json={})
                self.assertIn("because", str(caught.exception))

    def test_retry_after_becomes_the_delay_of_the_job(self) -> None:
        self.server.answer(Answer(status=429, headers={"Retry-After": "120"}))
        with self.assertRaises(RetryableJobError) as caught:
            self.adapter.call("GET", "things")
        self.assertEqual(caught.exception.seconds, 120)

    def test_garbage(self) -> None:
        self.server.answer(Answer(body=b"<html>maintenance</html>"))
        with self.assertRaisesRegex(NetworkRetryableError, "instead of JSON"):
            self.adapter.call("GET", "things")

    def test_nobody_there(self) -> None:
        self.server.close()
        with self.assertRaises(NetworkRetryableError):
            self.adapter.call("GET", "things")

    def test_graphql_errors(self) -> None:
        cases = [
            ("FORBIDDEN", FailedJobError),
            ("INTERNAL_SERVER_ERROR", NetworkRetryableError),
            ("BAD_USER_INPUT", InvalidDataError),
        ]
        for code, expected in cases:
            with self.subTest(code=code):
                error = {"message": "no", "extensions": {"code": code}}
                self.server.answer(Answer(json={"errors": [error], "data": None}))
                with self.assertRaises(expected):
                    self.adapter.graphql("query { x }")
        self.server.answer(Answer(json={"data": {"x": 1}}))
        self.assertEqual(self.adapter.graphql("{ x }"), {"x": 1})

    def test_xml(self) -> None:
        self.server.answer(Answer(body=b"<a><b>1</b></a>"), Answer(body=b"no"))
        self.assertEqual(self.adapter.xml("GET", "things").findtext("b"), "1")
        with self.assertRaisesRegex(NetworkRetryableError, "instead of XML"):
            self.adapter.xml("GET", "things")

    def test_idempotency_key_goes_with_what_is_created(self) -> None:
        answers = [Answer(json={}) for _call in range(4)]
        self.server.answer(*answers)
        self.adapter.call("POST", "things")
        self.adapter.idempotency_key = "the-key"
        self.adapter.call("GET", "things")
        self.adapter.call("POST", "things", json={})
        self.adapter.call("POST", "things", headers={"Idempotency-Key": "own"})
        keys = [r.headers["Idempotency-Key"] for r in self.server.requests]
        self.assertEqual(keys, [None, None, "the-key", "own"])

    def test_idempotency_key_goes_with_a_mutation(self) -> None:
        data = {"data": {"x": 1}}
        self.server.answer(Answer(json=data), Answer(json=data))
        self.adapter.idempotency_key = "the-key"
        self.adapter.graphql("{ x }")
        self.adapter.graphql("mutation { x }")
        keys = [r.headers["Idempotency-Key"] for r in self.server.requests]
        self.assertEqual(keys, [None, "the-key"])

    def test_a_creation_is_sent_again_where_the_key_is_honoured(self) -> None:
        self.patch(RetryPolicy, "__init__", _retries(RetryPolicy.__init__))
        client_pool._idle.clear()
        with self.work_on("test.group") as work:
            adapter = work.component(usage="test.http.adapter")
            adapter.client._sleep = lambda seconds: None
            adapter.idempotency_key = "the-key"
            self.server.answer(Answer(cut=True), Answer(json={"id": 1}))
            with self.assertRaises(NetworkRetryableError):
                adapter.call("POST", "things")
            adapter._honours_idempotency = True
            self.server.answers.appendleft(Answer(cut=True))
            self.assertEqual(adapter.call("POST", "things"), {"id": 1})

    def test_paginate(self) -> None:
        self.server.answer(Answer(json=[1, 2]), Answer(json=[3]))
        pages = PagePagination(size=2)
        self.assertEqual([*self.adapter.paginate("things", pages)], [1, 2, 3])

    def test_server_time(self) -> None:
        self.assertIsNone(self.adapter.server_time())
        headers = {"Date": "Fri, 02 Jan 2026 03:04:05 GMT"}
        self.server.answer(Answer(json={}, headers=headers))
        self.adapter.call("GET", "things")
        self.assertEqual(self.adapter.server_time(), "2026-01-02T03:04:05Z")

    def test_connection_is_kept_from_job_to_job(self) -> None:
        self.server.answer(Answer(json={}), Answer(json={}), Answer(json={}))
        clients = set()
        for _job in range(2):
            with self.work_on("test.group") as work:
                adapter = work.component(usage="test.http.adapter")
                adapter.call("GET", "things")
                clients.add(id(adapter.client))
        self.assertEqual(len(clients), 1)
        self.assertEqual(len({request.peer for request in self.server.requests}), 1)

        self.backend.api_key = "changed"
        with self.work_on("test.group") as work:
            adapter = work.component(usage="test.http.adapter")
            adapter.call("GET", "things")
        self.assertEqual(self.server.requests[-1].headers["X-API-Key"], "changed")

    def test_connection_test(self) -> None:
        self.server.answer(Answer(status=401))
        self.backend.action_test_connection()
        self.assertIn("401", self.backend.last_test_message)
        self.server.answer(Answer(json={}))
        self.backend.action_test_connection()
        self.assertEqual(self.backend.state, "tested")

    def test_no_client(self) -> None:
        self.backend.location = False
        with self.work_on("test.group") as work:
            adapter = work.component(usage="test.http.adapter")
            with self.assertRaisesRegex(NotImplementedError, "_http_client"):
                adapter.call("GET", "things")

    def tearDown(self) -> None:
        client_pool._idle.clear()
        super().tearDown()


def _no_retry(original):  # type: ignore[no-untyped-def]
    def init(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        original(self, *args, **{"total": 0, **kwargs})

    return init


def _retries(original):  # type: ignore[no-untyped-def]
    def init(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        original(self, *args, **kwargs)
        object.__setattr__(self, "total", 2)

    return init
