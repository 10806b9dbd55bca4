# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Screens of the job queue with 1,000,000 jobs, against the same with 1,000.

    python tests/bench/queue_screens.py [--quick] [--jobs N]

Server time: what the web client asks for when a screen opens, in an environment of its
own with an empty cache, as a manager who is not the superuser. Two databases take
turns, so that both see the same machine; figures are medians. The large one is measured
with one job in two hundred open (a shop that runs well), then with half of them waiting
(one that does not). Needs Odoo 19 in the Python that runs it and a PostgreSQL server on
this machine (PGHOST, PGUSER).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from component_support import Target, parser, report

ROOT = Path(__file__).resolve().parents[2]
SMALL: Final = 1000
#: What issue readers are promised.
MAX_MILLISECONDS: Final = 300
MAX_RATIO: Final = 3
#: These three are promised; the others are told.
PROMISED: Final = ("list of open jobs", "search panel", "dashboard, 1 hour")

#: Jobs of 20 functions in 5 channels; of each thousand, `open` are not over.
_FILL: Final = """
    INSERT INTO queue_job (uuid, state, name, channel, priority, model_name,
        method_name, channel_method_name, func_string, user_id, company_id, records,
        args, kwargs, date_created, date_started, date_done, exec_time, retry,
        max_retries, eta, exc_name, exc_message, exc_info, job_function_id)
    SELECT gen_random_uuid(), state, 'Export order ' || n, 'root.shop' || n %% 5, 10,
           'res.partner', 'export_' || n %% 20, '<res.partner>.export_' || n %% 20,
           'res.partner(' || n || ',).export()', 1, 1,
           '{"_type": "odoo_recordset", "model": "res.partner", "ids": [1]}',
           '[]', '{}', at, at,
           CASE WHEN state IN ('done', 'failed') THEN at END, 0.2, 1, 5,
           CASE WHEN state = 'pending' AND n %% 3 = 0
                THEN now() AT TIME ZONE 'UTC' + interval '1 day' END,
           CASE WHEN state = 'failed' THEN 'requests.ConnectionError' || n %% 7 END,
           CASE WHEN state = 'failed' THEN 'The shop is closed' END,
           CASE WHEN state = 'failed' THEN repeat('Traceback ', 50) END,
           (SELECT min(id) FROM queue_job_function)
      FROM (SELECT n, now() AT TIME ZONE 'UTC' - n * interval '2 seconds' AS at,
                   CASE WHEN n::bigint * 37 %% 1000 >= %(open)s THEN 'done'
                        WHEN n / 3 %% 10 < 7 THEN 'pending'
                        WHEN n / 3 %% 10 < 9 THEN 'failed'
                        ELSE 'wait_dependencies' END AS state
              FROM generate_series(1, %(last)s) AS n) AS job
"""
#: As many minutes as that many jobs leave behind in two days.
_STATISTICS: Final = """
    INSERT INTO queue_job_stat (minute, function, channel, company_id, outcome,
        attempts, run_seconds, wait_seconds, run_histogram, wait_histogram)
    SELECT date_trunc('minute', now() AT TIME ZONE 'UTC') - m * interval '1 minute',
           '<res.partner>.export_' || f, 'root.shop' || f %% 5, 1, 'done', 5, 1, 1,
           array_fill(1::bigint, ARRAY[25]), array_fill(1::bigint, ARRAY[20])
      FROM generate_series(0, %(minutes)s) AS m, generate_series(0, 19) AS f
    ON CONFLICT DO NOTHING
"""
_OPEN: Final = ("wait_dependencies", "pending", "enqueued", "started", "failed")


def screens() -> dict[str, Callable[[Any], object]]:
    """Return what is asked when each screen opens, by its name."""
    from odoo.addons.queue_job.operate import health, metrics, status

    open_jobs = [("state", "in", list(_OPEN))]
    return {
        "list of open jobs": lambda env: _list(env, open_jobs),
        "list of all jobs": lambda env: _list(env, []),
        "list of failed jobs": lambda env: _list(env, [("state", "=", "failed")]),
        "search panel": _search_panel,
        "dashboard, 1 hour": lambda env: env["queue.job.dashboard"].get_figures(1),
        "dashboard, 24 hours": lambda env: env["queue.job.dashboard"].get_figures(24),
        "top bar": lambda env: env["queue.job"].get_my_jobs(),
        "channels": _channels,
        "metrics": lambda env: metrics.render(env.cr),
        "health": lambda env: health.examine(env.cr),
        "status": lambda env: list(status._report(env.cr, None)),
    }


def _list(env: Any, domain: list[Any]) -> None:
    arch = _arch(env, "queue.job", "queue_job.view_queue_job_tree")
    env["queue.job"].web_search_read(
        domain,
        _specification(env, "queue.job", arch),
        limit=80,
        order=arch.get("default_order"),
        count_limit=int(arch.get("count_limit", 10_000)) + 1,
    )


def _arch(env: Any, model: str, view: str) -> Any:
    from lxml import etree

    return etree.fromstring(env[model].get_view(env.ref(view).id, "list")["arch"])


def _specification(env: Any, model: str, arch: Any) -> dict[str, Any]:
    """Return what the web client asks of each record, optional columns included."""
    fields = env[model]._fields
    return {
        name: {"fields": {"display_name": {}}} if fields[name].relational else {}
        for node in arch.iterchildren("field")
        for name in (node.get("name"),)
    }


