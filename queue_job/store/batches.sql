-- Batches: counts of their jobs, added up from what changes.
--
-- (i)   a job of no batch pays nothing, one of a batch a row when it is stored and one when it is over
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

-- Add what it changes that a job came to its state; `old_state` is NULL when it is new.
CREATE OR REPLACE FUNCTION queue_job_count_in_batch(job queue_job, old_state text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    over text[] := '{done, cancelled}';
BEGIN
    INSERT INTO queue_job_batch_change
    VALUES (job.job_batch_id, (old_state IS NULL)::integer,
            (job.state = ANY (over))::integer - COALESCE(old_state = ANY (over), false)::integer,
            (job.state = 'failed')::integer - COALESCE(old_state = 'failed', false)::integer);
END $$;

CREATE OR REPLACE FUNCTION queue_job_batch_inserted() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM queue_job_count_in_batch(NEW, NULL);
    RETURN NULL;
END $$;

CREATE TRIGGER queue_job_batch_inserted AFTER INSERT ON queue_job
    FOR EACH ROW WHEN (NEW.job_batch_id IS NOT NULL)
    EXECUTE FUNCTION queue_job_batch_inserted();

CREATE OR REPLACE FUNCTION queue_job_batch_deleted() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO queue_job_batch_change VALUES (OLD.job_batch_id, -1, 0, 0);
    RETURN NULL;
END $$;

CREATE TRIGGER queue_job_batch_deleted AFTER DELETE ON queue_job
    FOR EACH ROW
    WHEN (OLD.job_batch_id IS NOT NULL AND OLD.state NOT IN ('done', 'cancelled', 'failed'))
    EXECUTE FUNCTION queue_job_batch_deleted();

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
