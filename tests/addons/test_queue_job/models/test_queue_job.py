# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import functools
from typing import Any

from odoo import fields, models

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import (
    Job,
    current_job,
    job,
    related_action,
)


class TestQueueJobMixin(models.AbstractModel):
    """An abstract model whose marked method every concrete model gets."""

    _name = "test.queue.job.mixin"
    _description = "Test Queue Job Mixin"

    @job(default_channel="root.test.mixin", retry_pattern={1: 5})
    def from_mixin(self) -> None:
        """Do what the mixin does."""


class TestQueueJob(models.Model):
    """Methods to be delayed by tests."""

    _name = "test.queue.job"
    _inherit = "test.queue.job.mixin"
    _description = "Test Queue Job"

    name = fields.Char()

    def echo(self, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        """Return what it was called with.

        Not part of the description of its jobs.
        """
        return self, args, kwargs

    def undescribed(self, value: Any = None) -> Any:
        return value

    def append(self, text: str) -> None:
        """Append to the name."""
        for record in self:
            record.name = (record.name or "") + text

    def read_context(self) -> dict[str, Any]:
        """Return the context it runs in."""
        return dict(self.env.context)

    def retry(self, seconds: int | None = None, ignore_retry: bool = False) -> None:
        """Ask to be tried again later."""
        raise RetryableJobError("not now", seconds=seconds, ignore_retry=ignore_retry)

    def succeed_at_attempt(self, number: int) -> None:
        """Ask to be tried again until the given attempt."""
        job_ = Job.load(self.env, self.env.context["job_uuid"])
        attempt = job_.retry + 1  # the running one is stored at its end
        if attempt < number:
            raise RetryableJobError(f"attempt {attempt}", seconds=60)

    def lose_races(self, until: int) -> None:
        """Write a row that another transaction has just written, while it is short."""
        if len(self.name) < until:
            with self.env.registry.cursor() as cr:
                cr.execute(
                    "UPDATE test_queue_job SET name = name || '.' WHERE id = %s",
                    [self.id],
                )
        self.name += "!"
        self.flush_recordset()

    def fail_unless_named(self, name: str) -> None:
        """Fail unless the record has the name."""
        if self.name != name:
            raise ValueError(f"{self.name} is not {name}")

    def keep(self, value: Any, rest: Any = None) -> None:
        """Keep what it is called with in the name."""
        self.name = repr(value) if rest is None else f"{value!r} {rest!r}"

    def keep_parent_results(self) -> None:
        """Keep what the parents returned in the name."""
        self.name = repr(self._job_parent_results())

    def environment_of(self, records: Any) -> list[Any]:
        """Return user and mode of the records."""
        return [records.env.uid, records.env.su]

    def uuid_of_current_job(self) -> str:
        """Return the uuid of the job that runs."""
        return current_job().uuid

    def return_a_function(self) -> Any:
        """Return what cannot be stored."""
        return lambda: None

    def report_progress(self, reports: list[Any]) -> None:
        """Report progress."""
        for report in reports:
            self._job_progress(*report)

    def report_and_look(self, reports: list[Any]) -> list[Any]:
        """Report progress; return what others see of it."""
        self.report_progress(reports)
        with self.env.registry.cursor() as cr:
            jobs = self.with_env(self.env(cr=cr)).env["queue.job"].sudo()
            job_ = jobs.search([("uuid", "=", self.env.context["job_uuid"])])
            return [
                job_.has_progress,
                job_.progress,
                job_.progress_done,
                job_.progress_total,
                job_.progress_message,
            ]

    def report_and_fail(self, reports: list[Any]) -> None:
        """Report progress, then fail."""
        self.report_progress(reports)
        raise ValueError("failed after all")

    def delay_more(self, text: str) -> None:
        """Delay another job."""
        self.with_delay().append(text)

    def configured(self) -> None:
        """Have a job function with all options."""

    def without_action(self) -> None:
        """Have a job function that disables the related action."""

    def note_failure(self, exc_name: str, exc_message: str, exc_info: str) -> None:
        """Keep what failed in the name."""
        self.name = f"{exc_name}: {exc_message} ({exc_info})"

    def commits(self) -> int:
        """Return the backend of the cursor it runs on."""
        self.env.cr.execute("SELECT pg_backend_pid()")
        return self.env.cr.fetchone()[0]

    @job(default_channel="root.test.marked", retry_pattern={1: 11, 2: (100, 200)})
    @related_action(action="open_test_action", view="marked")
    def marked(self) -> None:
        """Be marked with both decorators."""

    @related_action(action=None)
    @job
    def marked_without_action(self) -> None:
        """Be marked with no related action."""

    @job(retry_pattern={1: 99})
    @related_action(action="open_test_action", view="decorator")
    def marked_and_configured(self) -> None:
        """Be marked and have a job function, which wins."""

    def _job_store_values(self, job: Job) -> dict[str, Any]:
        values = super()._job_store_values(job)
        values["additional_info"] = f"info of {job.method_name}"
        # A core value: must not win.
        values["model_name"] = "res.users"
        return values

    def _job_store_values_for_undescribed(self, job: Job) -> dict[str, Any]:
        return {"additional_info": "specific"}


class TestQueueJobOverride(models.Model):
    """An override that does not repeat the decorators."""

    _inherit = "test.queue.job"

    def marked(self) -> None:
        return super().marked()


class TestQueueJobAuto(models.Model):
    """Plain calls become jobs."""

    _name = "test.queue.job.auto"
    _description = "Test Queue Job Auto Delay"

    name = fields.Char()

    def always(self, text: str, suffix: str = "") -> str:
        """Set the name, later."""
        self.name = text + suffix
        return text

    def sometimes(self, text: str) -> str:
        """Set the name, later when the context says so."""
        self.name = text
        return text

    def with_options(self, text: str) -> str:
        """Set the name, with options that depend on the arguments."""
        self.name = text
        return text

    def with_options_job_options(self, text: str) -> dict[str, Any]:
        return {"priority": 42, "description": f"set {text}"}

    def _register_hook(self) -> None:
        self._delay_calls("always")
        self._delay_calls("sometimes", context_key="later")
        self._delay_calls("with_options")
        return super()._register_hook()

    def _delay_calls(self, name: str, context_key: str | None = None) -> None:
        delaying = self._patch_job_auto_delay(name, context_key=context_key)
        original = getattr(type(self), name)
        setattr(type(self), name, functools.update_wrapper(delaying, original))
