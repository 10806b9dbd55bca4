# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What becomes of jobs that wait for one that fails."""

from __future__ import annotations

from typing import Any

from odoo.tools import mute_logger

from odoo.addons.queue_job.delay import chain, group
from odoo.addons.queue_job.job import Job

from .common import EngineCase, JobCase


class TestDeclaring(JobCase):
    def policies(self, *nodes: Any) -> dict[tuple[int, int], str]:
        """Return the policies of the stored edges, by the positions of their ends."""
        ids = [node._generated_job.db_record().id for node in nodes]
        self.env.cr.execute(
            "SELECT parent_id, child_id, on_failure FROM queue_job_dependency"
            " WHERE parent_id = ANY(%s)",
            [ids],
        )
        return {
            (ids.index(parent), ids.index(child)): policy
            for parent, child, policy in self.env.cr.fetchall()
        }

    def nodes(self, count: int) -> list[Any]:
        """Return delayables."""
        return [self.record.delayable().echo(n) for n in range(count)]

    def test_a_chain_has_one_for_all_its_elements(self) -> None:
        nodes = self.nodes(3)
        chain(*nodes, on_failure="cancel").delay()
        self.assertEqual(self.policies(*nodes), {(0, 1): "cancel", (1, 2): "cancel"})

    def test_children_wait_unless_something_else_is_said(self) -> None:
        nodes = self.nodes(2)
        chain(*nodes).delay()
        self.assertEqual(self.policies(*nodes), {(0, 1): "wait"})

    def test_a_group_says_it_for_what_waits_for_it(self) -> None:
        nodes = self.nodes(3)
        chain(group(*nodes[:2], on_failure="run"), nodes[2]).delay()
        self.assertEqual(self.policies(*nodes), {(0, 2): "run", (1, 2): "run"})

    def test_each_child_has_its_own(self) -> None:
        nodes = self.nodes(3)
        nodes[0].on_done(nodes[1]).on_done(nodes[2], on_failure="skip").delay()
        self.assertEqual(self.policies(*nodes), {(0, 1): "wait", (0, 2): "skip"})

    def test_an_edge_keeps_its_policy_in_a_graph_it_is_merged_into(self) -> None:
        nodes = self.nodes(4)
        nodes[0].on_done(nodes[1], on_failure="run")
        group(*nodes[2:]).on_done(nodes[0]).delay()
        self.assertEqual(self.policies(*nodes)[0, 1], "run")

    def test_a_child_of_a_job_delayed_before(self) -> None:
        first, second = self.nodes(2)
        first.delay()
        first.on_done(second, on_failure="cancel").delay()
        self.assertEqual(self.policies(first, second), {(0, 1): "cancel"})

    def test_add_depends(self) -> None:
        first = self.record.with_delay().echo()
        second = Job(self.record.echo)
        second.add_depends([first], on_failure="skip")
        second.store()
        self.env.cr.execute(
            "SELECT on_failure FROM queue_job_dependency WHERE child_id = %s",
            [second.db_record().id],
        )
        self.assertEqual(self.env.cr.fetchall(), [("skip",)])

    def test_an_unknown_policy(self) -> None:
        first, second = self.nodes(2)
        for declare in (
            lambda: chain(first, second, on_failure="cancle"),
            lambda: group(first, second, on_failure="cancle"),
            lambda: first.on_done(second, on_failure="cancle"),
        ):
            with self.assertRaisesRegex(ValueError, "Did you mean 'cancel'"):
                declare()
        group(first, second).delay()

    def test_the_picture_shows_it(self) -> None:
        nodes = self.nodes(3)
        nodes[0].on_done(nodes[1]).on_done(nodes[2], on_failure="skip").delay()
        first, _second, third = (node._generated_job.db_record() for node in nodes)
        picture = first.dependency_graph
        self.assertEqual(picture["on_failure"], [[first.id, third.id, "skip"]])
        self.assertEqual(len(picture["edges"]), 2)


@mute_logger("odoo.addons.queue_job.runtime.executor")
class TestFailing(EngineCase):
    def failing_chain(self, policy: str | None) -> list[Any]:
        """Run failing -> next -> last, the first edge with a policy; return jobs."""
        nodes = [
            self.record.delayable().fail_unless_named("x"),
            self.record.delayable().append("next"),
            self.record.delayable().append("last"),
        ]
        nodes[0].on_done(nodes[1], on_failure=policy)
        chain(nodes[1], nodes[2]).delay()
        self.run_jobs()
        self.lead()
        self.run_jobs()
        self.lead()
        self.run_jobs()
        return [node._generated_job.db_record() for node in nodes]

    def test_what_becomes_of_the_rest(self) -> None:
        for policy, states, name in (
            (None, ["wait_dependencies", "wait_dependencies"], "engine"),
            ("wait", ["wait_dependencies", "wait_dependencies"], "engine"),
            ("cancel", ["cancelled", "cancelled"], "engine"),
            ("skip", ["done", "done"], "enginelast"),
            ("run", ["done", "done"], "enginenextlast"),
        ):
            with self.subTest(policy=policy):
                self.record.name = "engine"
                failed, *rest = self.failing_chain(policy)
                self.assertEqual(failed.state, "failed")
                self.assertEqual([job.state for job in rest], states)
                self.assertEqual(self.record.name, name)
                if policy in ("cancel", "skip"):
                    self.assertIn(failed.uuid, rest[0].result)

    def test_a_parent_that_is_tried_again_has_not_failed_yet(self) -> None:
        first = self.record.delayable().succeed_at_attempt(2)
        second = self.record.delayable().append("!")
        chain(first, second, on_failure="cancel").delay()
        self.run_jobs()
        self.lead()
        self.assertEqual(second._generated_job.db_record().state, "wait_dependencies")
        self.hurry(first._generated_job)
        self.run_jobs()
        self.assertEqual(second._generated_job.db_record().state, "done")

    def test_another_parent_still_has_to_end(self) -> None:
        failing = self.record.delayable().fail_unless_named("x")
        later = self.record.delayable(eta=3600).append("later")
        child = self.record.delayable().append("child")
        group(failing, later, on_failure="run").on_done(child).delay()
        self.run_jobs()
        self.lead()
        self.assertEqual(child._generated_job.db_record().state, "wait_dependencies")
        self.hurry(later._generated_job)
        self.run_jobs()
        self.assertEqual(self.record.name, "enginelaterchild")

    def test_a_requeued_child_does_not_wait_for_what_failed(self) -> None:
        _failed, child, _last = self.failing_chain("run")
        child.requeue()
        self.assertEqual(child.state, "pending")
        parents_and_child = self.env["queue.job"].browse((_failed.id, child.id))
        self.cr.rollback()
        parents_and_child.requeue()
        self.assertEqual(child.state, "wait_dependencies")
        self.cr.rollback()
