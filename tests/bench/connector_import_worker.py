# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The process that runs Odoo for connector_import.py."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any

import component_worker

MODEL = "bench.import.partner"


def warm_up(database: str) -> int:
    """Fill the caches of the registry; return how many records there are."""
    from odoo.addons.bench_connector_import.components import COUNT

    backend = _backend(database)
    backend.env[MODEL].import_chunk(backend, [0])
    clean(database)
    return COUNT


def run_create(database: str) -> list[float]:
    """Create the records with the ORM; return seconds and queries."""
    from odoo.tools import split_every

    from odoo.addons.bench_connector_import.components import COUNT, external_record

    backend = _backend(database)
    model, size = backend.env[MODEL], _chunk_size(backend)
    values = []
    for number in range(COUNT):
        record = external_record(number)
        values.append(
            {
                "backend_id": backend.id,
                "external_id": str(number),
                "name": record["fullName"],
                "email": record["mail"],
                "phone": record["phone"],
                "street": record["street"],
                "city": record["town"],
                "zip": record["postcode"],
            }
        )

    def create() -> None:
        for some in split_every(size, values, list):
            model.create(some)
            _commit(backend)

    return _measure(backend, create)


def run_import(database: str) -> list[float]:
    """Import the records by jobs; return seconds and queries."""
    return _measure(_backend(database), lambda: _import(database))


def run_again(database: str) -> list[float]:
    """Import again what is up to date; return seconds and queries."""
    return run_import(database)


def clean(database: str) -> None:
    """Delete what was imported, and the jobs."""
    backend = _backend(database)
    backend.env.cr.execute(
        """
        DELETE FROM queue_job;
        DELETE FROM res_partner p USING bench_import_partner b WHERE b.odoo_id = p.id;
        """
    )
    backend.env.invalidate_all(flush=False)
    _commit(backend)


def _import(database: str) -> None:
    from odoo.addons.queue_job.job import Job

    backend = _backend(database)
    env = backend.env
    env["queue.job"].search([]).unlink()
    backend.import_batch(MODEL, delayed=False)
    _commit(backend)
    for record in env["queue.job"].search([], order="id"):
        Job._load_from_db_record(record).perform()
        _commit(backend)


def _measure(backend: Any, function: Callable[[], None]) -> list[float]:
    gc.collect()
    cr = backend.env.cr
    _commit(backend)
    queries, started = cr.sql_log_count, time.perf_counter()
    function()
    result = [time.perf_counter() - started, cr.sql_log_count - queries]
    model = backend.env[MODEL]
    found = model.search_count([("backend_id", "=", backend.id)])
    assert found == 10_000, found
    return result


def _commit(backend: Any) -> None:
    """End a transaction as a job does: the next one knows nothing of it."""
    backend.env.cr.commit()
    backend.env.invalidate_all()


def _chunk_size(backend: Any) -> int:
    with backend.work_on(MODEL) as work:
        return work.component(usage="chunked.batch.importer")._records_per_chunk()


def _backend(database: str) -> Any:
    env = component_worker.environment(database)
    model = env(context={"tracking_disable": True})["bench.import.backend"]
    return model.search([], limit=1) or model.create({"name": "bench"})


if __name__ == "__main__":
    for function in (warm_up, run_create, run_import, run_again, clean):
        setattr(component_worker, function.__name__, function)
    component_worker.main()
