# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Jobs that wait for each other."""

from __future__ import annotations

import gc
import logging

from odoo.addons.queue_job.delay import DelayableGraph, chain, group
from odoo.addons.queue_job.exception import DependencyCycleError
from odoo.addons.queue_job.job import (
    CANCELLED,
    DONE,
    PENDING,
    WAIT_DEPENDENCIES,
    Job,
)

from .common import JobCase


class TestDelayGraph(JobCase):
    def setUp(self) -> None:
        super().setUp()
        self.nodes = [
            self.records[i].delayable(description=name).append(name)
            for i, name in enumerate("abcde")
        ]
        self.addCleanup(self._forget_nodes)

    def _forget_nodes(self) -> None:
        # Not every test delays all of them.
        for node in self.nodes:
            node._was_delayed = True
        self.nodes.clear()
        gc.collect()

    def delayed_edges(self) -> set[str]:
        """Return the stored edges, as the two descriptions."""
        jobs = [n._generated_job for n in self.nodes if n._generated_job]
        return {p.description + c.description for p, c in self.edges(*jobs)}

    def states(self) -> dict[str, str]:
        self.env.flush_all()
        self.env.invalidate_all()
        return {
            record.name: record.state
            for node in self.nodes
            if node._generated_job
            for record in node._generated_job.db_record()
        }

    def test_chain(self) -> None:
        a, b, c, *_others = self.nodes
        chain(a, b, c).delay()
        self.assertEqual(self.delayed_edges(), {"ab", "bc"})
        self.assertEqual(
            self.states(),
            {"a": PENDING, "b": WAIT_DEPENDENCIES, "c": WAIT_DEPENDENCIES},
        )

    def test_group(self) -> None:
        a, b, *_others = self.nodes
        group(a, b).delay()
        self.assertEqual(self.delayed_edges(), set())
        jobs = a._generated_job, b._generated_job
        self.assertTrue(jobs[0].graph_uuid)
        self.assertEqual(jobs[0].graph_uuid, jobs[1].graph_uuid)
        self.assertEqual(jobs[0].db_record().graph_uuid, jobs[0].graph_uuid)

    def test_group_of_one_shares_no_graph(self) -> None:
        group(self.nodes[0]).delay()
        self.assertIsNone(self.nodes[0]._generated_job.graph_uuid)

    def test_on_done(self) -> None:
        a, b, c, *_others = self.nodes
        self.assertIs(a.on_done(b, c), a)
        a.delay()
        self.assertEqual(self.delayed_edges(), {"ab", "ac"})

    def test_nested(self) -> None:
        a, b, c, d, e = self.nodes
        chain(a, group(chain(b, c), d), e).delay()
        self.assertEqual(self.delayed_edges(), {"ab", "ad", "bc", "ce", "de"})

    def test_group_on_done(self) -> None:
        a, b, c, d, _e = self.nodes
        group(a, b).on_done(group(c, d)).delay()
        self.assertEqual(self.delayed_edges(), {"ac", "ad", "bc", "bd"})

    def test_delay_on_any_node_stores_the_whole_graph(self) -> None:
        a, b, c, *_others = self.nodes
        a.on_done(b.on_done(c))
        c.delay()
        self.assertEqual(self.delayed_edges(), {"ab", "bc"})

    def test_graphs_built_apart_and_joined_later(self) -> None:
        a, b, c, d, e = self.nodes
        left, right = group(a, b), chain(c, d)
        left.on_done(e)
        right.on_done(e)
        left.delay()
        self.assertEqual(self.delayed_edges(), {"ae", "be", "cd", "de"})

    def test_empty_group_in_a_chain(self) -> None:
        a, b, *_others = self.nodes
        chain(a, group(), b).delay()
        self.assertEqual(self.delayed_edges(), {"ab"})

    def test_nothing_at_all(self) -> None:
        counter = self.job_counter()
        group().delay()
        chain().delay()
        self.assertEqual(counter.count_created(), 0)

    def test_on_done_of_an_empty_group_runs_at_once(self) -> None:
        group().on_done(self.nodes[0]).delay()
        self.assertEqual(self.states(), {"a": PENDING})

    def test_heads_and_tails(self) -> None:
        a, b, c, d, e = self.nodes
        node = chain(group(a, b), c, group(d, e))
        self.assertEqual((node._head(), node._tail()), ([a, b], [d, e]))
        self.assertEqual(node._graph.vertices(), {a, b, c, d, e})
        self.assertIs(a._graph, node._graph)

    def test_cycle(self) -> None:
        a, b, c, d, _e = self.nodes
        a.on_done(b)
        b.on_done(c)
        c.on_done(a)
        d.on_done(a)
        counter = self.job_counter()
        with self.assertRaisesRegex(
            DependencyCycleError, "for ever: Delayable.*append.* -> "
        ):
            d.delay()
        self.assertTrue(issubclass(DependencyCycleError, ValueError))
        self.assertEqual(counter.count_created(), 0)

    def test_job_waiting_for_itself(self) -> None:
        a = self.nodes[0]
        a.on_done(a)
        with self.assertRaises(DependencyCycleError):
            a.delay()

    def test_not_a_delayable(self) -> None:
        for value in ([self.nodes[0]], self.record, None):
            with self.assertRaisesRegex(TypeError, r"group\(\) takes delayables"):
                group(value)

    def test_child_added_to_a_stored_graph(self) -> None:
        a, b, c, *_others = self.nodes
        a.on_done(b)
        a.delay()
        b.on_done(c)
        a.delay()
        self.assertEqual(self.delayed_edges(), {"ab", "bc"})
        self.assertEqual(self.states()["c"], WAIT_DEPENDENCIES)
        self.assertEqual(
            a._generated_job.graph_uuid, c._generated_job.db_record().graph_uuid
        )

    def test_one_insert(self) -> None:
        a, b, c, d, e = self.nodes
        node = chain(a, group(b, c), chain(d, e))
        self.env.flush_all()
        self.record.with_delay().echo()  # reads the configurations
        self.record.with_delay().append("")
        with self.assertQueryCount(2):
            node.delay()

    def test_different_graphs(self) -> None:
        jobs = [Job(record.echo) for record in self.records[:3]]
        DelayableGraph._ensure_same_graph_uuid(jobs[:1])
        self.assertIsNone(jobs[0].graph_uuid)
        DelayableGraph._ensure_same_graph_uuid(jobs[:2])
        self.assertEqual(jobs[0].graph_uuid, jobs[1].graph_uuid)
        jobs[2].graph_uuid = "other"
        with self.assertRaisesRegex(ValueError, "several graphs"):
            DelayableGraph._ensure_same_graph_uuid(jobs)

    def test_no_delay_in_one_node_runs_all(self) -> None:
        a, _b, c, *_others = self.nodes
        hurried = self.records[1].with_context(queue_job__no_delay=True)
        order: list[str] = []
        self.patch(
            type(self.record),
            "append",
            lambda records, text: order.append(text),
        )
        # Built after the patch, so that all three call it.
        nodes = [records.delayable() for records in (self.record, hurried, self.record)]
        x, y, z = (node.append(text) for node, text in zip(nodes, "xyz", strict=True))
        counter = self.job_counter()
        chain(z, y, x).delay()
        self.assertEqual(order, ["z", "y", "x"])
        self.assertEqual(counter.count_created(), 0)

    # -- identity ----------------------------------------------------------------------

    def test_whole_graph_is_skipped(self) -> None:
        a, b, c, *_others = self.nodes
        a.set(identity_key="a")
        b.set(identity_key="b")
        held = [self.record.with_delay(identity_key=key).echo() for key in "ab"]
        counter = self.job_counter()
        chain(a, b, c).delay()
        self.assertEqual(counter.count_created(), 0)
        self.assertEqual(a._generated_job, held[0].db_record())
        self.assertEqual(b._generated_job, held[1].db_record())

    def test_all_is_stored_when_one_key_is_free(self) -> None:
        a, b, c, *_others = self.nodes
        a.set(identity_key="a")
        b.set(identity_key="b")
        self.record.with_delay(identity_key="a").echo()
        counter = self.job_counter()
        with self.assertLogs("odoo.addons.queue_job.delay.graph", logging.INFO):
            chain(a, b, c).delay()
        self.assertEqual(counter.count_created(), 3)
        self.assertEqual(self.delayed_edges(), {"ab", "bc"})
        # At most one active job has a key.
        self.assertFalse(a._generated_job.db_record().identity_key)
        self.assertEqual(b._generated_job.db_record().identity_key, "b")

    # -- split -------------------------------------------------------------------------

    def test_split(self) -> None:
        delayable = self.records.delayable(priority=4).append("x")
        parts = delayable.split(2)
        parts.delay()
        jobs = [node._generated_job for node in parts._head()]
        self.assertEqual(
            [job.recordset for job in jobs],
            [self.records[:2], self.records[2:4], self.records[4:]],
        )
        self.assertEqual(
            [job.db_record().name for job in jobs],
            [f"Append to the name. (split {i}/3)" for i in (1, 2, 3)],
        )
        self.assertEqual({job.priority for job in jobs}, {4})
        self.assertEqual({job.args for job in jobs}, {("x",)})
        self.assertEqual(len({job.graph_uuid for job in jobs}), 1)
        self.assertFalse(self.edges(*jobs))

    def test_split_in_a_chain(self) -> None:
        parts = self.records.delayable(description="d").append("x").split(2, chain=True)
        parts.delay()
        first, second, third = (n._generated_job for n in parts._graph._sorted())
        self.assertEqual(
            self.edges(first, second, third), {(first, second), (second, third)}
        )
        self.assertEqual(first.description, "d (split 1/3)")

    def test_split_with_an_identity_key(self) -> None:
        parts = self.records.delayable(identity_key="key").append("x").split(2)
        parts.delay()
        self.assertEqual(
            [n._generated_job.db_record().identity_key for n in parts._head()],
            ["key 1/3", "key 2/3", "key 3/3"],
        )

    def test_split_of_no_record(self) -> None:
        counter = self.job_counter()
        parts = self.env["test.queue.job"].delayable().append("x").split(2)
        parts.delay()
        self.assertEqual(counter.count_created(), 0)

    def test_wrong_split(self) -> None:
        unset = self.records.delayable()
        self.nodes.append(unset)
        with self.assertRaisesRegex(ValueError, "nothing to split"):
            unset.split(2)
        for size in (0, -1):
            with self.assertRaisesRegex(ValueError, f"slices of {size} records"):
                self.nodes[0].split(size)
        self.nodes[0].on_done(self.nodes[1])
        with self.assertRaisesRegex(ValueError, "split it before"):
            self.nodes[0].split(1)


