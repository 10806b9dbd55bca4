# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The process that runs Odoo for connector_speed.py, on one side or the other.

It only uses what the contract of the addons says; ``prefetch()`` of the binder is
called where it exists.
"""

from __future__ import annotations

import time
from typing import Any

import component_worker

RECORDS = 1000


def map_records(database: str, count: int, children: bool) -> float:
    """Return the CPU seconds that ``count`` mappings take."""
    from odoo.addons.bench_connector.components import FIELDS

    backend = _backend(database)
    record: dict[str, Any] = {f"in_{name}": name for name in FIELDS}
    record["lines"] = [
        {"number": str(rank), "holder": "h", "rank": rank} for rank in range(10)
    ]
    usage = "parent.import.mapper" if children else "import.mapper"
    with backend.work_on("res.partner") as work:
        mapper = work.component(usage=usage)
        values = mapper.map_record(record).values(for_create=True)
        assert len(values) == 26 if children else 25, values
        started = time.process_time()
        for _rank in range(count):
            mapper.map_record(record).values(for_create=True)
        return time.process_time() - started


def bind_records(database: str) -> None:
    """Create the bindings that ``find_records()`` looks for."""
    backend = _backend(database)
    backend.env["bench.binding"].create(
        [
            {"backend_id": backend.id, "external_id": f"x{rank}", "name": f"{rank}"}
            for rank in range(RECORDS)
        ]
    )
    backend.env.cr.commit()


def find_records(database: str, outward: bool) -> tuple[float, int]:
    """Return the seconds and the queries of all the look-ups in one direction."""
    backend = _backend(database)
    env = backend.env
    env.cr.commit()  # a new transaction: nothing is remembered
    env.invalidate_all()
    with backend.work_on("bench.binding") as work:
        binder = work.component(usage="binder")
        records = env["bench.binding"].search([], order="id").odoo_id
        queries, started = env.cr.sql_log_count, time.perf_counter()
        if outward:
            found = [binder.to_external(record, wrap=True) for record in records]
            assert found[5] == "x5", found[:9]
        else:
            if hasattr(binder, "prefetch"):
                binder.prefetch([f"x{rank}" for rank in range(RECORDS)])
            for rank in range(RECORDS):
                assert len(binder.to_internal(f"x{rank}")) == 1
        return time.perf_counter() - started, env.cr.sql_log_count - queries


def _backend(database: str) -> Any:
    model = component_worker.environment(database)["bench.backend"]
    return model.search([], limit=1) or model.create({"name": "bench"})


if __name__ == "__main__":
    for function in (map_records, bind_records, find_records):
        setattr(component_worker, function.__name__, function)
    component_worker.main()
