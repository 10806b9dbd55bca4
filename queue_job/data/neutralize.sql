-- A copy of a database runs no job until somebody opens its root channel, tells nobody of
-- failures, and shares no identifier with its original.
UPDATE queue_job_channel SET paused = true WHERE complete_name = 'root';
UPDATE queue_job_function SET failure_webhook_url = NULL, failure_digest = false;
DELETE FROM queue_job_failure;
DELETE FROM queue_job_watch;
DELETE FROM queue_job_worker;
DELETE FROM queue_job_slot;
UPDATE queue_job SET state = 'pending', worker_pid = NULL, attempt = NULL WHERE state IN ('enqueued', 'started');
-- Materialized: a join that made the new names once per job would tear its graphs apart.
WITH renewed AS MATERIALIZED (
    SELECT graph_uuid, gen_random_uuid()::text AS new_uuid
      FROM queue_job WHERE graph_uuid IS NOT NULL GROUP BY graph_uuid
)
UPDATE queue_job AS job
   SET uuid = gen_random_uuid()::text,
       graph_uuid = graph.new_uuid
  FROM (SELECT old.id, renewed.new_uuid
          FROM queue_job AS old LEFT JOIN renewed ON renewed.graph_uuid = old.graph_uuid) AS graph
 WHERE graph.id = job.id;
