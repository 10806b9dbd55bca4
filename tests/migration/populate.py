# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fills a database of the OCA addon; read by ``odoo shell``, which gives ``env``.

The jobs' descriptions are their names in the tests; most write on a partner of that
name, so that it shows whether they ran.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from odoo.api import Environment

from odoo.addons.queue_job.delay import chain, group
from odoo.addons.queue_job.job import Job

RAN = {"comment": "ran"}


class Populate:
    """What a database that was used for a while has."""

    def __init__(self, env: Environment) -> None:
        self.env = env
        self._jobs: dict[str, Job] = {}

    def configuration(self) -> None:
        """Make a channel and a job function."""
        root = self.env.ref("queue_job.channel_root")
        sales = self.env["queue.job.channel"].create(
            {"name": "sales", "parent_id": root.id, "removal_interval": 7}
        )
        self.env["queue.job.function"].create(
            {
                "model_id": self.env.ref("base.model_res_partner").id,
                "method": "write",
                "channel_id": sales.id,
                "edit_retry_pattern": "{1: 10, 5: (60, 120)}",
                "edit_related_action": '{"enable": False}',
                "allow_commit": True,
            }
        )

    def user(self) -> None:
        """Make a user who does not want to hear of failures."""
        self.env["res.users"].create(
            {"name": "Quiet", "login": "quiet", "subscribe_job": False}
        )

    def waiting(self) -> None:
        """Delay jobs that nobody began."""
        self._delay("pending", priority=3)
        self._delay("keyed", identity_key="only one")
        self._delay("elsewhere", channel="root.unknown")
        self._delay("scheduled", eta=timedelta(days=300))
        parts = {
            name: self._partner(name).delayable(description=name).write(RAN)
            for name in ("first", "second", "third")
        }
        chain(parts["first"], group(parts["second"], parts["third"])).delay()

    def arguments(self) -> None:
        """Delay jobs whose arguments are no plain JSON."""
        one, other = self._partner("one"), self._partner("other")
        one.with_delay(description="records").concat(other)
        cron = self.env.ref("base.autovacuum_job")
        cron.with_delay(description="datetime")._trigger(at=datetime(2035, 1, 2, 3, 4))
        rates = self.env["res.currency.rate"].with_delay(description="date")
        currency = self.env.ref("base.EUR").id
        rates.create({"name": date(2035, 1, 2), "rate": 2, "currency_id": currency})

    def begun(self) -> None:
        """Leave jobs in the states that workers bring them to."""
        self._delay("enqueued").set_enqueued()
        for name in ("started", "done", "failed"):
            self._delay(name).set_started()
        self._jobs["done"].set_done(result="fine")
        self._jobs["failed"].set_failed(
            exc_name="ValueError", exc_message="bad", exc_info="Traceback: bad"
        )
        self._delay("cancelled").set_cancelled(result="no more")
        for job in self._jobs.values():
            job.store()
        failed = self._jobs["failed"].db_record()
        failed.message_subscribe(self.env.ref("base.partner_admin").ids)
        failed.message_post(body="seen", subtype_xmlid="queue_job.mt_job_failed")

    def _delay(self, name: str, **options: Any) -> Job:
        partner = self._partner(name)
        uuid = partner.with_delay(description=name, **options).write(RAN).uuid
        self._jobs[name] = Job.load(self.env, uuid)
        return self._jobs[name]

    def _partner(self, name: str) -> Any:
        return self.env["res.partner"].create({"name": name})


populate = Populate(env)  # noqa: F821
populate.configuration()
populate.user()
populate.waiting()
populate.arguments()
populate.begun()
populate.env.cr.commit()
