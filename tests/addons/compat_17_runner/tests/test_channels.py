# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests.common import BaseCase

from odoo.addons.queue_job.exception import ChannelNotFound
from odoo.addons.queue_job.jobrunner import channels
from odoo.addons.queue_job.jobrunner.channels import (
    Channel,
    ChannelJob,
    ChannelManager,
    ChannelQueue,
    PriorityQueue,
)
from odoo.addons.queue_job.tests.common import load_doctests

load_tests = load_doctests(channels)


class TestSimulation(BaseCase):
    """Try a configuration before it is deployed."""

    def manager(self, config):
        manager = ChannelManager()
        manager.simple_configure(config)
        return manager

    def notify(self, manager, channel, uuid, state="pending", **kwargs):
        self.seqs = getattr(self, "seqs", {})
        seq = self.seqs.setdefault(uuid, len(self.seqs) + 1)
        values = dict(date_created=0, priority=10, eta=None)
        values.update(kwargs)
        manager.notify("db", channel, uuid, seq, state=state, **values)

    def next(self, manager, now=100):
        return [job.uuid for job in manager.get_jobs_to_run(now=now)]

    def test_parse(self):
        self.assertEqual(
            ChannelManager.parse_simple_config("root:4,a:2,\nb.c : 1 : sequential,"),
            [
                {"name": "root", "capacity": 4},
                {"name": "a", "capacity": 2},
                {"name": "b.c", "capacity": 1, "sequential": True},
            ],
        )
        (throttled,) = ChannelManager.parse_simple_config("a::throttle=5")
        self.assertEqual(int(throttled["throttle"]), 5)
        (paused,) = ChannelManager.parse_simple_config("a:1:paused")
        self.assertTrue(paused["paused"])
        for wrong in (":1", "a:x", "a:2:sequential:sequential", "a:1:k=1:k=1"):
            with self.assertRaises(ValueError, msg=wrong):
                ChannelManager.parse_simple_config(wrong)
        with self.assertRaises(ValueError):
            self.manager("a:2:sequential")

    def test_capacity(self):
        manager = self.manager("root:4,a:4,a.sub:2,b:1")
        for number in range(1, 7):
            self.notify(manager, "a", f"A{number}")
        for number in range(1, 3):
            self.notify(manager, "b", f"B{number}")
        self.assertEqual(self.next(manager), ["A1", "A2", "A3", "A4"])
        self.assertEqual(self.next(manager), [])
        self.notify(manager, "a", "A1", state="done")
        self.assertEqual(len(self.next(manager)), 1)

    def test_order(self):
        manager = self.manager("root:10")
        self.notify(manager, "root", "late", priority=20)
        self.notify(manager, "root", "young", date_created=5)
        self.notify(manager, "root", "old", date_created=1)
        self.notify(manager, "", "empty is root", date_created=2, priority=1)
        self.notify(manager, "root", "future", eta=300, priority=0)
        self.assertEqual(self.next(manager), ["empty is root", "old", "young", "late"])
        self.assertEqual(manager.get_wakeup_time(), 300)
        self.assertEqual(self.next(manager, now=301), ["future"])

    def test_sequential(self):
        manager = self.manager("root:4,s:1:sequential")
        self.notify(manager, "s", "S1")
        self.notify(manager, "s", "S2")
        self.assertEqual(self.next(manager), ["S1"])
        self.notify(manager, "s", "S1", state="failed")
        self.assertEqual(self.next(manager), [])
        self.notify(manager, "s", "S1", state="pending")
        self.assertEqual(self.next(manager), ["S1"])
        self.notify(manager, "s", "S1", state="done")
        self.assertEqual(self.next(manager), ["S2"])

    def test_throttle_and_pause(self):
        manager = self.manager("root:4,t:4:throttle=10,p:2:paused")
        self.notify(manager, "t", "T1")
        self.notify(manager, "t", "T2")
        self.notify(manager, "p", "P1")
        self.notify(manager, "p.sub", "P2")
        self.assertEqual(self.next(manager, now=100), ["T1"])
        self.notify(manager, "t", "T1", state="done")
        self.assertEqual(self.next(manager, now=101), [])
        self.assertEqual(manager.get_wakeup_time(), 110)
        self.assertEqual(self.next(manager, now=111), ["T2"])

    def test_names(self):
        manager = self.manager("root:4,a.b:2")
        channel = manager.get_channel_by_name("root.a.b")
        self.assertIsInstance(channel, Channel)
        self.assertIs(manager.get_channel_by_name("a.b"), channel)
        self.assertEqual(channel.fullname, "root.a.b")
        with self.assertRaises(ChannelNotFound):
            manager.get_channel_by_name("a.c")
        nearest = manager.get_channel_by_name("a.c.d", parent_fallback=True)
        self.assertEqual(nearest.fullname, "root.a")
        created = manager.get_channel_by_name("a.c.d", autocreate=True)
        self.assertEqual(created.fullname, "root.a.c.d")
        other = manager.get_channel_from_config({"name": "x", "capacity": 3})
        self.assertEqual(other.capacity, 3)

    def test_remove(self):
        manager = self.manager("root:4")
        self.notify(manager, "root", "A")
        self.notify(manager, "root", "B")
        manager.remove_job("A")
        self.assertEqual(self.next(manager), ["B"])
        self.notify(manager, "root", "C")
        manager.remove_db("db")
        self.assertEqual(self.next(manager), [])

    def test_cloned_databases(self):
        manager = self.manager("root:4")
        for name in ("prod", "copy"):
            manager.notify(name, "root", "same", 1, 0, 10, None, "pending")
        found = [(job.db_name, job.uuid) for job in manager.get_jobs_to_run(now=1)]
        self.assertEqual(sorted(found), [("copy", "same"), ("prod", "same")])

    def test_queues(self):
        queue = PriorityQueue()
        for item in (3, 1, 2, 1):
            queue.add(item)
        self.assertEqual([queue.pop() for _i in range(4)], [1, 2, 3, None])
        waiting = ChannelQueue(sequential=False)
        first = ChannelJob("db", None, "1", 1, 0, 10, None)
        second = ChannelJob(
            db_name="db",
            channel=None,
            uuid="2",
            seq=2,
            date_created=0,
            priority=5,
            eta=None,
        )
        waiting.add(first)
        waiting.add(second)
        self.assertLess(second, first)
        self.assertEqual(waiting.pop(now=10), second)
        self.assertEqual(waiting.get_wakeup_time(), 0)
