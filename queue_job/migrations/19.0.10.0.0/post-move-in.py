# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A database of the OCA addon of the same name: its graphs, and the root channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from odoo.tools.sql import column_exists

if TYPE_CHECKING:
    from odoo.sql_db import BaseCursor

# Each job named its parents and its children by uuid, in a text of JSON.
_EDGES: Final = """
    INSERT INTO queue_job_dependency (parent_id, child_id)
    SELECT parent.id, child.id
      FROM queue_job AS child
     CROSS JOIN LATERAL jsonb_array_elements_text(
           NULLIF(child.dependencies, '')::jsonb -> 'depends_on') AS named
      JOIN queue_job AS parent ON parent.uuid = named
    ON CONFLICT DO NOTHING
"""
# Those whose parents are done already, too: the leader looks at each once.
_RELEASE: Final = """
    INSERT INTO queue_job_outbox (parent_id)
    SELECT DISTINCT edge.parent_id
      FROM queue_job_dependency AS edge
      JOIN queue_job AS child ON child.id = edge.child_id
     WHERE child.state = 'wait_dependencies'
"""

# Those that the satellite for batches had stored.
_BATCHES: Final = """
    INSERT INTO queue_job_batch_count (batch_id, jobs, finished, failed)
    SELECT job_batch_id, count(*),
           count(*) FILTER (WHERE state IN ('done', 'cancelled')),
           count(*) FILTER (WHERE state = 'failed')
      FROM queue_job
     WHERE job_batch_id IS NOT NULL
     GROUP BY job_batch_id
    ON CONFLICT DO NOTHING
"""


def migrate(cr: BaseCursor, version: str) -> None:
    """Store the graphs as the engine reads them, in the transaction of the upgrade."""
    if not column_exists(cr, "queue_job", "dependencies"):
        return
    cr.execute(_EDGES)
    cr.execute(_RELEASE)
    cr.execute(_BATCHES)
    # Also the mark that the database has moved in.
    cr.execute("ALTER TABLE queue_job DROP COLUMN dependencies")
    # Channels had no capacity of their own; where the file named none, root had 1.
    cr.execute("UPDATE queue_job_channel SET capacity = 1 WHERE complete_name = 'root'")
