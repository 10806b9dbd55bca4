# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import socket

from odoo.tests.common import BaseCase

from ..http import HttpClient, UnsafeUrlError, UrlPolicy
from ..http.pool import ClientPool
from ..http.redact import redact_url
from ..testing.http_server import Answer
from .test_http_client import HttpCase

HOSTED = UrlPolicy(allow_private=False)


class TestUrlPolicy(BaseCase):
    def test_schemes(self) -> None:
        for url in ("file:///etc/passwd", "ftp://x", "//x", "shop.example.com", ""):
            with self.assertRaises(UnsafeUrlError):
                HttpClient(url)
        with self.assertRaisesRegex(UnsafeUrlError, "https://"):
            HttpClient("http://x", policy=UrlPolicy(schemes=("https",)))
        with self.assertRaisesRegex(UnsafeUrlError, "names no host"):
            HttpClient("https://")

    def test_other_servers(self) -> None:
        client = HttpClient("https://shop.example.com/api")
        for url in (
            "https://evil.example.com/",
            "http://shop.example.com/",
            "https://shop.example.com:8443/",
            "https://shop.example.com@evil.example.com/",
        ):
            with self.assertRaises(UnsafeUrlError):
                client.url(url)

    def test_addresses(self) -> None:
        never = ("169.254.169.254", "fe80::1%eth0", "0.0.0.0", "224.0.0.1", "::")
        private = (
            "127.0.0.1",
            "10.1.2.3",
            "192.168.1.1",
            "172.16.0.1",
            "::1",
            "fd00::1",
        )
        public = ("8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8")
        for address in never + ("::ffff:169.254.169.254",):
            for policy in (UrlPolicy(), HOSTED):
                with self.assertRaises(UnsafeUrlError):
                    policy.check_peer(address, "host")
        for address in private + ("::ffff:127.0.0.1",):
            UrlPolicy().check_peer(address, "host")
            with self.assertRaisesRegex(UnsafeUrlError, "allow private"):
                HOSTED.check_peer(address, "host")
        for address in public:
            HOSTED.check_peer(address, "host")

    def test_redaction(self) -> None:
        self.assertEqual(
            redact_url("https://u:p@x.y/z?api_key=k&page=2&Signature=s#frag"),
            "https://***@x.y/z?api_key=***&page=2&Signature=***",
        )


class TestGuardedConnection(HttpCase):
    def test_nothing_is_sent_to_a_private_address(self) -> None:
        with self.assertRaisesRegex(UnsafeUrlError, "127.0.0.1"):
            self.client(policy=HOSTED).get("x")
        self.assertEqual(self.server.requests, [])

    def test_not_even_the_beginning_of_tls(self) -> None:
        server = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        url = f"https://127.0.0.1:{server.getsockname()[1]}"
        client = HttpClient(url, timeout=(1, 1), retries=0, policy=HOSTED)
        with client, self.assertRaises(UnsafeUrlError):
            client.get("x")
        connection, _address = server.accept()
        with connection:
            self.assertEqual(connection.recv(1), b"", "closed before a byte was sent")


class TestClientPool(HttpCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = 0.0
        self.pool = ClientPool(max_idle=2, max_age=60, clock=lambda: self.now)

    def _lease(self, key: str = "a", **kwargs: object) -> HttpClient:
        with self.pool.lease(
            key, lambda: HttpClient(self.server.url, **kwargs)
        ) as client:
            self.server.answer(Answer(json={}))
            client.get("x")
            return client

    def test_reuse(self) -> None:
        self.assertIs(self._lease(), self._lease())
        self.assertIsNot(self._lease("b"), self._lease("a"))

    def test_other_settings_are_another_client(self) -> None:
        self.assertIsNot(self._lease(), self._lease(headers={"a": "b"}))

    def test_two_at_a_time_are_two(self) -> None:
        def make() -> HttpClient:
            return HttpClient(self.server.url)

        with self.pool.lease("a", make) as one, self.pool.lease("a", make) as two:
            self.assertIsNot(one, two)

    def test_age(self) -> None:
        first = self._lease()
        self.now = 61
        self.assertIsNot(self._lease(), first)

    def test_a_failure_ends_the_client(self) -> None:
        first = self._lease()
        with self.assertRaises(KeyError):
            with self.pool.lease("a", lambda: HttpClient(self.server.url)) as again:
                self.assertIs(again, first)
                raise KeyError("x")
        self.assertIsNot(self._lease(), first)

    def test_nothing_to_lease(self) -> None:
        with self.pool.lease("a", lambda: None) as client:
            self.assertIsNone(client)
