# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pictures of the screens, for the description page and to look at.

Not part of the tests: ``--test-tags=screenshots`` takes them, into the folder that
``--screenshots`` names.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from odoo import fields, models
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import ChromeBrowser
from odoo.tools import config

from ..core.histogram import bucket_of
from ..core.progress import Progress
from ..store import attempts
from .model_common import JobRecordCase

_DESKTOP: Final = (1440, 900)
_MOBILE: Final = (390, 844)

_FUNCTIONS: Final = (
    # function, channel, attempts a minute, typical seconds, how some end otherwise
    ("<shop.sale.order>.import_record", "root.shop.orders", 34, 0.8, "retried"),
    ("<shop.product>.export_stock", "root.shop.stock", 120, 0.12, None),
    ("<shop.product>.export_record", "root.shop", 21, 0.45, "failed"),
    ("<account.move>.send_by_mail", "root.mail", 9, 1.9, None),
    ("<res.partner>.geo_localize", "root", 3, 6.5, "failed"),
)
_FAILURES: Final = (
    (41, "requests.exceptions.ConnectionError", "shop.example.com: refused", 2),
    (7, "odoo.addons.connector.exception.InvalidDataError", "No tax of 21 % in BE", 1),
    (2, "KeyError", "'price_list'", 0),
)
_TRACEBACK: Final = """\
Traceback (most recent call last):
  File "queue_job/runtime/executor.py", line 172, in _perform
    result = self.job.perform()
  File "shop/models/product.py", line 48, in export_record
    return self._backend().put(f"/products/{self.shop_id}", payload)
  File "connector/http/client.py", line 131, in put
    return self._request("PUT", path, json=body)
requests.exceptions.ConnectionError: shop.example.com: refused
"""


