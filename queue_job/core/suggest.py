# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Near-name suggestions for error messages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the nearest candidate, else ``""``."""
    near = difflib.get_close_matches(name, list(candidates), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""
