-- What the leader does for all, and what idle workers ask.

-- Put the jobs of dead workers back. A worker is alive while it holds its session advisory lock.
-- It ran the first of its jobs that had not ended, and what ran as one call with it: those count the attempt,
-- and when none is left they fail, with the cause. The others go back untouched.
CREATE OR REPLACE FUNCTION queue_job_rescue()
RETURNS TABLE (uuid text, state text, worker text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
<<own>>
DECLARE
    dead record;
    running integer[];
BEGIN
    PERFORM queue_job_adopt();
    FOR dead IN
        SELECT worker.id, worker.name, slot.attempt, slot.together
          FROM queue_job_worker AS worker LEFT JOIN queue_job_slot AS slot ON slot.worker_id = worker.id
         WHERE NOT EXISTS (
               SELECT FROM pg_locks AS held
                WHERE held.locktype = 'advisory' AND held.objsubid = 2 AND held.granted
                  AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND held.classid::bigint = (hashtext('queue_job')::bigint & 4294967295)
                  AND held.objid::bigint = worker.id)
    LOOP
        running := ARRAY(SELECT lease.job_id FROM queue_job_lease AS lease
                          WHERE lease.worker_id = dead.id AND lease.job_id = ANY (dead.together));
        IF running = '{}' THEN
            running := ARRAY(SELECT lease.job_id FROM queue_job_lease AS lease
                              WHERE lease.worker_id = dead.id ORDER BY lease.position LIMIT 1);
        END IF;
        PERFORM queue_job_give_back(dead.attempt, running);
        RETURN QUERY
            WITH lost AS (
                UPDATE queue_job AS job
                   SET retry = COALESCE(job.retry, 0) + 1,
                       state = CASE WHEN job.max_retries > 0 AND COALESCE(job.retry, 0) + 1 >= job.max_retries
                                    THEN 'failed' ELSE 'pending' END,
                       exc_name = 'JobFoundDead',
                       exc_message = format('The worker %s died while it ran the job.', dead.name),
                       exc_info = format('The worker %s died while it ran the job (attempt %s of %s).', dead.name,
                                         COALESCE(job.retry, 0) + 1,
                                         CASE WHEN job.max_retries > 0 THEN job.max_retries::text
                                              ELSE 'any number' END),
                       date_done = clock_timestamp() AT TIME ZONE 'UTC', worker_pid = NULL, attempt = NULL
                 WHERE job.id = ANY (own.running) AND job.attempt = dead.attempt AND job.state = 'started'
                RETURNING job.*
            ), kept AS (
                INSERT INTO queue_job_attempt
                       (job_id, number, outcome, worker, date_started, date_ended, duration, exc_name, exc_message)
                SELECT id, retry, 'lost', dead.name, date_started, date_done,
                       EXTRACT(EPOCH FROM date_done - date_started), exc_name, exc_message
                  FROM lost
            )
            SELECT lost.uuid::text, lost.state::text, dead.name::text FROM lost;
        -- moved by hand while they ran
        UPDATE queue_job AS job SET attempt = NULL WHERE job.id = ANY (own.running) AND job.attempt = dead.attempt;
        DELETE FROM queue_job_slot WHERE worker_id = dead.id;
        DELETE FROM queue_job_worker WHERE id = dead.id;
    END LOOP;
    DELETE FROM queue_job_cancel AS cancel
     WHERE NOT EXISTS (SELECT FROM queue_job AS job
                        WHERE job.id = cancel.job_id AND job.attempt = cancel.attempt);
END $$;

-- Rewrite the small tables in which nearly all rows are dead. While some transaction stays open for long,
-- vacuum cannot remove what was done meanwhile, and each claim would step over it. TRUNCATE can: it gives
-- the table a new file. Left for later when somebody uses the table: nobody waits for more than 50 ms.
-- Returns the names of the tables it rewrote.
CREATE OR REPLACE FUNCTION queue_job_compact() RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
    bloated text;
BEGIN
    PERFORM set_config('lock_timeout', '50ms', true);
    FOR bloated IN
        SELECT relname FROM pg_stat_user_tables
         WHERE schemaname = current_schema AND n_dead_tup > 5000 AND n_dead_tup > n_live_tup
           AND relname IN ('queue_job_ready', 'queue_job_slot', 'queue_job_outbox', 'queue_job_identity')
    LOOP
        BEGIN
            EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', bloated);
            EXECUTE format('CREATE TEMPORARY TABLE queue_job_live AS SELECT * FROM %I', bloated);
            EXECUTE format('TRUNCATE %I', bloated);
            EXECUTE format('INSERT INTO %I SELECT * FROM queue_job_live', bloated);
            DROP TABLE queue_job_live;
            RETURN NEXT bloated;
        EXCEPTION WHEN lock_not_available THEN
            CONTINUE;
        END;
    END LOOP;
END $$;

-- Release the children of these parents: those whose parents are all done, or failed where the edge says
-- "run", become pending. Returns them.
-- Exactly once: the UPDATE's WHERE is evaluated again behind the row lock. In the transaction of a
-- user (REPEATABLE READ) two parents that end together do not see each other; the outbox does then.
-- SQL, not plpgsql: planned at each call, so it needs no care in the sessions of users.
-- A child of many asks the youngest parents first, which mostly end last: it finds one that is open at once,
-- instead of reading all that are done at each of their ends. (EXISTS would forget the order.)
CREATE OR REPLACE FUNCTION queue_job_release_children(parents integer[]) RETURNS SETOF integer
LANGUAGE sql AS $$
    UPDATE queue_job AS child
       SET state = 'pending'
     WHERE child.id IN (
               SELECT edge.child_id
                 FROM queue_job_dependency AS edge
                WHERE edge.parent_id = ANY (queue_job_release_children.parents))
       AND child.state = 'wait_dependencies'
       AND (
           SELECT edge.parent_id
             FROM queue_job_dependency AS edge JOIN queue_job AS parent ON parent.id = edge.parent_id
            WHERE edge.child_id = child.id AND parent.state <> 'done'
              AND NOT (parent.state = 'failed' AND edge.on_failure = 'run')
            ORDER BY edge.parent_id DESC LIMIT 1) IS NULL
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
        (SELECT eta FROM queue_job_ready WHERE eta < 'infinity' ORDER BY eta LIMIT 1),
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
    IF EXISTS (SELECT FROM queue_job_idle()) THEN
        PERFORM pg_notify('queue_job', '');
        RETURN true;
    END IF;
    RETURN EXISTS (SELECT FROM queue_job_worker);
END $$;
