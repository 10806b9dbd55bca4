# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``odoo queue_job doctor``: what silently breaks a queue, and what to do about it."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import psycopg2

from ..store.connection import connect
from ..store.control import LEADER_LOCK, NOTIFY_CHANNEL
from .leadership import HAS_LEADER

if TYPE_CHECKING:
    from ..runtime.settings import Settings

_MAX_SKEW: Final = 2.0  # seconds
_LONG_TRANSACTION: Final = 10 * 60  # seconds
_MANY_DEAD_ROWS: Final = 100_000
_LISTEN_PATIENCE: Final = 2.0  # seconds


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    #: Jobs run, but not as one would like.
    WARNING = "warning"
    #: Jobs do not run.
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    level: Level
    text: str
    #: What to do; empty when nothing is wrong.
    remedy: str = ""

    def __str__(self) -> str:
        lines = f"{self.level:<8} {self.text}"
        return f"{lines}\n{'':<8} -> {self.remedy}" if self.remedy else lines


class Patient:
    """A database and how the engine connects to it."""

    def __init__(self, dbname: str, settings: Settings) -> None:
        self.dbname = dbname
        self.settings = settings
        self.connection = self.connect()
        self._cursor = self.connection.cursor()

    def connect(self) -> Any:
        """Open a connection just as workers do."""
        return connect(self.settings.connection_parameters(self.dbname), "doctor")

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        self._cursor.execute(query, parameters)
        return self._cursor.fetchall()

    def value(self, query: str, *parameters: Any) -> Any:
        """Return the first column of the first row."""
        return self.rows(query, *parameters)[0][0]


def examine(dbname: str, settings: Settings) -> Iterator[Finding]:
    """Yield what is right and what is wrong with the queue of a database."""
    try:
        patient = Patient(dbname, settings)
    except psycopg2.OperationalError as error:
        yield Finding(
            Level.ERROR,
            f"cannot connect to database {dbname}: {error}".strip(),
            "check db_host, db_user and db_password, and the jobrunner_db_* keys of "
            "the [queue_job] section, which the engine's own connections use",
        )
        return
    with closing(patient.connection):
        yield Finding(Level.OK, f"database {dbname} answers")
        installed = _check_addon(patient)
        yield installed
        if installed.level is Level.ERROR:
            return
        for check in _CHECKS:
            yield check(patient)


def _check_addon(patient: Patient) -> Finding:
    if not patient.value("SELECT to_regclass('ir_module_module') IS NOT NULL"):
        return Finding(
            Level.ERROR,
            "this is not an Odoo database",
            "name the right one with -d",
        )
    states = dict(
        patient.rows(
            "SELECT name, state FROM ir_module_module"
            " WHERE name = 'queue_job' OR state LIKE 'to %%'"
        )
    )
    if states.get("queue_job") not in ("installed", "to upgrade"):
        return Finding(
            Level.ERROR,
            "the addon queue_job is not installed",
            "install it: odoo -i queue_job",
        )
    if changing := sorted(
        name for name, state in states.items() if state != "installed"
    ):
        return Finding(
            Level.ERROR,
            f"modules wait to be installed, upgraded or removed: "
            f"{', '.join(changing)}; no job starts meanwhile",
            "end the upgrade, or start the server once with -u of these modules",
        )
    return Finding(Level.OK, "the addon queue_job is installed")


def _check_triggers(patient: Patient) -> Finding:
    wanted = {"queue_job_inserted", "queue_job_notify", "queue_job_deleted"}
    active = patient.rows(
        "SELECT tgname FROM pg_trigger"
        " WHERE tgrelid = 'queue_job'::regclass AND tgenabled IN ('O', 'A')"
    )
    if missing := sorted(wanted - {name for (name,) in active}):
        return Finding(
            Level.ERROR,
            f"triggers of queue_job are missing or disabled: {', '.join(missing)}",
            "upgrade the addon, which creates them again: odoo -u queue_job",
        )
    return Finding(Level.OK, "the triggers are in place")


