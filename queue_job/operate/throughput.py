# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How attempts ended lately: over time, by function, how long they ran and waited."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

from ..core.histogram import quantile
from ..core.states import JobState
from ..store.sample import sample
from .figures import of_companies

#: Functions beyond these are not listed.
_MAX_FUNCTIONS: Final = 12
#: Rows of ``queue_job_stat`` whose histograms are added up, about.
_SAMPLED_ROWS: Final = 10_000
#: Hours that are in the table by the minute, which is most of it.
_KEPT_HOURS: Final = 48
_P95: Final = 0.95


@dataclass(frozen=True, slots=True)
class FunctionFigures:
    """The attempts of a job function during the period; durations in seconds."""

    function: str
    attempts: int
    failed: int
    run_mean: float
    run_p95: float | None


@dataclass(frozen=True, slots=True)
class Throughput:
    """How attempts ended during a period; durations in seconds."""

    #: outcome -> attempts
    outcomes: dict[str, int]
    #: (begin of the step, outcome, attempts)
    series: list[tuple[datetime, str, int]]
    run_p95: float | None
    wait_p95: float | None


_ENDS: Final = """
    SELECT date_trunc('hour', minute)
               + floor(date_part('minute', minute) / %(step)s) * %(step)s
                 * interval '1 minute' AS begin,
           outcome, function, sum(attempts)::bigint, sum(run_seconds)
      FROM queue_job_stat
     WHERE minute > now() AT TIME ZONE 'UTC' - make_interval(hours => %(hours)s)
       AND %(mine)s
     GROUP BY begin, outcome, function
"""
# A sample of many minutes says the same.
_BUCKETS: Final = """
    SELECT function, n::integer, sum(run)::bigint, sum(wait)::bigint
      FROM queue_job_stat AS stat %(sample)s,
           unnest(run_histogram, wait_histogram)
               WITH ORDINALITY AS bucket (run, wait, n)
     WHERE minute > now() AT TIME ZONE 'UTC' - make_interval(hours => %(hours)s)
       AND %(mine)s
     GROUP BY function, n
"""


def throughput(
    cr: BaseCursor,
    companies: Collection[int] | None = None,
    hours: int = 1,
    step: int = 1,
) -> tuple[Throughput, list[FunctionFigures]]:
    """Return how attempts ended during the last ``hours``, and the slowest functions.

    :param step: minutes that a point of the series sums up, 60 at most
    """
    where = {"hours": hours, "mine": of_companies(companies, "company_id", none=0)}
    cr.execute(SQL(_ENDS, step=step, **where))
    outcomes: Counter[str] = Counter()
    series: Counter[tuple[datetime, str]] = Counter()
    ends = _Ends()
    for begin, outcome, function, attempts, run_seconds in cr.fetchall():
        outcomes[outcome] += attempts
        series[begin, outcome] += attempts
        ends.add(function, outcome, attempts, run_seconds)
    rows = sample(cr, "queue_job_stat", _SAMPLED_ROWS * _KEPT_HOURS // hours)
    cr.execute(SQL(_BUCKETS, sample=rows.clause, **where))
    histograms = _Histograms()
    for function, number, run, wait in cr.fetchall():
        histograms.add(function, number - 1, run or 0, wait or 0)
    return Throughput(
        outcomes=dict(outcomes),
        series=[(*key, count) for key, count in sorted(series.items())],
        run_p95=histograms.run_p95(None),
        wait_p95=histograms.wait_p95(),
    ), ends.slowest(histograms)


class _Ends:
    """How the attempts of each function ended."""

    def __init__(self) -> None:
        self._attempts: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        self._run_seconds: dict[str, float] = defaultdict(float)

    def add(self, function: str, outcome: str, attempts: int, seconds: float) -> None:
        """Count attempts that took ``seconds`` together."""
        self._attempts[function] += attempts
        self._run_seconds[function] += seconds
        if outcome == JobState.FAILED:
            self._failed[function] += attempts

    def slowest(self, histograms: _Histograms) -> list[FunctionFigures]:
        """Return the functions whose attempts take longest on average."""
        functions = [
            FunctionFigures(
                function,
                attempts,
                self._failed[function],
                self._run_seconds[function] / attempts,
                histograms.run_p95(function),
            )
            for function, attempts in self._attempts.items()
        ]
        functions.sort(key=lambda function: function.run_mean, reverse=True)
        return functions[:_MAX_FUNCTIONS]


class _Histograms:
    """Run times by function and over all (None), waits over all."""

    def __init__(self) -> None:
        self._runs: dict[str | None, list[int]] = defaultdict(list)
        self._waits: list[int] = []

    def add(self, function: str, bucket: int, run: int, wait: int) -> None:
        """Count in the same bucket of all three."""
        for counts, more in (
            (self._runs[function], run),
            (self._runs[None], run),
            (self._waits, wait),
        ):
            counts.extend([0] * (bucket + 1 - len(counts)))
            counts[bucket] += more

    def run_p95(self, function: str | None) -> float | None:
        """Return the 95th percentile of the run times, in seconds."""
        return quantile(self._runs[function], _P95)

    def wait_p95(self) -> float | None:
        """Return the 95th percentile of the waits, in seconds."""
        return quantile(self._waits, _P95)
