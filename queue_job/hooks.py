# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Odoo does not undo by itself when the addon is uninstalled."""

from __future__ import annotations

from typing import Final

from odoo import api
from odoo.tools import SQL

# The ORM drops its own tables afterwards. Functions go with the triggers that call
# them; of the tables, those that no model owns are left: the engine's.
_DROP_ENGINE: Final = """
    DO $$
    DECLARE
        found text;
    BEGIN
        FOR found IN
            SELECT oid::regprocedure FROM pg_proc
             WHERE starts_with(proname, 'queue_job_')
               AND pronamespace = current_schema::regnamespace
        LOOP
            EXECUTE 'DROP FUNCTION ' || found || ' CASCADE';
        END LOOP;
        DROP VIEW IF EXISTS queue_job_lease;
        FOR found IN
            SELECT oid::regclass FROM pg_class
             WHERE starts_with(relname, 'queue_job_') AND relkind = 'r'
               AND relnamespace = current_schema::regnamespace
               AND relname NOT IN (SELECT replace(model, '.', '_') FROM ir_model)
               AND relname NOT IN (SELECT name FROM ir_model_relation)
        LOOP
            EXECUTE 'DROP TABLE ' || found;
        END LOOP;
        DROP SEQUENCE IF EXISTS queue_job_attempt_seq;
    END $$
"""


def uninstall_hook(env: api.Environment) -> None:
    """Drop the engine, and empty the tables whose rows hold each other.

    In the transaction of the uninstallation.
    """
    env.cr.execute(SQL(_DROP_ENGINE))
    env.cr.execute("UPDATE queue_job_channel SET parent_id = NULL")
    env.cr.execute("UPDATE ir_cron SET channel_id = NULL")
    env.cr.execute("DELETE FROM queue_job_function")
    env.invalidate_all()
