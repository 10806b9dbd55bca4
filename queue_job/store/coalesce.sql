-- Jobs that run together: one call on the union of their records.

-- Take the jobs that differ from one which a worker holds in nothing but their records, and note that they
-- run with it. Those of them that the same claim took are among them.
--
-- Properties:
-- (i)   no job is taken twice: its row and its ready row are locked, and skipped where somebody else has one;
-- (ii)  capacity stays exact without a look at it: all run in the slot that the first job has. That is why
--       lanes that count starts (sequential, throttled) are left out, and so are jobs under a rate;
-- (iii) cost is bounded by `wanted`, whatever the backlog: only the next jobs of the lane are looked at, which
--       also bounds by how much one may overtake others;
-- (iv)  what a worker died of is not taken along: a job that kills its worker is alone at its next attempt;
-- (v)   a job that waited for others is alone: their results are among its arguments.
CREATE OR REPLACE FUNCTION queue_job_join(first_id integer, token bigint, wanted integer, process integer)
RETURNS SETOF queue_job
LANGUAGE plpgsql AS $$
#variable_conflict use_column
<<own>>
DECLARE
    first queue_job;
    slot queue_job_slot;
    lane integer;
    alike integer[];
    taken integer[];
BEGIN
    SELECT lease.lane_id INTO lane
      FROM queue_job_lease AS lease JOIN queue_job_lane AS own ON own.id = lease.lane_id
     WHERE lease.job_id = first_id AND lease.attempt = token AND NOT own.sequential
       AND NOT EXISTS (SELECT FROM queue_job_lane AS above
                        WHERE above.id = ANY (own.path) AND above.throttle > 0);
    SELECT * INTO first FROM queue_job AS job
     WHERE job.id = queue_job_join.first_id AND job.exc_name IS DISTINCT FROM 'JobFoundDead' AND job.position IS NULL
       AND NOT EXISTS (SELECT FROM queue_job_dependency WHERE child_id = queue_job_join.first_id);
    SELECT * INTO slot FROM queue_job_slot WHERE queue_job_slot.attempt = token FOR UPDATE;
    IF lane IS NULL OR first.id IS NULL OR slot.worker_id IS NULL
       OR EXISTS (SELECT FROM queue_job_rates_of(ARRAY[first_id])) THEN
        RETURN;
    END IF;

    WITH near AS MATERIALIZED (
        SELECT held.job_id, NULL::integer AS priority, NULL::timestamp AS created
          FROM queue_job_lease AS held
         WHERE held.worker_id = slot.worker_id AND held.job_id <> first_id
         UNION ALL
        (SELECT ready.job_id, ready.priority, ready.created
           FROM queue_job_ready AS ready
          WHERE ready.lane_id = lane AND ready.eta IS NULL
          ORDER BY ready.priority, ready.created, ready.job_id
          LIMIT 2 * wanted)
    )
    SELECT array_agg(found.id) INTO alike
      FROM (SELECT job.id
              FROM near JOIN queue_job AS job ON job.id = near.job_id
             WHERE (job.attempt = queue_job_join.token AND job.state = 'started'
                    OR job.attempt IS NULL AND job.state IN ('pending', 'enqueued'))
               AND (job.channel_method_name, job.user_id, job.company_id, job.channel,
                    job.args, job.kwargs, job.records - 'ids')
                   IS NOT DISTINCT FROM
                   (first.channel_method_name, first.user_id, first.company_id, first.channel,
                    first.args, first.kwargs, first.records - 'ids')
               AND job.exc_name IS DISTINCT FROM 'JobFoundDead' AND job.position IS NULL
               AND NOT EXISTS (SELECT FROM queue_job_dependency WHERE child_id = job.id)
             ORDER BY near.priority NULLS FIRST, near.created, job.id
             LIMIT queue_job_join.wanted
               FOR NO KEY UPDATE OF job SKIP LOCKED) AS found;

    WITH gone AS (
        DELETE FROM queue_job_ready
         WHERE job_id = ANY (ARRAY(
                   SELECT ready.job_id FROM queue_job_ready AS ready
                    WHERE ready.job_id = ANY (alike) AND ready.eta IS NULL FOR UPDATE SKIP LOCKED))
        RETURNING job_id
    )
    SELECT array_agg(gone.job_id) INTO taken FROM gone;
    DELETE FROM queue_job_identity AS held
     WHERE held.job_id = ANY (taken)
       AND NOT EXISTS (SELECT FROM queue_job_function AS function
                        WHERE function.name = first.channel_method_name AND function.identity_while_started);
    UPDATE queue_job
       SET state = 'started', attempt = queue_job_join.token, worker_pid = queue_job_join.process,
           date_enqueued = clock_timestamp() AT TIME ZONE 'UTC',
           date_started = clock_timestamp() AT TIME ZONE 'UTC', date_done = NULL, exec_time = NULL
     WHERE id = ANY (own.taken);
    UPDATE queue_job_slot
       SET jobs = slot.jobs || taken,
           lanes = slot.lanes || array_fill(lane, ARRAY[COALESCE(cardinality(taken), 0)]),
           together = first_id || alike
     WHERE worker_id = slot.worker_id;
    RETURN QUERY
        SELECT * FROM queue_job AS job
         WHERE job.id = ANY (own.alike) AND job.attempt = queue_job_join.token
         ORDER BY array_position(own.alike, job.id);
END $$;

-- End attempts that ran as one call; how many of them still had their jobs. See queue_job_done().
CREATE OR REPLACE FUNCTION queue_job_done_together(
    ended integer[], tokens bigint[], outcome text, outcome_json jsonb, seconds float8) RETURNS integer
LANGUAGE plpgsql SET enable_seqscan = off AS $$
<<own>>
DECLARE
    right_now timestamp := clock_timestamp() AT TIME ZONE 'UTC';
    count integer;
BEGIN
    WITH over AS (
        UPDATE queue_job
           SET state = 'done', attempt = NULL, retry = COALESCE(retry, 0) + 1,
               result = queue_job_done_together.outcome, result_json = queue_job_done_together.outcome_json,
               date_started = own.right_now - make_interval(secs => queue_job_done_together.seconds),
               date_done = own.right_now, exec_time = queue_job_done_together.seconds,
               exc_name = NULL, exc_message = NULL, exc_info = NULL
          FROM unnest(queue_job_done_together.ended, queue_job_done_together.tokens) AS mine (job_id, token)
         WHERE id = mine.job_id AND attempt = mine.token AND state = 'started'
        RETURNING job_batch_id
    ),
    counted AS (
        INSERT INTO queue_job_batch_change SELECT job_batch_id, 0, 1, 0 FROM over WHERE job_batch_id IS NOT NULL
    )
    SELECT count(*) INTO count FROM over;
    DELETE FROM queue_job_identity WHERE job_id = ANY (ended);
    INSERT INTO queue_job_outbox
    SELECT DISTINCT parent_id FROM queue_job_dependency WHERE parent_id = ANY (ended);
    RETURN count;
END $$;
