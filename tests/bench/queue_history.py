# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Days that pass while a bench runs, and the jobs that were run in them.

The database's clock goes on by a day at a time, for everybody: what jobs, workers and
the vacuum cleaner see is a month, and no row is written again to look older.
"""

from __future__ import annotations

import time
from typing import Any, Final

#: Channels of the jobs, in turns.
CHANNELS: Final = ("root", "root", "root.sale", "root.sale", "root.stock")
_PATIENCE: Final = 600  # seconds
_CHUNK: Final = 5000  # jobs stored at a time

# As Odoo's own tests turn the clock: what is found in public goes before what
# PostgreSQL has built in. A setting, not a table: nothing is read to know the time.
_CLOCK: Final = """
    SELECT set_config('bench.day', '0', false);
    CREATE FUNCTION public.{name}() RETURNS timestamptz LANGUAGE sql {volatility} AS $$
        SELECT pg_catalog.{name}()
             + make_interval(days => current_setting('bench.day')::integer)
    $$
"""

# Each with what a job leaves behind: one of three has an identity key, one of ten is
# part of a chain, two of a hundred have failed after five attempts and told so, one of
# a hundred was cancelled, one of a hundred has succeeded at the second attempt.
_JOBS: Final = """
    INSERT INTO queue_job (uuid, state, channel, priority, date_created, date_enqueued,
        date_started, date_done, date_cancelled, exec_time, identity_key, graph_uuid,
        retry, result, exc_name, exc_message, exc_info, model_name, method_name,
        records, args, kwargs, user_id, company_id, name, max_retries,
        channel_method_name, job_function_id, func_string)
    SELECT gen_random_uuid(), past.state, (%(channels)s::text[])[1 + number %% %(mix)s],
        sample.priority, past.date, past.date, past.date,
        CASE WHEN past.state <> 'cancelled' THEN past.date + interval '1 second' END,
        CASE WHEN past.state = 'cancelled' THEN past.date END, 0.02,
        CASE WHEN number %% 3 = 0 THEN md5(gen_random_uuid()::text) END,
        CASE WHEN number / 10 %% 10 = 0
             THEN md5(format('%%s %%s', past.date::date, number / 10))::uuid END,
        CASE WHEN past.state = 'failed' THEN 5 WHEN number %% 100 = 96 THEN 2
             ELSE 1 END,
        CASE WHEN past.state = 'done' THEN 'Exported to the shop' END,
        CASE WHEN past.state = 'failed' THEN 'odoo.exceptions.ValidationError' END,
        CASE WHEN past.state = 'failed' THEN 'The shop knows no such product.' END,
        CASE WHEN past.state = 'failed' THEN repeat('  File "shop.py", line 1', 60) END,
        sample.model_name, sample.method_name, sample.records, sample.args,
        sample.kwargs, sample.user_id, sample.company_id, sample.name,
        sample.max_retries, sample.channel_method_name, sample.job_function_id,
        sample.func_string
      FROM bench_sample AS sample, generate_series(%(first)s, %(last)s) AS number,
           LATERAL (SELECT CASE WHEN number %% 100 > 97 THEN 'failed'
                                WHEN number %% 100 = 97 THEN 'cancelled'
                                ELSE 'done' END AS state,
                           now() AT TIME ZONE 'UTC'
                           - interval '1 day' * (1 - number::float8 / %(jobs)s) AS date
                   ) AS past
     ORDER BY number
"""
_EDGES: Final = """
    INSERT INTO queue_job_dependency (parent_id, child_id)
    SELECT parent.id, child.id
      FROM queue_job AS parent JOIN queue_job AS child
        ON child.id = parent.id + 1 AND child.graph_uuid = parent.graph_uuid
     WHERE parent.id > %(after)s
