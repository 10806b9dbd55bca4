-- What workers call, on their control connection: autocommit, READ COMMITTED, synchronous_commit off.

-- Take up to `wanted` jobs for a worker. Returns them in the order they must run.
--
-- Properties:
-- (i)   no job is taken twice: its ready row is deleted and its lease inserted in one transaction;
-- (ii)  capacity is exact, for a lane and for each of its ancestors: claims of one database are
--       serialised by the advisory lock, and a worker runs one job at a time, so a lane's load is the
--       number of distinct workers with a lease below it;
-- (iii) order: within a lane by (priority, created, id), and across lanes by the same key among the
--       lanes that are free, so no full lane stands in the way of a free one;
-- (iv)  a job row locked by a user's transaction is skipped, not waited for (SKIP LOCKED);
-- (v)   cost is bounded by lanes x wanted index entries, whatever the backlog (the LATERAL).
CREATE OR REPLACE FUNCTION queue_job_claim(me integer, wanted integer)
RETURNS TABLE (job_id integer, attempt bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    right_now timestamp;
    candidate record;
    loads integer[];      -- lane id -> workers at work below it, as far as known
    mine boolean[];       -- lane id -> this worker is one of them
    taken integer[] := '{}';
    lanes integer[] := '{}';
    throttled integer[] := '{}';
    ancestor integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('queue_job'), hashtext('claim'));
    right_now := clock_timestamp() AT TIME ZONE 'UTC';

    WITH due AS MATERIALIZED (
        SELECT ready.job_id FROM queue_job_ready AS ready
         WHERE ready.eta <= right_now ORDER BY ready.eta LIMIT 1000 FOR UPDATE SKIP LOCKED
    )
    UPDATE queue_job_ready AS ready SET eta = NULL FROM due WHERE ready.job_id = due.job_id;

    FOR candidate IN
        SELECT load.lane_id, count(DISTINCT load.worker_id)::integer AS workers, bool_or(load.worker_id = me) AS mine
          FROM (SELECT unnest(lane.path) AS lane_id, lease.worker_id
                  FROM queue_job_lease AS lease JOIN queue_job_lane AS lane ON lane.id = lease.lane_id) AS load
         GROUP BY load.lane_id
    LOOP
        loads[candidate.lane_id] := candidate.workers;
        mine[candidate.lane_id] := candidate.mine;
    END LOOP;

    FOR candidate IN
        SELECT head.job_id, head.priority, head.created, lane.id AS lane_id, lane.path, lane.sequential,
               ARRAY(SELECT up.capacity FROM unnest(lane.path) WITH ORDINALITY AS p(id, n)
                       JOIN queue_job_lane AS up ON up.id = p.id ORDER BY p.n) AS capacities,
               ARRAY(SELECT up.id FROM queue_job_lane AS up
                      WHERE up.id = ANY (lane.path) AND up.throttle > 0) AS throttles
          FROM queue_job_lane AS lane
         CROSS JOIN LATERAL (
               SELECT ready.job_id, ready.priority, ready.created
                 FROM queue_job_ready AS ready
                WHERE ready.lane_id = lane.id AND ready.eta IS NULL
                  -- a rival attempt still holds the job (requeued by hand while it runs)
                  AND NOT EXISTS (SELECT FROM queue_job_lease AS held WHERE held.job_id = ready.job_id)
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
                   EXISTS (SELECT FROM queue_job_lease AS running WHERE running.lane_id = lane.id)
                -- three probes of three indexes: one condition with OR would read all that waits, and so
                -- would the second one without its ORDER BY
                OR EXISTS (SELECT FROM queue_job_ready AS failed
                            WHERE failed.lane_id = lane.id AND failed.eta = 'infinity')
                OR COALESCE((head.priority, head.created, head.job_id) > (
                            SELECT waiting.priority, waiting.created, waiting.job_id
                              FROM queue_job_ready AS waiting
                             WHERE waiting.lane_id = lane.id AND waiting.eta IS NOT NULL
                             ORDER BY waiting.priority, waiting.created, waiting.job_id
                             LIMIT 1), false)
                -- skipped above, because somebody holds its row
                OR EXISTS (SELECT FROM queue_job_ready AS before
                            WHERE before.lane_id = lane.id AND before.eta IS NULL
                              AND (before.priority, before.created, before.job_id)
                                  < (head.priority, head.created, head.job_id))))
         ORDER BY head.priority, head.created, head.job_id
    LOOP
        EXIT WHEN cardinality(taken) >= wanted;
        CONTINUE WHEN candidate.throttles && throttled;
        CONTINUE WHEN EXISTS (
            SELECT FROM unnest(candidate.path, candidate.capacities) AS up(id, capacity)
             WHERE up.capacity IS NOT NULL AND NOT COALESCE(mine[up.id], false)
               AND COALESCE(loads[up.id], 0) >= up.capacity);
        FOREACH ancestor IN ARRAY candidate.path LOOP
            IF NOT COALESCE(mine[ancestor], false) THEN
                loads[ancestor] := COALESCE(loads[ancestor], 0) + 1;
                mine[ancestor] := true;
            END IF;
        END LOOP;
        throttled := throttled || candidate.throttles;
        taken := taken || candidate.job_id;
        lanes := lanes || candidate.lane_id;
    END LOOP;

    IF cardinality(taken) = 0 THEN
        RETURN;
    END IF;
    DELETE FROM queue_job_ready AS ready WHERE ready.job_id = ANY (taken);
    INSERT INTO queue_job_throttle AS last (lane_id, last_start)
    SELECT DISTINCT id, clock_timestamp() FROM unnest(throttled) AS id
    ON CONFLICT (lane_id) DO UPDATE SET last_start = EXCLUDED.last_start;
    RETURN QUERY
        WITH leased AS (
            INSERT INTO queue_job_lease AS lease (job_id, worker_id, lane_id)
            SELECT t.job_id, me, t.lane_id FROM unnest(taken, lanes) AS t(job_id, lane_id)
            RETURNING lease.job_id, lease.attempt
        )
        SELECT leased.job_id, leased.attempt FROM leased ORDER BY array_position(taken, leased.job_id);
