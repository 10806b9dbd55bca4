# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import gc
import os
from datetime import datetime
from unittest import mock

from odoo.tests.common import TransactionCase

from odoo.addons.queue_job.delay import (
    Delayable,
    DelayableChain,
    DelayableGraph,
    DelayableGroup,
    Graph,
    chain,
    group,
)
from odoo.addons.queue_job.exception import BaseQueueJobError, JobError
from odoo.addons.queue_job.job import CANCELLED, DONE, PENDING, WAIT_DEPENDENCIES, Job
from odoo.addons.queue_job.tests.common import JobMixin
from odoo.addons.queue_job.utils import must_run_without_delay


class PhotoCase(TransactionCase, JobMixin):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.album = cls.env["photo.album"].create(
            {"name": "Holidays", "photo_ids": [(0, 0, {}) for _i in range(5)]}
        )

    def run_job(self, job):
        job = Job.load(self.env, job.uuid)
        job.set_started()
        job.perform()
        job.set_done()
        job.store()
        self.env.flush_all()
        job.enqueue_waiting()


class TestStored(PhotoCase):
    def jobs(self):
        counter = self.job_counter()
        self.album.action_publish()
        return counter.search_created()

    def test_graph(self):
        jobs = self.jobs()
        self.assertEqual(len(jobs), 7)
        self.assertEqual(len(set(jobs.mapped("graph_uuid"))), 1)
        self.assertTrue(jobs[0].graph_uuid)
        (start,) = jobs.filtered(lambda job: job.state == PENDING)
        self.assertEqual(start.name, "Start")
        self.assertEqual(start.priority, 5)
        self.assertEqual(len(start.dependent_ids), 4)
        self.assertEqual(start.graph_jobs_count, 7)
        self.assertEqual(len(start.dependency_graph["nodes"]), 7)
        self.assertEqual(len(start.dependency_graph["edges"]), 9)
        self.assertEqual(start.dependencies["depends_on"], [])
        self.assertEqual(len(start.dependencies["reverse_depends_on"]), 4)
        waiting = jobs - start
        self.assertEqual(set(waiting.mapped("state")), {WAIT_DEPENDENCIES})
        slices = jobs.filtered(lambda job: job.channel == "root.photo")
        self.assertEqual(
            sorted(slices.mapped("name")),
            [f"Make the thumbnails (split {i}/3)" for i in (1, 2, 3)],
        )
        cover = start.dependent_ids - slices
        self.assertEqual(cover.priority, 1)
        self.assertEqual(cover.kwargs, {"size": 512})
        self.assertEqual(slices.dependent_ids, cover.dependent_ids)
        action = start.open_graph_jobs()
        self.assertEqual(self.env["queue.job"].search(action["domain"]), jobs)
        self.assertEqual(
            self.env["queue.job"].search([("dependency_ids", "in", start.ids)]),
            start.dependent_ids,
        )

    def test_run(self):
        jobs = self.jobs()
        while todo := jobs.filtered(lambda job: job.state == PENDING):
            self.run_job(todo.sorted("priority")[0])
        self.assertEqual(set(jobs.mapped("state")), {DONE})
        steps = self.album.log.split(";")[:-1]
        self.assertEqual(steps[0], "prepare")
        self.assertEqual(sorted(steps[1:5]), ["1x512", "1x64", "2x64", "2x64"])
        self.assertEqual(steps[5:], ["publish web", "notify"])

    def test_failed_parent(self):
        jobs = self.jobs()
        start = jobs.filtered(lambda job: job.state == PENDING)
        job = Job.load(self.env, start.uuid)
        job.set_failed(exc_name="ValueError", exc_message="no")
        job.store()
        self.assertEqual(set((jobs - start).mapped("state")), {WAIT_DEPENDENCIES})
        start.button_done()
        self.assertEqual(set(start.dependent_ids.mapped("state")), {PENDING})

    def test_cancel(self):
        jobs = self.jobs()
        start = jobs.filtered(lambda job: job.state == PENDING)
        start.button_cancelled()
        self.assertEqual(set(jobs.mapped("state")), {CANCELLED})
        self.assertTrue(all(jobs.mapped("result")))
        # a child alone waits for its parents again
        child = start.dependent_ids[0]
        child.requeue()
        self.assertEqual(child.state, WAIT_DEPENDENCIES)

    def test_job_level(self):
        first, second = Job(self.album.prepare), Job(self.album.publish)
        with self.assertRaises(ValueError):
            first.add_depends({first})
        second.add_depends({first})
        first.store()
        second.store()
        self.assertEqual(second.state, WAIT_DEPENDENCIES)
        self.assertEqual(first.reverse_depends_on, {second})
        self.assertEqual(second.depends_on, {first})
        self.assertTrue(Job.load(self.env, first.uuid).should_check_dependents())
        self.assertFalse(Job.load(self.env, second.uuid).should_check_dependents())
        first.set_cancelled(result="by hand")
        first.store()
        first.cancel_dependent_jobs()
        self.assertEqual(second.db_record().state, CANCELLED)

    def test_single_job(self):
        counter = self.job_counter()
        self.album.delayable().prepare().delay()
        self.assertFalse(counter.search_created().graph_uuid)


