# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Jobs that run together, against the same jobs alone and against the floor.

    python tests/bench/queue_coalesced.py [--quick] [--jobs N] [--together N]

Each job is a call on one record of its own. *together*: the job function lets up to
that many run as one call. The floor, and what a run needs, are those of
``queue_bench.py``.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import closing
from typing import Final

from component_support import Target, parser, report
from queue_running import Cost, run_stored
from queue_sides import Side, bench_server, make_sides

#: One stored job becomes many, each of a record of its own.
_COPY: Final = """
    INSERT INTO queue_job (uuid, state, channel, priority, date_created,
        model_name, method_name, args, kwargs, user_id, company_id, name, retry,
        max_retries, channel_method_name, job_function_id, records)
    SELECT gen_random_uuid(), state, channel, priority, date_created,
        model_name, method_name, args, kwargs, user_id, company_id, name, retry,
        max_retries, channel_method_name, job_function_id,
        jsonb_set(records, '{ids}', jsonb_build_array(number))
      FROM queue_job, generate_series(2, %s) AS number WHERE queue_job.id = %s
"""
_FUNCTION: Final = """
    INSERT INTO queue_job_function
           (name, model_id, method, channel_id, channel, coalesce_limit)
    SELECT '<bench.queue>.noop', model.id, 'noop', channel.id, 'root', %(limit)s
      FROM ir_model AS model, queue_job_channel AS channel
     WHERE model.model = 'bench.queue' AND channel.name = 'root'
    ON CONFLICT (name) DO UPDATE SET coalesce_limit = %(limit)s
"""


def main() -> None:
    """Run the bench."""
    options = parser(__doc__)
    options.add_argument("--jobs", type=int, default=40_000)
    options.add_argument("--workers", type=int, default=4)
    options.add_argument("--together", type=int, default=500)
    args = options.parse_args()
    jobs = args.jobs // 4 if args.quick else args.jobs
    costs = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        bench_server() as server,
        make_sides(server, folder, args.workers, ("floor", "ours")) as sides,
    ):
        floor, ours = sides["floor"], sides["ours"]
        _progress("floor")
        few = jobs // 5
        costs["floor"] = run_stored(floor, floor.ask("store_floor", few), few)
        runs = {"alone": (few, 0), "together": (jobs, args.together)}
        for name, (count, limit) in runs.items():
            _progress(name)
            costs[name] = run_stored(ours, _store(ours, count, limit), count)
    header = (
        *("running", "jobs/s", "statements", "transactions", "fsyncs", "WAL bytes"),
        *("updates", "HOT", "Odoo ms", "PG ms"),
    )
    rows = [(name, *cost.cells()) for name, cost in costs.items()]
    report(args, header, rows, _targets(costs))


def _store(side: Side, count: int, limit: int) -> int:
    """Store jobs of a function with a limit; return the id just before theirs."""
    with closing(side.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(_FUNCTION, {"limit": limit})
        before = side.ask("store", 1)
        cursor.execute(_COPY, (count, before + 1))
        cursor.execute("VACUUM ANALYZE")
    return before


def _targets(costs: dict[str, Cost]) -> list[Target]:
    rate = {name: cost.jobs_per_second for name, cost in costs.items()}
    return [
        Target(f"jobs/s together, times {name}", rate["together"] / rate[name], "≥", 5)
        for name in ("floor", "alone")
    ]


def _progress(message: str) -> None:
    print(f"... {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
