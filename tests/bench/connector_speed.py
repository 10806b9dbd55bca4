# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mapper and binder against OCA's connector, in the same run.

    python tests/bench/connector_speed.py [--quick]

OCA's addons are installed from PyPI into a temporary folder; both sides run the same
connector (addons/bench_connector). The sides take turns in short rounds, and only
ratios are judged. Needs Odoo 19 in the Python that runs it, and a PostgreSQL server
(PGHOST, PGUSER).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from component_support import (
    ROOT,
    Target,
    Worker,
    install_reference,
    parser,
    report,
)

HERE = Path(__file__).resolve().parent
REFERENCE = [
    f"odoo-addon-{name}"
    for name in ("component", "component-event", "queue-job", "connector")
]
# what those need and Odoo does not have
REFERENCE_NEEDS = ["openupgradelib"]
COUNT = {False: 2000, True: 500}


class ConnectorWorker(Worker):
    """A process that runs connector_worker.py."""

    def __init__(self, addons_path: Path, python_path: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "connector_worker.py")],
            env={
                **os.environ,
                "BENCH_ADDONS_PATH": f"{addons_path},{HERE / 'addons'}",
                "PYTHONHASHSEED": "0",
                "PYTHONPATH": str(python_path),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


@contextmanager
def sides() -> Iterator[dict[str, tuple[Worker, str]]]:
    """Install the connector on both sides, each on a database that is dropped after."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        addons, needs = Path(folder, "addons"), Path(folder, "needs")
        install_reference(addons, *REFERENCE)
        install_reference(needs, *REFERENCE_NEEDS)
        result: dict[str, tuple[Worker, str]] = {}
        for name, path in (("ours", ROOT), ("oca", addons / "odoo/addons")):
            worker = ConnectorWorker(path, needs)
            stack.callback(worker.close)
            database = f"bench_connector_{os.getpid()}_{name}"
            stack.callback(worker.call, "drop_database", name=database)
            stack.callback(worker.call, "close_databases")
            print(f"... creating the database of {name}", file=sys.stderr, flush=True)
            worker.call("create_database", name=database)
            worker.call("install", database=database, addon="bench_connector")
            worker.call("bind_records", database=database)
            result[name] = worker, database
        yield result


def main() -> None:
    """Run the bench."""
    args = parser(__doc__).parse_args()
    rounds = 3 if args.quick else 15
    rows, targets = [], []
    with sides() as both:

        def measure(function: str, **arguments: object) -> dict[str, list]:
            results: dict[str, list] = {name: [] for name in both}
            for _round in range(rounds):
                for name, (worker, database) in both.items():
                    result = worker.call(function, database=database, **arguments)
                    results[name].append(result)
            return results

        for children, label in ((False, "map, flat"), (True, "map, 10 children")):
            times = measure("map_records", count=COUNT[children], children=children)
            ours, oca = (COUNT[children] / median(times[n]) for n in ("ours", "oca"))
            rows.append((label, f"{ours:,.0f}/s", f"{oca:,.0f}/s", f"{ours / oca:.2f}"))
            targets.append(Target(label, ours / oca, "≥", 2))
        for outward, label in ((False, "to_internal"), (True, "to_external")):
            found = measure("find_records", outward=outward)
            ours, oca = (median(t for t, _q in found[n]) for n in ("ours", "oca"))
            queries = {name: found[name][-1][1] for name in found}
            rows.append(
                (
                    f"{label}, 1,000 records",
                    f"{ours * 1000:,.1f} ms, {queries['ours']} queries",
                    f"{oca * 1000:,.1f} ms, {queries['oca']} queries",
                    f"{oca / ours:.1f}",
                )
            )
            targets.append(Target(label, oca / ours, "≥", 5))
            targets.append(Target(f"{label}, queries", queries["ours"], "≤", 4))
    report(args, ("", "ours", "OCA", "ratio"), rows, targets)


if __name__ == "__main__":
    main()
