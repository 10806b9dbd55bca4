# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import select

import psycopg2

from odoo.sql_db import connection_info_for
from odoo.tests.common import BaseCase, get_db_name, tagged

MASTER_LOCK = 2293787760715711918
INSERT = """
    INSERT INTO queue_job (uuid, state, name, model_name, method_name, user_id, channel,
                           records, args, kwargs, priority, max_retries, retry,
                           date_created)
         VALUES (%(uuid)s, %(state)s, 'By SQL', 'queue.job', '_test_job', 1, 'root.sql',
                 %(records)s, '[]', '{}', 10, 5, 0, now() AT TIME ZONE 'UTC')
      RETURNING id
"""
RECORDS = '{"_type": "odoo_recordset", "model": "queue.job", "ids": [], "uid": 1}'


@tagged("post_install", "-at_install")
class TestDatabase(BaseCase):
    """As scripts of the hosting do: psycopg2, and no Odoo at all."""

    def setUp(self):
        super().setUp()
        self.conn = self.connect()
        self.addCleanup(
            self.execute, "DELETE FROM queue_job WHERE channel = 'root.sql'"
        )

    def connect(self):
        _name, parameters = connection_info_for(get_db_name())
        conn = psycopg2.connect(**parameters)
        conn.autocommit = True
        self.addCleanup(conn.close)
        return conn

    def execute(self, query, params=None):
        with self.conn.cursor() as cr:
            cr.execute(query, params)
            return cr.fetchall() if cr.description else cr.rowcount

    def insert(self, uuid, state="pending"):
        return self.execute(INSERT, {"uuid": uuid, "state": state, "records": RECORDS})[
            0
        ][0]

    def test_notifications(self):
        listener = self.connect()
        with listener.cursor() as cr:
            cr.execute("LISTEN queue_job")
        self.insert("sql-1", state="failed")
        self.execute("UPDATE queue_job SET state = 'pending' WHERE uuid = 'sql-1'")
        self.assertTrue(select.select([listener], [], [], 10)[0])
        listener.poll()
        self.assertEqual(
            {notify.channel for notify in listener.notifies}, {"queue_job"}
        )

    def test_trigger(self):
        ((name, definition),) = self.execute(
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE tgrelid = 'queue_job'::regclass AND tgname = 'queue_job_notify'"
        )
        self.assertIn("FOR EACH ROW", definition)
        self.assertIn("queue_job_notify()", definition)
        self.assertEqual(name, "queue_job_notify")

    def test_tables(self):
        for table in (
            "queue_job",
            "queue_job_channel",
            "queue_job_function",
            "queue_job_lock",
        ):
            self.execute(f"SELECT id FROM {table} LIMIT 0")
        self.execute("SELECT queue_job_id FROM queue_job_lock LIMIT 0")

    def test_requeue_by_hand(self):
        self.insert("sql-3", state="started")
        self.insert("sql-4", state="enqueued")
        count = self.execute(
            "update queue_job set state='pending' where state in ('started','enqueued')"
        )
        self.assertEqual(count, 2)
        states = self.execute("SELECT state FROM queue_job WHERE channel = 'root.sql'")
        self.assertEqual(states, [("pending",), ("pending",)])

    def test_lock_row(self):
        job_id = self.insert("sql-5", state="started")
        self.execute("INSERT INTO queue_job_lock (queue_job_id) VALUES (%s)", [job_id])
        other = self.connect()
        other.autocommit = False
        with other.cursor() as cr:
            cr.execute(
                "SELECT id FROM queue_job_lock WHERE queue_job_id = %s"
                " FOR NO KEY UPDATE",
                [job_id],
            )
            self.assertFalse(
                self.execute(
                    "SELECT id FROM queue_job_lock WHERE queue_job_id = %s"
                    " FOR NO KEY UPDATE SKIP LOCKED",
                    [job_id],
                )
            )
        other.rollback()
        self.execute("DELETE FROM queue_job WHERE id = %s", [job_id])
        self.assertFalse(
            self.execute(
                "SELECT id FROM queue_job_lock WHERE queue_job_id = %s", [job_id]
            )
        )

    def test_master_lock(self):
        from odoo.addons.queue_job.jobrunner.runner import Database, MasterElectionLost

        ((taken,),) = self.execute("SELECT pg_try_advisory_lock(%s)", [MASTER_LOCK])
        self.assertTrue(taken)
        database = Database(get_db_name())
        self.addCleanup(database.close)
        with self.assertRaises(MasterElectionLost):
            database.acquire_master_lock()
        self.execute("SELECT pg_advisory_unlock(%s)", [MASTER_LOCK])
        database.acquire_master_lock()