def _check_workers(patient: Patient) -> Finding:
    count = patient.value("SELECT count(*) FROM queue_job_worker WHERE mode <> 'cron'")
    if count:
        return Finding(Level.OK, f"{count} workers serve the database")
    if patient.value(
        "SELECT count(*) FROM ir_cron AS cron JOIN ir_model_data AS data"
        "    ON data.model = 'ir.cron' AND data.res_id = cron.id"
        " WHERE data.module = 'queue_job' AND data.name = 'ir_cron_queue_job'"
        "   AND cron.active"
    ):
        return Finding(
            Level.WARNING,
            "no worker serves the database: Odoo's cron runs the jobs, a few at a time",
            "add queue_job to --load of the server, or run `odoo queue_job run`",
        )
    return Finding(
        Level.ERROR,
        "no worker serves the database and its scheduled action is off",
        "run `odoo queue_job run`, or activate the scheduled action of the job queue",
    )


def _check_leader(patient: Patient) -> Finding:
    if patient.value(HAS_LEADER, LEADER_LOCK):
        return Finding(Level.OK, "a leader is present")
    return Finding(
        Level.WARNING,
        "no leader is present: jobs of workers that die stay where they are",
        "start workers; if some run, see in their log why they cannot lead",
    )


def _check_listen(patient: Patient) -> Finding:
    with closing(patient.connect()) as listener, listener.cursor() as cursor:
        cursor.execute(f"LISTEN {NOTIFY_CHANNEL}")
        patient.rows("SELECT pg_notify(%s, '')", NOTIFY_CHANNEL)
        select.select([listener], [], [], _LISTEN_PATIENCE)
        listener.poll()
        if listener.notifies:
            return Finding(Level.OK, "notifications arrive")
    return Finding(
        Level.WARNING,
        "notifications do not arrive: workers find new jobs only when they look, every "
        "few seconds; session locks are likely to be lost as well",
        "between the engine and PostgreSQL is a pooler in transaction mode: set "
        "jobrunner_db_host and jobrunner_db_port in [queue_job] to PostgreSQL itself",
    )


def _check_capacity(patient: Patient) -> Finding:
    capacity, paused = patient.rows(
        "SELECT capacity, paused FROM queue_job_lane WHERE name = 'root'"
    )[0]
    workers = patient.value("SELECT count(*) FROM queue_job_worker")
    if paused or capacity == 0:
        return Finding(
            Level.ERROR,
            "the root channel is " + ("paused" if paused else "closed (capacity 0)"),
            "open it in Job Queue > Channels, or by `odoo queue_job drain --resume`",
        )
    if capacity is not None and capacity < workers:
        return Finding(
            Level.WARNING,
            f"the root channel lets {capacity} jobs run at once for {workers} workers",
            f"set the capacity of root to {workers} (Job Queue > Channels, or "
            f"channels = root:{workers}), or run fewer workers",
        )
    return Finding(Level.OK, "the root channel has room for all workers")


def _check_clock(patient: Patient) -> Finding:
    before = time.time()
    clock = patient.value("SELECT EXTRACT(EPOCH FROM clock_timestamp())::float8")
    skew = clock - (before + time.time()) / 2
    if abs(skew) > _MAX_SKEW:
        return Finding(
            Level.WARNING,
            f"the clock of this host is {-skew:+.1f} seconds off PostgreSQL's",
            "synchronise the clocks; the queue goes by PostgreSQL's, your code may not",
        )
    return Finding(Level.OK, "the clocks agree")


def _check_transactions(patient: Patient) -> Finding:
    old = patient.rows(
        "SELECT pid, application_name, EXTRACT(EPOCH FROM now() - xact_start)::int"
        "  FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        "   AND xact_start < now() - make_interval(secs => %s)"
        " ORDER BY xact_start",
        _LONG_TRANSACTION,
    )
    if not old:
        return Finding(Level.OK, "no transaction has been open for long")
    pid, name, seconds = old[0]
    return Finding(
        Level.WARNING,
        f"{len(old)} transactions are open for long, the oldest for {seconds} seconds "
        f"(process {pid}, {name!r}): PostgreSQL cannot clean up meanwhile",
        "split long jobs, commit in steps (Allow Commit), or end a forgotten session: "
        f"SELECT pg_terminate_backend({pid})",
    )


