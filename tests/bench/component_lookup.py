# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lookups by usage and model, with 10, 200 and 2,000 components, against OCA's.

    python tests/bench/component_lookup.py [--quick]

The rows "made in turn" are what no lookup can avoid: the same instances of the same
classes, without a lookup. 2,000 classes do not fit the processor's nearest caches.

Needs Odoo 19 in the Python that runs it, and a PostgreSQL server (PGHOST, PGUSER).
"""

from __future__ import annotations

from component_support import Bench, Target, bench, parser, report

COUNTS = (10, 200, 2000)


def main() -> None:
    """Run the bench."""
    args = parser(__doc__).parse_args()
    rounds = 3 if args.quick else 9
    with bench("component") as sides:
        best = measure(sides, rounds)
    rows = []
    for kind in ("same", "in turn", "made in turn"):
        for count in COUNTS:
            ours, oca = best["ours", kind, count], best["oca", kind, count]
            rows.append(
                (
                    f"{kind}, {count} components",
                    f"{1 / ours:,.0f}/s",
                    f"{1 / oca:,.0f}/s",
                    f"{oca / ours:.1f}",
                )
            )
    targets = [
        Target(
            f"warm lookup, {count} components, times OCA",
            best["oca", "same", count] / best["ours", "same", count],
            "≥",
            3,
        )
        for count in COUNTS
    ]
    in_turn = best["oca", "in turn", 2000] / best["ours", "in turn", 2000]
    targets.append(Target("2000 components in turn, times OCA", in_turn, "≥", 50))
    for kind in ("same", "in turn"):
        times = [best["ours", kind, count] for count in COUNTS]
        targets.append(
            Target(
                f"{kind}: slowest over fastest count", max(times) / min(times), "≤", 1.2
            )
        )
    report(args, ("lookup", "ours", "OCA", "times"), rows, targets)


def measure(sides: Bench, rounds: int) -> dict[tuple[str, str, int], float]:
    """Return the best time per lookup of each side, kind and count."""
    best: dict[tuple[str, str, int], float] = {}
    workers = (
        ("ours", sides.ours, sides.ours_database),
        ("oca", sides.oca, sides.oca_database),
    )
    for _name, worker, database in workers:
        for count in COUNTS:
            worker.call("prepare_lookups", database=database, count=count)
    for _round in range(rounds):
        for count in COUNTS:
            for name, worker, _database in workers:
                for kind, function in (
                    ("same", "lookup_same"),
                    ("in turn", "lookup_in_turn"),
                    ("made in turn", "instantiate_in_turn"),
                ):
                    slow = name == "oca" and kind == "in turn" and count == 2000
                    repeat = 2000 if slow else 40000
                    time = worker.call(function, count=count, repeat=repeat)
                    key = (name, kind, count)
                    best[key] = min(time, best.get(key, time))
    return best


if __name__ == "__main__":
    main()
