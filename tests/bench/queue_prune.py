# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The latency of jobs while a million old ones are deleted, against before.

    python tests/bench/queue_prune.py [--quick] [--old N]

Latency is from the commit of ``with_delay()`` to the first line of the method. The jobs
are deleted as Odoo's vacuum cleaner does it, a batch a transaction, in a process of its
own; half as many failed jobs, which are kept for ever, lie between them.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from typing import Final

from component_support import Tables, Target, parser, report_tables
from queue_sides import Side, bench_server, make_sides

_JOBS: Final = 60
_OLD: Final = """
    INSERT INTO queue_job (uuid, state, channel, priority, date_created, date_done,
        model_name, method_name, records, args, kwargs, user_id, company_id, name,
        retry, max_retries, channel_method_name, job_function_id, func_string, result)
    SELECT gen_random_uuid(), CASE WHEN number %% 3 = 0 THEN 'failed' ELSE 'done' END,
        channel, priority, past.date, past.date + interval '1 second',
        model_name, method_name, records, args, kwargs, user_id, company_id, name, 1,
        max_retries, channel_method_name, job_function_id, func_string, 'some result'
      FROM queue_job, generate_series(1, %s) AS number,
           LATERAL (SELECT now() AT TIME ZONE 'UTC' - interval '60 days'
                         + number * interval '1 second' AS date) AS past
     WHERE queue_job.id = %s
"""


def main() -> None:
    """Run the bench."""
    options = parser(__doc__)
    options.add_argument("--old", type=int, default=1_000_000)
    options.add_argument("--workers", type=int, default=2)
    args = options.parse_args()
    deleted = args.old // 10 if args.quick else args.old
    with (
        tempfile.TemporaryDirectory() as folder,
        bench_server() as server,
        make_sides(server, folder, args.workers, ("ours",)) as sides,
    ):
        side = sides["ours"]
        _progress(f"storing {deleted * 3 // 2} old jobs")
        _fill(side, deleted * 3 // 2)
        with side.workers():
            before = side.ask("latency", _JOBS)
            _progress(f"deleting {deleted}")
            during, seconds = _while_pruning(side)
        left = _count_old(side)
    rows = [
        (name, f"{_p50(waits):.1f}", f"{_p99(waits):.1f}", f"{max(waits) * 1000:.1f}")
        for name, waits in (("before", before), ("during", during))
    ]
    tables: Tables = {
        ("latency", "p50 ms", "p99 ms", "max ms"): rows,
        ("jobs deleted", "seconds"): [(str(deleted), f"{seconds:.0f}")],
    }
    targets = [
        Target("old jobs left", left, "≤", 0),
        Target("latency p50 during, times before", _p50(during) / _p50(before), "≤", 2),
        Target("longest wait during, ms", max(during) * 1000, "≤", 500),
    ]
    report_tables(args, tables, targets)


def _fill(side: Side, count: int) -> None:
    sample = side.ask("store", 1) + 1
    with closing(side.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(_OLD, (count, sample))
        cursor.execute("VACUUM ANALYZE")


def _while_pruning(side: Side) -> tuple[list[float], float]:
    """Measure latencies until all is deleted; return them and the seconds it took."""
    started = time.monotonic()
    waits: list[float] = []
    command = side.inside("prune")
    with subprocess.Popen(
        command, env=side.environment, stdout=subprocess.DEVNULL
    ) as pruning:
        while pruning.poll() is None:
            waits += side.ask("latency", _JOBS // 3)
    if pruning.returncode:
        raise RuntimeError(f"pruning ended with status {pruning.returncode}")
    return sorted(waits), time.monotonic() - started


def _count_old(side: Side) -> int:
    with closing(side.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM queue_job"
            " WHERE state = 'done' AND date_done < now() - interval '31 days'"
        )
        return cursor.fetchone()[0]


def _p50(waits: list[float]) -> float:
    return statistics.median(waits) * 1000


def _p99(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.99)] * 1000


def _progress(message: str) -> None:
    print(f"... {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
