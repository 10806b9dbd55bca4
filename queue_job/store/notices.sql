-- What users are told of jobs: the progress of those that report it, the end of those they asked about.
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

-- Whether a job ended of which somebody is to be told. Both tables are small: of jobs that run, or are watched.
CREATE OR REPLACE FUNCTION queue_job_has_news() RETURNS boolean
LANGUAGE sql AS $$
    SELECT EXISTS (SELECT FROM queue_job_watch AS watch
                     LEFT JOIN queue_job AS job ON job.id = watch.job_id
                    WHERE job.id IS NULL OR job.state IN ('done', 'failed', 'cancelled'))
        OR EXISTS (SELECT FROM queue_job_progress AS progress
                     LEFT JOIN queue_job AS job ON job.id = progress.job_id
                    WHERE job.id IS NULL OR job.state <> 'started')
$$;
