# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Install the engine's tables, triggers and functions.

They live in ``*.sql`` files beside this one, each safe to run again; the ORM owns
``queue_job``, ``queue_job_channel`` and ``queue_job_worker``, which must exist before.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from odoo.sql_db import BaseCursor

_FILES: Final = (
    "tables",
    "lanes",
    "triggers",
    "claim",
    "attempt",
    "leader",
    "coalesce",
    "edges",
    "batches",
    "notices",
    "parked",
    "prune",
    "statistics",
    "rate",
    "rated",
)

# A function whose parameters or result changed cannot be replaced, only made again; and
# a trigger that is no longer wanted would stay. No job starts meanwhile: an upgrade of
# modules stops the claims.
_DROP: Final = r"""
    DO $$
    DECLARE
        known record;
    BEGIN
        FOR known IN SELECT tgname AS name, tgrelid::regclass AS relation
                       FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
                      WHERE tgname LIKE 'queue\_job\_%' AND NOT tgisinternal
                        AND relnamespace = current_schema::regnamespace
        LOOP
            EXECUTE format('DROP TRIGGER %I ON %s', known.name, known.relation);
        END LOOP;
        FOR known IN SELECT oid::regprocedure AS signature FROM pg_proc
                      WHERE proname LIKE 'queue\_job\_%'
                        AND pronamespace = current_schema::regnamespace
        LOOP
            EXECUTE format('DROP FUNCTION %s', known.signature);
        END LOOP;
    END $$
"""

# Jobs that were in the table before the engine, or that got there past its triggers: a
# database moving in, or restored in parts.
_BACKFILL: Final = """
    INSERT INTO queue_job_ready (job_id, lane_id, priority, created, eta)
    SELECT id, queue_job_lane_for(channel), COALESCE(priority, 10),
           COALESCE(date_created, now() AT TIME ZONE 'UTC'),
           CASE WHEN eta > now() AT TIME ZONE 'UTC' THEN eta END
      FROM queue_job
     WHERE state IN ('pending', 'enqueued')
    ON CONFLICT (job_id) DO NOTHING;
    INSERT INTO queue_job_identity (identity_key, job_id)
    SELECT DISTINCT ON (identity_key) identity_key, id
      FROM queue_job
     WHERE identity_key <> '' AND state IN ('wait_dependencies', 'pending', 'enqueued')
     ORDER BY identity_key, id
    ON CONFLICT DO NOTHING;
    INSERT INTO queue_job_outbox (parent_id)
    SELECT DISTINCT edge.parent_id
      FROM queue_job_dependency AS edge
      JOIN queue_job AS child ON child.id = edge.child_id
      JOIN queue_job AS parent ON parent.id = edge.parent_id
     WHERE child.state = 'wait_dependencies' AND parent.state = 'done';
"""


def install(cr: BaseCursor) -> None:
    """Create or update everything the engine needs, in the caller's transaction."""
    cr.execute(_DROP)
    for name in _FILES:
        path = Path(__file__).with_name(f"{name}.sql")
        cr.execute(path.read_text(encoding="utf-8"))
    cr.execute("SELECT queue_job_sync_lanes()")
    cr.execute(_BACKFILL)
