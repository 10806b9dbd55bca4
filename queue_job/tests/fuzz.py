# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How many examples property tests try: few in CI, more on demand.

``FUZZ=20`` in the environment tries twenty times as many, other ones each time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_FACTOR = int(os.environ.get("FUZZ") or 0)


def examples(number: int) -> settings:
    """Return the settings of a test that tries ``number`` examples in CI.

    The same ones each time there: a finding belongs to the change that brings it.
    """
    return settings(
        max_examples=number * max(1, _FACTOR),
        derandomize=not _FACTOR,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
