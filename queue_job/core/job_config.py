# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a job function says of its jobs."""

from __future__ import annotations

from typing import Any, NamedTuple

from .retry import RetryPattern
from .retry_policy import RetryPolicy


class JobConfig(NamedTuple):
    """How the jobs of a method are run; cached: do not change what is inside."""

    channel: str
    retry_pattern: RetryPattern
    related_action_enable: bool
    related_action_func_name: str | None
    related_action_kwargs: dict[str, Any]
    job_function_id: int | None
    allow_commit: bool
    on_fail_method_name: str | None
    time_limit: int = 0  # seconds; 0 = none
    memory_limit: int = 0  # MiB; 0 = none
    retry_policy: RetryPolicy = RetryPolicy()
    #: Field or method by which rates are counted apart.
    rate_key: str | None = None
    #: False where declared methods alone may be jobs, and this one is not.
    is_allowed: bool = True
