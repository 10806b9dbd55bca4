# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Plain calls that become jobs."""

from __future__ import annotations

from .common import JobCase


class TestAutoDelay(JobCase):
    def setUp(self) -> None:
        super().setUp()
        self.auto = self.env["test.queue.job.auto"].create({"name": "before"})

    def test_call_is_delayed_and_runs(self) -> None:
        with self.trap_jobs() as trap:
            self.auto.always("after", suffix="!")
            trap.assert_jobs_count(1)
            trap.assert_enqueued_job(
                self.auto.always, args=("after",), kwargs={"suffix": "!"}
            )
            self.assertEqual(self.auto.name, "before")
            trap.perform_enqueued_jobs()
            trap.assert_jobs_count(0)
        self.assertEqual(self.auto.name, "after!")

    def test_stored_job_runs(self) -> None:
        counter = self.job_counter()
        self.auto.always("after")
        self.assertEqual(counter.search_created().name, "Set the name, later.")
        self.perform_jobs(counter)
        self.assertEqual(self.auto.name, "after")
        self.assertEqual(counter.count_created(), 1)

    def test_context_key(self) -> None:
        with self.trap_jobs() as trap:
            self.assertEqual(self.auto.sometimes("now"), "now")
            self.assertEqual(self.auto.name, "now")
            trap.assert_jobs_count(0)
            self.auto.with_context(later=True).sometimes("later")
            self.assertEqual(self.auto.name, "now")
            trap.assert_jobs_count(1)

    def test_options(self) -> None:
        with self.trap_jobs() as trap:
            self.auto.with_options("x")
            trap.assert_enqueued_job(
                self.auto.with_options,
                args=("x",),
                properties={"priority": 42, "description": "set x"},
            )

    def test_runs_at_once(self) -> None:
        for key in ("job_uuid", "_job_force_sync", "queue_job__no_delay"):
            with self.subTest(key), self.trap_jobs() as trap:
                result = self.auto.with_context(**{key: "1"}).always(key)
                self.assertEqual((result, self.auto.name), (key, key))
                trap.assert_jobs_count(0)

    def test_original(self) -> None:
        method = type(self.auto).always
        self.assertEqual(method.origin(self.auto, "direct"), "direct")
        self.assertEqual(method.__name__, "always")
        self.assertIn("Set the name", method.__doc__)

    def test_hook_called_twice(self) -> None:
        before = type(self.auto).always.origin
        self.auto._register_hook()
        self.assertIs(type(self.auto).always.origin, before)
