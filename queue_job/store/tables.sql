-- Hot state of the queue, off the heavy job row. Idempotent: run at every install and upgrade.
--
-- queue_job itself is written twice in a normal life (start, end) and no index of ours names a
-- column that changes, so both updates are HOT. What the engine searches lives here, in rows that
-- are inserted and deleted, never updated in a job's normal life:
--
--   queue_job_lane        the channels as they are in force (records, overridden by the file)
--   queue_job_ready       one row per job that waits for a worker (eta NULL) or for its time
--   queue_job_lease       one row per job that a worker has taken; its deletion fences the end
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

CREATE SEQUENCE IF NOT EXISTS queue_job_attempt_seq;
CREATE TABLE IF NOT EXISTS queue_job_lease (
    job_id integer PRIMARY KEY,
    attempt bigint NOT NULL DEFAULT nextval('queue_job_attempt_seq'),
    worker_id integer NOT NULL,
    lane_id integer NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

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
CREATE INDEX IF NOT EXISTS queue_job_dependency_child_index ON queue_job_dependency (child_id);

CREATE TABLE IF NOT EXISTS queue_job_outbox (
    parent_id integer NOT NULL
);

-- Queues are tables of high turnover: keep their bloat small.
ALTER TABLE queue_job SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE queue_job_ready SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE queue_job_lease SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE queue_job_identity SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE queue_job_outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
