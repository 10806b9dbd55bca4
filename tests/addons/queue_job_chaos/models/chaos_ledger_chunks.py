# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from odoo import api, models

from odoo.addons.queue_job.exception import RetryableJobError


class ChaosLedgerChunks(models.Model):
    """Jobs that commit while they run."""

    _inherit = "chaos.ledger"

    @api.model
    def count_to(
        self,
        key: str,
        last: int,
        gates: dict[str, int] | None = None,
        position: int | None = None,
    ) -> Iterator[int]:
        """Leave a trace for each number; some wait at a gate after leaving it."""
        for number in range((position or 0) + 1, last + 1):
            self._trace(f"{key} {number}")
            if gate := (gates or {}).get(str(number)):
                self._pass(gate)
            yield number
        self.note(key)

    @api.model
    def count_and_stumble(
        self, key: str, last: int, position: int | None = None
    ) -> Iterator[int]:
        """Get one number on with each attempt, then ask to be tried again."""
        if (number := (position or 0) + 1) < last:
            self._trace(f"{key} {number}")
            yield number
            raise RetryableJobError("not yet", seconds=0)
        self._trace(f"{key} {number}")
        self.note(key)

    @api.model
    def count_slowly(
        self, key: str, last: int, seconds: float, position: int | None = None
    ) -> Iterator[int]:
        """Take some time for each number; the first attempt never ends after three."""
        for number in range((position or 0) + 1, last + 1):
            self._trace(f"{key} {number}")
            time.sleep(seconds)
            yield number
            if number == 3 and position is None:
                self.env.cr.execute("SELECT pg_sleep(600)")
        self.note(key)

    @api.model
    def count_by_hand(self, key: str, last: int, gates: dict[str, int]) -> None:
        """Count without being a generator."""
        jobs: Any = self.env["queue.job"]
        for number in range((jobs._position() or 0) + 1, last + 1):
            self._trace(f"{key} {number}")
            if gate := gates.get(str(number)):
                self._pass(gate)
            jobs._commit_position(number)
        self.note(key)

    @api.model
    def commit_behind_gate(self, key: str, gate: int) -> None:
        """Commit once before the gate, once after it, and leave the rest to the end."""
        self._trace(f"{key} before")
        self.env.cr.commit()
        self._trace(f"{key} between")
        self._pass(gate)
        self.env.cr.commit()
        self.note(key)

    def _trace(self, key: str) -> None:
        # Not the effect of the job as a whole, of which there is one.
        self.create({"key": key})

    def _pass(self, gate: int) -> None:
        self.env.cr.execute("SELECT pg_advisory_lock_shared(%s)", (gate,))
        self.env.cr.execute("SELECT pg_advisory_unlock_shared(%s)", (gate,))
