# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import threading
from typing import Any

from odoo.tests.common import BaseCase

from ..http import (
    ApiKeyAuth,
    GraphQLError,
    HmacAuth,
    HttpAuthError,
    HttpClient,
    HttpConflictError,
    HttpConnectError,
    HttpNetworkError,
    HttpNotFoundError,
    HttpRateLimitError,
    HttpRequestError,
    HttpResponseError,
    HttpServerError,
    HttpTimeoutError,
    RetryPolicy,
    UnsafeUrlError,
)
from ..http.client import CallInfo
from ..testing.http_server import Answer, HttpServer

NO_RETRY = RetryPolicy(total=0)
TWO_MORE = RetryPolicy(total=2)


class HttpCase(BaseCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.enterContext(HttpServer())
        self.pauses: list[float] = []

    def client(self, **kwargs: Any) -> HttpClient:
        kwargs.setdefault("retries", TWO_MORE)
        kwargs.setdefault("sleep", self.pauses.append)
        return self.enterContext(HttpClient(self.server.url, **kwargs))

    def paths(self) -> list[str]:
        return [request.path for request in self.server.requests]


class TestHttpClient(HttpCase):
    def test_json(self) -> None:
        client = self.client(headers={"X-Shop": "1"})
        self.server.answer(Answer(json={"id": 3}), Answer(status=204))
        answer = client.json("POST", "/things", json={"a": 1}, params={"b": "2"})
        self.assertEqual(answer, {"id": 3})
        request = self.server.requests[0]
        self.assertEqual((request.method, request.path), ("POST", "/things?b=2"))
        self.assertEqual(request.json, {"a": 1})
        self.assertEqual(request.headers["X-Shop"], "1")
        self.assertEqual(request.headers["Accept"], "application/json")
        self.assertIsNone(client.json("DELETE", "/things/3"))

    def test_paths_below_the_base(self) -> None:
        client = HttpClient("https://shop.example.com/api/v1")
        base = "https://shop.example.com/api/v1"
        self.assertEqual(client.url(""), base)
        self.assertEqual(client.url("things"), f"{base}/things")
        self.assertEqual(client.url("/things"), f"{base}/things")
        self.assertEqual(client.url(f"{base}/things?page=2"), f"{base}/things?page=2")

    def test_one_connection_for_many_calls(self) -> None:
        client = self.client()
        self.server.answer(*[Answer(json={})] * 5)
        for _i in range(5):
            client.get("x")
        self.assertEqual(len({request.peer for request in self.server.requests}), 1)

    def test_statuses(self) -> None:
        client = self.client(retries=NO_RETRY)
        cases = [
            (302, HttpRequestError),
            (400, HttpRequestError),
            (401, HttpAuthError),
            (403, HttpAuthError),
            (404, HttpNotFoundError),
            (409, HttpConflictError),
            (410, HttpNotFoundError),
            (412, HttpConflictError),
            (422, HttpRequestError),
            (429, HttpRateLimitError),
            (500, HttpServerError),
            (503, HttpServerError),
        ]
        for status, expected in cases:
            with self.subTest(status=status):
                self.server.answer(Answer(status=status, body=b"the reason"))
                with self.assertRaises(expected) as caught:
                    client.get("x")
                self.assertIs(type(caught.exception), expected)
                self.assertEqual(caught.exception.status, status)
                self.assertIn("the reason", str(caught.exception))
        self.server.answer(Answer(status=404, json={}))
        self.assertEqual(client.get("x", expected=(404,)).status_code, 404)

    def test_not_json(self) -> None:
        self.server.answer(
            Answer(body=b"<html>", headers={"Content-Type": "text/html"})
        )
        with self.assertRaisesRegex(HttpResponseError, "text/html instead of JSON"):
            self.client().json("GET", "x")

    def test_time_limit(self) -> None:
        never = threading.Event()
        self.server.answer(Answer(wait_for=never))
        client = self.client(timeout=(1, 0.05), retries=NO_RETRY)
        with self.assertRaisesRegex(HttpTimeoutError, "no answer in time"):
            client.post("x")

    def test_time_limits_are_required(self) -> None:
        for timeout in (None, (None, 3), (5, None)):
            with self.assertRaisesRegex(ValueError, "time limits"):
                HttpClient("https://shop.example.com", timeout=timeout)

    def test_nobody_there(self) -> None:
        client = self.client(retries=NO_RETRY)
        self.server.close()
        with self.assertRaises(HttpNetworkError):
            client.get("x")

    def test_connection_cut(self) -> None:
        self.server.answer(Answer(cut=True))
        with self.assertRaises(HttpNetworkError):
            self.client().post("x")

    # Retries

    def test_retry_of_a_backend_in_trouble(self) -> None:
        self.server.answer(Answer(503), Answer(502), Answer(json=1))
        self.assertEqual(self.client().json("GET", "x"), 1)
        self.assertEqual(len(self.server.requests), 3)

    def test_retry_of_a_cut_connection(self) -> None:
        self.server.answer(Answer(cut=True), Answer(json=1))
        self.assertEqual(self.client().json("GET", "x"), 1)

    def test_not_more_than_the_policy_says(self) -> None:
        self.server.answer(*[Answer(503)] * 9)
        with self.assertRaises(HttpServerError):
            self.client().get("x")
        self.assertEqual(len(self.server.requests), 3)

    def test_what_may_have_been_received_is_not_sent_again(self) -> None:
        for answer in (Answer(cut=True), Answer(503)):
            self.server.answer(answer, Answer(json=1))
            with self.assertRaises((HttpNetworkError, HttpServerError)):
                self.client().post("x")
            self.server.answers.clear()
        self.assertEqual(len(self.server.requests), 2)

    def test_unless_it_may_be(self) -> None:
        self.server.answer(Answer(cut=True), Answer(503), Answer(json=1))
        answer = self.client().json("POST", "x", json={"a": 1}, idempotent=True)
        self.assertEqual(answer, 1)
        self.assertEqual(self.server.requests[2].json, {"a": 1})

    def test_what_was_refused_is_sent_again_whatever_it_is(self) -> None:
        self.server.answer(Answer(429), Answer(json=1))
        self.assertEqual(self.client().json("POST", "x"), 1)

    def test_retry_after_is_honoured(self) -> None:
        self.server.answer(Answer(429, headers={"Retry-After": "7"}), Answer(json=1))
        self.assertEqual(self.client().json("GET", "x"), 1)
        self.assertEqual(self.pauses, [7])

    def test_a_long_wait_is_left_to_the_job(self) -> None:
        for status in (429, 503):
            self.server.answer(Answer(status, headers={"Retry-After": "900"}))
            with self.assertRaises(HttpRateLimitError) as caught:
                self.client().get("x")
            self.assertEqual(caught.exception.retry_after, 900)
        self.assertEqual(len(self.server.requests), 2)
        self.assertEqual(self.pauses, [])

    def test_pauses_grow_up_to_a_limit(self) -> None:
        self.server.answer(*[Answer(503)] * 9)
        policy = RetryPolicy(total=5, backoff=1, max_wait=10)
        with self.assertRaises(HttpServerError):
            self.client(retries=policy).get("x")
        for pause, (least, most) in zip(
            self.pauses, [(1, 2), (2, 4), (4, 8), (8, 10), (10, 10)], strict=True
        ):
            self.assertTrue(least <= pause <= most, self.pauses)

    def test_a_call_that_was_not_received_is_made_again(self) -> None:
        client = self.client()
        self.server.close()
        with self.assertRaises(HttpConnectError):
            client.post("x")
        self.assertEqual(len(self.pauses), 2)

    def test_each_attempt_is_signed_anew(self) -> None:
        times = iter([1, 2])
        client = self.client(auth=HmacAuth("k", "s", clock=lambda: next(times)))
        self.server.answer(Answer(503), Answer(json=1))
        client.get("x")
        stamps = [r.headers["X-Timestamp"] for r in self.server.requests]
        self.assertEqual(stamps, ["1", "2"])

    # Redirects

    def test_redirect_on_the_same_server(self) -> None:
        self.server.answer(Answer(302, headers={"Location": "/y?z=1"}), Answer(json=1))
        self.assertEqual(self.client().json("GET", "x", params={"a": 1}), 1)
        self.assertEqual(self.paths(), ["/x?a=1", "/y?z=1"])

    def test_redirect_elsewhere_is_refused(self) -> None:
        client = self.client(auth=ApiKeyAuth("s3cret"))
        with HttpServer() as other:
            self.server.answer(Answer(302, headers={"Location": f"{other.url}/x"}))
            with self.assertRaises(UnsafeUrlError):
                client.get("x")
            self.assertEqual(other.requests, [])

    def test_redirect_without_end(self) -> None:
        self.server.answer(*[Answer(302, headers={"Location": "/x"})] * 20)
        with self.assertRaisesRegex(HttpRequestError, "redirects more than"):
            self.client().get("x")

    def test_redirected_post_is_an_error(self) -> None:
        self.server.answer(Answer(302, headers={"Location": "/y"}))
        with self.assertRaises(HttpRequestError):
            self.client().post("x")

    # GraphQL

    def test_graphql(self) -> None:
        self.server.answer(Answer(json={"data": {"shop": "x"}}))
        data = self.client().graphql("query { shop }", {"a": 1}, path="graphql")
        self.assertEqual(data, {"shop": "x"})
        self.assertEqual(
            self.server.requests[0].json,
            {"query": "query { shop }", "variables": {"a": 1}},
        )

    def test_graphql_errors(self) -> None:
        error = {"message": "no shop", "extensions": {"code": "BAD"}}
        for status in (200, 400):
            answer = {"data": {"a": None}, "errors": [error, {"message": "no more"}]}
            self.server.answer(Answer(status, json=answer))
            with self.assertRaisesRegex(GraphQLError, "no shop; no more") as caught:
                self.client().graphql("{ shop }")
            self.assertEqual(caught.exception.codes, {"BAD"})
            self.assertEqual(caught.exception.data, {"a": None})

    def test_graphql_answer_that_is_none(self) -> None:
        for answer in ([], {"hello": 1}, None):
            self.server.answer(Answer(json=answer))
            with self.assertRaises(HttpResponseError):
                self.client().graphql("{ shop }")

    def test_graphql_query_is_repeated_and_a_mutation_is_not(self) -> None:
        self.server.answer(Answer(cut=True), Answer(json={"data": {}}))
        self.client().graphql("query { shop }")
        self.server.answer(Answer(cut=True), Answer(json={"data": {}}))
        with self.assertRaises(HttpNetworkError):
            self.client().graphql("mutation { buy }")

    # What is told about calls

    def test_secrets_are_not_logged(self) -> None:
        calls: list[CallInfo] = []
        auth = ApiKeyAuth("s3cret", param="api_key")
        client = self.client(auth=auth, retries=NO_RETRY, on_call=calls.append)
        self.server.answer(Answer(json=1), Answer(500))
        with self.assertLogs("odoo.addons.connector.http", "DEBUG") as logs:
            client.get("x", params={"token": "t0ken", "page": 1})
            with self.assertRaises(HttpServerError) as caught:
                client.get("x?password=pa55")
        self.assertIn("s3cret", self.server.requests[0].path)
        client.close()
        self.server.close()
        with self.assertRaises(HttpNetworkError) as network:
            client.get("x?password=pa55")
        told = (
            f"{logs.output} {calls} {caught.exception} {network.exception} {client!r}"
        )
        for secret in ("s3cret", "t0ken", "pa55"):
            self.assertNotIn(secret, told)
        self.assertEqual([call.status for call in calls], [200, 500, None])
        self.assertEqual(calls[2].error, "HttpConnectError")

    def test_password_of_an_address(self) -> None:
        with self.assertRaisesRegex(UnsafeUrlError, "no password") as caught:
            HttpClient("https://user:pa55@shop.example.com")
        self.assertNotIn("pa55", str(caught.exception))
