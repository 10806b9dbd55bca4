# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import exceptions

from odoo.addons.queue_job import identity_exact
from odoo.addons.queue_job.delay import chain
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.tests.common import (
    JobCall,
    JobCounter,
    JobsTrap,
    trap_jobs,
)

from ..models.photo_album import identity_album
from .test_graph import PhotoCase


class TestTrap(PhotoCase):
    def test_enqueued(self):
        with trap_jobs() as trap:
            self.album.action_render()
            trap.assert_jobs_count(1)
            trap.assert_jobs_count(1, only=self.album.publish)
            trap.assert_jobs_count(0, only=self.album.prepare)
            trap.assert_enqueued_job(
                self.album.publish,
                args=(),
                kwargs={},
                properties=dict(identity_key=identity_album),
            )
            # no properties: any
            trap.assert_enqueued_job(self.album.publish)
            with self.assertRaises(AssertionError):
                trap.assert_enqueued_job(self.album.publish, kwargs={"where": "x"})
            with self.assertRaises(AssertionError):
                trap.assert_enqueued_job(
                    self.album.publish, properties={"identity_key": identity_exact}
                )
            with self.assertRaises(AssertionError):
                trap.assert_jobs_count(2)

    def test_nothing_is_stored(self):
        counter = self.job_counter()
        with self.trap_jobs() as trap:
            self.assertIsInstance(trap, JobsTrap)
            self.album.action_publish()
            self.assertEqual(trap.jobs_count(), 7)
            self.assertEqual(len(trap.enqueued_jobs), 7)
            self.assertEqual(len(trap.calls), 7)
            self.assertIsInstance(trap.calls[0], JobCall)
            trap.perform_enqueued_jobs()
            trap.assert_jobs_count(0)
        self.assertFalse(counter.count_created())
        self.assertTrue(self.album.log.startswith("prepare;"))
        self.assertTrue(self.album.log.endswith("publish web;notify;"))

    def test_priority(self):
        with trap_jobs() as trap:
            self.album.with_delay(priority=30).publish("late")
            self.album.with_delay(priority=1).publish("early")
            trap.assert_enqueued_job(
                self.album.publish, args=("late",), properties={"priority": 30}
            )
            trap.perform_enqueued_jobs()
        self.assertEqual(self.album.log, "publish early;publish late;")

    def test_same_identity_once(self):
        with trap_jobs() as trap:
            self.album.action_render()
            self.album.action_render()
            trap.assert_jobs_count(1)

    def test_jobs_of_jobs(self):
        photos = self.album.photo_ids

        def thumbnail(records, size=64):
            records.album_id.with_delay().notify_done()

        self.patch(type(photos), "thumbnail", thumbnail)
        with trap_jobs() as trap:
            photos.with_delay().thumbnail()
            trap.perform_enqueued_jobs()
            trap.assert_jobs_count(1, only=self.album.notify_done)
            trap.perform_enqueued_jobs()
            trap.assert_jobs_count(0)
        self.assertEqual(self.album.log, "notify;")

    def test_filtered_context(self):
        album = self.album.with_context(lang="en_US", secret="x")
        with trap_jobs() as trap:
            album.with_delay().publish()
            (job,) = trap.enqueued_jobs
            self.assertEqual(dict(job.recordset.env.context), {"lang": "en_US"})

    def test_graph(self):
        with trap_jobs() as trap:
            chain(
                self.album.delayable().prepare(), self.album.delayable().publish()
            ).delay()
            first, second = trap.enqueued_jobs
            self.assertEqual(second.depends_on, {first})
            self.assertEqual(first.graph_uuid, second.graph_uuid)


class TestCounter(PhotoCase):
    def test_perform(self):
        self.album.with_delay().publish("before")
        counter = self.job_counter()
        self.assertIsInstance(counter, JobCounter)
        self.assertGreaterEqual(counter.count_existing(), 1)
        self.album.with_delay().publish("after")
        self.assertEqual(counter.count_all(), counter.count_existing() + 1)
        self.assertEqual(counter.count_created(), 1)
        self.assertEqual(len(counter.search_all()), counter.count_all())
        self.perform_jobs(counter)
        self.assertEqual(self.album.log, "publish after;")

    def test_job_uuid_in_context(self):
        job = self.album.with_delay().publish()
        func = Job.load(self.env, job.uuid).func
        self.assertEqual(func.__self__.env.context["job_uuid"], job.uuid)

    def test_failure(self):
        counter = self.job_counter()
        self.album.with_delay().fail()
        with self.assertRaises(ValueError):
            self.perform_jobs(counter)

    def test_no_creation_by_hand(self):
        with self.assertRaises(exceptions.AccessError):
            self.env["queue.job"].create({"uuid": "x", "user_id": 1})
