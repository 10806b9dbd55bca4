# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from odoo.addons.connector.exception import NetworkRetryableError
from odoo.addons.connector.http import RetryPolicy
from odoo.addons.connector.testing.case import ConnectorCase
from odoo.addons.queue_job.tests.common import trap_jobs

MODEL = "test.thing"


class ShopProcess:
    """The server, in a process that can be killed."""

    def __init__(self, count: int) -> None:
        self._process = subprocess.Popen(
            [
                sys.executable,
                str(Path(__file__).with_name("shop_process.py")),
                str(count),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = f"http://127.0.0.1:{self._process.stdout.readline().strip()}"

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


class TestShopProcess(ConnectorCase):
    """From the pages of a real server to records, and through its death."""

    backend_model = "test.http.backend"
    backend_values = {"call_log": "none"}

    def setUp(self) -> None:
        super().setUp()
        self.patch(RetryPolicy, "_pause", lambda policy, attempt: 0.0)
        self.things = self.env[MODEL]

    def _start(self, count: int) -> ShopProcess:
        shop = ShopProcess(count)
        self.addCleanup(shop.kill)
        self.backend.location = shop.url
        return shop

    def _jobs(self) -> list[Any]:
        with trap_jobs() as trap:
            self.things.import_batch(self.backend)
            return trap.enqueued_jobs

    def _names(self) -> list[str]:
        things = self.things.search([("backend_id", "=", self.backend.id)])
        return things.mapped("name")

    def test_all_pages_in_chunks(self) -> None:
        self._start(25)
        jobs = self._jobs()
        self.assertEqual([len(job.args[1]) for job in jobs], [10, 10, 5])
        for job in jobs:
            job.perform()
        self.assertEqual(len(set(self._names())), 25)

    def test_a_server_that_dies_in_the_middle(self) -> None:
        shop = self._start(25)
        first, second, third = self._jobs()
        first.perform()
        shop.kill()
        with self.assertRaises(NetworkRetryableError):
            second.perform()
        self.assertEqual(len(self._names()), 10, "nothing is half written")
        self._start(25)
        second.perform()
        third.perform()
        self.assertEqual(len(set(self._names())), 25)
        first.perform()
        self.assertEqual(len(self._names()), 25, "and nothing twice")

    def test_what_the_server_has_no_more(self) -> None:
        self._start(12)
        for job in self._jobs():
            job.perform()
        self._start(11)
        with trap_jobs() as trap:
            self.things.import_deletions(self.backend)
            trap.perform_enqueued_jobs()
        gone = self.things.with_context(active_test=False).search(
            [("sync_state", "=", "gone")]
        )
        self.assertEqual(gone.name, "Thing 11")
        self.assertFalse(gone.active)
