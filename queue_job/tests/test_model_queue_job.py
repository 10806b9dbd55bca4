# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..store import prune
from .model_common import JobRecordCase

STATES = (
    "wait_dependencies",
    "pending",
    "enqueued",
    "started",
    "done",
    "cancelled",
    "failed",
)
BEFORE_THE_RUN = {"wait_dependencies", "pending", "enqueued"}


@tagged("post_install", "-at_install")
class TestButtons(JobRecordCase):
    def test_each_button_moves_the_states_it_may_and_skips_the_others(self) -> None:
        buttons = {
            "requeue": ({"failed", "done", "cancelled"}, "pending"),
            "button_done": (BEFORE_THE_RUN | {"failed"}, "done"),
            "button_cancelled": (BEFORE_THE_RUN | {"failed"}, "cancelled"),
        }
        for button, (sources, target) in buttons.items():
            jobs = {state: self.make_job(state) for state in STATES}
            getattr(self.env["queue.job"].union(*jobs.values()), button)()
            for state, job in jobs.items():
                expected = target if state in sources else state
                with self.subTest(button=button, state=state):
                    self.assertEqual(job.state, expected)

    def test_requeue_forgets_the_attempts(self) -> None:
        now = fields.Datetime.now()
        job = self.make_job(
            "failed",
            retry=5,
            exc_name="ValueError",
            exc_message="wrong",
            exc_info="Traceback",
            date_enqueued=now,
            date_started=now,
            date_done=now,
            exec_time=3.0,
            worker_pid=12,
        )
        job.requeue()
        self.assertEqual(job.retry, 0)
        for name in ("exc_name", "exc_info", "date_started", "date_done", "worker_pid"):
            self.assertFalse(job[name], name)

    def test_requeue_keeps_the_time_the_user_asked_for(self) -> None:
        eta = fields.Datetime.now() + timedelta(days=1)
        job = self.make_job("cancelled", eta=eta)
        job.requeue()
        self.assertEqual(job.eta, eta)

    def test_set_done_and_cancel_say_who(self) -> None:
        done, cancelled = self.make_job("failed"), self.make_job("failed")
        done.button_done()
        cancelled.button_cancelled()
        self.assertIn(self.env.user.name, done.result)
        self.assertTrue(done.date_done)
        self.assertIn(self.env.user.name, cancelled.result)
        self.assertTrue(cancelled.date_cancelled)

    def test_no_button_leads_to_started(self) -> None:
        with self.assertRaisesRegex(ValueError, "'started'.*'pending', 'done'"):
            self.make_job()._change_job_state("started")

    def test_pending_changes_are_written_before_the_transition(self) -> None:
        job = self.make_job("pending")
        job.write({"state": "failed", "priority": 3})
        job.requeue()
        self.assertEqual((job.state, job.priority), ("pending", 3))

    def test_statements_do_not_grow_with_the_number_of_jobs(self) -> None:
        counts = []
        for size in (1, 2, 200):  # the first fills caches
            jobs = self.env["queue.job"].union(
                *(self.make_job("failed") for _index in range(size))
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            jobs.requeue()
            jobs.button_cancelled()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])


