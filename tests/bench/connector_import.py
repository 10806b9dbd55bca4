# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Import of 10,000 records in delayed chunks, against the bare create of the ORM.

    python tests/bench/connector_import.py [--quick]

Both sides write the same partners and bindings, in transactions of the same size. The
import begins with the batch that creates the jobs and ends with the last one: the
queries of reading jobs, finding bindings and locking records count. The two take turns,
and what is judged is the number of queries, which no noise changes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from component_support import ROOT, Target, Worker, parser, report

HERE = Path(__file__).resolve().parent


class ImportWorker(Worker):
    """A process that runs connector_import_worker.py."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "connector_import_worker.py")],
            env={
                **os.environ,
                "BENCH_ADDONS_PATH": f"{ROOT},{HERE / 'addons'}",
                "PYTHONHASHSEED": "0",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


def main() -> None:
    """Run the bench."""
    args = parser(__doc__).parse_args()
    rounds = 1 if args.quick else 3
    worker, database = ImportWorker(), f"bench_connector_{os.getpid()}_import"
    results: dict[str, list[list[float]]] = {"create": [], "import": [], "again": []}
    try:
        worker.call("create_database", name=database)
        worker.call("install", database=database, addon="bench_connector_import")
        count = worker.call("warm_up", database=database)
        for _round in range(rounds):
            for name in results:
                results[name].append(worker.call(f"run_{name}", database=database))
                if name != "import":
                    worker.call("clean", database=database)
    finally:
        worker.call("close_databases")
        worker.call("drop_database", name=database)
        worker.close()
    labels = {
        "create": "bare create of the ORM",
        "import": "import in delayed chunks",
        "again": "the same again, nothing changed",
    }
    rows, queries = [], {}
    for name, measured in results.items():
        seconds = median(row[0] for row in measured)
        queries[name] = median(row[1] for row in measured) / count
        rate = f"{count / seconds:,.0f}/s"
        rows.append((labels[name], rate, f"{queries[name]:.4f}"))
    targets = [
        Target("queries per record", queries["import"] / queries["create"], "≤", 1.3)
    ]
    report(args, (f"{count:,} partners", "records/s", "queries/record"), rows, targets)


if __name__ == "__main__":
    main()
