# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A database of the OCA addon of the same name: what must fit before models load.

Its tables are kept; jobs, channels and functions keep their ids. Databases of our own
are left alone: theirs has no column ``dependencies``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from odoo.modules.module import Manifest
from odoo.tools import SQL
from odoo.tools.sql import column_exists, table_exists

if TYPE_CHECKING:
    from odoo.sql_db import BaseCursor

_logger = logging.getLogger(__name__)

#: What they do is part of this addon; fields, models and tables have the same names.
_SATELLITES: Final = (
    "base_import_async",
    "queue_job_batch",
    "queue_job_cron",
    "queue_job_cron_jobrunner",
    "queue_job_subscribe",
)
#: Columns of typed JSON: text in old versions, later a JSON string with that text.
_JSON_COLUMNS: Final = {
    "queue_job": ("records", "args", "kwargs"),
    "queue_job_function": ("retry_pattern", "related_action"),
}
_COLUMN_TYPES: Final = """
    SELECT column_name, data_type FROM information_schema.columns
     WHERE table_schema = current_schema
       AND table_name = %s AND column_name = ANY (%s)
"""
# Updates of a job write all its indexes as soon as one names a column that changes. The
# ORM creates those that are needed, and keeps others.
_INDEXES: Final = """
    SELECT index.relname
      FROM pg_index
      JOIN pg_class AS index ON index.oid = pg_index.indexrelid
     WHERE pg_index.indrelid = 'queue_job'::regclass AND NOT pg_index.indisprimary
"""
# Whoever ran them is stopped, or the module could not be upgraded.
_LET_GO: Final = """
    UPDATE queue_job SET state = 'pending' WHERE state IN ('enqueued', 'started')
"""
_RENEW_DOUBLE_UUIDS: Final = """
    UPDATE queue_job AS job
       SET uuid = gen_random_uuid()::text
     WHERE EXISTS (SELECT FROM queue_job AS first
                    WHERE first.uuid = job.uuid AND first.id < job.id)
"""
_JOBS_OF_DOUBLE_FUNCTIONS: Final = """
    UPDATE queue_job AS job
       SET job_function_id = first.id
      FROM queue_job_function AS double
      JOIN (SELECT name, min(id) AS id FROM queue_job_function GROUP BY name) AS first
        ON first.name = double.name AND first.id < double.id
     WHERE job.job_function_id = double.id
"""
_DOUBLE_FUNCTIONS: Final = """
    DELETE FROM queue_job_function AS double
     USING queue_job_function AS first
     WHERE first.name = double.name AND first.id < double.id
"""
_TAKE_OVER_XML_IDS: Final = """
    UPDATE ir_model_data AS data
       SET module = 'queue_job'
     WHERE module = ANY (%(modules)s)
       AND NOT EXISTS (SELECT FROM ir_model_data AS known
                        WHERE known.module = 'queue_job' AND known.name = data.name)
"""


def migrate(cr: BaseCursor, version: str) -> None:
    """Prepare the tables, in the transaction of the upgrade."""
    if not column_exists(cr, "queue_job", "dependencies"):
        return
    _logger.info("queue_job %s is taken over", version)
    cr.execute("DROP TRIGGER IF EXISTS queue_job_notify ON queue_job")
    _drop_indexes(cr)
    _store_json_as_json(cr)
    cr.execute(_LET_GO)
    _logger.info("%s jobs that were running or enqueued are pending again", cr.rowcount)
    if table_exists(cr, "queue_job_lock"):
        cr.execute("DELETE FROM queue_job_lock")
    cr.execute(_RENEW_DOUBLE_UUIDS)
    cr.execute(_JOBS_OF_DOUBLE_FUNCTIONS)
    cr.execute(_DOUBLE_FUNCTIONS)
    _take_over(cr, [name for name in _SATELLITES if not _is_available(name)])


def _drop_indexes(cr: BaseCursor) -> None:
    cr.execute(_INDEXES)
    for (name,) in cr.fetchall():
        cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))


def _store_json_as_json(cr: BaseCursor) -> None:
    """Make the columns ``jsonb``, and the text inside JSON strings JSON."""
    for table, names in _JSON_COLUMNS.items():
        cr.execute(_COLUMN_TYPES, (table, list(names)))
        # One statement: each rewrites the table.
        changes = SQL(", ").join(_as_json(*row) for row in cr.fetchall())
        cr.execute(SQL("ALTER TABLE %s %s", SQL.identifier(table), changes))


def _as_json(name: str, data_type: str) -> SQL:
    text = "%(column)s"
    if data_type == "jsonb":
        text = """CASE jsonb_typeof(%(column)s)
                  WHEN 'string' THEN %(column)s #>> '{}' ELSE %(column)s::text END"""
    return SQL(
        f"ALTER COLUMN %(column)s TYPE jsonb USING NULLIF({text}, '')::jsonb",
        column=SQL.identifier(name),
    )


def _is_available(module: str) -> bool:
    return bool(Manifest.for_addon(module, display_warning=False))


def _take_over(cr: BaseCursor, modules: Iterable[str]) -> None:
    """Make what these modules stored ours; they count as uninstalled."""
    cr.execute(
        "UPDATE ir_module_module SET state = 'uninstalled', latest_version = NULL"
        " WHERE name = ANY (%s) AND state <> 'uninstalled' RETURNING name",
        (list(modules),),
    )
    gone = [name for (name,) in cr.fetchall()]
    if not gone:
        return
    _logger.info("also taken over: %s", ", ".join(gone))
    cr.execute(_TAKE_OVER_XML_IDS, {"modules": gone})
    if column_exists(cr, "ir_cron", "queue_job_runner"):
        cr.execute("UPDATE ir_cron SET active = false WHERE queue_job_runner")
