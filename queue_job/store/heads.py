# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The oldest job that may run of each lane and priority."""

from __future__ import annotations

from typing import Final

#: Beginning of a query, which goes on from ``head`` (lane_id, priority, created). It is
#: the first entry of the index that claims use; the recursion jumps from pair to pair.
HEADS: Final = """
    WITH RECURSIVE head AS (
        (SELECT lane_id, priority, created FROM queue_job_ready
          WHERE eta IS NULL ORDER BY lane_id, priority, created, job_id LIMIT 1)
        UNION ALL
        SELECT next.* FROM head, LATERAL (
            SELECT ready.lane_id, ready.priority, ready.created
              FROM queue_job_ready AS ready
             WHERE ready.eta IS NULL
               AND (ready.lane_id, ready.priority) > (head.lane_id, head.priority)
             ORDER BY ready.lane_id, ready.priority, ready.created, ready.job_id
             LIMIT 1) AS next
    )"""