@tagged("post_install", "-at_install")
class TestGraph(JobRecordCase):
    def test_a_requeued_job_waits_for_its_unfinished_parents(self) -> None:
        for parent_state in set(STATES) - {"done"}:
            parent, child = self.make_job(parent_state), self.make_job("failed")
            self.link(parent, child)
            child.requeue()
            with self.subTest(parent=parent_state):
                self.assertEqual(child.state, "wait_dependencies")

    def test_a_requeued_job_with_done_parents_may_run(self) -> None:
        parent, child = self.make_job("done"), self.make_job("failed")
        self.link(parent, child)
        child.requeue()
        self.assertEqual(child.state, "pending")

    def test_parent_and_child_requeued_together_run_in_order(self) -> None:
        parent, child = self.make_job("done"), self.make_job("done")
        self.link(parent, child)
        (parent | child).requeue()
        self.assertEqual(parent.state, "pending")
        self.assertEqual(child.state, "wait_dependencies")

    def test_set_done_releases_the_children_without_another_open_parent(self) -> None:
        parent, other = self.make_job("failed"), self.make_job("pending")
        released = self.make_job("wait_dependencies")
        waiting = self.make_job("wait_dependencies")
        grandchild = self.make_job("wait_dependencies")
        self.link(parent, released, waiting)
        self.link(other, waiting)
        self.link(released, grandchild)
        parent.button_done()
        self.assertEqual(released.state, "pending")
        self.assertEqual(waiting.state, "wait_dependencies")
        self.assertEqual(grandchild.state, "wait_dependencies")

    def test_two_parents_set_done_at_once_release_their_child(self) -> None:
        parents = self.make_job("pending") | self.make_job("pending")
        child = self.make_job("wait_dependencies")
        for parent in parents:
            self.link(parent, child)
        parents.button_done()
        self.assertEqual(child.state, "pending")

    def test_cancel_takes_along_all_that_wait(self) -> None:
        top = self.make_job("failed")
        left, right, bottom = (self.make_job("wait_dependencies") for _index in "lrb")
        started = self.make_job("started")
        self.link(top, left, right, started)
        self.link(left, bottom)
        self.link(right, bottom)
        top.button_cancelled()
        for job in left, right, bottom:
            self.assertEqual(job.state, "cancelled")
            self.assertIn("waits for", job.result)
        self.assertEqual(started.state, "started")

    def test_picture(self) -> None:
        top = self.make_job("done", graph_uuid="g", name="Top")
        child = self.make_job("wait_dependencies", graph_uuid="g", name="Child")
        self.make_job("pending", graph_uuid="other")
        self.link(top, child)
        graph = child.dependency_graph
        self.assertEqual(graph["edges"], [[top.id, child.id]])
        self.assertEqual(
            [
                (node["label"], node["state"], node["current"])
                for node in graph["nodes"]
            ],
            [("Top", "done", False), ("Child", "wait_dependencies", True)],
        )
        self.assertEqual(child.graph_jobs_count, 2)
        self.assertEqual(self.make_job().graph_jobs_count, 0)
        self.assertEqual(self.make_job().dependency_graph["nodes"], [])

    def test_relatives_are_read_and_searched(self) -> None:
        parent, child = self.make_job("failed"), self.make_job("wait_dependencies")
        self.link(parent, child)
        self.assertEqual(child.dependency_ids, parent)
        self.assertEqual(parent.dependent_ids, child)
        self.assertEqual(
            child.dependencies,
            {"depends_on": [parent.uuid], "reverse_depends_on": []},
        )
        jobs = self.env["queue.job"]
        self.assertEqual(jobs.search([("dependency_ids", "in", parent.ids)]), child)
        self.assertIn(
            child, jobs.search([("dependency_ids", "any", [("state", "=", "failed")])])
        )

    def test_graph_button_lists_the_graph(self) -> None:
        job = self.make_job(graph_uuid="g")
        other = self.make_job(graph_uuid="g")
        action = job.open_graph_jobs()
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]), job | other
        )


