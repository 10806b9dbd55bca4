# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A real shop behind a proxy, a database with the connector, and real job workers."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

import odoo.tools
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from .faulty_proxy import FaultyProxy

PATIENCE = 600.0  # seconds; nothing takes this long unless it is broken
ACTIVE = ("wait_dependencies", "pending", "enqueued", "started")


@dataclass
class Worker:
    """A process that runs jobs, in a process group of its own."""

    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def stop(self) -> None:
        """End it in order."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)


@dataclass
class Stage:
    """What a test sees and does."""

    database: str
    shop_url: str
    key: str
    proxy: FaultyProxy
    logs: Path
    backend_id: int = 0
    workers: list[Worker] = field(default_factory=list)

    # Odoo

    @contextmanager
    def env(self) -> Iterator[api.Environment]:
        """Give an environment of the administrator, committed at the end."""
        with Registry(self.database).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            yield env(user=env.ref("base.user_admin"))

    def create_backend(self) -> None:
        """Create the backend, through the proxy."""
        odoo.tools.config.parse_config(shlex.split(os.environ["E2E_CONFIG"]))
        with self.env() as env:
            backend = env["vendure.backend"].create(
                {
                    "name": "Shop behind a proxy",
                    "location": self.proxy.url,
                    "auth_secret": self.key,
                    "create_missing_taxes": True,
                    "stock_delay": 0,
                    "poll_interval": 0,
                }
            )
            assert backend.action_test_connection()["params"]["type"] == "success"
            backend.action_activate()
            env.ref("queue_job.channel_root").capacity = 4
            functions = env["queue.job.function"].search(
                [("model_id.model", "=like", "vendure.%")]
            )
            # a second, not minutes: nobody is to wait for these tests
            functions.write({"edit_retry_pattern": "{1: 1}"})
            self.backend_id = backend.id

    def connect(self) -> None:
        """Import all of the shop, with one worker that goes on."""
        self.create_backend()
        self.start_worker()
        for model in (
            "vendure.product.category",
            "vendure.product.template",
            "vendure.res.partner",
            "vendure.sale.order",
        ):
            with self.env() as env:
                self.backend(env).import_since_last(model)
            self.wait_idle()
        with self.env() as env:
            self.backend(env).import_stock()
        self.wait_idle()

    def backend(self, env: api.Environment) -> Any:
        """Return the backend."""
        return env["vendure.backend"].browse(self.backend_id)

    def order(self, env: api.Environment, external_id: str) -> Any:
        """Return the binding of an order."""
        return env["vendure.sale.order"].search([("external_id", "=", external_id)])

    # Jobs

    def start_worker(self) -> Worker:
        """Start a process that runs jobs."""
        log = self.logs / f"worker-{len(self.workers)}.log"
        command = shlex.split(os.environ["E2E_WORKER"])
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, "-d", self.database],
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        worker = Worker(process, log)
        self.workers.append(worker)
        return worker

    def stop_workers(self) -> None:
        """End all the workers in order."""
        for worker in self.workers:
            worker.stop()

    def jobs(self, *states: str) -> list[tuple[str, str, str]]:
        """Return method, state and error of the connector's jobs in these states."""
        with self.env() as env:
            env.cr.execute(
                "SELECT method_name, state, coalesce(exc_message, '') FROM queue_job"
                " WHERE model_name LIKE 'vendure.%%' AND state = ANY(%s)",
                (list(states),),
            )
            return env.cr.fetchall()

    def wait_idle(self) -> None:
        """Wait until no job is left to run; none may have failed."""
        self.until(lambda: not self.jobs(*ACTIVE), "all jobs to be done")
        assert self.jobs("failed") == []

    def until(self, condition: Callable[[], Any], what: str) -> None:
        """Wait until something is true."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                tails = [w.log.read_text()[-2000:] for w in self.workers]
                raise AssertionError(
                    f"waited {PATIENCE:.0f} s for {what}: {self.jobs(*ACTIVE)}"
                    + "\n".join(tails)
                )
            time.sleep(0.2)

    # The shop itself, asked without any code of the connector

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Return the data of a query, or of a mutation, of the Admin API."""
        answer = requests.post(
            f"{self.shop_url}/admin-api",
            json={"query": query, "variables": variables},
            headers={"vendure-api-key": self.key},
            timeout=PATIENCE,
        ).json()
        assert not answer.get("errors"), answer["errors"]
        return answer["data"]

    def orders_in(self, state: str) -> list[str]:
        """Return the ids of the orders of the shop in a state."""
        rows = self.ask(
            "query($o: OrderListOptions) { orders(options: $o) { items { id } } }",
            o={"filter": {"state": {"eq": state}}, "sort": {"id": "ASC"}},
        )
        return [row["id"] for row in rows["orders"]["items"]]