def _search_panel(env: Any) -> None:
    jobs = env["queue.job"]
    options = {"expand": True, "enable_counters": False, "limit": 200}
    jobs.search_panel_select_multi_range("state", **options)
    jobs.search_panel_select_range("channel_id", **options, hierarchize=True)
    jobs.search_panel_select_multi_range("job_function_id", **options)


def _channels(env: Any) -> None:
    model = env["queue.job.channel"]
    arch = _arch(env, model._name, "queue_job.view_queue_job_channel_tree")
    model.web_search_read([], _specification(env, model._name, arch), limit=80)


class Side:
    """A database with so many jobs."""

    def __init__(self, database: str) -> None:
        from odoo.modules.registry import Registry

        self._registry = Registry(database)
        with self._registry.cursor() as cr:
            env = self._env(cr, 1)
            manager = env.ref("queue_job.group_queue_job_manager")
            user = env["res.users"].create(
                {"name": "Bench", "login": "bench", "group_ids": [(4, manager.id)]}
            )
            for number in range(5):
                env["queue.job.channel"]._find_or_create(f"root.shop{number}")
            self._user = user.id

    @staticmethod
    def _env(cr: Any, user: int) -> Any:
        from odoo.api import Environment

        return Environment(cr, user, {"allowed_company_ids": [1]})

    def fill(self, jobs: int, per_mille_open: int) -> None:
        """Store jobs, and the minutes that as many leave behind."""
        with self._registry.cursor() as cr:
            cr.execute(_FILL, {"last": jobs, "open": per_mille_open})
            cr.execute(_STATISTICS, {"minutes": min(2880, jobs // 300)})
        self._vacuum()

    def reopen_half(self) -> None:
        """Make half of the jobs that are done wait again."""
        with self._registry.cursor() as cr:
            cr.execute(
                "UPDATE queue_job SET state = 'pending'"
                " WHERE state = 'done' AND id % 2 = 0"
            )
        self._vacuum()

    def _vacuum(self) -> None:
        """Do what autovacuum would have done meanwhile."""
        with self._registry.cursor() as cr:
            cr._cnx.autocommit = True
            cr._obj.execute("VACUUM ANALYZE")
            cr._cnx.autocommit = False

    def milliseconds(self, ask: Callable[[Any], object]) -> float:
        """Return how long an answer takes."""
        with self._registry.cursor() as cr:
            env = self._env(cr, self._user)
            started = time.perf_counter()
            ask(env)
            elapsed = time.perf_counter() - started
            cr.rollback()
        return elapsed * 1000


def measure(small: Side, large: Side, rounds: int) -> dict[str, tuple[float, float]]:
    """Return the medians of both sides by screen, in milliseconds."""
    found = {}
    for name, ask in screens().items():
        times: list[tuple[float, float]] = [
            (small.milliseconds(ask), large.milliseconds(ask))
            for _number in range(rounds + 1)
        ]
        # the first one fills the caches of the registries
        found[name] = tuple(map(statistics.median, zip(*times[1:], strict=True)))
    return found


def main() -> None:
    """Run the bench."""
    options = parser(__doc__)
    options.add_argument("--jobs", type=int, default=1_000_000)
    args = options.parse_args()
    jobs = args.jobs // 10 if args.quick else args.jobs
    rounds = 5 if args.quick else 15
    names = [f"bench_queue_screens_{os.getpid()}_{side}" for side in ("small", "large")]
    with ExitStack() as stack:
        for name in names:
            stack.callback(_run, "dropdb", "--force", "--if-exists", name)
        _run("createdb", names[0])
        _install(stack, names[0])
        _run("createdb", "--template", *names)
        small, large = map(Side, names)
        _progress(f"filling with {SMALL} and {jobs} jobs")
        small.fill(SMALL, 200)
        large.fill(jobs, 5)
        found = {"history": measure(small, large, rounds)}
        _progress("half of the jobs wait")
        large.reopen_half()
        found["backlog"] = measure(small, large, rounds)
    _report(args, jobs, found)


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def _install(stack: ExitStack, database: str) -> None:
    import odoo.init  # noqa: F401  sets up the namespace for what follows
    from odoo import sql_db
    from odoo.modules.registry import Registry
    from odoo.tools import config

    path = f"--addons-path={ROOT}"
    config.parse_config([path, "-d", database, "--no-http", "--log-level=error"])
    stack.callback(sql_db.close_all)
    _progress("installing")
    Registry.new(database, update_module=True, install_modules=["queue_job"])
    # nobody may be connected to what is copied
    Registry.delete(database)
    sql_db.close_all()


def _report(
    args: Any, jobs: int, found: dict[str, dict[str, tuple[float, float]]]
) -> None:
    rows = []
    for name, (small, history) in found["history"].items():
        later, backlog = found["backlog"][name]
        rows.append(
            (
                name,
                *(f"{small:.1f}", f"{history:.1f}", f"{history / small:.1f}"),
                *(f"{backlog:.1f}", f"{backlog / later:.1f}"),
            )
        )
    header = (
        *("screen, ms", f"{SMALL} jobs", f"{jobs} jobs", "ratio"),
        *("half waiting", "ratio"),
    )
    targets: list[Target] = []
    for name in PROMISED:
        small, large = found["history"][name]
        targets += (
            Target(f"{name}, ms", large, "≤", MAX_MILLISECONDS),
            Target(f"{name}, ratio", large / small, "≤", MAX_RATIO),
            Target(
                f"{name}, half waiting, ms",
                found["backlog"][name][1],
                "≤",
                MAX_MILLISECONDS,
            ),
        )
    report(args, header, rows, targets)


def _progress(message: str) -> None:
    print(f"... {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