END $$;

-- Begin a leased job. No row when it is not to be run any more (given back, cancelled, done or
-- deleted meanwhile): its lease is gone then. `has_children`: whether a job waits for it. `together`: how
-- many jobs that differ only in their records may run as one call.
-- The lock on the lease keeps queue_job_give_back() from taking it away between the two statements.
CREATE OR REPLACE FUNCTION queue_job_begin(job integer, token bigint, process integer)
RETURNS TABLE (has_children boolean, together integer)
LANGUAGE plpgsql AS $$
DECLARE
    claimed timestamptz;
    key text;
    function_name text;
    keeps_key boolean;
    limit_together integer;
BEGIN
    SELECT claimed_at INTO claimed FROM queue_job_lease
     WHERE job_id = job AND attempt = token FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    UPDATE queue_job
       SET state = 'started', date_started = clock_timestamp() AT TIME ZONE 'UTC',
           date_enqueued = claimed AT TIME ZONE 'UTC',
           date_done = NULL, exec_time = NULL, worker_pid = process
     WHERE id = job AND state IN ('pending', 'enqueued')
    RETURNING identity_key, channel_method_name INTO key, function_name;
    IF NOT FOUND THEN
        DELETE FROM queue_job_lease WHERE job_id = job AND attempt = token;
        RETURN;
    END IF;
    SELECT identity_while_started, coalesce_limit INTO keeps_key, limit_together
      FROM queue_job_function WHERE name = function_name;
    IF key <> '' AND NOT COALESCE(keeps_key, false) THEN
        DELETE FROM queue_job_identity WHERE job_id = job;
    END IF;
    RETURN QUERY SELECT EXISTS (SELECT FROM queue_job_dependency WHERE parent_id = job),
                        COALESCE(limit_together, 0);
END $$;