def _check_bloat(patient: Patient) -> Finding:
    bloated = patient.rows(
        "SELECT relname, n_dead_tup FROM pg_stat_user_tables"
        " WHERE relname LIKE 'queue_job%%' AND n_dead_tup > %s"
        "   AND n_dead_tup > n_live_tup",
        _MANY_DEAD_ROWS,
    )
    if not bloated:
        return Finding(Level.OK, "the tables are clean")
    names = ", ".join(f"{name} ({dead} dead rows)" for name, dead in bloated)
    return Finding(
        Level.WARNING,
        f"dead rows pile up: {names}",
        "see that autovacuum runs and no transaction is open for long; VACUUM them now",
    )


def _check_orphans(patient: Patient) -> Finding:
    # A started job without a lease is parked: the table of jobs need not be read.
    orphans = patient.value(
        "SELECT count(*) FROM queue_job_parked AS parked"
        "  JOIN queue_job AS job ON job.id = parked.job_id"
        " WHERE parked.state = 'started' AND job.state = 'started'"
        "   AND NOT EXISTS (SELECT FROM queue_job_lease WHERE job_id = job.id)"
    )
    if orphans:
        return Finding(
            Level.WARNING,
            f"{orphans} jobs are marked started and no worker has them",
            "they were written so by hand or by another engine; put them back: "
            "UPDATE queue_job SET state = 'pending' WHERE state = 'started'",
        )
    return Finding(Level.OK, "every running job has a worker")


# A look at all jobs, which no worker ever takes. The jobs that a worker, the leader or
# the end of a parent would find are in the small tables.
_STRANDED: Final = """
    SELECT count(*) FILTER (WHERE job.state <> 'wait_dependencies'),
           count(*) FILTER (WHERE job.state = 'wait_dependencies')
      FROM queue_job AS job
     WHERE (job.state IN ('pending', 'enqueued')
            AND NOT EXISTS (SELECT FROM queue_job_ready WHERE job_id = job.id)
            AND NOT EXISTS (SELECT FROM queue_job_lease WHERE job_id = job.id))
        OR (job.state = 'wait_dependencies'
            AND NOT EXISTS (
                SELECT FROM queue_job_dependency AS edge
                  JOIN queue_job AS parent ON parent.id = edge.parent_id
             LEFT JOIN queue_job_outbox AS ended ON ended.parent_id = parent.id
                 WHERE edge.child_id = job.id
                   AND (parent.state <> 'done' OR ended.parent_id IS NOT NULL)))
"""


def _check_stranded(patient: Patient) -> Finding:
    # The engine's connections scan no table; here that is the right plan, and takes
    # its time.
    patient.connection.patience = None
    patient.rows(
        "SELECT set_config(name, 'on', false) FROM pg_settings"
        " WHERE name IN ('enable_seqscan', 'enable_hashjoin')"
    )
    [(pending, waiting)] = patient.rows(_STRANDED)
    if pending or waiting:
        return Finding(
            Level.ERROR,
            f"{pending} pending jobs are where no worker looks, and {waiting} jobs "
            "wait for parents that are all done",
            "they were written past the triggers, as by a restore without them; "
            "upgrade the addon, which finds them again: odoo -u queue_job",
        )
    return Finding(Level.OK, "every waiting job is where workers look")


_CHECKS: Final[tuple[Callable[[Patient], Finding], ...]] = (
    _check_triggers,
    _check_workers,
    _check_leader,
    _check_listen,
    _check_capacity,
    _check_clock,
    _check_transactions,
    _check_bloat,
    _check_orphans,
    _check_stranded,
)
