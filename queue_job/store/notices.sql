-- What users are told of jobs: the progress of those that report it, the end of those they asked about,
-- and failures of which their job function wants somebody to hear.
--
-- Beside the job row, which must not be written while the job runs (its own end would fail), and without
-- foreign keys, whose locks would be on that row. Rows go when the end of the job is told.

CREATE TABLE IF NOT EXISTS queue_job_progress (
    job_id integer PRIMARY KEY,
    done double precision NOT NULL,
    total double precision,
    message text,
    reported timestamp NOT NULL                     -- UTC
);

-- Users who want to hear of the end of a job.
CREATE TABLE IF NOT EXISTS queue_job_watch (
    job_id integer NOT NULL,
    user_id integer NOT NULL,
    PRIMARY KEY (job_id, user_id)
);

-- Jobs that failed, whose function has policies for that. Only noted by the transaction in which they fail:
-- what follows writes rows that others write as well, and a conflict there must not undo the end of a job.
CREATE TABLE IF NOT EXISTS queue_job_failure (
    job_id integer NOT NULL
);

CREATE OR REPLACE FUNCTION queue_job_note_failure(job queue_job) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM queue_job_function WHERE id = job.job_function_id AND acts_on_failure) THEN
        INSERT INTO queue_job_failure VALUES (job.id);
    END IF;
END $$;

-- Whether a job ended of which somebody is to be told. Both tables are small: of jobs that run, or are watched.
CREATE OR REPLACE FUNCTION queue_job_has_news() RETURNS boolean
LANGUAGE sql AS $$
    SELECT EXISTS (SELECT FROM queue_job_watch AS watch
                     LEFT JOIN queue_job AS job ON job.id = watch.job_id
                    WHERE job.id IS NULL OR job.state IN ('done', 'failed', 'cancelled'))
        OR EXISTS (SELECT FROM queue_job_progress AS progress
                     LEFT JOIN queue_job AS job ON job.id = progress.job_id
                    WHERE job.id IS NULL OR job.state <> 'started')
        OR EXISTS (SELECT FROM queue_job_failure)
        OR EXISTS (SELECT FROM queue_job_batch_change)
$$;
