-- Whoever writes queue_job.state (ORM, engine, a hand in psql) keeps the hot tables right.
-- No sequential scans: their plans live as long as the session, and the tables grow meanwhile. For the same
-- reason rows are found by `= ANY (ARRAY(...))`, which cannot be turned round as a join can (claim.sql).

-- New jobs: one statement for all of them.
CREATE OR REPLACE FUNCTION queue_job_inserted() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
BEGIN
    INSERT INTO queue_job_ready (job_id, lane_id, priority, created, eta)
    SELECT job.id, lane.id, COALESCE(job.priority, 10), COALESCE(job.date_created, now() AT TIME ZONE 'UTC'),
           CASE WHEN job.eta > now() AT TIME ZONE 'UTC' THEN job.eta END
      FROM inserted AS job
      JOIN (SELECT channel, queue_job_lane_for(channel) AS id
              FROM (SELECT DISTINCT channel FROM inserted) AS channels) AS lane
        ON lane.channel IS NOT DISTINCT FROM job.channel
     WHERE job.state IN ('pending', 'enqueued');
    IF EXISTS (SELECT FROM inserted WHERE identity_key <> '') THEN
        -- A job that the ORM, not the engine, has marked started may still hold its key.
        DELETE FROM queue_job_identity AS held
         WHERE held.identity_key = ANY (ARRAY(SELECT identity_key FROM inserted WHERE identity_key <> ''))
           AND (SELECT holder.state = 'started'
                       AND NOT EXISTS (SELECT FROM queue_job_function AS function
                                        WHERE function.id = holder.job_function_id
                                          AND function.identity_while_started)
                  FROM queue_job AS holder WHERE holder.id = held.job_id);
        INSERT INTO queue_job_identity (identity_key, job_id)
        SELECT job.identity_key, job.id
          FROM inserted AS job
         WHERE job.identity_key <> '' AND job.state IN ('wait_dependencies', 'pending', 'enqueued');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER queue_job_inserted AFTER INSERT ON queue_job
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION queue_job_inserted();

-- Put a job that somebody has changed where its state, eta, priority and channel now want it.
CREATE OR REPLACE FUNCTION queue_job_schedule(job queue_job, old_state text) RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
    lane queue_job_lane;
    due timestamp;
BEGIN
    IF job.state IN ('pending', 'enqueued') THEN
        due := CASE WHEN job.eta > clock_timestamp() AT TIME ZONE 'UTC' THEN job.eta END;
    ELSIF job.state = 'failed' THEN
        due := 'infinity';
    END IF;
    IF job.state IN ('pending', 'enqueued', 'failed') THEN
        SELECT * INTO lane FROM queue_job_lane WHERE id = queue_job_lane_for(job.channel);
    END IF;
    IF job.state IN ('pending', 'enqueued') OR (job.state = 'failed' AND lane.sequential) THEN
        INSERT INTO queue_job_ready (job_id, lane_id, priority, created, eta)
        VALUES (job.id, lane.id, COALESCE(job.priority, 10), COALESCE(job.date_created, now() AT TIME ZONE 'UTC'),
                due)
        ON CONFLICT (job_id) DO UPDATE
           SET lane_id = EXCLUDED.lane_id, priority = EXCLUDED.priority,
               created = EXCLUDED.created, eta = EXCLUDED.eta;
        PERFORM pg_notify('queue_job', '');
    ELSE
        DELETE FROM queue_job_ready WHERE job_id = job.id;
    END IF;

    IF job.identity_key <> '' THEN
        IF job.state IN ('wait_dependencies', 'pending', 'enqueued') THEN
            INSERT INTO queue_job_identity (identity_key, job_id) VALUES (job.identity_key, job.id)
            ON CONFLICT DO NOTHING;
        ELSE
            DELETE FROM queue_job_identity WHERE job_id = job.id;
        END IF;
    END IF;

    IF job.state IN ('done', 'failed') AND old_state <> job.state
       AND EXISTS (SELECT FROM queue_job_dependency
                    WHERE parent_id = job.id AND (job.state = 'done' OR on_failure <> 'wait')) THEN
        INSERT INTO queue_job_outbox VALUES (job.id);
        PERFORM pg_notify('queue_job', '');
    END IF;
END $$;

-- What follows from a change of a job.
CREATE OR REPLACE FUNCTION queue_job_notify() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'started' AND (OLD.state, OLD.eta, OLD.priority, OLD.channel)
                    IS DISTINCT FROM (NEW.state, NEW.eta, NEW.priority, NEW.channel) THEN
        PERFORM queue_job_schedule(NEW, OLD.state);
    END IF;
    IF OLD.state <> NEW.state THEN
        PERFORM queue_job_park(NEW, OLD.state);
        IF NEW.state = 'failed' THEN
            PERFORM queue_job_note_failure(NEW);
        END IF;
        IF NEW.job_batch_id IS NOT NULL AND (OLD.state IN ('done', 'cancelled', 'failed')
                                             OR NEW.state IN ('done', 'cancelled', 'failed')) THEN
            PERFORM queue_job_count_in_batch(NEW, OLD.state);
        END IF;
    END IF;
    RETURN NULL;
END $$;

-- One trigger for all of it, and a short condition: PostgreSQL reads it anew for each statement (four long
-- ones took a tenth of the time of a job). It leaves out the engine's own start and good end of jobs, which
-- change `attempt`: queue_job_claim(), queue_job_done() and their like do themselves what follows.
CREATE TRIGGER queue_job_notify AFTER UPDATE ON queue_job
    FOR EACH ROW
    WHEN (NEW.state NOT IN ('started', 'done') OR NEW.attempt IS NOT DISTINCT FROM OLD.attempt)
    EXECUTE FUNCTION queue_job_notify();

CREATE OR REPLACE FUNCTION queue_job_deleted() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
BEGIN
    DELETE FROM queue_job_ready WHERE job_id = ANY (ARRAY(SELECT id FROM deleted));
    DELETE FROM queue_job_identity WHERE job_id = ANY (ARRAY(SELECT id FROM deleted));
    RETURN NULL;
END $$;

CREATE TRIGGER queue_job_deleted AFTER DELETE ON queue_job
    REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION queue_job_deleted();
