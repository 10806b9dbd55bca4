-- Jobs that wait for a token of their rate.
--
-- A claim that picked a job under a rate takes a token for it, or puts it in the line of its bucket: its ready
-- row then waits till the year 9999. The first of each line is next: its ready row is due when its token is,
-- and who takes the token moves the line on.
--
-- Properties:
-- (i)   no more starts than tokens: each start takes one, behind the lock on the bucket's row;
-- (ii)  order in a line is that of the queue, whenever a job came: none passes while one before it is in
--       line, and one that comes before the next becomes the next;
-- (iii) a line holds up its own jobs only, and a job costs two picks and a few rows however long it is;
-- (iv)  no job is stuck: each change of a line looks at its head, and so does the leader every second.

CREATE TABLE IF NOT EXISTS queue_job_rated (
    job_id integer PRIMARY KEY,
    bucket text NOT NULL,
    priority integer NOT NULL,
    created timestamp NOT NULL,
    every double precision NOT NULL,                -- seconds between two tokens
    burst integer NOT NULL
);
ALTER TABLE queue_job_rated ADD COLUMN IF NOT EXISTS is_next boolean NOT NULL DEFAULT false;  -- is due with its token
CREATE INDEX IF NOT EXISTS queue_job_rated_line_index ON queue_job_rated (bucket, priority, created, job_id);
CREATE INDEX IF NOT EXISTS queue_job_rated_next_index ON queue_job_rated (bucket) WHERE is_next;
ALTER TABLE queue_job_rated SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- The time until which those wait who are in line and not next.
CREATE OR REPLACE FUNCTION queue_job_in_line() RETURNS timestamp
LANGUAGE sql IMMUTABLE AS $$ SELECT timestamp '9999-01-01' $$;

CREATE OR REPLACE FUNCTION queue_job_has_rates() RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM queue_job_function WHERE rate_limit > 0)
        OR EXISTS (SELECT FROM queue_job_channel WHERE rate_limit > 0)
$$;

-- The rates that jobs are under, those of their functions and of their channels.
CREATE OR REPLACE FUNCTION queue_job_rates_of(jobs integer[])
RETURNS TABLE (job_id integer, bucket text, every double precision, burst integer)
LANGUAGE sql STABLE AS $$
    SELECT job.id, function.name || ' ' || COALESCE(job.rate_key, ''),
           GREATEST(function.rate_period, 1)::float8 / function.rate_limit, GREATEST(function.rate_burst, 1)
      FROM queue_job AS job JOIN queue_job_function AS function ON function.name = job.channel_method_name
     WHERE job.id = ANY (queue_job_rates_of.jobs) AND function.rate_limit > 0
     UNION ALL
    SELECT job.id, channel.complete_name || ' ' || CASE WHEN channel.rate_per_key THEN COALESCE(job.rate_key, '')
                                                        ELSE '' END,
           GREATEST(channel.rate_period, 1)::float8 / channel.rate_limit, GREATEST(channel.rate_burst, 1)
      FROM queue_job_channel AS channel
      JOIN queue_job AS job ON job.id = ANY (queue_job_rates_of.jobs)
       AND (channel.complete_name = 'root'
            OR starts_with(job.channel || '.', channel.complete_name || '.')
            OR starts_with('root.' || job.channel || '.', channel.complete_name || '.'))
     WHERE channel.rate_limit > 0
$$;

-- Make the first of a line due when its token is, and none but the first. Not sorted: in the order of the index
-- the first is all that is read.
CREATE OR REPLACE FUNCTION queue_job_move_line(line text) RETURNS void
LANGUAGE plpgsql SET enable_sort = off AS $$
DECLARE
    head queue_job_rated;
    place queue_job_ready;
BEGIN
    FOR head IN SELECT * FROM queue_job_rated WHERE bucket = line ORDER BY priority, created, job_id LOOP
        SELECT * INTO place FROM queue_job_ready WHERE job_id = head.job_id;
        IF NOT FOUND THEN                           -- cancelled, done or deleted since
            DELETE FROM queue_job_rated WHERE job_id = head.job_id;
            CONTINUE;
        END IF;
        IF place.eta = queue_job_in_line() THEN
            UPDATE queue_job_ready
               SET eta = CASE WHEN job_id = head.job_id
                              THEN clock_timestamp() AT TIME ZONE 'UTC' + make_interval(
                                       secs => queue_job_take_token(line, head.every, head.burst, -1))
                              ELSE queue_job_in_line() END
             WHERE job_id = ANY (ARRAY(
                       SELECT ready.job_id FROM queue_job_ready AS ready
                        WHERE ready.job_id = ANY (head.job_id || ARRAY(
                                  SELECT overtaken.job_id FROM queue_job_rated AS overtaken
                                   WHERE overtaken.bucket = line AND overtaken.is_next))
                          AND (ready.eta <= queue_job_in_line()) IS TRUE        -- no index may be asked for it
                          FOR UPDATE SKIP LOCKED));
            UPDATE queue_job_rated SET is_next = false
             WHERE bucket = line AND is_next AND job_id <> head.job_id;
            UPDATE queue_job_rated SET is_next = true WHERE job_id = head.job_id;
            PERFORM pg_notify('queue_job', '');
        END IF;
        RETURN;
    END LOOP;
