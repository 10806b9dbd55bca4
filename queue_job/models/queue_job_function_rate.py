# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import ClassVar

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.job_config import JobConfig
from ..core.suggest import did_you_mean


class QueueJobFunctionRate(models.Model):
    """Rates of job functions, and the key by which rates are counted apart."""

    _name = "queue.job.function"
    _inherit: ClassVar[list[str]] = ["queue.job.function", "queue.job.rate.mixin"]

    # Names code that runs, and values that are read, as whoever delays. -> groups
    rate_key = fields.Char(
        groups="base.group_system",
        help="What rates are counted apart by: a field of the records, with dots if "
        "need be (backend_id.account), or one of their methods without arguments. "
        "Read when a job is delayed. Empty: one rate for all jobs.",
    )

    @api.constrains("rate_key", "model_id")
    def _check_rate_key(self) -> None:
        # sudo: whoever changes the model of a function may not see its key
        for function in self.sudo().filtered("rate_key"):
            model = self.env.get(function.model_id.model)
            name = function.rate_key.partition(".")[0]
            if (
                model is None
                or name in model._fields
                or callable(getattr(model, name, None))
            ):
                continue
            raise UserError(
                self.env._(
                    "Job function %(function)s: the rate key “%(key)s” is neither a "
                    "field nor a method of %(model)s.%(hint)s",
                    function=function.name,
                    key=function.rate_key,
                    model=model._name,
                    hint=did_you_mean(name, model._fields),
                )
            )

    def _job_config(self) -> JobConfig:
        return super()._job_config()._replace(rate_key=self.rate_key or None)