@tagged("post_install", "-at_install")
class TestJobRecord(JobRecordCase):
    def test_no_index_names_a_column_that_changes(self) -> None:
        """Each would make every update of a job write all indexes (no HOT update)."""
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'queue_job'"
        )
        definitions = [row[0] for row in self.env.cr.fetchall()]
        self.assertTrue(any("(uuid)" in text for text in definitions))
        changing = (
            "state",
            "retry",
            "eta",
            "priority",
            "result",
            "date_started",
            "date_enqueued",
            "date_done",
            "date_cancelled",
            "exc_name",
            "worker_pid",
            "exec_time",
        )
        for definition in definitions:
            self.assertNotRegex(definition, rf"\b({'|'.join(changing)})\b")

    def test_newest_first_without_sorting_the_table(self) -> None:
        # What the planner prefers in a table with a handful of jobs.
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("SET LOCAL enable_bitmapscan = off")
        self.env.cr.execute(
            "EXPLAIN SELECT id FROM queue_job"
            " ORDER BY date_created DESC, id DESC LIMIT 80"
        )
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("Index", plan)
        self.assertNotIn("Sort", plan)

    def test_related_action_opens_what_is_left_of_the_records(self) -> None:
        job = self.make_job(records=self.partners)
        action = job.related_action_open_record()
        self.assertEqual(action["domain"], [("id", "in", self.partners.ids)])
        self.partners[1].unlink()
        job.invalidate_recordset()
        self.assertEqual(
            job.related_action_open_record()["res_id"], self.partners[0].id
        )
        self.assertEqual(job.record_ids, self.partners.ids)
        self.partners[0].unlink()
        self.assertIsNone(job.related_action_open_record())

    def test_related_button(self) -> None:
        job = self.make_job()
        self.assertEqual(job.open_related_action()["res_id"], self.partners[0].id)
        self.partners[0].unlink()
        with self.assertRaisesRegex(UserError, "nothing to open"):
            job.open_related_action()

    def test_channel_record_of_a_job(self) -> None:
        channel = self.env["queue.job.channel"]._find_or_create("root.a.b")
        job, other = self.make_job(channel="root.a.b"), self.make_job(channel="root.c")
        self.assertEqual(job.channel_id, channel)
        self.assertFalse(other.channel_id)
        jobs = self.env["queue.job"]
        self.assertEqual(jobs.search([("channel_id", "=", channel.id)]), job)
        parent = channel.parent_id
        self.assertEqual(jobs.search([("channel_id", "child_of", parent.id)]), job)
        self.assertNotIn(job, jobs.search([("channel_id", "!=", channel.id)]))

    def test_kanban_columns_in_the_order_of_a_job_s_life(self) -> None:
        self.env["queue.job"].search([]).unlink()
        for state in ("failed", "done", "pending"):
            self.make_job(state)
        jobs = self.env["queue.job"].with_context(read_group_expand=True)
        groups = jobs.web_read_group([], ["state"])["groups"]
        self.assertEqual(
            [group["state"] for group in groups], ["pending", "done", "failed"]
        )


@tagged("post_install", "-at_install")
class TestPruning(JobRecordCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.env["queue.job"].search([]).unlink()

    def make_old(self, days: int, state: str = "done", **vals: object):
        date = fields.Datetime.now() - timedelta(days=days)
        vals.setdefault("date_done" if state != "cancelled" else "date_cancelled", date)
        return self.make_job(state, date_created=date, **vals)

    def test_a_finished_job_goes_when_its_channel_s_interval_is_over(self) -> None:
        channel = self.env["queue.job.channel"]._find_or_create("root.short")
        channel.removal_interval = 5
        gone = (
            self.make_old(6, channel="root.short")
            | self.make_old(31)
            | self.make_old(31, "cancelled")
            | self.make_old(31, channel="root.unknown")
        )
        kept = (
            self.make_old(4, channel="root.short")
            | self.make_old(29)
            | self.make_old(29, channel="root.unknown")
            | self.make_old(31, "failed")
            | self.make_old(31, "pending", date_done=False)
            | self.make_old(31, date_done=fields.Datetime.now())
        )
        self.env["queue.job"]._gc_old_jobs()
        self.assertFalse(gone.exists())
        self.assertEqual(kept.exists(), kept)

    def test_a_batch_at_a_time(self) -> None:
        for _index in range(3):
            self.make_old(40)
        self.patch(prune, "BATCH_SIZE", 2)
        jobs = self.env["queue.job"]
        self.assertEqual(jobs._gc_old_jobs(), (2, True))
        self.assertEqual(jobs._gc_old_jobs(), (1, False))

    def test_legacy_cron_deletes_all(self) -> None:
        for _index in range(3):
            self.make_old(40)
        self.patch(prune, "BATCH_SIZE", 2)
        self.env["queue.job"].autovacuum()
        self.assertFalse(self.env["queue.job"].search([]))