"""
_ATTEMPTS: Final = """
    INSERT INTO queue_job_attempt (job_id, number, outcome, date_started, date_ended,
                                   duration, exc_name, exc_message, exc_info)
    SELECT id, number, CASE WHEN number < retry THEN 'retried' ELSE state END,
           date_started, date_done, exec_time, exc_name, exc_message, exc_info
      FROM queue_job, generate_series(1, retry) AS number
     WHERE id > %(after)s AND retry > 1
"""
_MESSAGES: Final = """
    INSERT INTO mail_message (model, res_id, message_type, subtype_id, author_id, date,
                              body)
    SELECT 'queue.job', job.id, 'notification', subtype.id, partner.id, job.date_done,
           job.exc_message
      FROM queue_job AS job,
           (SELECT min(id) AS id FROM mail_message_subtype) AS subtype,
           (SELECT min(id) AS id FROM res_partner) AS partner
     WHERE job.id > %(after)s AND job.state = 'failed'
"""
_ADD: Final = (_JOBS, _EDGES, _ATTEMPTS, _MESSAGES)

# What autovacuum has to do yet, by the rule of PostgreSQL's manual.
_DUE: Final = """
    SELECT stat.relname
      FROM pg_stat_user_tables AS stat JOIN pg_class AS class ON class.oid = stat.relid,
           LATERAL (SELECT jsonb_object_agg(option_name, option_value) AS own
                      FROM pg_options_to_table(class.reloptions)) AS options,
           LATERAL (SELECT COALESCE(own ->> 'autovacuum_vacuum_threshold',
                                    current_setting('autovacuum_vacuum_threshold')
                           )::float8 AS rows,
                           COALESCE(own ->> 'autovacuum_vacuum_scale_factor',
                                    current_setting('autovacuum_vacuum_scale_factor')
                           )::float8 AS share) AS threshold
     WHERE stat.n_dead_tup > threshold.rows + threshold.share * class.reltuples
"""


def start_clock(cursor: Any, database: str) -> None:
    """Make the clock of a database one that can be turned; it says today."""
    for name, volatility in (("now", "STABLE"), ("clock_timestamp", "VOLATILE")):
        cursor.execute(_CLOCK.format(name=name, volatility=volatility))
    order = "SET search_path = public, pg_catalog"
    cursor.execute(f"{order}; ALTER DATABASE {database} {order}")
    turn_clock(cursor, 0)
    cursor.execute("RESET bench.day")


def turn_clock(cursor: Any, day: int) -> None:
    """Let all sessions of the server, those that are open too, see a later day."""
    cursor.execute(f"ALTER SYSTEM SET bench.day = {day}")
    cursor.execute("SELECT pg_reload_conf()")
    _wait(cursor, "SELECT current_setting('bench.day')::integer <> %s", (day,))


def keep_sample(cursor: Any) -> None:
    """Note the newest job: those of all days are copies of it."""
    cursor.execute(
        "CREATE TABLE bench_sample AS SELECT * FROM queue_job ORDER BY id DESC LIMIT 1"
    )


def add_day(cursor: Any, jobs: int) -> None:
    """Store the jobs of the last 24 hours, as they are when they are over."""
    for first in range(0, jobs, _CHUNK):
        cursor.execute("SELECT max(id) FROM queue_job")
        parameters = {
            "after": cursor.fetchone()[0],
            "first": first,
            "last": min(first + _CHUNK, jobs) - 1,
            "jobs": jobs,
            "channels": list(CHANNELS),
            "mix": len(CHANNELS),
        }
        for statement in _ADD:
            cursor.execute(statement, parameters)


def let_autovacuum(cursor: Any) -> None:
    """Return when autovacuum has done what it would have done over the day."""
    _wait(cursor, f"SELECT EXISTS ({_DUE})", ())


def _wait(cursor: Any, query: str, parameters: tuple[Any, ...]) -> None:
    """Return when a query no longer says true."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        cursor.execute(query, parameters)
        if not cursor.fetchone()[0]:
            return
        if time.monotonic() > deadline:
            raise RuntimeError(f"{query}: still true after {_PATIENCE} s")
        time.sleep(0.1)
