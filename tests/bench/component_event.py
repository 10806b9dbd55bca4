# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What events cost on create and write of res.partner, against OCA's.

    python tests/bench/component_event.py [--quick]

Each process runs Odoo on two databases, with the addon and without; the overhead is the
median of the paired differences over the median time without. Needs Odoo 19 in the
Python that runs it, and a PostgreSQL server (PGHOST, PGUSER).
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import NamedTuple

from component_support import Bench, Target, Worker, bench, parser, report

#: records of each round
SCENARIOS = {
    "write one by one": 400,
    "write batch": 1000,
    "create one by one": 60,
    "create batch": 1000,
}
ROUNDS = {
    "write one by one": 80,
    "write batch": 80,
    "create one by one": 60,
    "create batch": 16,
}


class Overhead(NamedTuple):
    """What the addon adds to a scenario."""

    #: of the time without the addon
    share: float
    #: microseconds per record
    per_record: float
    #: the same share in wall time, with the database's work in it
    wall_share: float


def main() -> None:
    """Run the bench."""
    args = parser(__doc__).parse_args()
    fewer = 4 if args.quick else 1
    rows, targets = [], []
    with bench("component_event") as sides:
        prepare(sides)
        for listeners in ("nobody listens", "one listener"):
            if listeners == "one listener":
                sides.ours.call("listen", database=sides.ours_database)
                sides.oca.call("listen", database=sides.oca_database)
            for scenario in SCENARIOS:
                ours, oca = measure(sides, scenario, max(4, ROUNDS[scenario] // fewer))
                title = f"{scenario}, {listeners}"
                rows.append((title, *cells(ours), *cells(oca)))
                targets += judge(title, listeners, ours, oca)
    header = ("scenario", *columns("ours"), *columns("OCA"))
    report(args, header, rows, targets)


def columns(side: str) -> tuple[str, str, str]:
    """Return the titles of the columns of a side."""
    return f"{side} cpu", f"{side} wall", f"{side} µs/record"


def cells(overhead: Overhead) -> tuple[str, str, str]:
    """Return the cells of a side."""
    return (
        f"{overhead.share:+.2%}",
        f"{overhead.wall_share:+.2%}",
        f"{overhead.per_record:+.2f}",
    )


def judge(title: str, listeners: str, ours: Overhead, oca: Overhead) -> list[Target]:
    """Return the targets of a scenario."""
    if listeners == "nobody listens":
        return [
            Target(f"{title}: overhead", ours.share, "≤", 0.01),
            Target(f"{title}: µs per record", ours.per_record, "≤", 1),
        ]
    ratio = ours.per_record / oca.per_record
    return [Target(f"{title}: overhead, of OCA's", ratio, "≤", 0.5)]


def prepare(sides: Bench) -> None:
    """Create the partners, and let each process load both of its databases."""
    sides.ours.call("prepare_partners", database=sides.plain)
    sides.ours.call("prepare_partners", database=sides.ours_database)
    sides.oca.call("prepare_partners", database=sides.plain)
    sides.oca.call("prepare_partners", database=sides.oca_database)


def measure(sides: Bench, scenario: str, rounds: int) -> tuple[Overhead, Overhead]:
    """Return the overhead of both sides."""
    count = SCENARIOS[scenario]

    def runner(worker: Worker, database: str) -> Callable[[], list[float]]:
        return lambda: worker.call(
            "measure", database=database, scenario=scenario, count=count
        )

    pairs = [
        (runner(worker, sides.plain), runner(worker, database), [])
        for worker, database in (
            (sides.ours, sides.ours_database),
            (sides.oca, sides.oca_database),
        )
    ]
    for rank in range(rounds + 2):
        for without, with_addon, times in pairs:
            # who goes first changes, for what the first leaves in the processor
            if rank % 2:
                pair = (without(), with_addon())
            else:
                pair = (with_addon(), without())[::-1]
            if rank >= 2:
                times.append(pair)
    ours, oca = (overhead(times, count) for _without, _with, times in pairs)
    return ours, oca


def overhead(times: list[tuple[list[float], list[float]]], count: int) -> Overhead:
    """Return the overhead from the (cpu, wall) times of paired runs."""
    shares = []
    for clock in (0, 1):
        base = median(without[clock] for without, _with in times)
        added = median(pair[1][clock] - pair[0][clock] for pair in times)
        shares.append((added / base, added / count * 1e6))
    return Overhead(shares[0][0], shares[0][1], shares[1][0])


if __name__ == "__main__":
    main()
