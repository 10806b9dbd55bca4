# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Servers that may not be called, and what they get to see of a call."""

from __future__ import annotations

import socket

from odoo.tests import BaseCase

from ..core.url_policy import UnsafeUrlError, UrlPolicy, guarded_session

EVERYWHERE = UrlPolicy(schemes=("https", "http"), allow_private=True)
NEVER = ("169.254.169.254", "fe80::1%eth0", "0.0.0.0", "224.0.0.1", "::")
PRIVATE = ("127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "::1", "fd00::1")
PUBLIC = ("8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8")


class TestUrlPolicy(BaseCase):
    def test_how_addresses_are_written(self) -> None:
        for url, reason in (
            ("http://x", "must start with https://"),
            ("file:///etc/passwd", "must start with https://"),
            ("shop.example.com", "must start with https://"),
            ("", "must start with https://"),
            ("https:///jobs", "names no host"),
            ("https://user@x", "no password"),
            ("https://:pa55@x", "no password"),
        ):
            with self.subTest(url), self.assertRaisesRegex(UnsafeUrlError, reason):
                UrlPolicy().check_url(url)
        UrlPolicy().check_url("https://x/jobs?token=t0ken")
        EVERYWHERE.check_url("http://x")

    def test_secrets_of_an_address_are_not_told(self) -> None:
        for url in ("http://user:s3cret@x", "http://x?key=s3cret", "http://x#s3cret"):
            with self.assertRaises(UnsafeUrlError) as caught:
                UrlPolicy().check_url(url)
            self.assertNotIn("s3cret", str(caught.exception))

    def test_where_names_lead_to(self) -> None:
        for address in (*NEVER, "::ffff:169.254.169.254"):
            for policy in (UrlPolicy(), EVERYWHERE):
                with self.subTest(address), self.assertRaises(UnsafeUrlError):
                    policy.check_peer(address, "host")
        for address in (*PRIVATE, "::ffff:127.0.0.1"):
            EVERYWHERE.check_peer(address, "host")
            with self.subTest(address):
                with self.assertRaisesRegex(UnsafeUrlError, "allow private"):
                    UrlPolicy().check_peer(address, "host")
        for address in PUBLIC:
            UrlPolicy().check_peer(address, "host")


class TestGuardedSession(BaseCase):
    def test_a_forbidden_server_receives_not_a_byte(self) -> None:
        """Of TLS neither: what the handshake tells is the name that was called."""
        for scheme in ("http", "https"):
            with self.subTest(scheme):
                self.assertEqual(self._received(scheme), b"")

    def _received(self, scheme: str) -> bytes:
        """Return what a server inside this network receives first."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            url = f"{scheme}://127.0.0.1:{server.getsockname()[1]}"
            policy = UrlPolicy(schemes=(scheme,))
            with guarded_session(policy, (1, 1)) as session:
                with self.assertRaisesRegex(UnsafeUrlError, "inside the network"):
                    session.get(url)
            connection, _address = server.accept()
            with connection:
                return connection.recv(1)