-- Give back, untouched, what a worker took and did not begin.
-- The leases are locked first, so that the second statement sees the jobs that begin meanwhile.
CREATE OR REPLACE FUNCTION queue_job_give_back(me integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    back integer;
BEGIN
    PERFORM FROM queue_job_lease WHERE worker_id = me FOR UPDATE;
    WITH unused AS (
        DELETE FROM queue_job_lease AS lease USING queue_job AS job
         WHERE lease.worker_id = me AND job.id = lease.job_id AND job.state IN ('pending', 'enqueued')
        RETURNING job.*
    ), again AS (
        INSERT INTO queue_job_ready (job_id, lane_id, priority, created, eta)
        SELECT id, queue_job_lane_for(channel), COALESCE(priority, 10),
               COALESCE(date_created, now() AT TIME ZONE 'UTC'), NULL
          FROM unused
        ON CONFLICT (job_id) DO NOTHING
        RETURNING 1
    )
    SELECT count(*) INTO back FROM again;
    IF back > 0 THEN
        PERFORM pg_notify('queue_job', '');
    END IF;
    RETURN back;
END $$;

-- Ask the workers to stop attempts that run. Not on the lease: writing that row would make the
-- job's own end fail (point 6 of docs/decisions/0020). Returns how many were asked.
CREATE OR REPLACE FUNCTION queue_job_request_cancel(jobs integer[], why text) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    asked integer;
BEGIN
    INSERT INTO queue_job_cancel (job_id, attempt, reason)
    SELECT lease.job_id, lease.attempt, why
      FROM queue_job_lease AS lease JOIN queue_job AS job ON job.id = lease.job_id
     WHERE lease.job_id = ANY (jobs) AND job.state = 'started'
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS asked = ROW_COUNT;
    PERFORM pg_notify('queue_job_cancel', '');
    RETURN asked;
END $$;

-- Let go of a job whose end could not be written. If nobody else has moved it, it is tried again.
CREATE OR REPLACE FUNCTION queue_job_abandon(job integer, token bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM queue_job_lease WHERE job_id = job AND attempt = token;
    IF FOUND THEN
        WITH moved AS (
            UPDATE queue_job
               SET state = 'pending', retry = COALESCE(retry, 0) + 1, worker_pid = NULL,
                   eta = clock_timestamp() AT TIME ZONE 'UTC' + interval '5 seconds'
             WHERE id = job AND state = 'started'
            RETURNING id, retry, date_started
        )
        INSERT INTO queue_job_attempt (job_id, number, outcome, date_started, date_ended, duration)
        SELECT id, retry, 'conflict', date_started, clock_timestamp() AT TIME ZONE 'UTC',
               EXTRACT(EPOCH FROM clock_timestamp() AT TIME ZONE 'UTC' - date_started)
          FROM moved;
        PERFORM pg_notify('queue_job', '');
    END IF;
END $$;

-- Put the jobs of dead workers back. A worker is alive while it holds its session advisory lock.
-- A job that was running counts the attempt; when none is left it fails, with the cause.
CREATE OR REPLACE FUNCTION queue_job_rescue()
RETURNS TABLE (uuid text, state text, worker text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    dead record;
BEGIN
    PERFORM queue_job_adopt();
    FOR dead IN
        SELECT worker.id, worker.name FROM queue_job_worker AS worker
         WHERE NOT EXISTS (
               SELECT FROM pg_locks AS held
                WHERE held.locktype = 'advisory' AND held.objsubid = 2 AND held.granted
                  AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND held.classid::bigint = (hashtext('queue_job')::bigint & 4294967295)
                  AND held.objid::bigint = worker.id)
    LOOP
        PERFORM queue_job_give_back(dead.id);
        RETURN QUERY
            WITH lost AS (
                DELETE FROM queue_job_lease AS lease WHERE lease.worker_id = dead.id RETURNING lease.job_id
            ), moved AS (
            UPDATE queue_job AS job
               SET retry = COALESCE(job.retry, 0) + 1,
                   state = CASE WHEN job.max_retries > 0 AND COALESCE(job.retry, 0) + 1 >= job.max_retries
                                THEN 'failed' ELSE 'pending' END,
                   exc_name = 'JobFoundDead',
                   exc_message = format('The worker %s died while it ran the job.', dead.name),
                   exc_info = format('The worker %s died while it ran the job (attempt %s of %s).', dead.name,
                                     COALESCE(job.retry, 0) + 1,
                                     CASE WHEN job.max_retries > 0 THEN job.max_retries::text ELSE 'any number' END),
                   date_done = clock_timestamp() AT TIME ZONE 'UTC', worker_pid = NULL
              FROM lost
             WHERE job.id = lost.job_id AND job.state = 'started'
            RETURNING job.*
            ), kept AS (
            INSERT INTO queue_job_attempt
                   (job_id, number, outcome, worker, date_started, date_ended, duration, exc_name, exc_message)
            SELECT id, retry, 'lost', dead.name, date_started, date_done,
                   EXTRACT(EPOCH FROM date_done - date_started), exc_name, exc_message
              FROM moved
            )
            SELECT moved.uuid::text, moved.state::text, dead.name::text FROM moved;
        DELETE FROM queue_job_worker WHERE id = dead.id;
    END LOOP;
    DELETE FROM queue_job_cancel AS cancel
     WHERE NOT EXISTS (SELECT FROM queue_job_lease AS lease
                        WHERE lease.job_id = cancel.job_id AND lease.attempt = cancel.attempt);
END $$;

-- Release the children of these parents: those whose parents are all done, or failed where the edge says
-- "run", become pending. Returns them.
-- Exactly once: the UPDATE's WHERE is evaluated again behind the row lock. In the transaction of a
-- user (REPEATABLE READ) two parents that end together do not see each other; the outbox does then.
-- SQL, not plpgsql: planned at each call, so it needs no care in the sessions of users.
CREATE OR REPLACE FUNCTION queue_job_release_children(parents integer[]) RETURNS SETOF integer
LANGUAGE sql AS $$
    UPDATE queue_job AS child
       SET state = 'pending'
     WHERE child.id IN (
               SELECT edge.child_id FROM queue_job_dependency AS edge WHERE edge.parent_id = ANY (parents))
       AND child.state = 'wait_dependencies'
       AND NOT EXISTS (
           SELECT FROM queue_job_dependency AS edge JOIN queue_job AS parent ON parent.id = edge.parent_id
            WHERE edge.child_id = child.id AND parent.state <> 'done'
              AND NOT (parent.state = 'failed' AND edge.on_failure = 'run'))
    RETURNING child.id
$$;

-- Release the children of the parents in the outbox. Two last parents that finish together both come
-- here after their commit, so at least the later one sees both done.
CREATE OR REPLACE FUNCTION queue_job_release() RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    parents integer[];
    released integer;
BEGIN
    WITH taken AS (
        DELETE FROM queue_job_outbox
         WHERE ctid = ANY (ARRAY(SELECT ctid FROM queue_job_outbox LIMIT 1000 FOR UPDATE SKIP LOCKED))
        RETURNING parent_id
    )
    SELECT array_agg(DISTINCT parent_id) INTO parents FROM taken;
    IF parents IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM queue_job_follow_failures(parents);
    SELECT count(*) INTO released FROM queue_job_release_children(parents);
    RETURN released;
END $$;

-- When something that waits for time becomes due, in seconds from now; NULL when nothing does.
CREATE OR REPLACE FUNCTION queue_job_next_due() RETURNS double precision
LANGUAGE sql VOLATILE AS $$
    SELECT EXTRACT(EPOCH FROM LEAST(
        (SELECT min(eta) FROM queue_job_ready WHERE eta IS NOT NULL AND eta < 'infinity'),
        (SELECT min(last.last_start + make_interval(secs => lane.throttle)) AT TIME ZONE 'UTC'
           FROM queue_job_throttle AS last JOIN queue_job_lane AS lane ON lane.id = last.lane_id
          WHERE lane.throttle > 0 AND NOT lane.paused
            AND last.last_start + make_interval(secs => lane.throttle) > clock_timestamp())
    ) - clock_timestamp() AT TIME ZONE 'UTC')::double precision
$$;

-- Wake the idle workers, if any. False when no worker serves this database.
CREATE OR REPLACE FUNCTION queue_job_wake() RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM queue_job_worker WHERE idle) THEN
        PERFORM pg_notify('queue_job', '');
        RETURN true;
    END IF;
    RETURN EXISTS (SELECT FROM queue_job_worker);
END $$;
