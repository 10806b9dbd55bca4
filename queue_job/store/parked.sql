-- Jobs that are not over, and those that wait for a decision, without an index on the state.
--
-- queue_job_ready and queue_job_slot hold the jobs that wait for a worker or have one. The others
-- that are not done are parked here, so that a search by state starts from small tables instead of
-- reading all that was ever done (open_jobs.py). A superset is enough, the state itself is compared:
-- (i)   a job in its normal life (pending, started, done) never touches this table;
-- (ii)  a job set to started by hand, without a worker, is parked; its row may outlive that state. The rows
--       of the other states are exact, so that dashboards count and group them here.

CREATE TABLE IF NOT EXISTS queue_job_parked (
    job_id integer PRIMARY KEY
);
-- What dashboards count and group by, and lists begin with.
ALTER TABLE queue_job_parked
    ADD COLUMN IF NOT EXISTS state text,
    ADD COLUMN IF NOT EXISTS since timestamp,       -- UTC; of a failed job: its date_done
    ADD COLUMN IF NOT EXISTS created timestamp,     -- the job's date_created
    ADD COLUMN IF NOT EXISTS company_id integer,
    ADD COLUMN IF NOT EXISTS user_id integer,
    ADD COLUMN IF NOT EXISTS channel text,
    ADD COLUMN IF NOT EXISTS function text,
    ADD COLUMN IF NOT EXISTS exc_name text;
CREATE INDEX IF NOT EXISTS queue_job_parked_failed_index
    ON queue_job_parked (user_id, since) WHERE state = 'failed';
CREATE INDEX IF NOT EXISTS queue_job_parked_started_index
    ON queue_job_parked (job_id) WHERE state = 'started';
ALTER TABLE queue_job_parked SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE OR REPLACE FUNCTION queue_job_park(job queue_job, old_state text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF job.state IN ('wait_dependencies', 'failed', 'cancelled')
       OR job.state = 'started' AND job.attempt IS NULL THEN
        INSERT INTO queue_job_parked (job_id, state, since, created, company_id, user_id, channel, function,
                                      exc_name)
        VALUES (job.id, job.state,
                COALESCE(CASE WHEN job.state = 'failed' THEN job.date_done END,
                         clock_timestamp() AT TIME ZONE 'UTC'),
                job.date_created, job.company_id, job.user_id, job.channel, job.channel_method_name, job.exc_name)
        ON CONFLICT (job_id) DO UPDATE
           SET state = EXCLUDED.state, since = EXCLUDED.since, exc_name = EXCLUDED.exc_name;
    ELSIF old_state IN ('wait_dependencies', 'failed', 'cancelled') THEN
        DELETE FROM queue_job_parked WHERE job_id = job.id;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION queue_job_park_new() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM queue_job_park(NEW, NULL);
    RETURN NULL;
END $$;

CREATE TRIGGER queue_job_park_new AFTER INSERT ON queue_job
    FOR EACH ROW WHEN (NEW.state IN ('wait_dependencies', 'started', 'failed', 'cancelled'))
    EXECUTE FUNCTION queue_job_park_new();

CREATE OR REPLACE FUNCTION queue_job_unpark_deleted() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    DELETE FROM queue_job_parked WHERE job_id = ANY (ARRAY(SELECT id FROM deleted));
    RETURN NULL;
END $$;

CREATE TRIGGER queue_job_unpark_deleted AFTER DELETE ON queue_job
    REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION queue_job_unpark_deleted();

-- Jobs that were there before.
INSERT INTO queue_job_parked (job_id, state, since, created, company_id, user_id, channel, function, exc_name)
SELECT id, state, COALESCE(date_done, date_created), date_created, company_id, user_id, channel, channel_method_name, exc_name
  FROM queue_job AS job
 WHERE state IN ('wait_dependencies', 'started', 'failed', 'cancelled')
   AND attempt IS NULL
ON CONFLICT (job_id) DO UPDATE
   SET state = EXCLUDED.state, since = EXCLUDED.since, created = EXCLUDED.created,
       company_id = EXCLUDED.company_id, user_id = EXCLUDED.user_id, channel = EXCLUDED.channel, function = EXCLUDED.function, exc_name = EXCLUDED.exc_name
 WHERE queue_job_parked.state IS NULL OR queue_job_parked.created IS NULL;
