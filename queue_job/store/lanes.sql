-- Channels as they are in force.

-- The lane a job of channel `channel` waits in: the channel itself or its nearest configured ancestor.
-- `root.` may be left out.
CREATE OR REPLACE FUNCTION queue_job_lane_for(channel text) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT lane.id
      FROM queue_job_lane AS lane
     WHERE lane.name = 'root'
        OR starts_with(channel || '.', lane.name || '.')
        OR starts_with('root.' || channel || '.', lane.name || '.')
     ORDER BY length(lane.name) DESC
     LIMIT 1
$$;

-- The lanes that should be: the records, overridden by the file, and root in any case.
-- The switch of the record pauses a channel also where the file says the rest: an operator must
-- be able to stop what runs, and a neutralized copy of a database must stay still.
CREATE OR REPLACE FUNCTION queue_job_wanted_lanes()
RETURNS TABLE (name text, capacity integer, sequential boolean, throttle integer, paused boolean)
LANGUAGE sql STABLE AS $$
    SELECT file.name, file.capacity, file.sequential, file.throttle,
           file.paused OR COALESCE(record.paused, false)
      FROM queue_job_lane_override AS file
 LEFT JOIN queue_job_channel AS record ON record.complete_name = file.name
    UNION ALL
    SELECT complete_name, NULLIF(capacity, 0), COALESCE(sequential, false), COALESCE(throttle, 0),
           COALESCE(paused, false)
      FROM queue_job_channel
     WHERE complete_name IS NOT NULL
       AND complete_name NOT IN (SELECT name FROM queue_job_lane_override)
    UNION ALL
    SELECT 'root', 1, false, 0, false
     WHERE NOT EXISTS (SELECT FROM queue_job_channel WHERE complete_name = 'root')
       AND NOT EXISTS (SELECT FROM queue_job_lane_override WHERE name = 'root')
$$;

-- Bring the lanes in line; ids are kept, so waiting jobs stay where they are.
-- Runs in the caller's transaction; takes effect for the claims that start after its commit.
CREATE OR REPLACE FUNCTION queue_job_sync_lanes() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    gone integer;
    added integer;
BEGIN
    DELETE FROM queue_job_lane AS lane
     WHERE lane.name NOT IN (SELECT wanted.name FROM queue_job_wanted_lanes() AS wanted);
    GET DIAGNOSTICS gone = ROW_COUNT;
    UPDATE queue_job_lane AS lane
       SET capacity = wanted.capacity, sequential = wanted.sequential,
           throttle = wanted.throttle, paused = wanted.paused
      FROM queue_job_wanted_lanes() AS wanted
     WHERE wanted.name = lane.name
       AND (lane.capacity, lane.sequential, lane.throttle, lane.paused)
           IS DISTINCT FROM (wanted.capacity, wanted.sequential, wanted.throttle, wanted.paused);
    INSERT INTO queue_job_lane (name, capacity, sequential, throttle, paused)
    SELECT wanted.* FROM queue_job_wanted_lanes() AS wanted
     WHERE wanted.name NOT IN (SELECT lane.name FROM queue_job_lane AS lane);
    GET DIAGNOSTICS added = ROW_COUNT;
    IF gone + added > 0 THEN
        UPDATE queue_job_lane AS lane
           SET path = ARRAY(
               SELECT ancestor.id
                 FROM queue_job_lane AS ancestor
                WHERE ancestor.name = lane.name OR starts_with(lane.name, ancestor.name || '.')
                ORDER BY length(ancestor.name));
        UPDATE queue_job_ready AS ready
           SET lane_id = queue_job_lane_for(job.channel)
          FROM queue_job AS job
         WHERE job.id = ready.job_id
           AND ready.lane_id IS DISTINCT FROM queue_job_lane_for(job.channel);
        UPDATE queue_job_slot AS slot
           SET lanes = ARRAY(
               SELECT queue_job_lane_for(job.channel)
                 FROM unnest(slot.jobs) WITH ORDINALITY AS held (job_id, position)
            LEFT JOIN queue_job AS job ON job.id = held.job_id
                ORDER BY held.position);
    END IF;
    PERFORM pg_notify('queue_job', '');
END $$;

-- Find a lane again for the jobs of transactions that were open while theirs was deleted. The leader calls
-- it every second. It jumps from lane to lane along the index of what may run, so that it costs as much as
-- there are lanes, not jobs; what waits for its time is found when that has come.
CREATE OR REPLACE FUNCTION queue_job_adopt() RETURNS void
LANGUAGE plpgsql AS $$
<<own>>
DECLARE
    gone integer[];
BEGIN
    WITH RECURSIVE used (lane_id) AS (
        (SELECT lane_id FROM queue_job_ready WHERE eta IS NULL ORDER BY lane_id LIMIT 1)
         UNION ALL
        SELECT (SELECT ready.lane_id FROM queue_job_ready AS ready
                 WHERE ready.eta IS NULL AND ready.lane_id > used.lane_id
                 ORDER BY ready.lane_id LIMIT 1)
          FROM used
         WHERE used.lane_id IS NOT NULL
    )
    SELECT array_agg(used.lane_id) INTO gone
      FROM used
     WHERE used.lane_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM queue_job_lane AS lane WHERE lane.id = used.lane_id);
    IF gone IS NULL THEN
        RETURN;
    END IF;
    UPDATE queue_job_ready AS ready
       SET lane_id = queue_job_lane_for(job.channel)
      FROM queue_job AS job
     WHERE ready.lane_id = ANY (own.gone) AND ready.eta IS NULL AND job.id = ready.job_id;
    PERFORM pg_notify('queue_job', '');
END $$;

CREATE OR REPLACE FUNCTION queue_job_channel_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM queue_job_sync_lanes();
    RETURN NULL;
END $$;

CREATE TRIGGER queue_job_channel_lanes
    AFTER INSERT OR UPDATE OR DELETE ON queue_job_channel
    FOR EACH STATEMENT EXECUTE FUNCTION queue_job_channel_changed();
