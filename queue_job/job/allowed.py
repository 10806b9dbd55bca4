# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which methods may be jobs: all, or where one wants that, declared ones alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from odoo import api
from odoo.tools import str2bool

from ..exception import JobNotAllowedError

if TYPE_CHECKING:
    from ..core.job_config import JobConfig
    from . import Job

#: System parameter: methods with a job function alone may be jobs.
STRICT_PARAMETER: Final = "queue_job.strict"


def check_allowed(job: Job, config: JobConfig) -> None:
    """Make sure that the job may run: where only declared methods may, it is one.

    :raises JobNotAllowedError: when it is not
    """
    if not config.is_allowed:
        raise JobNotAllowedError(
            f"{job.model_name}.{job.method_name} is not declared as a job: add a job "
            f"function {job.job_function_name!r}, or let all methods be jobs (system "
            f"parameter {STRICT_PARAMETER})."
        )


def is_strict(env: api.Environment) -> bool:
    """Return whether only methods with a job function may be jobs."""
    # sudo: a switch of the server's owner, read for whoever delays
    parameters = env["ir.config_parameter"].sudo()
    return str2bool(parameters.get_param(STRICT_PARAMETER), False)