class TestDependencies(JobCase):
    def setUp(self) -> None:
        super().setUp()
        self.a, self.b, self.c = (Job(record.echo) for record in self.records[:3])

    def store(self) -> None:
        for job in (self.a, self.b, self.c):
            job.store()

    def state_of(self, job: Job) -> str:
        self.env.invalidate_all()
        return job.db_record().state

    def test_add_depends(self) -> None:
        self.b.add_depends([self.a])
        self.c.add_depends({self.a, self.b})
        self.assertEqual(self.a.reverse_depends_on, {self.b, self.c})
        self.assertEqual(self.c.depends_on, {self.a, self.b})
        self.assertEqual((self.a.state, self.b.state), (PENDING, WAIT_DEPENDENCIES))
        self.store()
        self.assertEqual(
            self.edges(self.a, self.b, self.c),
            {(self.a, self.b), (self.a, self.c), (self.b, self.c)},
        )
        loaded = Job.load(self.env, self.c.uuid)
        self.assertEqual(loaded.depends_on, {self.a, self.b})
        self.assertEqual(loaded.reverse_depends_on, set())
        self.assertTrue(Job.load(self.env, self.a.uuid).should_check_dependents())
        self.assertFalse(loaded.should_check_dependents())

    def test_child_stored_first(self) -> None:
        self.b.add_depends([self.a])
        self.b.store()
        self.a.store()
        self.assertEqual(self.edges(self.a, self.b), {(self.a, self.b)})

    def test_itself(self) -> None:
        with self.assertRaisesRegex(ValueError, "cannot depend on itself"):
            self.a.add_depends([self.b, self.a])

    def test_parent_done_already(self) -> None:
        self.a.set_done()
        self.b.add_depends([self.a])
        self.assertEqual(self.b.state, PENDING)

    def test_release(self) -> None:
        self.c.add_depends([self.a, self.b])
        self.store()
        for parent, expected in ((self.a, WAIT_DEPENDENCIES), (self.b, PENDING)):
            parent.set_done()
            parent.store()
            parent.enqueue_waiting()
            self.assertEqual(self.state_of(self.c), expected)

    def test_cancel_descendants(self) -> None:
        self.b.add_depends([self.a])
        self.c.add_depends([self.b])
        self.store()
        self.a.set_cancelled()
        self.a.store()
        self.a.cancel_dependent_jobs()
        self.assertEqual(self.state_of(self.b), CANCELLED)
        self.assertEqual(self.state_of(self.c), CANCELLED)
        self.assertIn(self.a.uuid, self.c.db_record().result)

    def test_requeued_with_an_unfinished_parent(self) -> None:
        self.b.add_depends([self.a])
        self.store()
        child = Job.load(self.env, self.b.uuid)
        child.retry = 4
        child.set_pending()
        self.assertEqual((child.state, child.retry), (WAIT_DEPENDENCIES, 0))
        self.a.set_done()
        self.a.store()
        child = Job.load(self.env, self.b.uuid)
        child.set_pending()
        self.assertEqual(child.state, PENDING)
        self.assertEqual(self.a.state, DONE)