class TestBuilding(PhotoCase):
    def test_nodes(self):
        first = self.album.delayable().prepare()
        second = self.album.delayable().publish()
        third = self.album.delayable().notify_done()
        both = group(second, third)
        whole = chain(first, both)
        self.assertIsInstance(first, Delayable)
        self.assertIsInstance(both, DelayableGroup)
        self.assertIsInstance(whole, DelayableChain)
        self.assertEqual(whole._head(), [first])
        self.assertEqual(whole._tail(), [second, third])
        self.assertIsInstance(whole._graph, DelayableGraph)
        self.assertEqual(whole._graph.root_vertices(), {first})
        self.assertIs(first.on_done(self.album.delayable().notify_done()), first)
        whole.delay()
        self.assertEqual(third._generated_job.state, WAIT_DEPENDENCIES)
        self.assertEqual(first._generated_job.state, PENDING)

    def test_set(self):
        delayable = self.album.delayable(max_retries=2)
        delayable.set({"priority": 3}, description="Set")
        delayable.set(channel="root.x")
        delayable.publish().delay()
        job = delayable._generated_job
        self.assertEqual((job.priority, job.description), (3, "Set"))
        self.assertEqual((job.channel, job.max_retries), ("root.x", 2))
        with self.assertRaises(ValueError):
            delayable.set(prio=1)

    def test_never_delayed(self):
        with self.assertLogs("odoo.addons.queue_job.delay", "WARNING"):
            self.album.delayable().prepare()
            gc.collect()

    def test_split(self):
        photos = self.album.photo_ids
        parts = photos.delayable().thumbnail().split(2, chain=True)
        self.assertIsInstance(parts, DelayableChain)
        counter = self.job_counter()
        parts.delay()
        jobs = counter.search_created()
        self.assertEqual(len(jobs), 3)
        self.assertEqual(
            jobs.filtered(lambda j: j.state == PENDING).records, photos[:2]
        )
        nothing = self.env["photo.photo"].delayable().thumbnail().split(2)
        nothing.delay()
        self.assertEqual(counter.count_created(), 3)
        logger = "odoo.addons.queue_job.delay"
        with self.assertLogs(logger, "WARNING"), self.assertRaises(ValueError):
            self.env["photo.photo"].delayable().split(3)
        with self.assertLogs(logger, "WARNING"), self.assertRaises(ValueError):
            photos.delayable().thumbnail().split(0)

    def test_cycle(self):
        first = self.album.delayable().prepare()
        second = self.album.delayable().publish()
        first.on_done(second)
        second.on_done(first)
        with self.assertRaises(ValueError):
            first.delay()

    def test_two_graphs(self):
        one = chain(self.album.delayable().prepare(), self.album.delayable().publish())
        two = chain(self.album.delayable().prepare(), self.album.delayable().publish())
        one.delay()
        two.delay()
        with self.assertRaises(ValueError):
            chain(one, two).delay()

    def test_graph_class(self):
        graph = Graph()
        for parent, child in ((1, 2), (1, 3), (2, 4), (3, 4)):
            graph.add_edge(parent, child)
        graph.add_vertex(5)
        self.assertEqual(graph.vertices(), {1, 2, 3, 4, 5})
        self.assertEqual(sorted(graph.edges()), [(1, 2), (1, 3), (2, 4), (3, 4)])
        self.assertEqual(graph.root_vertices(), {1, 5})
        self.assertEqual(sorted(graph.paths(1)), [[1, 2, 4], [1, 3, 4]])
        order = list(graph.topological_sort())
        self.assertLess(order.index(3), order.index(4))


