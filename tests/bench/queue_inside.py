# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the benches of the job queue do inside Odoo, with the addons of one side.

    python queue_inside.py ADDONS_PATH DATABASE FUNCTION [NUMBER...]

Prints what the function returns as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

_FLOOR_TABLE: Final = """
    CREATE TABLE IF NOT EXISTS bench_floor (
        id serial PRIMARY KEY, state text NOT NULL DEFAULT 'pending',
        date_started timestamp, date_done timestamp);
    CREATE INDEX IF NOT EXISTS bench_floor_pending
        ON bench_floor (id) WHERE state = 'pending';
"""
_FLOOR_CLAIM: Final = """
    UPDATE bench_floor SET state = 'started', date_started = clock_timestamp()
     WHERE id = (SELECT id FROM bench_floor WHERE state = 'pending'
                  ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
 RETURNING id
"""
_FLOOR_END: Final = """
    UPDATE bench_floor SET state = 'done', date_done = clock_timestamp() WHERE id = %s
"""


def main(addons_path: str, database: str, function: str, *arguments: str) -> None:
    """Run one of the functions below; those but two get an environment.

    ``serve`` runs those that come in by the line, as JSON, until there is no more.
    """
    answers = os.fdopen(os.dup(1), "w")
    # Whatever Odoo prints must not reach the pipe of the answers.
    os.dup2(2, 1)
    _configure(addons_path, database)
    calls = (
        map(json.loads, sys.stdin) if function == "serve" else [(function, *arguments)]
    )
    for call in calls:
        print(json.dumps(_call(database, *call)), file=answers, flush=True)


def _call(database: str, function: str, *arguments: str) -> Any:
    if function in ("install", "floor"):
        return globals()[function](database, *arguments)
    from odoo import SUPERUSER_ID
    from odoo.api import Environment
    from odoo.modules.registry import Registry

    with Registry(database).cursor() as cr:
        return globals()[function](Environment(cr, SUPERUSER_ID, {}), *arguments)


def _configure(addons_path: str, database: str) -> None:
    import odoo.init  # noqa: F401  sets up the namespace for what follows
    from odoo.tools import config

    server = [
        *("--db_host", os.environ["PGHOST"], "--db_port", os.environ["PGPORT"]),
        *("--db_user", os.environ["PGUSER"]),
    ]
    options = ["--addons-path", addons_path, "--no-http", "--log-level=error"]
    config.parse_config([*options, *server, "-d", database], setup_logging=True)


def install(database: str, module: str) -> None:
    """Install a module."""
    from odoo.modules.registry import Registry

    Registry.new(database, update_module=True, install_modules=[module])


def store(env: Any, count: str) -> int:
    """Store jobs; return the id that is just before theirs."""
    env.cr.execute("SELECT COALESCE(max(id), 0) FROM queue_job")
    known = env.cr.fetchone()
    for _number in range(int(count)):
        env["bench.queue"].with_delay().noop()
    env.cr.flush()
    env.cr.execute("SELECT min(id) - 1 FROM queue_job WHERE id > %s", known)
    return env.cr.fetchone()[0]


def store_floor(env: Any, count: str) -> int:
    """Store what the floor claims; return the id that is just before."""
    env.cr.execute(_FLOOR_TABLE)
    env.cr.execute("SELECT COALESCE(max(id), 0) FROM bench_floor")
    [before] = env.cr.fetchone()
    env.cr.execute(
        "INSERT INTO bench_floor SELECT FROM generate_series(1, %s)", (int(count),)
    )
    return before


def prune(env: Any) -> int:
    """Delete old jobs as the vacuum cleaner does; return how many."""
    deleted, remaining = 0, True
    while remaining:
        count, remaining = env["queue.job"]._gc_old_jobs()
        env.cr.commit()
        deleted += count
    return deleted


def clean(env: Any) -> float:
    """Do all that Odoo's vacuum cleaner does in a night; return the seconds it took."""
    cron = env.ref("base.autovacuum_job")
    cleaner = env["ir.autovacuum"].with_context(cron_id=cron.id)
    started = time.monotonic()
    cleaner._run_vacuum_cleaner()
    return time.monotonic() - started


def add_channels(env: Any, *names: str) -> None:
    """Make channels that may run as many jobs as root."""
    for name in names:
        env["queue.job.channel"]._find_or_create(name).capacity = 0


