-- Hot state of the queue, off the heavy job row. Idempotent: run at every install and upgrade.
--
-- queue_job itself is written twice in a normal life (claim, end) and no index of ours names a
-- column that changes, so both updates are HOT. What the engine searches lives here:
--
--   queue_job_lane        the channels as they are in force (records, overridden by the file)
--   queue_job_ready       one row per job that waits for a worker (eta NULL) or for its time
--   queue_job_slot        one row per worker: the jobs it has taken, in the order it runs them
--   queue_job_cancel      running attempts that a user wants stopped
--   queue_job_identity    one row per identity key that is in use
--   queue_job_dependency  edges of the graphs
--   queue_job_outbox      done parents whose children have not been looked at yet
--   queue_job_throttle    last start of each throttled lane

CREATE TABLE IF NOT EXISTS queue_job_lane (
    id serial PRIMARY KEY,
    name text NOT NULL UNIQUE,
    capacity integer,                               -- NULL: unlimited
    sequential boolean NOT NULL DEFAULT false,
    throttle integer NOT NULL DEFAULT 0,            -- seconds between two starts
    paused boolean NOT NULL DEFAULT false,
    path integer[] NOT NULL DEFAULT '{}'            -- ids from root to this lane, itself included
);

-- What the configuration file or the environment says about a channel: it wins over the record.
CREATE TABLE IF NOT EXISTS queue_job_lane_override (
    name text PRIMARY KEY,
    capacity integer,
    sequential boolean NOT NULL,
    throttle integer NOT NULL,
    paused boolean NOT NULL
);

CREATE TABLE IF NOT EXISTS queue_job_throttle (
    lane_id integer PRIMARY KEY,
    last_start timestamptz NOT NULL
);

CREATE TABLE IF NOT EXISTS queue_job_ready (
    job_id integer PRIMARY KEY,
    lane_id integer NOT NULL,
    priority integer NOT NULL,
    created timestamp NOT NULL,
    eta timestamp                                   -- UTC; NULL: now; infinity: blocks its sequential lane
);
CREATE INDEX IF NOT EXISTS queue_job_ready_order_index
    ON queue_job_ready (lane_id, priority, created, job_id) WHERE eta IS NULL;
CREATE INDEX IF NOT EXISTS queue_job_ready_eta_index
    ON queue_job_ready (eta) WHERE eta IS NOT NULL;
CREATE INDEX IF NOT EXISTS queue_job_ready_waiting_index
    ON queue_job_ready (lane_id, priority, created, job_id) WHERE eta IS NOT NULL;

-- The fence: the number of the claim that holds the job, NULL when no worker does. Whoever takes a job
-- away from a worker clears it; the worker ends the job only where it finds its own number.
CREATE SEQUENCE IF NOT EXISTS queue_job_attempt_seq;
ALTER TABLE queue_job ADD COLUMN IF NOT EXISTS attempt bigint;

-- One row per worker, written once per claim: however many jobs were run while some transaction kept
-- PostgreSQL from removing dead rows, there are few to read here.
CREATE TABLE IF NOT EXISTS queue_job_slot (
    worker_id integer PRIMARY KEY,
    attempt bigint NOT NULL,
    jobs integer[] NOT NULL,                        -- in the order they are run, ended ones included
    lanes integer[] NOT NULL,                       -- the lane of each
    together integer[] NOT NULL DEFAULT '{}',       -- those of them that run as one call
    claimed_at timestamptz NOT NULL
);

-- The jobs that workers hold now, for whoever wants to know. The LIMIT keeps the planner from the other way
-- round, which reads all jobs: it does so as long as it knows nothing of the slots.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_class WHERE oid = to_regclass('queue_job_lease') AND relkind = 'r') THEN
        DROP TABLE queue_job_lease;
    END IF;
END $$;
CREATE OR REPLACE VIEW queue_job_lease AS
SELECT held.job_id, slot.attempt, slot.worker_id, held.lane_id, slot.claimed_at, held.position
  FROM queue_job_slot AS slot
 CROSS JOIN LATERAL unnest(slot.jobs, slot.lanes) WITH ORDINALITY AS held (job_id, lane_id, position)
 CROSS JOIN LATERAL (
       SELECT FROM queue_job AS job WHERE job.id = held.job_id AND job.attempt = slot.attempt LIMIT 1) AS still;

CREATE TABLE IF NOT EXISTS queue_job_cancel (
    job_id integer NOT NULL,
    attempt bigint NOT NULL,
    reason text,
    PRIMARY KEY (job_id, attempt)
);

CREATE TABLE IF NOT EXISTS queue_job_identity (
    identity_key text PRIMARY KEY,
    job_id integer NOT NULL UNIQUE
);

CREATE TABLE IF NOT EXISTS queue_job_dependency (
    parent_id integer NOT NULL REFERENCES queue_job (id) ON DELETE CASCADE,
    child_id integer NOT NULL REFERENCES queue_job (id) ON DELETE CASCADE,
    on_failure text NOT NULL DEFAULT 'wait',        -- core/edges.py
    PRIMARY KEY (parent_id, child_id)
);
ALTER TABLE queue_job_dependency ADD COLUMN IF NOT EXISTS on_failure text NOT NULL DEFAULT 'wait';
DROP INDEX IF EXISTS queue_job_dependency_child_index;
CREATE INDEX IF NOT EXISTS queue_job_dependency_order_index ON queue_job_dependency (child_id, parent_id);

CREATE TABLE IF NOT EXISTS queue_job_outbox (
    parent_id integer NOT NULL
);

-- Queues are tables of high turnover: keep their bloat small.
-- Room for a second version of every row of a page: a claim of many writes all of them in one transaction.
ALTER TABLE queue_job SET (fillfactor = 45, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE queue_job_ready SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE queue_job_slot SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE queue_job_identity SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE queue_job_outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