class TestIdentity(PhotoCase):
    def test_own_key(self):
        first = self.album.action_render()
        again = self.album.action_render()
        self.assertEqual(again, first.db_record())
        self.assertEqual(again.uuid, first.uuid)
        self.assertEqual(again.db_record(), first.db_record())
        self.assertEqual(
            first.db_record().identity_key, f"photo.album,{self.album.id},publish"
        )
        self.assertEqual(first.job_record_with_same_identity_key(), again)
        again.button_done()
        self.assertNotEqual(self.album.action_render().uuid, first.uuid)

    def test_exact(self):
        first = self.album.action_render_exact()
        self.assertEqual(self.album.action_render_exact().uuid, first.uuid)
        self.assertNotEqual(self.album.action_render_exact("print").uuid, first.uuid)
        self.assertEqual(len(first.identity_key), 40)
        self.assertIsInstance(first.eta, datetime)
        self.assertNotEqual(self.album.action_render_mine().uuid, first.uuid)

    def test_graph(self):
        def build():
            head = self.album.delayable(identity_key="head").prepare()
            tail = self.album.delayable(identity_key="tail").publish()
            return chain(head, tail)

        counter = self.job_counter()
        build().delay()
        build().delay()
        self.assertEqual(counter.count_created(), 2)


class TestNoDelay(PhotoCase):
    def test_context(self):
        for key in ("queue_job__no_delay", "test_queue_job_no_delay"):
            album = self.album.with_context(**{key: True})
            album.log = ""
            counter = self.job_counter()
            album.action_publish()
            self.assertFalse(counter.count_created())
            self.assertTrue(album.log.startswith("prepare;"), key)
            self.assertTrue(album.log.endswith("publish web;notify;"), key)
            self.assertTrue(must_run_without_delay(album.env))
        self.assertFalse(must_run_without_delay(self.env))

    def test_one_is_enough(self):
        now = self.album.with_context(queue_job__no_delay=True)
        self.album.log = ""
        chain(self.album.delayable().prepare(), now.delayable().publish()).delay()
        self.assertEqual(self.album.log, "prepare;publish web;")

    def test_environment(self):
        for name in ("QUEUE_JOB__NO_DELAY", "TEST_QUEUE_JOB_NO_DELAY"):
            self.album.log = ""
            with mock.patch.dict(os.environ, {name: "1"}):
                self.album.with_delay().publish()
            self.assertEqual(self.album.log, "publish web;", name)

    def test_error(self):
        with self.assertRaises(ValueError):
            self.album.with_context(queue_job__no_delay=True).with_delay().fail()


class TestRefused(PhotoCase):
    def test_what_cannot_be_delayed(self):
        with self.assertRaises(AttributeError):
            self.album.with_delay().name  # noqa: B018
        with self.assertRaises(AttributeError):
            self.album.with_delay().no_such_method()
        with self.assertRaises(TypeError):
            Job(lambda: None)
        with self.assertRaises(TypeError):
            Job(len)
        self.assertTrue(issubclass(JobError, BaseQueueJobError))

    def test_empty_recordset(self):
        job = self.env["photo.album"].with_delay().prepare()
        self.assertFalse(Job.load(self.env, job.uuid).recordset)
