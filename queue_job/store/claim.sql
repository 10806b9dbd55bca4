-- How a worker gets jobs. Called on its control connection: autocommit, READ COMMITTED,
-- synchronous_commit off.
--
-- Rows of the small tables are found by `= ANY (ARRAY(...))`, never by a join: as long as PostgreSQL takes
-- such a table for the nearly empty one that it was before a burst, it may read all of it and look for each
-- row on the other side. An array cannot be turned round.

-- Choose up to `wanted` jobs for a worker that has none, in the order they must run. Locks their rows
-- in queue_job_ready and writes nothing.
--
-- Properties:
-- (i)   capacity is exact, for a lane and for each of its ancestors: claims of one database are
--       serialised, and a worker runs one job at a time, so a lane's load is the number of workers that
--       hold a job below it;
-- (ii)  order: within a lane by (priority, created, id), and across lanes by the same key among the
--       lanes that are free, so no full lane stands in the way of a free one;
-- (iii) cost is bounded by lanes x wanted index entries, whatever the backlog (the LATERAL).
CREATE OR REPLACE FUNCTION queue_job_pick(me integer, wanted integer, skipped integer[])
RETURNS TABLE (job_id integer, lane_id integer)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    candidate record;
    loads integer[];              -- lane id -> workers at work below it, as far as known
    mine integer[] := '{}';       -- lanes that this worker has a job below
    throttled integer[] := '{}';
    busy integer[] := '{}';       -- lanes that a worker has a job of
    count integer := 0;
BEGIN
    FOR candidate IN
        SELECT load.lane_id, count(DISTINCT load.worker_id)::integer AS workers, bool_or(load.direct) AS direct
          FROM (SELECT unnest(lane.path) AS lane_id, lease.worker_id, lane.id = lease.lane_id AS direct
                  FROM queue_job_lease AS lease JOIN queue_job_lane AS lane ON lane.id = lease.lane_id
                 WHERE lease.worker_id <> me) AS load
         GROUP BY load.lane_id
    LOOP
        loads[candidate.lane_id] := candidate.workers;
        IF candidate.direct THEN
            busy := busy || candidate.lane_id;
        END IF;
    END LOOP;

    FOR candidate IN
        SELECT head.job_id, lane.id AS lane_id, lane.path, lane.sequential,
               ARRAY(SELECT up.capacity FROM unnest(lane.path) WITH ORDINALITY AS p(id, n)
                       JOIN queue_job_lane AS up ON up.id = p.id ORDER BY p.n) AS capacities,
               ARRAY(SELECT up.id FROM queue_job_lane AS up
                      WHERE up.id = ANY (lane.path) AND up.throttle > 0) AS throttles
          FROM queue_job_lane AS lane
         CROSS JOIN LATERAL (
               SELECT ready.job_id, ready.priority, ready.created
                 FROM queue_job_ready AS ready
                WHERE ready.lane_id = lane.id AND ready.eta IS NULL AND ready.job_id <> ALL (skipped)
                ORDER BY ready.priority, ready.created, ready.job_id
                LIMIT CASE WHEN lane.sequential OR lane.throttle > 0 THEN 1 ELSE wanted END
                  FOR UPDATE SKIP LOCKED
               ) AS head
         WHERE NOT EXISTS (
                   SELECT FROM queue_job_lane AS up
                     LEFT JOIN queue_job_throttle AS last ON last.lane_id = up.id
                    WHERE up.id = ANY (lane.path)
                      AND (up.paused
                           OR (up.throttle > 0
                               AND last.last_start + make_interval(secs => up.throttle) > clock_timestamp())))
           AND NOT (lane.sequential AND (
                   lane.id = ANY (busy)
                -- three probes of three indexes: one condition with OR would read all that waits, and so
                -- would the first one as EXISTS, which may be hashed, and the second without its ORDER BY
                OR (SELECT failed.job_id FROM queue_job_ready AS failed
                     WHERE failed.lane_id = lane.id AND failed.eta = 'infinity' LIMIT 1) IS NOT NULL
                OR COALESCE((head.priority, head.created, head.job_id) > (
                            SELECT waiting.priority, waiting.created, waiting.job_id
                              FROM queue_job_ready AS waiting
                             WHERE waiting.lane_id = lane.id AND waiting.eta IS NOT NULL
                             ORDER BY waiting.priority, waiting.created, waiting.job_id
                             LIMIT 1), false)
                -- skipped, because somebody holds its row
                OR EXISTS (SELECT FROM queue_job_ready AS before
                            WHERE before.lane_id = lane.id AND before.eta IS NULL
                              AND (before.priority, before.created, before.job_id)
                                  < (head.priority, head.created, head.job_id))))
         ORDER BY head.priority, head.created, head.job_id
    LOOP
        EXIT WHEN count >= wanted;
        CONTINUE WHEN candidate.throttles && throttled;
        CONTINUE WHEN EXISTS (
            SELECT FROM unnest(candidate.path, candidate.capacities) AS up(id, capacity)
             WHERE up.capacity IS NOT NULL AND up.id <> ALL (mine)
               AND COALESCE(loads[up.id], 0) >= up.capacity);
        mine := mine || candidate.path;
        throttled := throttled || candidate.throttles;
        count := count + 1;
        job_id := candidate.job_id;
        lane_id := candidate.lane_id;
        RETURN NEXT;
    END LOOP;
END $$;

