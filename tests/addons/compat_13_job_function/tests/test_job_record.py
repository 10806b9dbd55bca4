# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tests.common import TransactionCase

from odoo.addons.queue_job.exception import NoSuchJobError
from odoo.addons.queue_job.job import (
    CANCELLED,
    DONE,
    ENQUEUED,
    FAILED,
    PENDING,
    STARTED,
    DelayableRecordset,
    Job,
)


@tagged("post_install", "-at_install")
class TestJobRecord(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.labels = cls.env["parcel.label"].create(
            [{"name": "One", "weight": 1}, {"name": "Two", "weight": 2}]
        )
        cls.label = cls.labels[0]

    def stored(self, job_):
        return self.env["queue.job"].search([("uuid", "=", job_.uuid)])

    def test_button(self):
        self.labels.button_order()
        jobs = self.env["queue.job"].search(
            [("channel_method_name", "=", "<parcel.label>.order_label")]
        )
        self.assertEqual(len(jobs), 2)
        self.assertEqual(set(jobs.mapped("max_retries")), {4})
        self.assertEqual(set(jobs.mapped("name")), {"Order a label at the carrier"})
        self.assertEqual(jobs[0].kwargs, {"carrier": "post"})

    def test_job_enqueue(self):
        job_ = Job.enqueue(
            self.label.order_label, args=("dhl",), priority=3, description="By hand"
        )
        record = Job.db_record_from_uuid(self.env, job_.uuid)
        self.assertEqual(record, job_.db_record())
        self.assertEqual(record.priority, 3)
        self.assertEqual(record.name, "By hand")
        self.assertEqual(list(record.args), ["dhl"])
        self.assertEqual(record.records, self.label)
        self.assertEqual(record.record_ids, self.label.ids)
        self.assertEqual(record.func_string, f"{self.label!r}.order_label('dhl')")
        with self.assertRaises(NoSuchJobError):
            Job.load(self.env, "unknown")
        self.assertEqual(Job.load_many(self.env, [job_.uuid, "unknown"]), {job_})

    def test_delayable_recordset(self):
        delayable = DelayableRecordset(self.label, priority=1, eta=60)
        job_ = delayable.order_label()
        self.assertEqual(job_.priority, 1)
        self.assertTrue(job_.eta)

    def test_related_action(self):
        self.label.order_label()
        record = self.stored(self.label.with_delay().order_label())
        self.assertEqual(
            record.open_related_action()["url"],
            f"https://carrier.example.com/post-{self.label.id}#history",
        )
        both = self.stored(self.labels.with_delay().archive_labels())
        action = both.open_related_action()
        self.assertEqual(action["res_model"], "parcel.label")
        self.assertEqual(action["domain"], [("id", "in", self.labels.ids)])

    def test_states(self):
        job_ = self.label.with_delay().order_label()
        record = self.stored(job_)
        self.assertEqual(record.state, PENDING)
        job_.set_enqueued()
        job_.store()
        self.assertEqual(record.state, ENQUEUED)
        self.assertTrue(record.date_enqueued)
        job_.set_started()
        job_.store()
        self.assertEqual(record.state, STARTED)
        self.assertTrue(record.worker_pid)
        result = job_.perform()
        self.assertEqual(result, self.label.number)
        job_.set_done(result=result)
        job_.store()
        self.assertEqual(record.state, DONE)
        self.assertEqual(record.result, result)
        self.assertTrue(record.date_done)
        self.assertGreaterEqual(job_.exec_time, 0)
        record.requeue()
        self.assertEqual(record.state, PENDING)
        self.assertFalse(record.date_done)

    def test_wizards(self):
        job_ = self.label.with_delay().order_label()
        record = self.stored(job_)
        job_.set_failed(exc_name="ValueError", exc_message="no", exc_info="tb")
        job_.store()
        self.assertEqual(record.state, FAILED)
        self.assertEqual(record.exc_message, "no")

        def wizard(model):
            model = self.env[model].with_context(
                active_model="queue.job", active_ids=record.ids
            )
            return model.create({})

        wizard("parcel.label.wizard").requeue()
        self.assertEqual(record.state, PENDING)
        wizard("queue.jobs.to.cancelled").set_cancelled()
        self.assertEqual(record.state, CANCELLED)
        wizard("queue.requeue.job").requeue()
        self.assertEqual(record.state, PENDING)
        wizard("queue.jobs.to.done").set_done()
        self.assertEqual(record.state, DONE)

    def test_crons(self):
        old = self.label.with_delay().order_label()
        old.set_done(result="ok")
        old.store()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE queue_job SET date_done = date_done - interval '8 days',"
            " date_created = date_created - interval '8 days' WHERE uuid = %s",
            (old.uuid,),
        )
        self.env.invalidate_all()
        root = self.label.with_delay().archive_labels()
        root.set_done(result="ok")
        root.store()
        for name in ("ir_cron_parcel_autovacuum", "ir_cron_parcel_stuck"):
            cron = self.env.ref(f"compat_13_job_function.{name}")
            cron.ir_actions_server_id.run()
        self.assertFalse(self.stored(old))
        self.assertTrue(self.stored(root))
