-- Whoever writes queue_job.state (ORM, engine, a hand in psql) keeps the hot tables right.
-- No sequential scans: their plans live as long as the session, and the tables grow meanwhile.

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
    -- A job that the ORM, not the engine, has marked started may still hold its key.
    DELETE FROM queue_job_identity AS held
     USING inserted, queue_job AS holder
     WHERE inserted.identity_key <> '' AND held.identity_key = inserted.identity_key
       AND holder.id = held.job_id AND holder.state = 'started'
       AND NOT EXISTS (SELECT FROM queue_job_function AS function
                        WHERE function.id = holder.job_function_id AND function.identity_while_started);
    INSERT INTO queue_job_identity (identity_key, job_id)
    SELECT job.identity_key, job.id
      FROM inserted AS job
     WHERE job.identity_key <> '' AND job.state IN ('wait_dependencies', 'pending', 'enqueued');
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS queue_job_inserted ON queue_job;
CREATE TRIGGER queue_job_inserted AFTER INSERT ON queue_job
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION queue_job_inserted();

-- A change of what the engine schedules by. The engine's own start and good end are excluded:
-- queue_job_claim() and queue_job_done() do that work themselves.
CREATE OR REPLACE FUNCTION queue_job_notify() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
    lane queue_job_lane;
    due timestamp;
BEGIN
    IF NEW.state IN ('pending', 'enqueued') THEN
        due := CASE WHEN NEW.eta > clock_timestamp() AT TIME ZONE 'UTC' THEN NEW.eta END;
    ELSIF NEW.state = 'failed' THEN
        due := 'infinity';
    END IF;
    IF NEW.state IN ('pending', 'enqueued', 'failed') THEN
        SELECT * INTO lane FROM queue_job_lane WHERE id = queue_job_lane_for(NEW.channel);
    END IF;
    IF NEW.state IN ('pending', 'enqueued') OR (NEW.state = 'failed' AND lane.sequential) THEN
        INSERT INTO queue_job_ready (job_id, lane_id, priority, created, eta)
        VALUES (NEW.id, lane.id, COALESCE(NEW.priority, 10), COALESCE(NEW.date_created, now() AT TIME ZONE 'UTC'),
                due)
        ON CONFLICT (job_id) DO UPDATE
           SET lane_id = EXCLUDED.lane_id, priority = EXCLUDED.priority,
               created = EXCLUDED.created, eta = EXCLUDED.eta;
        PERFORM pg_notify('queue_job', '');
    ELSE
        DELETE FROM queue_job_ready WHERE job_id = NEW.id;
    END IF;

    IF NEW.identity_key <> '' THEN
        IF NEW.state IN ('wait_dependencies', 'pending', 'enqueued') THEN
            INSERT INTO queue_job_identity (identity_key, job_id) VALUES (NEW.identity_key, NEW.id)
            ON CONFLICT DO NOTHING;
        ELSE
            DELETE FROM queue_job_identity WHERE job_id = NEW.id;
        END IF;
    END IF;

    IF NEW.state IN ('done', 'failed') AND OLD.state <> NEW.state
       AND EXISTS (SELECT FROM queue_job_dependency
                    WHERE parent_id = NEW.id AND (NEW.state = 'done' OR on_failure <> 'wait')) THEN
        INSERT INTO queue_job_outbox VALUES (NEW.id);
        PERFORM pg_notify('queue_job', '');
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS queue_job_notify ON queue_job;
CREATE TRIGGER queue_job_notify AFTER UPDATE ON queue_job
    FOR EACH ROW
    WHEN (NEW.state <> 'started'
          AND NOT (NEW.state = 'done' AND OLD.attempt IS NOT NULL AND NEW.attempt IS NULL)
          AND (
              OLD.state IS DISTINCT FROM NEW.state OR OLD.eta IS DISTINCT FROM NEW.eta
           OR OLD.priority IS DISTINCT FROM NEW.priority OR OLD.channel IS DISTINCT FROM NEW.channel))
    EXECUTE FUNCTION queue_job_notify();

CREATE OR REPLACE FUNCTION queue_job_deleted() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
BEGIN
    DELETE FROM queue_job_ready AS ready USING deleted WHERE ready.job_id = deleted.id;
    DELETE FROM queue_job_identity AS identity USING deleted WHERE identity.job_id = deleted.id;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS queue_job_deleted ON queue_job;
CREATE TRIGGER queue_job_deleted AFTER DELETE ON queue_job
    REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION queue_job_deleted();
