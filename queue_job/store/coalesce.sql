-- Jobs that run together: one call on the union of their records.

-- Begin the jobs that differ from one that has begun in nothing but their records.
--
-- Properties:
-- (i)   no job is taken twice: its row and its ready row are locked, and skipped where somebody else has one;
-- (ii)  capacity stays exact without a look at it: all run in the slot that the first job has. That is why
--       lanes that count starts (sequential, throttled) are left out;
-- (iii) cost is bounded by `wanted`, whatever the backlog: only the next jobs of the lane are looked at, which
--       also bounds by how much one may overtake others;
-- (iv)  what a worker died of is not taken along: a job that kills its worker is alone at its next attempt;
-- (v)   a job that waited for others is alone: their results are among its arguments.
CREATE OR REPLACE FUNCTION queue_job_begin_alike(first_id integer, me integer, process integer, wanted integer)
RETURNS TABLE (job_id integer, attempt bigint, ids jsonb, retry integer, has_past boolean, has_children boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    first queue_job;
    lane integer;
    found integer[];
BEGIN
    SELECT lease.lane_id INTO lane
      FROM queue_job_lease AS lease JOIN queue_job_lane AS own ON own.id = lease.lane_id
     WHERE lease.job_id = first_id AND NOT own.sequential
       AND NOT EXISTS (SELECT FROM queue_job_lane AS above
                        WHERE above.id = ANY (own.path) AND above.throttle > 0);
    SELECT * INTO first FROM queue_job AS job
     WHERE job.id = first_id AND job.exc_name IS DISTINCT FROM 'JobFoundDead' AND job.position IS NULL
       AND NOT EXISTS (SELECT FROM queue_job_dependency WHERE child_id = first_id);
    IF lane IS NULL OR first.id IS NULL THEN
        RETURN;
    END IF;

    WITH near AS MATERIALIZED (
        SELECT claimed.job_id, NULL::integer AS priority, NULL::timestamp AS created
          FROM queue_job_lease AS claimed
         WHERE claimed.worker_id = me AND claimed.job_id <> first_id
         UNION ALL
        (SELECT ready.job_id, ready.priority, ready.created
           FROM queue_job_ready AS ready
          WHERE ready.lane_id = lane AND ready.eta IS NULL
            AND NOT EXISTS (SELECT FROM queue_job_lease AS held WHERE held.job_id = ready.job_id)
          ORDER BY ready.priority, ready.created, ready.job_id
          LIMIT 2 * wanted)
    )
    SELECT array_agg(alike.id) INTO found
      FROM (SELECT job.id
              FROM near JOIN queue_job AS job ON job.id = near.job_id
             WHERE job.state IN ('pending', 'enqueued')
               AND (job.channel_method_name, job.user_id, job.company_id, job.channel,
                    job.args, job.kwargs, job.records - 'ids')
                   IS NOT DISTINCT FROM
                   (first.channel_method_name, first.user_id, first.company_id, first.channel,
                    first.args, first.kwargs, first.records - 'ids')
               AND job.exc_name IS DISTINCT FROM 'JobFoundDead' AND job.position IS NULL
               AND NOT EXISTS (SELECT FROM queue_job_dependency WHERE child_id = job.id)
             ORDER BY near.priority NULLS FIRST, near.created, job.id
             LIMIT wanted
               FOR NO KEY UPDATE OF job SKIP LOCKED) AS alike;

    WITH taken AS (
        DELETE FROM queue_job_ready
         WHERE job_id IN (SELECT ready.job_id FROM queue_job_ready AS ready
                           WHERE ready.job_id = ANY (found) AND ready.eta IS NULL FOR UPDATE SKIP LOCKED)
        RETURNING job_id
    )
    INSERT INTO queue_job_lease (job_id, worker_id, lane_id) SELECT job_id, me, lane FROM taken;
    SELECT array_agg(lease.job_id) INTO found
      FROM queue_job_lease AS lease WHERE lease.worker_id = me AND lease.job_id = ANY (found);

    DELETE FROM queue_job_identity AS held
     WHERE held.job_id = ANY (found)
       AND NOT EXISTS (SELECT FROM queue_job_function AS function
                        WHERE function.name = first.channel_method_name AND function.identity_while_started);
    RETURN QUERY
        WITH begun AS (
            UPDATE queue_job AS job
               SET state = 'started', date_started = clock_timestamp() AT TIME ZONE 'UTC',
                   date_enqueued = lease.claimed_at AT TIME ZONE 'UTC',
                   date_done = NULL, exec_time = NULL, worker_pid = process
              FROM queue_job_lease AS lease
             WHERE job.id = ANY (found) AND lease.job_id = job.id
            RETURNING job.id, lease.attempt, job.records -> 'ids' AS ids, COALESCE(job.retry, 0) AS retry,
                      job.retry > 0 OR job.result IS NOT NULL AS has_past
        )
        SELECT begun.id, begun.attempt, begun.ids, begun.retry, COALESCE(begun.has_past, false),
               EXISTS (SELECT FROM queue_job_dependency AS edge WHERE edge.parent_id = begun.id)
          FROM begun
         ORDER BY array_position(found, begun.id);
END $$;

-- Give back jobs that have begun and whose method was not called for them. The attempt does not count.
CREATE OR REPLACE FUNCTION queue_job_unbegin(jobs integer[], attempts bigint[]) RETURNS void
LANGUAGE sql AS $$
    WITH dropped AS (
        DELETE FROM queue_job_lease AS lease
         USING unnest(jobs, attempts) AS mine (job_id, attempt)
         WHERE lease.job_id = mine.job_id AND lease.attempt = mine.attempt
        RETURNING lease.job_id
    )
    UPDATE queue_job AS job
       SET state = 'pending', date_started = NULL, date_enqueued = NULL, worker_pid = NULL
      FROM dropped
     WHERE job.id = dropped.job_id AND job.state = 'started'
$$;
