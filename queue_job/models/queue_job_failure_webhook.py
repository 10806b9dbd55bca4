# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import json
import secrets
import time
from typing import Any, Final

import requests

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import str2bool

from ..core import webhook
from ..core.url_policy import UnsafeUrlError, UrlPolicy
from ..exception import JobError, RetryableJobError
from ..job import current_job

#: Tries over some two days before a message is given up.
_MAX_RETRIES: Final = 12
_LONGEST_WAIT: Final = 6 * 3600  # seconds
#: Characters of an exception in a message.
_LONGEST_TEXT: Final = 2000
#: Answers that say "later"; others below 500 will not change.
_LATER: Final = (408, 425, 429)


class QueueJobFunction(models.Model):
    """A signed message to another system."""

    _inherit = "queue.job.function"

    failure_webhook_url = fields.Char(
        string="Webhook",
        groups="queue_job.group_queue_job_manager",
        help="Address (https) that is sent a JSON message about failed jobs: what they "
        "are and why they failed, not what they were called with.",
    )
    failure_webhook_secret = fields.Char(
        string="Secret",
        groups="base.group_system",
        copy=False,
        default=lambda self: secrets.token_urlsafe(32),
        help="Signs the messages: header X-Queue-Job-Signature, “sha256=” and the "
        "HMAC-SHA256 of the header X-Queue-Job-Timestamp, a dot and the body.",
    )

    @api.constrains("failure_webhook_url")
    def _check_failure_webhook_url(self) -> None:
        for function in self:
            if function.failure_webhook_url:
                try:
                    self._webhook_policy().check_url(function.failure_webhook_url)
                except UnsafeUrlError as err:
                    raise UserError(self._named_error(function.name, err)) from err

    @api.model
    def _failure_policy_fields(self) -> list[str]:
        return [*super()._failure_policy_fields(), "failure_webhook_url"]

    @api.model
    def _webhook_policy(self) -> UrlPolicy:
        # sudo: a switch of the server's owner, read for whoever saves the function
        parameters = self.env["ir.config_parameter"].sudo()
        allowed = parameters.get_param("queue_job.webhook_allow_private")
        return webhook.policy(str2bool(allowed, False))

    def _post_failures(self, failures: list[dict[str, Any]]) -> str:
        """Send failures to the webhook

        As a job, run in superuser mode. Sent at least once: the header
        X-Queue-Job-Delivery is the same when a message comes again.

        :raises RetryableJobError: when the receiver does not answer, or asks for later
        :raises JobError: when it refuses
        """
        self.ensure_one()
        if not self.failure_webhook_url:
            return self.env._("The webhook was removed.")
        body = json.dumps(
            {
                "event": "jobs_failed",
                "database": self.env.cr.dbname,
                "function": self.name,
                "failures": failures,
            }
        ).encode()
        try:
            response = webhook.post(
                self.failure_webhook_url,
                body,
                self._webhook_headers(body),
                self._webhook_policy(),
            )
        except requests.RequestException as error:
            raise self._later(f"The webhook does not answer: {error}") from error
        if response.status_code >= 500 or response.status_code in _LATER:
            raise self._later(f"The webhook answers {response.status_code}")
        if not response.ok or response.is_redirect:
            raise JobError(
                f"The webhook of {self.name} answers {response.status_code} "
                f"{response.reason}: correct its address or its receiver."
            )
        return f"{response.status_code} {response.reason}"

    def _webhook_headers(self, body: bytes) -> dict[str, str]:
        timestamp = int(time.time())
        job = current_job()
        return {
            webhook.TIMESTAMP_HEADER: str(timestamp),
            webhook.SIGNATURE_HEADER: webhook.sign(
                self.failure_webhook_secret or "", timestamp, body
            ),
            "X-Queue-Job-Delivery": job.uuid if job else "",
        }

    @api.model
    def _later(self, message: str) -> RetryableJobError:
        job = current_job()
        wait = 30 * 2 ** min(job.retry if job else 0, 16)
        return RetryableJobError(message, seconds=min(wait, _LONGEST_WAIT))


class QueueJob(models.Model):
    """Messages about failed jobs."""

    _inherit = "queue.job"

    @api.model
    def _failure_policies(self) -> list[str]:
        return [*super()._failure_policies(), "_delay_failure_webhook"]

    def _delay_failure_webhook(self, function: models.BaseModel) -> None:
        """Have a job send one message about these jobs."""
        # A message that could not be sent is no reason to send another one.
        jobs = self.filtered(lambda job: job.method_name != "_post_failures")
        if not function.failure_webhook_url or not jobs:
            return
        function.sudo().with_delay(
            max_retries=_MAX_RETRIES,
            description=self.env._("Webhook: failures of %s", function.name),
        )._post_failures([job._failure_data() for job in jobs])

    def _failure_data(self) -> dict[str, Any]:
        """Return what a webhook is told of this job."""
        self.ensure_one()
        return {
            "uuid": self.uuid,
            "name": self.name,
            "model": self.model_name,
            "method": self.method_name,
            "channel": self.origin_channel or self.channel,
            "tries": self.retry,
            "exception": self.exc_name,
            "message": (self.exc_message or "")[:_LONGEST_TEXT] or None,
            "date": self.date_done.isoformat() if self.date_done else None,
            "url": f"{self.get_base_url()}/odoo/queue.job/{self.id}",
        }