-- Take up to `wanted` jobs for a worker and mark them started. Returns them in the order they must run.
--
-- Properties:
-- (i)   a worker that asks has no job: what it did not end is put back first;
-- (ii)  no job is taken twice: its ready row is deleted and its fence set in one transaction;
-- (iii) a job whose row a user's transaction has locked is skipped, not waited for, and so is one that was
--       requeued by hand while a worker runs it;
-- (iv)  workers that are idle get their share of a few short jobs;
-- (v)   a job under a rate has a token; those that have none leave the way (rated.sql), some at each claim.
CREATE OR REPLACE FUNCTION queue_job_claim(me integer, wanted integer, process integer) RETURNS SETOF queue_job
LANGUAGE plpgsql AS $$
#variable_conflict use_column
<<own>>
DECLARE
    right_now timestamp;
    token bigint;
    taken integer[];
    lanes integer[];
    locked integer[];
    skipped integer[] := '{}';
    rated boolean := queue_job_has_rates();
    rounds integer := 0;
BEGIN
    PERFORM queue_job_give_back(lease.attempt, '{}') FROM queue_job_lease AS lease WHERE lease.worker_id = me LIMIT 1;
    PERFORM pg_advisory_xact_lock(hashtext('queue_job'), hashtext('claim'));
    right_now := clock_timestamp() AT TIME ZONE 'UTC';

    UPDATE queue_job_ready SET eta = NULL
     WHERE job_id = ANY (ARRAY(
               SELECT ready.job_id FROM queue_job_ready AS ready
                WHERE ready.eta <= right_now ORDER BY ready.eta LIMIT 1000 FOR UPDATE SKIP LOCKED));

    LOOP
        SELECT array_agg(pick.job_id), array_agg(pick.lane_id) INTO taken, lanes
          FROM queue_job_pick(me, CASE rounds WHEN 0 THEN wanted ELSE 50 END, skipped) AS pick;
        IF taken IS NULL OR rounds = 10 THEN
            IF rounds = 10 THEN
                PERFORM pg_notify('queue_job', '');     -- the next claim goes on
            END IF;
            UPDATE queue_job_slot SET jobs = '{}', lanes = '{}' WHERE worker_id = me AND jobs <> '{}';
            RETURN;
        END IF;
        IF cardinality(taken) > 1 THEN
            SELECT taken[:share.size], lanes[:share.size] INTO taken, lanes
              FROM (SELECT ceil(cardinality(taken) / (1.0 + count(*)))::integer AS size
                      FROM queue_job_idle() AS idle WHERE idle <> me) AS share;
        END IF;
        WITH free AS (
            SELECT job.id FROM queue_job AS job
             WHERE job.id = ANY (own.taken) AND job.state IN ('pending', 'enqueued') AND job.attempt IS NULL
               FOR NO KEY UPDATE SKIP LOCKED
        )
        SELECT array_agg(free.id) INTO locked FROM free;
        IF cardinality(locked) IS DISTINCT FROM cardinality(taken) THEN
            skipped := skipped || ARRAY(SELECT unnest(taken) EXCEPT SELECT unnest(locked));
            CONTINUE;
        END IF;
        EXIT WHEN NOT rated;
        locked := queue_job_pass_rates(taken, wanted);
        SELECT array_agg(known.job_id ORDER BY known.n), array_agg(known.lane_id ORDER BY known.n) INTO taken, lanes
          FROM unnest(taken, lanes) WITH ORDINALITY AS known (job_id, lane_id, n)
         WHERE known.job_id = ANY (locked);
        EXIT WHEN taken IS NOT NULL;
        rounds := rounds + 1;
    END LOOP;

    DELETE FROM queue_job_ready AS ready WHERE ready.job_id = ANY (taken);
    INSERT INTO queue_job_throttle AS last (lane_id, last_start)
    SELECT DISTINCT up.id, clock_timestamp()
      FROM queue_job_lane AS lane JOIN queue_job_lane AS up ON up.id = ANY (lane.path)
     WHERE lane.id = ANY (lanes) AND up.throttle > 0
    ON CONFLICT (lane_id) DO UPDATE SET last_start = EXCLUDED.last_start;
    -- its steps are starts
    token := nextval('queue_job_attempt_seq');
    PERFORM setval('queue_job_attempt_seq', token + cardinality(taken) - 1);
    INSERT INTO queue_job_slot AS slot (worker_id, attempt, jobs, lanes, claimed_at)
    VALUES (me, token, taken, lanes, clock_timestamp())
    ON CONFLICT (worker_id) DO UPDATE
       SET attempt = EXCLUDED.attempt, jobs = EXCLUDED.jobs, lanes = EXCLUDED.lanes,
           together = '{}', claimed_at = EXCLUDED.claimed_at;
    DELETE FROM queue_job_identity
     WHERE job_id = ANY (ARRAY(
               SELECT job.id FROM queue_job AS job
                -- COALESCE: the index of the keys may not be asked, which holds all that wait
                WHERE job.id = ANY (own.taken) AND COALESCE(job.identity_key, '') <> ''
                  AND NOT EXISTS (SELECT FROM queue_job_function AS function
                                   WHERE function.id = job.job_function_id AND function.identity_while_started)));
    right_now := clock_timestamp() AT TIME ZONE 'UTC';
    RETURN QUERY
        WITH started AS (
            UPDATE queue_job AS job
               SET state = 'started', attempt = own.token, worker_pid = queue_job_claim.process,
                   date_enqueued = own.right_now, date_started = own.right_now, date_done = NULL, exec_time = NULL
             WHERE job.id = ANY (own.taken)
            RETURNING job.*
        )
        SELECT * FROM started ORDER BY array_position(own.taken, started.id);
END $$;

-- The workers that hold no job.
CREATE OR REPLACE FUNCTION queue_job_idle() RETURNS SETOF integer
LANGUAGE sql STABLE AS $$
    SELECT worker.id FROM queue_job_worker AS worker
     WHERE NOT EXISTS (SELECT FROM queue_job_slot AS slot WHERE slot.worker_id = worker.id AND slot.jobs <> '{}')
$$;

