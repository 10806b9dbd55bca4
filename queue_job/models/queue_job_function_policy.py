# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens to the jobs of a function when they raise, and when they are unique."""

from __future__ import annotations

from typing import Final

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.job_config import JobConfig
from ..core.retry_policy import (
    Backoff,
    ExceptionNamesError,
    RetryPolicy,
    parse_exception_names,
)

_LISTS: Final = ("retry_on", "fail_on", "discard_on")


class QueueJobFunctionPolicy(models.Model):
    """Retry policy and uniqueness of a job function."""

    _inherit = "queue.job.function"

    retry_on = fields.Char(
        help="Exceptions after which the job is tried again, though they do not ask "
        "for it, e.g. requests.ConnectionError, TimeoutError. Their subclasses too."
    )
    fail_on = fields.Char(
        help="Exceptions after which the job fails at once, also those that ask to "
        "try again. Wins over the other lists for the same class."
    )
    discard_on = fields.Char(
        help="Exceptions that mean there is nothing left to do: what the job did is "
        "undone, and it ends as done with the message as result."
    )
    backoff = fields.Integer(
        string="Backoff (s)",
        help="Seconds to wait after the first attempt; each further wait is longer by "
        "the factor. 0: the retry pattern alone decides.",
    )
    backoff_factor = fields.Float(default=2.0)
    backoff_cap = fields.Integer(
        string="Longest Wait (s)", default=3600, help="No wait is longer than this."
    )
    backoff_jitter = fields.Float(
        string="Random Share",
        default=0.5,
        help="Share of a wait that is random, 0 to 1: jobs that failed together then "
        "do not come back together.",
    )
    identity_while_started = fields.Boolean(
        string="Unique While It Runs",
        help="A job that runs still holds its identity key: the same job cannot be "
        "delayed again before it ended. Otherwise it can as soon as it began.",
    )

    _backoff_sane = models.Constraint(
        "CHECK(backoff >= 0 AND backoff_cap >= 0 AND backoff_factor >= 1"
        " AND backoff_jitter BETWEEN 0 AND 1)",
        "Backoff: seconds are not negative, the factor is 1 or more, and the random "
        "share lies between 0 and 1.",
    )

    @api.constrains(*_LISTS)
    def _check_exception_names(self) -> None:
        for function in self:
            for name in _LISTS:
                try:
                    parse_exception_names(function[name])
                except ExceptionNamesError as error:
                    label = self._fields[name].string
                    # a label that is translated, and names of exceptions
                    message = f"{label}: {error}"
                    raise UserError(message) from error

    def _job_config(self) -> JobConfig:
        policy = RetryPolicy(
            Backoff(
                self.backoff, self.backoff_factor, self.backoff_cap, self.backoff_jitter
            ),
            **{name: parse_exception_names(self[name]) for name in _LISTS},
        )
        return super()._job_config()._replace(retry_policy=policy)
