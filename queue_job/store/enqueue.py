# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Storing jobs: one INSERT for many, their edges, and the wake-up after the commit."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import psycopg2.errors

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError
from odoo.modules.registry import Registry
from odoo.tools import SQL

from ..core import clock
from ..core.edges import Edge
from ..fields import EncodedJson
from .extensions import is_extended

if TYPE_CHECKING:
    from odoo.models import BaseModel
    from odoo.sql_db import BaseCursor

_logger = logging.getLogger(__name__)

_WAKE_KEY: Final = "queue_job_wake"

#: Columns whose values ``job.storage`` gives as the driver takes them.
_PARAMETERS: Final = frozenset(
    {
        "uuid",
        "graph_uuid",
        "user_id",
        "company_id",
        "name",
        "model_name",
        "method_name",
        "func_string",
        "state",
        "priority",
        "date_created",
        "eta",
        "retry",
        "max_retries",
        "channel_method_name",
        "job_function_id",
        "channel",
        "identity_key",
        "rate_key",
    }
)


def insert_jobs(
    env: api.Environment,
    vals_list: Sequence[Mapping[str, Any]],
    dependencies: Sequence[Edge] = (),
) -> BaseModel:
    """Store jobs and the edges between them, in the caller's transaction.

    Workers are woken once, after the commit.

    :param vals_list: field values of ``queue.job``, one mapping a job
    :param dependencies: edges between positions in ``vals_list``
    :return: the ``queue.job`` records, in the order of ``vals_list``
    :raises ConcurrencyError: when a transaction that ended meanwhile stored a job with
        one of the identity keys; Odoo retries the request, which then finds that job
    """
    model = env["queue.job"].sudo()
    try:
        # A savepoint is needed only where the INSERT can be refused.
        if any(vals.get("identity_key") for vals in vals_list):
            with env.cr.savepoint(flush=False):
                jobs = _insert(model, vals_list)
        else:
            jobs = _insert(model, vals_list)
    except psycopg2.errors.UniqueViolation as error:
        if error.diag.table_name != "queue_job_identity":
            raise
        raise ConcurrencyError(
            "A job with the same identity key was stored at the same time: "
            f"{error.diag.message_detail}"
        ) from error
    _insert_edges(env.cr, jobs.ids, dependencies)
    wake_after_commit(env.cr)
    return jobs


def _insert(model: BaseModel, vals_list: Sequence[Mapping[str, Any]]) -> BaseModel:
    if not vals_list:
        return model.browse()
    if is_extended(model, "create"):
        return model.with_context(_job_edit_sentinel=model.EDIT_SENTINEL).create(
            [dict(vals) for vals in vals_list]
        )
    return _insert_rows(model, vals_list)


def _insert_rows(model: BaseModel, vals_list: Sequence[Mapping[str, Any]]) -> BaseModel:
    """Store jobs with one INSERT: no chatter, no default, no constraint to pay for.

    What is the same in all jobs, most columns of a group, is sent and parsed once.
    """
    shared: dict[str, Any] = {}
    own: dict[str, list[Any]] = {}
    for name in sorted(set().union(*vals_list)):
        values = _parameters(model, name, vals_list)
        if values.count(values[0]) == len(values):
            shared[name] = values[0]
        else:
            own[name] = values
    row = f"({', '.join(['%s'] * len(own))})"
    source = (
        f" FROM (VALUES {', '.join([row] * len(vals_list))}) AS own ({_names(own)})"
        if own
        else ""
    )
    rows = zip(*own.values(), strict=True)
    types = {name: model._fields[name].column_type[1] for name in (*shared, *own)}
    columns = [f"%s::{types[name]}" for name in shared]
    columns += [f'own."{name}"::{types[name]}' for name in own]
    model.env.cr.execute(
        f"INSERT INTO queue_job ({_names((*shared, *own))}) "
        f"SELECT {', '.join(columns)}{source} RETURNING id",
        [*shared.values(), *itertools.chain.from_iterable(rows)],
    )
    return model.browse(row[0] for row in model.env.cr.fetchall())


def _names(names: Iterable[str]) -> str:
    return SQL(", ").join(map(SQL.identifier, names)).code


def _parameters(
    model: BaseModel, name: str, vals_list: Sequence[Mapping[str, Any]]
) -> list[Any]:
    """Return the parameters of one column, one for each job."""
    if name in _PARAMETERS:
        return [vals.get(name) for vals in vals_list]
    convert = model._fields[name].convert_to_column_insert
    return [
        value.text if type(value) is EncodedJson else convert(value, model, vals)
        for vals in vals_list
        for value in (vals.get(name),)
    ]


def _insert_edges(
    cr: BaseCursor, ids: Sequence[int], dependencies: Sequence[Edge]
) -> None:
    rows = [
        (ids[edge.parent], ids[edge.child], edge.on_failure.value)
        for edge in dependencies
    ]
    if rows:
        cr.execute_values(
            "INSERT INTO queue_job_dependency (parent_id, child_id, on_failure)"
            " VALUES %s ON CONFLICT DO NOTHING",
            rows,
            page_size=1000,
        )


def wake_after_commit(cr: BaseCursor) -> None:
    """Wake the workers once this transaction is committed; once per transaction.

    Not inside it: NOTIFY holds a lock of the whole instance while the commit waits for
    the disk. A lost wake-up costs seconds, never a job: idle workers look again.
    """
    if _WAKE_KEY not in cr.postcommit.data:
        cr.postcommit.data[_WAKE_KEY] = True
        cr.postcommit.add(lambda: wake(cr.dbname))


def wake(dbname: str) -> None:
    """Wake the idle workers of a database, or its cron when no worker serves it."""
    registry = Registry(dbname)
    try:
        with registry.cursor() as cr:
            cr.execute("SET LOCAL synchronous_commit = off")
            cr.execute(
                "SELECT queue_job_wake(), EXTRACT(EPOCH FROM clock_timestamp())::float8"
            )
            is_served, now = cr.fetchone()
            clock.learn(now)
            if not is_served:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["queue.job.worker"]._trigger_cron()
    except psycopg2.Error:
        # The jobs are committed: saying "failed" to their user would be wrong.
        _logger.warning(
            "Could not wake the job workers of database %s; they look by themselves "
            "within seconds.",
            dbname,
            exc_info=True,
        )
