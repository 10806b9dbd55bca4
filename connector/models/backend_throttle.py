# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The rate of a backend, shared by all the workers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from odoo.addons.queue_job.store import rate

from ..http.errors import HttpOwnRateError

if TYPE_CHECKING:
    from odoo import models

__all__ = ["BackendThrottle"]

PATIENCE = 10.0  # seconds a job waits for its turn, rather than come back later
LONGEST = 3600  # seconds for which a backend may keep everybody away


class BackendThrottle:
    """A bucket of tokens in the database, one for each call.

    Workers that wait longer than ``PATIENCE`` are freed: the call is refused here, and
    its job postponed. What the backend says (429 with Retry-After) holds for all.
    """

    def __init__(self, backend: models.BaseModel) -> None:
        self._source = backend.env
        self._key = f"{backend._name},{backend.id}"
        self._name = backend.display_name
        self._rate = backend.rate_limit
        self._period = backend.rate_period
        self._burst = max(1, backend.rate_burst)

    def acquire(self) -> float:
        """Return the seconds to wait before the call.

        :raises HttpOwnRateError: too many
        """
        wait = rate.take(
            self._source, self._key, self._rate, self._period, self._burst, PATIENCE
        )
        if wait > PATIENCE:
            raise HttpOwnRateError(
                f"the rate of {self._name!r}, {self._rate} calls in {self._period:g} "
                f"s, is used up for {wait:.0f} s",
                retry_after=math.ceil(wait),
            )
        return wait

    def close(self, seconds: float) -> None:
        """Keep everybody from calling for some seconds, as the backend asked."""
        rate.close(self._source, self._key, min(seconds, LONGEST))
