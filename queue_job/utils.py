# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Switches that callers use to run without the queue."""

from __future__ import annotations

import logging
import os
from typing import Final

from odoo import api

_logger = logging.getLogger(__name__)

NO_DELAY_KEY: Final = "queue_job__no_delay"
NO_DELAY_VARIABLE: Final = "QUEUE_JOB__NO_DELAY"
_LEGACY_KEY: Final = "test_queue_job_no_delay"
_LEGACY_VARIABLE: Final = "TEST_QUEUE_JOB_NO_DELAY"


def must_run_without_delay(env: api.Environment) -> bool | None:
    """Return True when jobs delayed with ``env`` must run at once, in the caller.

    True when the environment variable ``QUEUE_JOB__NO_DELAY`` is set, or the context
    key ``queue_job__no_delay`` is true.
    """
    for name in (NO_DELAY_VARIABLE, _LEGACY_VARIABLE):
        if os.environ.get(name):
            if name == _LEGACY_VARIABLE:
                _logger.debug("%s is legacy, set %s", name, NO_DELAY_VARIABLE)
            return True
    for key in (NO_DELAY_KEY, _LEGACY_KEY):
        if env.context.get(key):
            _logger.debug("context key %s: jobs run at once", key)
            return True
    return None
