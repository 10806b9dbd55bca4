-- How an attempt begins and ends.
--
-- Other addons add columns to the tables of the ORM, by any name. So, here and in all these files, what is no
-- column is named with its function, or `own`, in each statement that reads or writes such a table.

-- Make the session of the connection on which jobs run as good as new for the next one. What DISCARD ALL does,
-- but for the plans of the engine's functions, and for cursors WITH HOLD, whose names are their own.
CREATE OR REPLACE FUNCTION queue_job_clean_session() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    SET SESSION AUTHORIZATION DEFAULT;
    RESET ALL;
    UNLISTEN *;
    PERFORM pg_advisory_unlock_all();
    DISCARD TEMP;
    DISCARD SEQUENCES;
END $$;

-- End an attempt well; false when the job was taken away from the worker. The last statement of the job's
-- own transaction. Does what the trigger would do (its WHEN leaves this end out), and less: a job that
-- nobody waits for and that has no identity key is one row to write. No sequential scans: the plans live
-- as long as the session, and the tables grow meanwhile.
CREATE OR REPLACE FUNCTION queue_job_done(
    job integer, token bigint, tries integer, outcome text, outcome_json jsonb, seconds float8) RETURNS boolean
LANGUAGE plpgsql SET enable_seqscan = off AS $$
<<own>>
DECLARE
    right_now timestamp := clock_timestamp() AT TIME ZONE 'UTC';
    key text;
    batch integer;
BEGIN
    UPDATE queue_job
       SET state = 'done', attempt = NULL, retry = COALESCE(queue_job_done.tries, retry),
           result = queue_job_done.outcome, result_json = queue_job_done.outcome_json,
           date_started = COALESCE(own.right_now - make_interval(secs => queue_job_done.seconds), date_started),
           date_done = own.right_now, exec_time = queue_job_done.seconds,
           exc_name = NULL, exc_message = NULL, exc_info = NULL
     WHERE id = queue_job_done.job AND attempt = queue_job_done.token AND state = 'started'
    RETURNING identity_key, job_batch_id INTO key, batch;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF key <> '' THEN
        DELETE FROM queue_job_identity WHERE job_id = job;
    END IF;
    IF batch IS NOT NULL THEN
        INSERT INTO queue_job_batch_change VALUES (batch, 0, 1, 0);
    END IF;
    IF EXISTS (SELECT FROM queue_job_dependency WHERE parent_id = job) THEN
        INSERT INTO queue_job_outbox VALUES (job);
    END IF;
    RETURN true;
END $$;

-- Put back, untouched, what a claim took and the worker has not ended, but for the jobs `kept`, which it
-- runs. The trigger makes them ready again. A state that somebody else wrote meanwhile stays.
CREATE OR REPLACE FUNCTION queue_job_give_back(token bigint, kept integer[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    slot queue_job_slot;
    back integer;
BEGIN
    SELECT * INTO slot FROM queue_job_slot WHERE attempt = token FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    UPDATE queue_job
       SET attempt = NULL, worker_pid = NULL,
           state = CASE state WHEN 'started' THEN 'pending' ELSE state END,
           date_enqueued = CASE state WHEN 'started' THEN NULL ELSE date_enqueued END,
           date_started = CASE state WHEN 'started' THEN NULL ELSE date_started END
     WHERE id = ANY (slot.jobs) AND id <> ALL (queue_job_give_back.kept) AND attempt = queue_job_give_back.token;
    GET DIAGNOSTICS back = ROW_COUNT;
    UPDATE queue_job_slot
       SET (jobs, lanes) = (
           SELECT COALESCE(array_agg(held.job_id ORDER BY held.position), '{}'),
                  COALESCE(array_agg(held.lane_id ORDER BY held.position), '{}')
             FROM unnest(slot.jobs, slot.lanes) WITH ORDINALITY AS held (job_id, lane_id, position)
            WHERE held.job_id = ANY (kept))
     WHERE worker_id = slot.worker_id;
    PERFORM pg_notify('queue_job', '');
    RETURN back;
END $$;

-- Let go of a job whose end could not be written. If nobody else has moved it, it is tried again.
CREATE OR REPLACE FUNCTION queue_job_abandon(job integer, token bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    WITH moved AS (
        UPDATE queue_job
           SET state = 'pending', attempt = NULL, retry = COALESCE(retry, 0) + 1, worker_pid = NULL,
               eta = clock_timestamp() AT TIME ZONE 'UTC' + interval '5 seconds'
         WHERE id = queue_job_abandon.job AND attempt = queue_job_abandon.token AND state = 'started'
        RETURNING id, retry, date_started
    )
    INSERT INTO queue_job_attempt (job_id, number, outcome, date_started, date_ended, duration)
    SELECT id, retry, 'conflict', date_started, clock_timestamp() AT TIME ZONE 'UTC',
           EXTRACT(EPOCH FROM clock_timestamp() AT TIME ZONE 'UTC' - date_started)
      FROM moved;
    UPDATE queue_job SET attempt = NULL WHERE id = queue_job_abandon.job AND attempt = queue_job_abandon.token;
    PERFORM pg_notify('queue_job', '');
END $$;

-- Ask the workers to stop attempts that run. Not on the job: writing its row would make its own end fail
-- (point 6 of docs/decisions/0020). Returns how many were asked.
CREATE OR REPLACE FUNCTION queue_job_request_cancel(jobs integer[], why text) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    asked integer;
BEGIN
    INSERT INTO queue_job_cancel (job_id, attempt, reason)
    SELECT id, queue_job.attempt, queue_job_request_cancel.why
      FROM queue_job
     WHERE id = ANY (queue_job_request_cancel.jobs) AND state = 'started' AND queue_job.attempt IS NOT NULL
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS asked = ROW_COUNT;
    PERFORM pg_notify('queue_job_cancel', '');
    RETURN asked;
END $$;
