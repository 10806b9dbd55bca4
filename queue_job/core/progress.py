# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How far a running job says it has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Progress:
    """What a job reports: so much is done, of so much, and a text."""

    done: float
    #: None when the job does not know.
    total: float | None = None
    message: str | None = None

    @property
    def percent(self) -> float | None:
        """Share that is done, 0 to 100; None when the job does not know the total."""
        if not self.total:
            return None
        return round(max(0.0, min(100.0, 100.0 * self.done / self.total)), 1)

    @property
    def is_complete(self) -> bool:
        """Return whether there is nothing more to report."""
        return self.total is not None and self.done >= self.total


def checked_progress(done: Any, total: Any, message: Any) -> Progress:
    """Return the progress.

    :raises TypeError: naming what is no number, or no text
    """
    for name, value in (("done", done), ("total", total)):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number and not (name == "total" and value is None):
            raise TypeError(f"progress: {name} {value!r} is no number.")
    text = None if message is None else str(message).replace("\0", "")
    return Progress(done, total, text)
