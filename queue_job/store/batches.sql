-- Batches: counts of their jobs, added up from what changes.
--
-- (i)   a job of no batch pays nothing, one of a batch a row when it is stored and one when it is over -> WHEN
-- (ii)  jobs of one batch never wait for each other: nothing is updated in the transaction of a job -> change
-- (iii) counts are exact whoever reads them: what is added up, and what is not yet -> queue_job_batch_counts
-- (iv)  what is pruned counts on; an open job that is deleted does not -> deleted

CREATE TABLE IF NOT EXISTS queue_job_batch_change (
    batch_id integer NOT NULL,
    jobs integer NOT NULL,
    finished integer NOT NULL,                      -- done or cancelled
    failed integer NOT NULL
);
ALTER TABLE queue_job_batch_change SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE TABLE IF NOT EXISTS queue_job_batch_count (
    batch_id integer PRIMARY KEY,
    jobs integer NOT NULL,
    finished integer NOT NULL,
    failed integer NOT NULL
) WITH (fillfactor = 70);

CREATE OR REPLACE FUNCTION queue_job_batch_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO queue_job_batch_change VALUES (OLD.job_batch_id, -1, 0, 0);
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO queue_job_batch_change
        VALUES (NEW.job_batch_id, 1, (NEW.state IN ('done', 'cancelled'))::integer, (NEW.state = 'failed')::integer);
    ELSE
        INSERT INTO queue_job_batch_change
        VALUES (NEW.job_batch_id, 0,
                (NEW.state IN ('done', 'cancelled'))::integer - (OLD.state IN ('done', 'cancelled'))::integer,
                (NEW.state = 'failed')::integer - (OLD.state = 'failed')::integer);
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS queue_job_batch_inserted ON queue_job;
CREATE TRIGGER queue_job_batch_inserted AFTER INSERT ON queue_job
    FOR EACH ROW WHEN (NEW.job_batch_id IS NOT NULL)
    EXECUTE FUNCTION queue_job_batch_changed();

DROP TRIGGER IF EXISTS queue_job_batch_updated ON queue_job;
CREATE TRIGGER queue_job_batch_updated AFTER UPDATE ON queue_job
    FOR EACH ROW
    WHEN (NEW.job_batch_id IS NOT NULL AND OLD.state IS DISTINCT FROM NEW.state AND (
              NEW.state IN ('done', 'cancelled', 'failed') OR OLD.state IN ('done', 'cancelled', 'failed')))
    EXECUTE FUNCTION queue_job_batch_changed();

DROP TRIGGER IF EXISTS queue_job_batch_deleted ON queue_job;
CREATE TRIGGER queue_job_batch_deleted AFTER DELETE ON queue_job
    FOR EACH ROW
    WHEN (OLD.job_batch_id IS NOT NULL AND OLD.state NOT IN ('done', 'cancelled', 'failed'))
    EXECUTE FUNCTION queue_job_batch_changed();

-- The counts of these batches as the caller's snapshot has them.
CREATE OR REPLACE FUNCTION queue_job_batch_counts(batches integer[])
RETURNS TABLE (batch_id integer, jobs integer, finished integer, failed integer)
LANGUAGE sql STABLE AS $$
    SELECT batch_id, sum(jobs)::integer, sum(finished)::integer, sum(failed)::integer
      FROM (SELECT * FROM queue_job_batch_count WHERE batch_id = ANY (batches)
             UNION ALL
            SELECT * FROM queue_job_batch_change WHERE batch_id = ANY (batches)) AS part
     GROUP BY batch_id
$$;

-- Add up what changed; returns the batches. What a rival adds up is left to it.
CREATE OR REPLACE FUNCTION queue_job_fold_batches() RETURNS SETOF integer
LANGUAGE sql AS $$
    WITH taken AS (
        DELETE FROM queue_job_batch_change
         WHERE ctid = ANY (ARRAY(
               SELECT ctid FROM queue_job_batch_change LIMIT 10000 FOR UPDATE SKIP LOCKED))
        RETURNING *
    )
    INSERT INTO queue_job_batch_count AS count (batch_id, jobs, finished, failed)
    SELECT batch_id, sum(jobs), sum(finished), sum(failed) FROM taken GROUP BY batch_id ORDER BY batch_id
    ON CONFLICT (batch_id) DO UPDATE
       SET jobs = count.jobs + EXCLUDED.jobs, finished = count.finished + EXCLUDED.finished,
           failed = count.failed + EXCLUDED.failed
    RETURNING batch_id
$$;
