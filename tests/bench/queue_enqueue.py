# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Delaying jobs: CPU time of Odoo and PostgreSQL for each job, against OCA's.

    python tests/bench/queue_enqueue.py [--quick]

Both sides take turns in short rounds and roll back. Needs Odoo 19 in the Python that
runs it, and a PostgreSQL server on this machine (PGHOST, PGUSER).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from component_support import Target, install_reference, parser, report

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ("odoo-addon-queue-job==19.0.2.4.0.1", "openupgradelib")
#: scenario -> (jobs of a round, ratio to reach)
SCENARIOS: dict[str, tuple[int, float]] = {
    "loop": (300, 5),
    "loop with key": (300, 5),
    # There, nothing but a loop stores jobs that do not wait for each other.
    "delay_many": (1000, 20),
    "group": (1000, 20),
    "split": (1000, 20),
    "chain": (1000, 10),
}


class Side:
    """A process that runs Odoo with one addons path on one database."""

    def __init__(self, addons_path: str | Path, database: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--serve", str(addons_path), database],
            # The reference's pre-init hook imports what is installed beside it.
            env=dict(os.environ, PYTHONPATH=str(Path(addons_path).parents[1])),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def call(self, scenario: str, count: int) -> list[float]:
        """Return the seconds of CPU in Odoo and in PostgreSQL for each job."""
        print(json.dumps([scenario, count]), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"The bench process ended in {scenario!r}.")
        return json.loads(answer)

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def main() -> None:
    """Run the bench."""
    args = parser(__doc__).parse_args()
    best: dict[tuple[str, str], list[float]] = {}
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        install_reference(folder, *REFERENCE)
        sides = {}
        for name, path in (("ours", ROOT), ("oca", Path(folder, "odoo/addons"))):
            database = f"bench_queue_enqueue_{os.getpid()}_{name}"
            subprocess.run(["createdb", database], check=True)
            stack.callback(subprocess.run, ["dropdb", "--force", database], check=True)
            sides[name] = Side(path, database)
            stack.callback(sides[name].close)
        for _round in range(3 if args.quick else 12):
            for scenario, (count, _bound) in SCENARIOS.items():
                for name, side in sides.items():
                    measured = side.call(scenario, count)
                    known = best.get((scenario, name), measured)
                    best[scenario, name] = min(known, measured, key=sum)
    rows, targets = [], []
    for scenario, (_count, bound) in SCENARIOS.items():
        ours, oca = best[scenario, "ours"], best[scenario, "oca"]
        ratio = sum(oca) / sum(ours)
        cells = [f"{part * 1e6:.0f}" for part in (*ours, *oca)]
        rows.append((scenario, *cells, f"{ratio:.1f}"))
        targets.append(Target(f"{scenario}, times faster", ratio, "≥", bound))
    header = ("µs of CPU a job", "Odoo", "PG", "OCA Odoo", "OCA PG", "ratio")
    report(args, header, rows, targets)


# --- the process that runs Odoo -----------------------------------------------------


def serve(addons_path: str, database: str) -> None:
    """Install queue_job, then answer the calls read from stdin."""
    import odoo.init  # noqa: F401  sets up the namespace for what follows
    from odoo import SUPERUSER_ID
    from odoo.api import Environment
    from odoo.modules.registry import Registry
    from odoo.tools import config

    answers = os.fdopen(os.dup(1), "w")
    # whatever Odoo prints must not reach the pipe of the answers
    os.dup2(2, 1)
    options = ["--addons-path", addons_path, "--no-http", "--log-level=error"]
    config.parse_config([*options, "-d", database], setup_logging=True)
    Registry.new(database, update_module=True, install_modules=["queue_job"])
    with Registry(database).cursor() as cr:
        # An empty table that was vacuumed gets plans nobody has in production.
        cr.execute(
            "INSERT INTO queue_job (uuid, state, date_created, model_name)"
            " SELECT gen_random_uuid(), 'done', now(), 'x'"
            " FROM generate_series(1, 20000)"
        )
        cr.execute("ANALYZE queue_job")
        cr.commit()
        env = Environment(cr, SUPERUSER_ID, {})
        for line in sys.stdin:
            scenario, count = json.loads(line)
            answers.write(json.dumps(measure(env, scenario, count)) + "\n")
            answers.flush()


def measure(env: Any, scenario: str, count: int) -> list[float]:
    """Return the seconds of CPU in this process and its backend for each job."""
    run = runner(env, scenario, count)
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


def runner(env: Any, scenario: str, count: int) -> Callable[[], Any]:
    """Return what delays ``count`` jobs."""
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

    def at_once() -> None:
        if not hasattr(env["queue.job"], "delay_many"):
            loop()
            return
        calls = [record.delayable().write({"help": f"x{n}"}) for n in range(count)]
        env["queue.job"].delay_many(calls)

    def all_parallel() -> None:
        calls = (record.delayable().write({"help": f"x{n}"}) for n in range(count))
        group(*calls).delay()

    def in_slices(chain: bool) -> None:
        records.delayable().read(["name"]).split(1, chain=chain).delay()

    return {
        "loop": loop,
        "loop with key": loop_with_key,
        "delay_many": at_once,
        "group": all_parallel,
        "split": lambda: records.delayable().read(["name"]).split(1).delay(),
        "chain": lambda: (
            records.delayable().read(["name"]).split(1, chain=True).delay()
        ),
    }[scenario]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(*sys.argv[2:])
    else:
        main()
