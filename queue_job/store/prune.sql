-- Where the search for jobs to delete goes on: those before it were looked at since it began.

CREATE TABLE IF NOT EXISTS queue_job_sweep (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    date_created timestamp NOT NULL,
    job_id integer NOT NULL
);
