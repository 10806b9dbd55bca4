# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a client keeps to the rate of a backend."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Throttle"]


class Throttle(Protocol):
    """What a client asks before each call, and tells when it was too fast."""

    def acquire(self) -> float:
        """Return the seconds to wait before the call.

        :raises HttpOwnRateError: it would take too long; the error says how long
        """

    def close(self, seconds: float) -> None:
        """Take note that the backend wants no call for some seconds."""
