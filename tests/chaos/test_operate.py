# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What operators ask on the command line."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable

from .harness import PATIENCE, Database, Process

Spawn = Callable[..., Process]
GATE = 4712


def _ask(spawn: Spawn, database: Database, *arguments: str) -> tuple[int, str]:
    process = spawn("queue_job", *arguments, "-d", database.name)
    status = process.process.wait(PATIENCE)
    return status, process.log.read_text()


def test_drain_waits_for_running_jobs_and_resume_goes_on(
    database: Database, spawn: Spawn, start: Spawn
) -> None:
    start("--workers", "2")
    with database.gate(GATE):
        (slow,) = database.enqueue("note_behind_gate", ["slow"], GATE)
        database.until(lambda: database.waiting_at(GATE) == 1, "the job at the gate")
        status, output = _ask(spawn, database, "drain", "--timeout", "0")
        assert (status, "1 jobs still run" in output) == (1, True), output
        (later,) = database.enqueue("note", ["later"])
    database.wait_state(slow, "done")
    status, output = _ask(spawn, database, "drain")
    assert (status, "drained" in output) == (0, True), output
    assert database.state(later) == "pending"
    _ask(spawn, database, "drain", "--resume")
    database.wait_state(later, "done")


def test_status_shows_channels_and_workers(
    database: Database, spawn: Spawn, start: Spawn
) -> None:
    start("--workers", "1")
    with database.gate(GATE):
        database.enqueue("note_behind_gate", ["slow"], GATE)
        database.until(lambda: database.waiting_at(GATE) == 1, "the job at the gate")
        database.enqueue("note", [f"k{number}" for number in range(7)])
        status, output = _ask(spawn, database, "status")
        told, answer = _ask(spawn, database, "status", "--format", "json")
        _status, text = _ask(spawn, database, "status", "--format", "prometheus")
    lines = [line.split() for line in output.splitlines()]
    (root,) = (line for line in lines if line[:1] == ["root"])
    assert status == 0
    assert root[:6] == ["root", "4", "1", "7", "0", "0"], output
    assert "dedicated" in output
    found = json.loads(answer.splitlines()[-1])
    assert (told, found["status"]) == (0, "ok"), answer
    assert (found["leader"], found["workers"], found["running"]) == (True, 1, 1)
    assert f'queue_job_jobs{{database="{database.name}",state="waiting"}} 7' in text
    assert f'queue_job_leader{{database="{database.name}"}} 1' in text


def test_status_is_1_when_nobody_runs_jobs(database: Database, spawn: Spawn) -> None:
    database.execute(
        "UPDATE ir_cron SET active = false FROM ir_model_data AS data"
        " WHERE data.res_id = ir_cron.id AND data.name = 'ir_cron_queue_job'"
    )
    status, answer = _ask(spawn, database, "status", "--format", "json")
    assert status == 1
    assert "no worker is alive" in answer


def test_a_worker_tells_where_its_job_is(database: Database, start: Spawn) -> None:
    process = start("--workers", "1")
    with database.gate(GATE):
        (job_id,) = database.enqueue("note_behind_gate", ["slow"], GATE)
        database.until(lambda: database.waiting_at(GATE) == 1, "the job at the gate")
        pid = database.value("SELECT worker_pid FROM queue_job WHERE id = %s", job_id)
        os.kill(pid, signal.SIGQUIT)
        # Python runs the handler when the query is over; the job is not.
    database.wait_state(job_id, "done")
    process.stop()
    assert "note_behind_gate" in process.log.read_text()


def test_doctor_names_what_is_wrong_and_the_remedy(
    database: Database, spawn: Spawn, start: Spawn
) -> None:
    start("--workers", "1")
    database.until(
        lambda: database.value("SELECT count(*) FROM queue_job_worker"), "a worker"
    )
    status, output = _ask(spawn, database, "doctor")
    assert (status, "ERROR" in output) == (0, False), output
    database.execute("ALTER TABLE queue_job DISABLE TRIGGER queue_job_notify")
    database.execute("UPDATE queue_job_channel SET paused = true WHERE name = 'root'")
    status, output = _ask(spawn, database, "doctor")
    assert status == 1
    assert "queue_job_notify" in output
    assert "odoo -u queue_job" in output
    assert "the root channel is paused" in output


def test_doctor_finds_stranded_jobs_and_an_upgrade_mends_them(
    database: Database, spawn: Spawn, start: Spawn
) -> None:
    """As after a restore that disabled the triggers."""
    database.execute("SET session_replication_role = replica")
    database.enqueue("note", ["a", "b"], wake=False)
    database.enqueue_graph("note", ["parent"], "child")
    database.execute("UPDATE queue_job SET state = 'done' WHERE name = 'parent'")
    database.execute("SET session_replication_role = DEFAULT")
    status, output = _ask(spawn, database, "doctor")
    assert status == 1
    assert "2 pending jobs are where no worker looks, and 1 jobs wait" in output
    upgrade = spawn(
        *("server", "-d", database.name, "-u", "queue_job"),
        *("--stop-after-init", "--no-http"),
    )
    assert upgrade.process.wait(PATIENCE) == 0, upgrade.log.read_text()
    status, output = _ask(spawn, database, "doctor")
    assert "every waiting job is where workers look" in output
    start("--workers", "1")
    database.wait_all("done", 4)
    database.execute("DELETE FROM queue_job WHERE name = 'parent'")
    database.enqueued -= 1
