# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.exceptions import UserError
from odoo.tests import BaseCase, TransactionCase, tagged

from ..core.retry_policy import (
    Backoff,
    ExceptionNamesError,
    RetryPolicy,
    Verdict,
    parse_exception_names,
)
from ..exception import RetryableJobError
from ..job import Job


class TestRetryPolicy(BaseCase):
    """What exceptions mean, without a database."""

    def test_names_are_separated_by_commas_and_white_space(self) -> None:
        names = parse_exception_names(" OSError,requests.HTTPError\nValueError ")
        self.assertEqual(names, {"OSError", "requests.HTTPError", "ValueError"})
        self.assertEqual(parse_exception_names(None), frozenset())

    def test_what_is_no_name_is_named(self) -> None:
        with self.assertRaisesRegex(ExceptionNamesError, r"'Value-Error' is no name"):
            parse_exception_names("OSError, Value-Error")

    def test_verdict_goes_by_the_nearest_class(self) -> None:
        policy = RetryPolicy(
            retry_on=frozenset({"OSError"}),
            discard_on=frozenset({"FileNotFoundError"}),
            fail_on=frozenset({"odoo.addons.queue_job.exception.RetryableJobError"}),
        )
        for error, verdict in (
            (ConnectionResetError(), Verdict.RETRY),
            (FileNotFoundError(), Verdict.DISCARD),
            (RetryableJobError("later"), Verdict.FAIL),
            (ValueError(), None),
        ):
            with self.subTest(error=error):
                self.assertEqual(policy.verdict(error), verdict)

    def test_backoff_grows_to_its_cap_and_draws_a_share(self) -> None:
        backoff = Backoff(base=10, factor=3, cap=200, jitter=0.25)
        bounds = [backoff.delay(retry) for retry in (1, 2, 3, 4, 100_000)]
        self.assertEqual(bounds, [(8, 10), (22, 30), (68, 90), (150, 200), (150, 200)])
        self.assertFalse(Backoff())


@tagged("post_install", "-at_install")
class TestJobFunctionPolicy(TransactionCase):
    """The policy of a job function's record."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.function = cls.env["queue.job.function"].create(
            {"name": "<res.partner>.write", "backoff": 30, "retry_on": "OSError"}
        )

    def test_configuration_follows_the_record(self) -> None:
        config = self.env["queue.job.function"].job_config(self.function.name)
        self.assertEqual(config.retry_policy.backoff.base, 30)
        self.assertEqual(config.retry_policy.retry_on, {"OSError"})
        self.function.retry_on = "KeyError"
        config = self.env["queue.job.function"].job_config(self.function.name)
        self.assertEqual(config.retry_policy.retry_on, {"KeyError"})

    def test_wrong_name_of_an_exception_is_refused(self) -> None:
        with self.assertRaisesRegex(UserError, "Retry On: 'not-a-name'"):
            self.function.retry_on = "not-a-name"

    def test_backoff_is_the_wait_unless_there_is_a_pattern(self) -> None:
        job = Job(self.env["res.partner"].write, args=({},))
        job.retry = 2
        self.function.backoff_jitter = 0
        self.assertEqual(job._get_retry_seconds(), 60)
        self.assertEqual(job._get_retry_seconds(7), 7)
        self.function.edit_retry_pattern = "{1: 5}"
        again = Job(self.env["res.partner"].write, args=({},))
        again.retry = 2
        self.assertEqual(again._get_retry_seconds(), 5)