END $$;

-- Take the tokens of these jobs, of up to `wanted` of them in their order; the others are put in line. Returns
-- those that may start. Their ready rows must be locked.
CREATE OR REPLACE FUNCTION queue_job_pass_rates(jobs integer[], wanted integer) RETURNS integer[]
LANGUAGE plpgsql AS $$
DECLARE
    rates jsonb := (SELECT jsonb_object_agg(job_id, rates) FROM (
        SELECT job_id, jsonb_agg(to_jsonb(rate) ORDER BY bucket) AS rates
          FROM queue_job_rates_of(jobs) AS rate GROUP BY job_id) AS by_job);
    candidate integer;
    place queue_job_ready;
    rate record;
    held_up_by queue_job_rated;
    wait double precision;
    longest double precision;
    passed integer[] := '{}';
BEGIN
    FOREACH candidate IN ARRAY jobs LOOP
        EXIT WHEN cardinality(passed) >= wanted;
        IF NOT COALESCE(rates ? candidate::text, false) THEN
            passed := passed || candidate;
            CONTINUE;
        END IF;
        SELECT * INTO place FROM queue_job_ready WHERE job_id = candidate;
        longest := 0;
        FOR rate IN SELECT * FROM jsonb_to_recordset(rates -> candidate::text)
                        AS known (bucket text, every double precision, burst integer) LOOP
            wait := queue_job_take_token(rate.bucket, rate.every, rate.burst, -1);
            IF wait = 0 AND EXISTS (
                    SELECT FROM queue_job_rated AS before
                     WHERE before.bucket = rate.bucket
                       AND (before.priority, before.created, before.job_id)
                           < (place.priority, place.created, candidate)
                       AND (SELECT true FROM queue_job_ready AS alive WHERE alive.job_id = before.job_id)) THEN
                wait := rate.every;
            END IF;
            IF wait > longest THEN
                longest := wait;
                held_up_by := (candidate, rate.bucket, place.priority, place.created, rate.every, rate.burst, false);
            END IF;
        END LOOP;

        DELETE FROM queue_job_rated WHERE job_id = candidate;
        IF longest > 0 THEN
            INSERT INTO queue_job_rated SELECT held_up_by.*;
            UPDATE queue_job_ready SET eta = queue_job_in_line() WHERE job_id = candidate;
            PERFORM queue_job_move_line(held_up_by.bucket);
        ELSE
            passed := passed || candidate;
            FOR rate IN SELECT * FROM jsonb_to_recordset(rates -> candidate::text)
                            AS known (bucket text, every double precision, burst integer) LOOP
                PERFORM queue_job_take_token(rate.bucket, rate.every, rate.burst, 0);
                PERFORM queue_job_move_line(rate.bucket);
            END LOOP;
        END IF;
    END LOOP;
    RETURN passed;
END $$;

-- Look at the head of each line. It jumps from line to line along the index.
CREATE OR REPLACE FUNCTION queue_job_move_lines() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    line text := (SELECT bucket FROM queue_job_rated ORDER BY bucket LIMIT 1);
BEGIN
    WHILE line IS NOT NULL LOOP
        PERFORM queue_job_move_line(line);
        line := (SELECT bucket FROM queue_job_rated WHERE bucket > line ORDER BY bucket LIMIT 1);
    END LOOP;
END $$;

-- Let all jobs out of their lines: rates have changed, and claims look at them anew.
CREATE OR REPLACE FUNCTION queue_job_leave_lines() RETURNS void
LANGUAGE sql AS $$
    UPDATE queue_job_ready SET eta = NULL WHERE job_id IN (SELECT job_id FROM queue_job_rated) AND eta IS NOT NULL;
    DELETE FROM queue_job_rated;
    SELECT pg_notify('queue_job', '');
$$;
