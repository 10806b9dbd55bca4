# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A real server runs the jobs of the modules, and answers the routes."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import tempfile
from typing import ClassVar

import psycopg2
import requests

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import connection_info_for
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import config

from odoo.addons.queue_job.controllers.main import (
    DEPENDS_MAX_TRIES_ON_CONCURRENCY_FAILURE,
    PG_RETRY,
)

PATIENCE = 60  # seconds, for what takes a few unless something is broken
OPTIONS = ("db_host", "db_port", "db_user", "db_password")


@tagged("post_install", "-at_install")
class TestServer(BaseCase):
    """Threads beside a server that loads ``queue_job``, as in ``--load``."""

    uuids: ClassVar[dict[str, str]] = {}

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.dbname = get_db_name()
        _name, parameters = connection_info_for(cls.dbname)
        cls.connection = psycopg2.connect(**parameters)
        cls.connection.autocommit = True
        cls.addClassCleanup(cls.connection.close)
        cls.addClassCleanup(cls.sql, "DELETE FROM queue_job_worker RETURNING id")
        cls.addClassCleanup(cls.sql, "DELETE FROM queue_job RETURNING id")
        cls.sql("DELETE FROM queue_job RETURNING id")
        with Registry(cls.dbname).cursor() as cr:
            cls.create_jobs(api.Environment(cr, SUPERUSER_ID, {}))
        with socket.create_server(("127.0.0.1", 0)) as free:
            cls.port = free.getsockname()[1]
        cls.start()

    @classmethod
    def create_jobs(cls, env: api.Environment) -> None:
        """Delay what each module delays; committed by the caller."""
        till = env["kassa.backend"].create({"name": "Till", "location": "empty"})
        labels = env["parcel.label"].create(
            [
                {"name": name, "weight": w}
                for name, w in zip("abc", (1, 0, -1), strict=True)
            ]
        )
        photos = [(0, 0, {}) for _number in range(3)]
        album = env["photo.album"].create({"name": "Server", "photo_ids": photos})
        report = env["team.report"].create({"name": "Server"})
        exports = env["queue.job"]
        cls.uuids = {
            "nothing": env["kassa.res.partner"].with_delay().import_batch(till).uuid,
            "ordered": labels[0].with_delay().order_label("dhl").uuid,
            "later": labels[1].with_delay().order_label().uuid,
            "failed": labels[2].with_delay().order_label().uuid,
            "commit": labels[0].with_delay().save_half().uuid,
            "steps": report.with_delay().count_in_steps().uuid,
            "test": exports.with_delay()._test_job().uuid,
            "sent": report.send(to="boss").uuid,
        }
        album.action_publish()
        cls.album_id, cls.label_id = album.id, labels[2].id

    @classmethod
    def start(cls) -> None:
        """Start the server, to be stopped after the class."""
        command = [sys.executable, "-m", "odoo", "server", "-d", cls.dbname]
        command += [f"--addons-path={','.join(config['addons_path'])}"]
        command += ["--load=base,web,queue_job", "--max-cron-threads=0", "--workers=0"]
        command += [f"--http-port={cls.port}", "--http-interface=127.0.0.1"]
        command += [f"--data-dir={config['data_dir']}", "--no-database-list"]
        command += [f"--{o}={config[o]}" for o in OPTIONS if config[o]]
        path = os.pathsep.join(filter(None, sys.path))
        environment = {**os.environ, "PYTHONPATH": path, "ODOO_RC": os.devnull}
        cls.log = cls.enterClassContext(tempfile.TemporaryFile("w+"))
        server = subprocess.Popen(
            command, env=environment, stdout=cls.log, stderr=cls.log
        )
        cls.addClassCleanup(server.wait, PATIENCE)
        cls.addClassCleanup(server.terminate)

    @classmethod
    def sql(cls, query: str, *parameters: object) -> list[tuple]:
        with cls.connection.cursor() as cr:
            cr.execute(query, parameters)
            return cr.fetchall()

    def wait_until_idle(self) -> None:
        """Wait for the end of all jobs that need not wait for a date."""
        with self.connection.cursor() as cr:
            cr.execute("LISTEN queue_job")
        query = """
            SELECT array_agg(uuid) FROM queue_job
             WHERE state IN ('started', 'enqueued', 'wait_dependencies')
                OR (state = 'pending' AND eta IS NULL)
        """
        for _second in range(PATIENCE):
            if self.sql(query) == [(None,)]:
                return
            # the engine says what it ends by no notification: at most a second
            select.select([self.connection], [], [], 1)
            self.connection.poll()
            self.connection.notifies.clear()
        self.log.seek(0)
        self.fail(f"{self.sql(query)} did not end:\n{self.log.read()[-5000:]}")

    def job(self, name: str) -> tuple:
        query = "SELECT state, result, exc_name, exc_message FROM queue_job"
        (row,) = self.sql(f"{query} WHERE uuid = %s", self.uuids[name])
        return row

    def test_jobs(self) -> None:
        self.wait_until_idle()
        self.assertEqual(self.job("nothing")[:2], ("done", "The till has no customer."))
        self.assertEqual(self.job("ordered")[0], "done")
        self.assertTrue(self.job("ordered")[1].startswith("dhl-"))
        self.assertEqual(self.job("later")[:2], ("pending", "Not weighed yet."))
        self.assertEqual(self.job("test")[0], "done")
        self.assertEqual(self.job("sent")[:2], ("done", "boss x1"))
        state, _result, exc_name, exc_message = self.job("failed")
        self.assertEqual(state, "failed")
        self.assertEqual(exc_name, "odoo.addons.queue_job.exception.FailedJobError")
        self.assertEqual(exc_message, "The weight is negative.")
        ((failure,),) = self.sql(
            "SELECT failure FROM parcel_label WHERE id = %s", self.label_id
        )
        self.assertEqual(failure, f"{exc_name}: {exc_message}")
        state, _result, exc_name, exc_message = self.job("commit")
        self.assertEqual((state, exc_name), ("failed", "RuntimeError"))
        self.assertIn("Commit is forbidden in queue jobs", exc_message)
        self.assertEqual(self.job("steps")[0], "done", "it may commit")
        ((log,),) = self.sql("SELECT log FROM photo_album WHERE id = %s", self.album_id)
        self.assertTrue(log.startswith("prepare;"), log)
        self.assertTrue(log.endswith("publish web;notify;"), log)

    def test_routes(self) -> None:
        self.wait_until_idle()
        base = f"http://127.0.0.1:{self.port}"
        web = requests.Session()
        headers = {"X-Odoo-Database": self.dbname}
        uuid = self.uuids["later"]
        for path, status in (
            (f"/queue_job/runjob?job_uuid={uuid}", 200),
            (f"/queue_job/runjob?db={self.dbname}&job_uuid={uuid}", 200),
            ("/queue_job/runjob?job_uuid=unknown", 200),
            ("/queue_job/session", 200),
        ):
            answer = web.get(base + path, headers=headers, timeout=PATIENCE)
            self.assertEqual((answer.status_code, answer.text), (status, ""), path)
        self.assertEqual(self.job("later")[0], "pending", "nobody has enqueued it")
        answer = web.get(f"{base}/queue_job/create_test_job", timeout=PATIENCE)
        self.assertNotIn("job uuid", answer.text, "not without a user")
        login = {"db": self.dbname, "login": "admin", "password": "admin"}
        web.post(
            f"{base}/web/session/authenticate",
            json={"jsonrpc": "2.0", "params": login},
            timeout=PATIENCE,
        )
        answer = web.get(
            f"{base}/queue_job/create_test_job?size=3&channel=root.host&priority=3"
            "&max_retries=2&description=Load&failure_rate=0&job_duration=0"
            "&commit_within_job=0&failure_retry_seconds=0",
            timeout=PATIENCE,
        )
        self.assertTrue(answer.text.startswith("graph uuid"), answer.text)
        self.wait_until_idle()
        rows = self.sql("SELECT state, name FROM queue_job WHERE channel = 'root.host'")
        self.assertEqual({state for state, _name in rows}, {"done"})
        self.assertEqual(len(rows), 3)
        answer = web.get(
            f"{base}/queue_job/create_test_job?failure_rate=2", timeout=PATIENCE
        )
        self.assertEqual(answer.status_code, 400)
        answer = web.get(f"{base}/compat/queue/depth", timeout=PATIENCE)
        self.assertEqual(answer.text, "1")

    def test_constants(self) -> None:
        self.assertEqual((PG_RETRY, DEPENDS_MAX_TRIES_ON_CONCURRENCY_FAILURE), (5, 5))
