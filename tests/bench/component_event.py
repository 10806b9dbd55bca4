# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What events cost on create and write of res.partner, against OCA's.

    python tests/bench/component_event.py [--quick]

The addon's overrides of create and write are timed alone, over nothing, and compared
with the time of the whole call without the addon. A difference of whole calls, with and
without the overrides in turn, stands beside it: on a machine that does other things it
is good to about one per cent, which is the size of what is asked.

Needs Odoo 19 in the Python that runs it, and a PostgreSQL server (PGHOST, PGUSER).
"""

from __future__ import annotations

from statistics import quantiles
from typing import NamedTuple

from component_support import Bench, Target, bench, parser, report

#: for each pair of runs, [CPU, wall] seconds without and with the addon
Times = list[list[list[float]]]


class Scenario(NamedTuple):
    """Records at a time, pairs of runs in a call, and calls."""

    chunk: int
    chunks: int
    rounds: int


SCENARIOS = {
    "write one by one": Scenario(10, 100, 16),
    "write batch": Scenario(1000, 4, 20),
    "create one by one": Scenario(1, 100, 12),
    "create batch": Scenario(1000, 2, 10),
}


class Overhead(NamedTuple):
    """What the addon adds to a scenario."""

    #: microseconds of CPU per record that the overrides take by themselves
    alone: float
    #: the same, of the CPU time of the whole call without them
    share: float
    #: difference of whole calls with and without them, of the call without
    difference: float


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
                ours, oca = measure(sides, scenario, fewer)
                title = f"{scenario}, {listeners}"
                rows.append((title, *cells(ours), *cells(oca)))
                targets += judge(title, listeners, ours, oca)
    header = ("scenario", *columns("ours"), *columns("OCA"))
    report(args, header, rows, targets)


def columns(side: str) -> tuple[str, str, str]:
    """Return the titles of the columns of a side."""
    return f"{side} µs/record", "share", "difference"


def cells(overhead: Overhead) -> tuple[str, str, str]:
    """Return the cells of a side."""
    return (
        f"{overhead.alone:.3f}",
        f"{overhead.share:.2%}",
        f"{overhead.difference:+.1%}",
    )


def judge(title: str, listeners: str, ours: Overhead, oca: Overhead) -> list[Target]:
    """Return the targets of a scenario."""
    if listeners == "nobody listens":
        return [
            Target(f"{title}: overhead", ours.share, "≤", 0.01),
            Target(f"{title}: µs per record", ours.alone, "≤", 1),
        ]
    ratio = ours.alone / oca.alone
    return [Target(f"{title}: overhead, of OCA's", ratio, "≤", 0.5)]


def prepare(sides: Bench) -> None:
    """Create the partners of both databases."""
    sides.ours.call("prepare_partners", database=sides.ours_database)
    sides.oca.call("prepare_partners", database=sides.oca_database)


def measure(sides: Bench, name: str, fewer: int) -> tuple[Overhead, Overhead]:
    """Return the overhead of both sides."""
    chunk, chunks, rounds = SCENARIOS[name]
    workers = (
        (sides.ours, sides.ours_database),
        (sides.oca, sides.oca_database),
    )
    times: tuple[Times, Times] = ([], [])
    for rank in range(rounds // fewer + 1):
        for side, (worker, database) in enumerate(workers):
            found = worker.call(
                "measure",
                database=database,
                scenario=name,
                chunk=chunk,
                chunks=chunks,
            )
            if rank:  # the first round warms up
                times[side].extend(found)
    per_call = 1 if "one by one" in name else chunk
    alone = [
        worker.call(
            "override_cost",
            database=database,
            method=name.split()[0],
            chunk=per_call,
            loops=3000 // per_call,
        )
        for worker, database in workers
    ]
    return overhead(times[0], chunk, alone[0]), overhead(times[1], chunk, alone[1])


def overhead(times: Times, count: int, alone: float) -> Overhead:
    """Return the overhead from pairs of [CPU, wall] seconds, without and with."""
    without, with_addon = (
        undisturbed([pair[side][0] for pair in times]) for side in (0, 1)
    )
    share = alone / (without / count * 1e6)
    return Overhead(alone, share, (with_addon - without) / without)


def undisturbed(times: list[float]) -> float:
    """Return the time of a run that the rest of the machine left alone: the 1st decile.

    Other processes only ever add to a time, so the shortest ones tell the most.
    """
    return quantiles(times, n=10)[0]


if __name__ == "__main__":
    main()
