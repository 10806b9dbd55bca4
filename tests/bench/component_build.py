# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Building a registry of 2,000 component classes: time and memory against OCA's.

    python tests/bench/component_build.py [--quick]

Needs Odoo 19 in the Python that runs it, and a PostgreSQL server (PGHOST, PGUSER).
"""

from __future__ import annotations

from component_support import Target, bench, parser, report

COUNT = 2000


def main() -> None:
    """Run the bench."""
    args = parser(__doc__).parse_args()
    times: dict[str, list[float]] = {"ours": [], "oca": []}
    with bench("component") as sides:
        workers = (
            ("ours", sides.ours, sides.ours_database),
            ("oca", sides.oca, sides.oca_database),
        )
        for _name, worker, database in workers:
            worker.call("prepare_lookups", database=database, count=10)
        for _round in range(3 if args.quick else 9):
            for name, worker, _database in workers:
                times[name].append(worker.call("build_time", count=COUNT))
        memory = {
            name: worker.call("build_memory", count=COUNT)
            for name, worker, _database in workers
        }
    ours, oca = min(times["ours"]), min(times["oca"])
    rows = [
        ("time", f"{ours * 1e3:.1f} ms", f"{oca * 1e3:.1f} ms", f"{ours / oca:.2f}"),
        (
            "memory",
            f"{memory['ours'] / 1e6:.2f} MB",
            f"{memory['oca'] / 1e6:.2f} MB",
            f"{memory['ours'] / memory['oca']:.2f}",
        ),
    ]
    targets = [
        Target("build time, of OCA's", ours / oca, "≤", 1),
        Target("memory, of OCA's", memory["ours"] / memory["oca"], "≤", 1),
    ]
    report(args, (f"{COUNT} classes", "ours", "OCA", "ours/OCA"), rows, targets)


if __name__ == "__main__":
    main()
