# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A scheduled action that runs as a job and delays a batch, in real processes."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable

from .harness import PATIENCE, Database, Process

Start = Callable[..., Process]

#: Commits what it did, says that it did all, and delays jobs that are counted together.
_ACTION = """
batch = env['queue.job.batch'].get_new_batch('Nightly')
ledger = env['chaos.ledger'].with_context(job_batch=batch)
for number in range(20):
    ledger.with_delay().note('key %s' % number)
ledger.with_delay(max_retries=1).fail('bad')
env['ir.cron']._commit_progress(20, remaining=0)
"""
#: What a cron worker does when the action is due.
_DUE = f"""
cron = env.ref("base.autovacuum_job")
cron.write({{"code": {_ACTION!r}, "run_as_queue_job": True}})
cron._callback(cron.cron_name, cron.ir_actions_server_id.id)
env.cr.commit()
"""


def test_a_scheduled_action_delays_a_batch(database: Database, start: Start) -> None:
    command = [*shlex.split(os.environ["CHAOS_ODOO"]), "shell", "-d", database.name]
    subprocess.run(
        [*command, "--no-http"], input=_DUE, text=True, check=True, timeout=PATIENCE
    )
    start("--workers", "2")
    state = "SELECT state FROM queue_job_batch"
    database.until(
        lambda: database.rows(state) == [("finished",)], "the batch to be finished"
    )
    assert database.rows(
        "SELECT jobs, finished, failed FROM queue_job_batch_count"
    ) == [(21, 20, 1)]
    assert len(database.effects()) == 20
    (run,) = database.rows(
        "SELECT state, channel, result FROM queue_job WHERE model_name = 'ir.cron'"
    )
    assert run == ("done", "root.ir_cron", "20 done, 0 remain")
    assert (
        database.value(
            "SELECT count(*) FROM mail_message WHERE model = 'queue.job.batch'"
        )
        == 1
    )
