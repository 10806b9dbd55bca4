-- What becomes of the jobs that wait for a parent that failed, on edges that say so (core/edges.py).
--
-- "run" is a condition of queue_job_release_children(). "skip" ends the child as done, so that the trigger
-- puts it into the outbox and its own children go on. "cancel" goes down the graph, as the button does.
-- (i)  takes waiting jobs only, checked again behind the row lock -> last condition
-- (ii) ends on any graph, visits a job reached by two ways once   -> UNION, not UNION ALL
CREATE OR REPLACE FUNCTION queue_job_follow_failures(parents integer[]) RETURNS void
LANGUAGE sql AS $$
    WITH RECURSIVE failure AS (
        SELECT edge.child_id, edge.on_failure, parent.uuid
          FROM queue_job_dependency AS edge JOIN queue_job AS parent ON parent.id = edge.parent_id
         WHERE edge.parent_id = ANY (queue_job_follow_failures.parents)
           AND edge.on_failure IN ('skip', 'cancel') AND parent.state = 'failed'
    ), cancelled AS (
        SELECT child.id, failure.uuid
          FROM failure JOIN queue_job AS child ON child.id = failure.child_id
         WHERE failure.on_failure = 'cancel' AND child.state = 'wait_dependencies'
         UNION
        SELECT child.id, cancelled.uuid
          FROM cancelled
          JOIN queue_job_dependency AS edge ON edge.parent_id = cancelled.id
          JOIN queue_job AS child ON child.id = edge.child_id
         WHERE child.state = 'wait_dependencies'
    ), decided AS (
        SELECT DISTINCT ON (id) id, state, uuid
          FROM (SELECT id, 'cancelled' AS state, uuid FROM cancelled
                 UNION ALL
                SELECT child_id, 'done', uuid FROM failure WHERE on_failure = 'skip') AS any_of_both
         ORDER BY id, state
    )
    UPDATE queue_job AS job
       SET state = decided.state,
           date_cancelled = CASE WHEN decided.state = 'cancelled' THEN clock_timestamp() AT TIME ZONE 'UTC' END,
           date_done = CASE WHEN decided.state = 'done' THEN clock_timestamp() AT TIME ZONE 'UTC' END,
           result = format(CASE WHEN decided.state = 'done' THEN 'Skipped: the job %s, which it waited for, failed'
                                ELSE 'Cancelled: the job %s, which it waited for, failed' END, decided.uuid)
      FROM decided
     WHERE job.id = decided.id AND job.state = 'wait_dependencies'
$$;