@tagged("post_install", "-at_install", "-standard", "screenshots")
class TestScreenshots(JobRecordCase, HttpCase):
    """Not a test: takes the pictures."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.folder = Path(config["screenshots"]) / "queue_job"
        cls.folder.mkdir(parents=True, exist_ok=True)
        cls.env["queue.job"].search([]).unlink()
        for table in ("stat", "worker", "slot"):
            cls.env.cr.execute(f"DELETE FROM queue_job_{table}")
        cls.env["queue.job.function"].search([]).unlink()
        cls.manager = new_test_user(
            cls.env,
            "shots",
            "base.group_system,queue_job.group_queue_job_manager",
            name="Mitchell Admin",
        )
        cls.random = random.Random(5)

    def setUp(self) -> None:
        super().setUp()
        self._make_channels()
        self._make_workers()
        self._make_statistics()
        self._make_jobs()
        self._make_attempts(self.failed)
        self.graph = self._make_graph()
        self.env.flush_all()

    def _make_channels(self) -> None:
        channels = self.env["queue.job.channel"]
        self.env.ref("queue_job.channel_root").capacity = 8
        for path, values in (
            ("root.shop", {"capacity": 6, "rate_limit": 600}),
            ("root.shop.orders", {"capacity": 4}),
            ("root.shop.stock", {"capacity": 2}),
            ("root.mail", {"capacity": 1, "throttle": 2}),
            ("root.reports", {"capacity": 1, "sequential": True, "paused": True}),
        ):
            channels._find_or_create(path).write(values)

    def _make_workers(self) -> None:
        start = fields.Datetime.now() - timedelta(hours=9)
        self.workers = self.env["queue.job.worker"].create(
            [
                {
                    "name": f"{host}:{pid}",
                    "host": host,
                    "pid": pid,
                    "mode": "dedicated",
                    "date_start": start,
                }
                for host, pids in (
                    ("worker-1", range(2101, 2105)),
                    ("worker-2", range(884, 888)),
                )
                for pid in pids
            ]
        )
        self.env.flush_all()
        for worker in self.workers:
            self.env.cr.execute(
                "SELECT pg_advisory_xact_lock(hashtext('queue_job'), %s)", [worker.id]
            )

    def _make_statistics(self) -> None:
        rows = [
            (minute, *row)
            for minute in range(24 * 60)
            for row in self._minute(1 - 0.6 * abs(((minute / 60 + 5) % 24) - 12) / 12)
        ]
        self.env.cr.execute(
            """
            INSERT INTO queue_job_stat (minute, function, channel, company_id, outcome,
                   attempts, run_seconds, wait_seconds, run_histogram, wait_histogram)
            SELECT date_trunc('minute', now() AT TIME ZONE 'UTC')
                   - (row->>0)::int * interval '1 minute',
                   row->>1, row->>2, %s, row->>3, (row->>4)::int, (row->>5)::float, 0,
                   array_fill(0::bigint, ARRAY[(row->>6)::int]) || (row->>4)::bigint,
                   array_fill(0::bigint, ARRAY[(row->>7)::int]) || (row->>4)::bigint
              FROM jsonb_array_elements(%s::jsonb) AS row
            """,
            [self.env.company.id, json.dumps(rows)],
        )

    def _minute(self, level: float) -> Iterator[tuple[Any, ...]]:
        for function, channel, usual, seconds, other in _FUNCTIONS:
            count = round(usual * level * self.random.uniform(0.7, 1.2))
            bad = round(count / 10) if other and self.random.random() < 0.3 else 0
            for outcome, number in (("done", count - bad), (other, bad)):
                if number:
                    key = (function, channel, outcome, number, number * seconds)
                    yield *key, bucket_of(seconds), self.random.randint(3, 14)

    def _make_jobs(self) -> None:
        now = fields.Datetime.now()
        for number, exception, message, which in _FAILURES:
            function, channel = _FUNCTIONS[which][:2]
            for index in range(number):
                ended = now - timedelta(minutes=1 + index * 7)
                self.failed = self._job(
                    "failed",
                    function,
                    channel,
                    exc_name=exception,
                    exc_message=message,
                    exc_info=_TRACEBACK,
                    retry=5,
                    exec_time=0.31,
                    date_created=ended - timedelta(minutes=3),
                    date_started=ended - timedelta(seconds=1),
                    date_done=ended,
                )
        for index in range(61):
            function, channel = _FUNCTIONS[index % 4][:2]
            created = now - timedelta(seconds=index * 4)
            self._job("pending", function, channel, date_created=created)
        for index in range(12):
            function, channel = _FUNCTIONS[index % 3][:2]
            self._job("pending", function, channel, eta=now + timedelta(hours=index))
        for index, worker in enumerate(self.workers.filtered(lambda w: w.pid % 4)):
            function, channel = _FUNCTIONS[index % 4][:2]
            started = now - timedelta(seconds=index * 3)
            job = self._job("pending", function, channel)
            self.take(worker.id, job)
            job.write({"state": "started", "date_started": started})
            if index % 2:
                job._report_progress(Progress(index * 13, 100, f"page {index}"))

    def _make_attempts(self, job: models.BaseModel) -> None:
        for number in range(1, 6):
            ended = job.date_done - timedelta(minutes=(5 - number) * 10)
            attempts.add(
                self.env.cr,
                attempts.Attempt(
                    job.id,
                    number,
                    attempts.Outcome.RETRIED if number < 5 else attempts.Outcome.FAILED,
                    ended,
                    0.2 + number / 10,
                    job.exc_name,
                    job.exc_message,
                    job.exc_info,
                ),
            )

    def _job(
        self, state: str, function: str, channel: str, **values: Any
    ) -> models.BaseModel:
        model, method = function[1:].split(">.")
        number = self.random.randint(1000, 9999)
        return self.make_job(
            state,
            **{
                "user_id": self.manager.id,
                "name": f"{method.replace('_', ' ').capitalize()} {number}",
                "model_name": model,
                "method_name": method,
                "channel_method_name": function,
                "func_string": f"{model}({number},).{method}()",
                "channel": channel,
                "kwargs": {"fields": ["qty_available"], "force": True},
                **values,
            },
        )

    def _make_graph(self) -> models.BaseModel:
        def job(state: str, name: str) -> models.BaseModel:
            function, channel = _FUNCTIONS[1][:2]
            values = {"name": name, "graph_uuid": "graph"}
            if state == "failed":
                values["exc_name"] = _FAILURES[0][1]
            return self._job(state, function, channel, **values)

        first = job("done", "Prepare the price list")
        middle = [
            job(state, f"Export page {number} of 5")
            for number, state in enumerate(
                ("done", "done", "started", "pending", "failed"), 1
            )
        ]
        last = job("wait_dependencies", "Close the price list")
        note = job("wait_dependencies", "Tell the shop")
        self.link(first, *middle)
        for page in middle:
            self.link(page, last)
        self.link(last, note)
        return last

    # -- taking pictures ---------------------------------------------------------------

    @contextmanager
    def _browser(self, width: int, height: int) -> Iterator[ChromeBrowser]:
        browser = ChromeBrowser(self)
        try:
            with self.allow_requests(browser=browser):
                self.authenticate(
                    self.manager.login, self.manager.login, browser=browser
                )
                self.cr.flush()
                self.cr.clear()
                browser._websocket_request(
                    "Emulation.setDeviceMetricsOverride",
                    params={
                        "width": width,
                        "height": height,
                        "deviceScaleFactor": 1,
                        "mobile": width < 600,
                    },
                )
                yield browser
                self._wait_remaining_requests()
        finally:
            browser.stop()

    def _shoot(
        self, browser: ChromeBrowser, name: str, path: str, ready: str, then: str = ""
    ) -> None:
        browser.navigate_to(self.base_url() + path)
        script = f"""
            !!document.querySelector({json.dumps(ready)})
            && !document.querySelector('.o_loading_indicator')
            && document.fonts.status === 'loaded'
        """
        self.assertTrue(browser._wait_ready(script), f"{name}: no {ready}")
        if then:
            browser._websocket_request("Runtime.evaluate", params={"expression": then})
            self.assertTrue(browser._wait_ready("window.shotIsReady === true"), name)
        picture = browser._websocket_request("Page.captureScreenshot", timeout=30)
        path_of_picture = self.folder / f"{name}.png"
        path_of_picture.write_bytes(base64.b64decode(picture["data"]))

    def test_desktop(self) -> None:
        self._take("", _DESKTOP)

    def test_mobile(self) -> None:
        self._take("_mobile", _MOBILE)

    def _take(self, suffix: str, size: tuple[int, int]) -> None:
        job = f"/odoo/jobs/{self.failed.id}"
        graph = f"/odoo/jobs/{self.graph.id}"
        wait = "setTimeout(() => { window.shotIsReady = true; }, 1500);"
        open_page = "document.querySelector('.o_notebook_headers a[name=%s]').click();"
        open_graph = f"{open_page % 'dependencies'} {wait}"
        open_attempts = f"{open_page % 'attempts'} {wait}"
        open_menu = f"document.querySelector('.o_queue_job_systray').click(); {wait}"
        rows = ".o_data_row, .o_kanban_record"
        with self._browser(*size) as browser:
            for name, path, ready, then in (
                ("dashboard", "/odoo/job-queue", ".o_queue_job_card", ""),
                ("jobs_list", "/odoo/jobs", rows, ""),
                ("jobs_form", job, ".o_queue_job_traceback", ""),
                ("jobs_attempts", job, ".o_notebook_headers", open_attempts),
                ("top_bar", "/odoo/jobs", ".o_queue_job_systray", open_menu),
                ("jobs_graph", graph, ".o_notebook_headers", open_graph),
                ("doctor", "/odoo/job-queue-doctor", ".o_queue_job_finding", ""),
                ("statistics", "/odoo/job-statistics", ".o_graph_view canvas", wait),
            ):
                self._shoot(browser, f"{name}{suffix}", path, ready, then)
