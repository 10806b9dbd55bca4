# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Processes that delay jobs in all the ways there are, whatever happens to PostgreSQL.

    python tests/load/enqueuers.py DATABASE PROCESSES JOBS SEED ODOO_OPTION...

A batch is one transaction with a receipt in it: when a connection breaks during the
commit, the receipt tells whether the batch was stored, and if not it is stored again.
Prints as JSON, for each way, the milliseconds that the transactions took.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any, Final

import psycopg2

RECEIPTS: Final = """
    CREATE TABLE storm_receipt (
        process integer, batch integer, jobs integer NOT NULL,
        PRIMARY KEY (process, batch))
"""
#: Method, its arguments behind the key, jobs of a thousand.
_KINDS: Final[tuple[tuple[str, tuple[Any, ...], int], ...]] = (
    ("tally", (), 983),
    ("retry_until", (2,), 15),
    ("fail", (), 2),
)
#: Channel and jobs of a thousand. One at a time: few, for they take long together.
_CHANNELS: Final = {"root.many": 946, "root.two": 50, "root.one": 4}
_CONNECTION_LOST: Final = (psycopg2.OperationalError, psycopg2.InterfaceError)

Times = dict[str, list[float]]


class Enqueuer:
    """One process: delays its share of the jobs."""

    def __init__(self, database: str, seed: str, number: int) -> None:
        self._database = database
        self._number = number
        self._dice = random.Random(f"{seed} {number}")
        self._stored = 0
        #: Each way to delay, and how often it is taken.
        self._ways: dict[Callable[[Any], int], int] = {
            self.loop: 4,
            self.loop_with_key: 2,
            self.many: 3,
            self.graphs: 2,
        }

    def run(self, jobs: int) -> Times:
        """Delay so many jobs, or a batch more; return milliseconds by way."""
        times: Times = defaultdict(list)
        batch = 0
        while self._stored < jobs:
            way = self._dice.choices(list(self._ways), list(self._ways.values()))[0]
            state = self._dice.getstate()
            while True:
                # The same jobs again, should it have to be done again.
                self._dice.setstate(state)
                started = time.perf_counter()
                try:
                    self._stored += self._store(batch, way)
                except _CONNECTION_LOST:
                    time.sleep(0.1)
                    continue
                times[way.__name__].append(1000 * (time.perf_counter() - started))
                break
            batch += 1
        return times

    def _store(self, batch: int, way: Callable[[Any], int]) -> int:
        """Store a batch with its receipt, unless it is there; return its jobs."""
        from odoo import SUPERUSER_ID
        from odoo.api import Environment
        from odoo.modules.registry import Registry

        with Registry(self._database).cursor() as cr:
            key = (self._number, batch)
            cr.execute(
                "SELECT jobs FROM storm_receipt WHERE process = %s AND batch = %s", key
            )
            if row := cr.fetchone():
                return row[0]
            jobs = way(Environment(cr, SUPERUSER_ID, {}))
            cr.execute("INSERT INTO storm_receipt VALUES (%s, %s, %s)", (*key, jobs))
            return jobs

    # -- ways to delay; each returns the number of jobs ------------------------------

    def loop(self, env: Any) -> int:
        """One call after the other, some of which are tried again or fail."""
        weights = [share for _method, _arguments, share in _KINDS]
        for number in range(50):
            method, arguments, _share = self._dice.choices(_KINDS, weights)[0]
            delay = env["chaos.ledger"].with_delay
            self._call(delay, f"loop {self._mark(number)}", method, *arguments)
        return 50

    def loop_with_key(self, env: Any) -> int:
        """One call after the other, each with an identity key."""
        for number in range(50):
            key = f"with key {self._mark(number)}"
            self._call(partial(env["chaos.ledger"].with_delay, identity_key=key), key)
        return 50

    def many(self, env: Any) -> int:
        """Many at once that do not wait for each other."""
        delay = env["chaos.ledger"].delayable
        keys = (f"many {self._mark(number)}" for number in range(250))
        env["queue.job"].delay_many([self._call(delay, key) for key in keys])
        return 250

    def graphs(self, env: Any) -> int:
        """Five graphs: nine jobs in parallel, then one."""
        from odoo.addons.queue_job.delay import chain, group

        delay = env["chaos.ledger"].delayable
        for graph in range(5):
            keys = [f"graph {self._mark(10 * graph + part)}" for part in range(10)]
            *parents, child = (self._call(delay, key) for key in keys)
            chain(group(*parents), child).delay()
        return 50

    def _call(
        self,
        delay: Callable[..., Any],
        key: str,
        method: str = "tally",
        *arguments: Any,
    ) -> Any:
        """Call a method of the ledger by what ``delay`` makes of the options."""
        channel = self._dice.choices(list(_CHANNELS), list(_CHANNELS.values()))[0]
        if method == "tally" and channel != "root.many":
            # Takes longer, so that those that must not overlap could.
            method = "note"
        # However often their worker dies.
        delayed = delay(channel=channel, max_retries=0)
        return getattr(delayed, method)(key, *arguments)

    def _mark(self, number: int) -> str:
        return f"{self._number}.{self._stored + number}"


def _run(database: str, seed: str, jobs: int, number: int) -> Times:
    return Enqueuer(database, seed, number).run(jobs)


def main(database: str, processes: str, jobs: str, seed: str, *options: str) -> None:
    """Share the jobs among processes, and print how long their transactions took."""
    answers = os.fdopen(os.dup(1), "w")
    # Whatever Odoo prints must not reach the pipe of the answers.
    os.dup2(2, 1)
    import odoo.init  # noqa: F401  sets up the namespace for what follows
    from odoo import sql_db
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(["-d", database, "--no-http", *options], setup_logging=True)
    Registry(database)
    sql_db.close_all()
    count = int(processes)
    with ProcessPoolExecutor(count, mp_context=get_context("fork")) as pool:
        work = partial(_run, database, seed, -(-int(jobs) // count))
        together: Times = defaultdict(list)
        for times in pool.map(work, range(count)):
            for way, milliseconds in times.items():
                together[way] += milliseconds
    answers.write(json.dumps(together))
    answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
