-- Rates: at most so many tokens of a key per period, over all workers and hosts.
--
-- A bucket is one timestamp, `due`: when the next token is due if none is saved up (GCRA, a token bucket
-- without a counter). Taking one moves `due` on by the seconds between two tokens; a burst of n lets callers
-- be n - 1 tokens ahead of it.

CREATE TABLE IF NOT EXISTS queue_job_rate (
    key text PRIMARY KEY,
    due timestamptz NOT NULL,
    closed_until timestamptz NOT NULL DEFAULT '-infinity'   -- the other side said "not before"
) WITH (fillfactor = 50);                                   -- HOT updates: no index names what changes
ALTER TABLE queue_job_rate SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- Take the next token of a key. Returns the seconds until it is good; when they are more than `patience`, none
-- was taken. Needs READ COMMITTED: callers wait for each other on the row and see what the last one left.
CREATE OR REPLACE FUNCTION queue_job_take_token(
    bucket text, every double precision, burst integer, patience double precision)
RETURNS double precision
LANGUAGE plpgsql AS $$
DECLARE
    rate queue_job_rate;
    right_now timestamptz;
    wait double precision;
BEGIN
    INSERT INTO queue_job_rate (key, due) VALUES (bucket, clock_timestamp()) ON CONFLICT DO NOTHING;
    SELECT * INTO rate FROM queue_job_rate WHERE key = bucket FOR UPDATE;
    right_now := clock_timestamp();
    wait := EXTRACT(EPOCH FROM GREATEST(rate.due - make_interval(secs => every * (burst - 1)),
                                        rate.closed_until, right_now) - right_now);
    IF wait <= patience THEN
        UPDATE queue_job_rate
           SET due = GREATEST(due, closed_until, right_now) + make_interval(secs => every)
         WHERE key = bucket;
    END IF;
    RETURN wait;
END $$;

-- Give out no token of a key for some seconds.
CREATE OR REPLACE FUNCTION queue_job_close_rate(bucket text, seconds double precision) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO queue_job_rate AS rate (key, due, closed_until)
    VALUES (bucket, clock_timestamp(), clock_timestamp() + make_interval(secs => seconds))
    ON CONFLICT (key) DO UPDATE SET closed_until = GREATEST(rate.closed_until, EXCLUDED.closed_until)
$$;
