-- Jobs that are not over, and those that wait for a decision, without an index on the state.
--
-- queue_job_ready and queue_job_lease hold the jobs that wait for a worker or have one. The others
-- that are not done are parked here, so that a search by state starts from small tables instead of
-- reading all that was ever done (open_jobs.py). A superset is enough, the state itself is compared:
-- (i)   a job in its normal life (pending, started, done) never touches this table -> WHEN clauses,
--       but for one look into the leases at its start;
-- (ii)  a job set to started by hand, without a lease, is parked; its row may outlive that state.

CREATE TABLE IF NOT EXISTS queue_job_parked (
    job_id integer PRIMARY KEY
);
ALTER TABLE queue_job_parked SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE OR REPLACE FUNCTION queue_job_park() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'started' THEN
        IF NOT EXISTS (SELECT FROM queue_job_lease WHERE job_id = NEW.id) THEN
            INSERT INTO queue_job_parked VALUES (NEW.id) ON CONFLICT DO NOTHING;
        END IF;
    ELSIF NEW.state IN ('wait_dependencies', 'failed', 'cancelled') THEN
        INSERT INTO queue_job_parked VALUES (NEW.id) ON CONFLICT DO NOTHING;
    ELSE
        DELETE FROM queue_job_parked WHERE job_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS queue_job_park_new ON queue_job;
CREATE TRIGGER queue_job_park_new AFTER INSERT ON queue_job
    FOR EACH ROW WHEN (NEW.state IN ('wait_dependencies', 'started', 'failed', 'cancelled'))
    EXECUTE FUNCTION queue_job_park();

DROP TRIGGER IF EXISTS queue_job_park_changed ON queue_job;
CREATE TRIGGER queue_job_park_changed AFTER UPDATE ON queue_job
    FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state AND (
              NEW.state IN ('wait_dependencies', 'started', 'failed', 'cancelled')
           OR OLD.state IN ('wait_dependencies', 'failed', 'cancelled')))
    EXECUTE FUNCTION queue_job_park();

CREATE OR REPLACE FUNCTION queue_job_unpark_deleted() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM queue_job_parked AS parked USING deleted WHERE parked.job_id = deleted.id;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS queue_job_unpark_deleted ON queue_job;
CREATE TRIGGER queue_job_unpark_deleted AFTER DELETE ON queue_job
    REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION queue_job_unpark_deleted();

-- Jobs that were there before.
INSERT INTO queue_job_parked (job_id)
SELECT id FROM queue_job AS job
 WHERE state IN ('wait_dependencies', 'started', 'failed', 'cancelled')
   AND NOT EXISTS (SELECT FROM queue_job_lease AS lease WHERE lease.job_id = job.id)
ON CONFLICT DO NOTHING;