def store_over(env: Any, count: str, *channels: str) -> None:
    """Store jobs of all channels in turns, every third with an identity key."""
    for number in range(int(count)):
        options = {"identity_key": f"{time.time()} {number}"} if not number % 3 else {}
        channel = channels[number % len(channels)]
        env["bench.queue"].with_delay(channel=channel, **options).noop()


def latency(env: Any, count: str) -> list[float]:
    """Delay one job at a time; return the seconds from commit to first line."""
    waits = []
    # The first jobs meet workers that are still loading.
    for number in range(int(count) + 10):
        uuid = env["bench.queue"].with_delay().clock().uuid
        env.cr.commit()
        sent = time.time()
        began = float(_wait_result(env, uuid))
        if number >= 10:
            waits.append(began - sent)
    return sorted(waits)


def _wait_result(env: Any, uuid: str) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        time.sleep(0.05)
        env.cr.rollback()
        env.cr.execute("SELECT state, result FROM queue_job WHERE uuid = %s", (uuid,))
        state, result = env.cr.fetchone()
        if state == "done":
            return result
    raise RuntimeError(f"job {uuid} does not end")


# --- enqueue ------------------------------------------------------------------------


def enqueue(env: Any, scenarios: str) -> dict[str, list[float]]:
    """Delay jobs and roll back; return seconds of CPU in Odoo and PostgreSQL a job.

    :param scenarios: how many jobs of each, as JSON
    """
    best: dict[str, list[float]] = {}
    for _round in range(3):
        for scenario, count in json.loads(scenarios).items():
            measured = _measure_enqueue(env, scenario, count)
            best[scenario] = min(best.get(scenario, measured), measured, key=sum)
    return best


def _measure_enqueue(env: Any, scenario: str, count: int) -> list[float]:
    run = _runner(env, scenario, count)
    env.cr.execute("SELECT pg_backend_pid()")
    schedstat = Path(f"/proc/{env.cr.fetchone()[0]}/schedstat")
    backend = int(schedstat.read_text().split()[0])
    process = time.process_time()
    run()
    env.cr.flush()
    process = time.process_time() - process
    backend = int(schedstat.read_text().split()[0]) - backend
    env.cr.rollback()
    return [process / count, backend / 1e9 / count]


def _runner(env: Any, scenario: str, count: int) -> Callable[[], Any]:
    from odoo.addons.queue_job.delay import group

    records = env["ir.model.fields"].search([], limit=count)
    record = records[0]
    stamp = time.time()

    def loop(**options: Any) -> None:
        for number in range(count):
            record.with_delay(**options).write({"help": f"x{number}"})

    def loop_with_key() -> None:
        for number in range(count):
            record.with_delay(identity_key=f"{stamp} {number}").write({"help": "x"})

    def all_parallel() -> None:
        calls = (record.delayable().write({"help": f"x{n}"}) for n in range(count))
        group(*calls).delay()

    def at_once() -> None:
        if not hasattr(env["queue.job"], "delay_many"):
            loop()
            return
        calls = [record.delayable().write({"help": f"x{n}"}) for n in range(count)]
        env["queue.job"].delay_many(calls)

    def split(chain: bool) -> None:
        records.delayable().read(["name"]).split(1, chain=chain).delay()

    return {
        "loop": loop,
        "loop with key": loop_with_key,
        "delay_many": at_once,
        "group": all_parallel,
        "split": lambda: split(chain=False),
        "chain": lambda: split(chain=True),
    }[scenario]


# --- the floor ----------------------------------------------------------------------


def floor(database: str, workers: str) -> None:
    """Be the floor: claim, open an environment, call, mark done, commit."""
    from odoo import sql_db
    from odoo.modules.registry import Registry

    Registry(database)
    sql_db.close_all()
    children = []
    for _number in range(int(workers)):
        if not (pid := os.fork()):
            _floor_loop(database)
            os._exit(0)
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)


def _floor_loop(database: str) -> None:
    import psycopg2

    from odoo import SUPERUSER_ID
    from odoo.api import Environment
    from odoo.modules.registry import Registry

    control = psycopg2.connect(dbname=database)
    control.set_session(autocommit=True)
    claims = control.cursor()
    claims.execute("SET synchronous_commit = off")
    while True:
        claims.execute(_FLOOR_CLAIM)
        if not (row := claims.fetchone()):
            # What it cost is read from the living process.
            signal.pause()
        with Registry(database).cursor() as cr:
            Environment(cr, SUPERUSER_ID, {})["bench.queue"].noop()
            cr.execute(_FLOOR_END, row)


if __name__ == "__main__":
    main(*sys.argv[1:])
