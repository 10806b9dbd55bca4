-- How attempts ended: a row per minute, function, channel, company and outcome.
--
-- Workers count in memory and add to it every few seconds on their control connection, so a job pays no
-- statement for it; what a worker that is killed had not added yet is missing. Rows older than two days are
-- folded into hours, those older than ninety days into one row of 1970. Sums over all time, which metrics ask
-- for every few seconds, are in queue_job_total: their cost must not grow with the minutes.

CREATE TABLE IF NOT EXISTS queue_job_stat (
    id serial UNIQUE,
    minute timestamp NOT NULL,                      -- UTC, when the attempts ended
    function text NOT NULL,                         -- <model>.method
    channel text NOT NULL,
    company_id integer NOT NULL,                    -- 0: none
    outcome text NOT NULL,                          -- done, failed, retried, cancelled
    attempts bigint NOT NULL,
    run_seconds double precision NOT NULL,          -- sum over the attempts
    wait_seconds double precision NOT NULL,
    run_histogram bigint[] NOT NULL,                -- buckets of core/histogram.py
    wait_histogram bigint[] NOT NULL,               -- first attempts of jobs without parents
    PRIMARY KEY (minute, function, channel, company_id, outcome)
) WITH (fillfactor = 70);

CREATE TABLE IF NOT EXISTS queue_job_total (
    function text NOT NULL,
    channel text NOT NULL,
    company_id integer NOT NULL,
    outcome text NOT NULL,
    attempts bigint NOT NULL,
    run_seconds double precision NOT NULL,
    wait_seconds double precision NOT NULL,
    run_histogram bigint[] NOT NULL,
    wait_histogram bigint[] NOT NULL,
    PRIMARY KEY (function, channel, company_id, outcome)
) WITH (fillfactor = 50);
ALTER TABLE queue_job_total SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE OR REPLACE FUNCTION queue_job_add_histograms(one bigint[], other bigint[]) RETURNS bigint[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT COALESCE(array_agg(COALESCE(a, 0) + COALESCE(b, 0) ORDER BY n), '{}')
      FROM unnest(one, other) WITH ORDINALITY AS t(a, b, n)
$$;

-- Add what a worker counted: a JSON array of rows without id and minute.
-- Rows are locked in the order of their keys, so that two workers never wait for each other.
CREATE OR REPLACE FUNCTION queue_job_add_statistics(counted jsonb) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO queue_job_stat AS stat
           (minute, function, channel, company_id, outcome, attempts, run_seconds, wait_seconds,
            run_histogram, wait_histogram)
    SELECT date_trunc('minute', clock_timestamp() AT TIME ZONE 'UTC'), counted.*
      FROM jsonb_to_recordset(counted) AS counted
           (function text, channel text, company_id integer, outcome text, attempts bigint,
            run_seconds float8, wait_seconds float8, run_histogram bigint[], wait_histogram bigint[])
     ORDER BY function, channel, company_id, outcome
    ON CONFLICT (minute, function, channel, company_id, outcome) DO UPDATE
       SET attempts = stat.attempts + EXCLUDED.attempts,
           run_seconds = stat.run_seconds + EXCLUDED.run_seconds,
           wait_seconds = stat.wait_seconds + EXCLUDED.wait_seconds,
           run_histogram = queue_job_add_histograms(stat.run_histogram, EXCLUDED.run_histogram),
           wait_histogram = queue_job_add_histograms(stat.wait_histogram, EXCLUDED.wait_histogram);
    INSERT INTO queue_job_total AS total
           (function, channel, company_id, outcome, attempts, run_seconds, wait_seconds,
            run_histogram, wait_histogram)
    SELECT counted.*
      FROM jsonb_to_recordset(counted) AS counted
           (function text, channel text, company_id integer, outcome text, attempts bigint,
            run_seconds float8, wait_seconds float8, run_histogram bigint[], wait_histogram bigint[])
     ORDER BY function, channel, company_id, outcome
    ON CONFLICT (function, channel, company_id, outcome) DO UPDATE
       SET attempts = total.attempts + EXCLUDED.attempts,
           run_seconds = total.run_seconds + EXCLUDED.run_seconds,
           wait_seconds = total.wait_seconds + EXCLUDED.wait_seconds,
           run_histogram = queue_job_add_histograms(total.run_histogram, EXCLUDED.run_histogram),
           wait_histogram = queue_job_add_histograms(total.wait_histogram, EXCLUDED.wait_histogram);
$$;

-- Make coarser what is old; returns the number of rows folded. Called once a day.
CREATE OR REPLACE FUNCTION queue_job_fold_statistics() RETURNS integer
LANGUAGE sql AS $$
    WITH folded AS (
        DELETE FROM queue_job_stat
         WHERE minute > 'epoch' AND (
                   minute < now() AT TIME ZONE 'UTC' - interval '90 days'
                OR minute < now() AT TIME ZONE 'UTC' - interval '2 days'
                   AND minute <> date_trunc('hour', minute))
        RETURNING *
    ), coarse AS (
        SELECT CASE WHEN minute < now() AT TIME ZONE 'UTC' - interval '90 days' THEN 'epoch'
                    ELSE date_trunc('hour', minute) END AS minute,
               function, channel, company_id, outcome, attempts, run_seconds, wait_seconds,
               run_histogram, wait_histogram
          FROM folded
    ), sums AS (
        SELECT minute, function, channel, company_id, outcome, sum(attempts) AS attempts,
               sum(run_seconds) AS run_seconds, sum(wait_seconds) AS wait_seconds
          FROM coarse
         GROUP BY minute, function, channel, company_id, outcome
    ), buckets AS (
        SELECT minute, function, channel, company_id, outcome, n, sum(COALESCE(run, 0)) AS run,
               sum(COALESCE(wait, 0)) AS wait
          FROM coarse, unnest(run_histogram, wait_histogram) WITH ORDINALITY AS bucket(run, wait, n)
         GROUP BY minute, function, channel, company_id, outcome, n
    ), histograms AS (
        SELECT minute, function, channel, company_id, outcome, array_agg(run::bigint ORDER BY n) AS run_histogram,
               array_agg(wait::bigint ORDER BY n) AS wait_histogram
          FROM buckets
         GROUP BY minute, function, channel, company_id, outcome
    ), added AS (
        INSERT INTO queue_job_stat AS stat
               (minute, function, channel, company_id, outcome, attempts, run_seconds, wait_seconds,
                run_histogram, wait_histogram)
        SELECT minute, function, channel, company_id, outcome, attempts, run_seconds, wait_seconds,
               COALESCE(run_histogram, '{}'), COALESCE(wait_histogram, '{}')
          FROM sums
     LEFT JOIN histograms USING (minute, function, channel, company_id, outcome)
        ON CONFLICT (minute, function, channel, company_id, outcome) DO UPDATE
           SET attempts = stat.attempts + EXCLUDED.attempts,
               run_seconds = stat.run_seconds + EXCLUDED.run_seconds,
               wait_seconds = stat.wait_seconds + EXCLUDED.wait_seconds,
               run_histogram = queue_job_add_histograms(stat.run_histogram, EXCLUDED.run_histogram),
               wait_histogram = queue_job_add_histograms(stat.wait_histogram, EXCLUDED.wait_histogram)
    )
    SELECT count(*)::integer FROM folded
$$;
