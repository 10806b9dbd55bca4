# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The model of channels in memory. Needs no database."""

from __future__ import annotations

from odoo.tests.common import BaseCase

from ..jobrunner.channels import (
    Channel,
    ChannelJob,
    ChannelManager,
    ChannelNotFound,
    ChannelQueue,
    PriorityQueue,
)


class TestPriorityQueue(BaseCase):
    def test_sorted_set(self) -> None:
        queue = PriorityQueue()
        for item in (2, 3, 3, 1):
            queue.add(item)
        self.assertEqual(len(queue), 3)
        self.assertEqual(queue[0], 1)
        self.assertIn(3, queue)
        queue.remove(2)
        queue.remove(2)
        self.assertNotIn(2, queue)
        self.assertEqual(list(queue), [1, 3])
        self.assertEqual([queue.pop() for _number in range(3)], [1, 3, None])


def _job(uuid: str, seq: int = 1, priority: int = 10, **values) -> ChannelJob:
    values = {"db_name": "db", "channel": None, "date_created": 0, **values}
    return ChannelJob(uuid=uuid, seq=seq, priority=priority, **values)


class TestChannelJob(BaseCase):
    def test_identity_is_database_and_uuid(self) -> None:
        job = _job("a")
        self.assertEqual(job, _job("a", seq=2, priority=3))
        self.assertEqual(len({job, _job("a"), _job("a", db_name="clone")}), 2)
        self.assertNotEqual(job, "a")

    def test_order(self) -> None:
        ordered = [
            _job("e", 9, priority=1),
            _job("d", 8, date_created=-1),
            _job("b", 1),
            _job("a", 2),
        ]
        self.assertEqual(sorted(reversed(ordered)), ordered)


class TestChannelQueue(BaseCase):
    def test_eta_waits_aside_then_competes(self) -> None:
        queue = ChannelQueue()
        later, now = _job("later", 1, eta=100), _job("now", 2)
        for job in (later, now, later):
            queue.add(job)
        self.assertEqual(len(queue), 2)
        self.assertIn(later, queue)
        self.assertEqual(queue.get_wakeup_time(), 100)
        self.assertEqual(queue.get_wakeup_time(50), 50)
        self.assertEqual(queue.head(99), now)
        self.assertEqual(queue.pop(100), later)
        self.assertEqual(queue.get_wakeup_time(), 0)
        self.assertEqual(queue.pop(100), now)
        self.assertIsNone(queue.pop(100))

    def test_sequential_keeps_the_order_whatever_the_eta(self) -> None:
        queue = ChannelQueue(sequential=True)
        first, second = _job("first", 1, eta=100), _job("second", 2)
        queue.add(first)
        queue.add(second)
        self.assertIsNone(queue.pop(99))
        queue.remove(first)
        self.assertEqual(queue.pop(99), second)


class TestChannelManager(BaseCase):
    def setUp(self) -> None:
        super().setUp()
        self.manager = ChannelManager()
        self.seq = 0

    def _notify(
        self, uuid: str, channel: str | None = None, state: str = "pending", **values
    ) -> None:
        self.seq += 1
        values = {"db_name": "db", "seq": self.seq, "priority": 10, **values}
        self.manager.notify(
            channel_name=channel,
            uuid=uuid,
            date_created=0,
            eta=values.pop("eta", None),
            state=state,
            **values,
        )

    def _run(self, now: float = 0) -> list[str]:
        return [job.uuid for job in self.manager.get_jobs_to_run(now)]

    def test_parse_simple_config(self) -> None:
        self.assertEqual(
            ChannelManager.parse_simple_config(
                "root:4, root.a:2\n b:1:sequential, c:3:throttle=5:paused,,"
            ),
            [
                {"name": "root", "capacity": 4},
                {"name": "root.a", "capacity": 2},
                {"name": "b", "capacity": 1, "sequential": True},
                {"name": "c", "capacity": 3, "throttle": 5, "paused": True},
            ],
        )
        for wrong in ("a:b", ":2", "a:1:x=1:x=2", "a:2:sequential"):
            with self.assertRaises(ValueError):
                ChannelManager.parse_simple_config(wrong)

    def test_missing_channels_are_unlimited(self) -> None:
        self.manager.simple_configure("root:4,a.b:2")
        parent = self.manager.get_channel_by_name("root.a")
        self.assertIsNone(parent.capacity)
        self.assertEqual(parent.get_subchannel_by_name("b").capacity, 2)
        self.assertEqual(parent.get_subchannel_by_name("b").fullname, "root.a.b")

    def test_get_channel_by_name(self) -> None:
        self.manager.simple_configure("a:1")
        get = self.manager.get_channel_by_name
        root = get("root")
        for name in ("", None, " root "):
            self.assertIs(get(name), root)
        self.assertIs(get("a"), get("root.a"))
        self.assertIs(get("a.b.c", parent_fallback=True), get("a"))
        with self.assertRaisesRegex(ChannelNotFound, r"'a\.b'.*'root\.a'"):
            get("a.b")
        self.assertEqual(get("a.b", autocreate=True).fullname, "root.a.b")
        self.assertIs(get("a.b").parent, get("a"))

    def test_configuration_replaces_limits(self) -> None:
        self.manager.simple_configure("a:1:sequential:paused")
        channel = self.manager.get_channel_from_config({"name": "a", "capacity": 3})
        self.assertEqual(
            (channel.capacity, channel.sequential, channel.paused), (3, False, False)
        )
        with self.assertRaisesRegex(ValueError, r"root\.a"):
            channel.configure({"capacity": 3, "sequential": True})

    def test_capacity_of_the_tree(self) -> None:
        self.manager.simple_configure("root:3,a:2,a.x:1")
        for number in range(3):
            self._notify(f"x{number}", "a.x", priority=1)
            self._notify(f"a{number}", "a", priority=2)
            self._notify(f"r{number}", priority=3)
        self.assertEqual(self._run(), ["x0", "a0", "r0"])
        self._notify("x0", "a.x", "done")
        self.assertEqual(self._run(), ["x1"])
        self.assertEqual(
            str(self.manager.get_channel_by_name("a.x")), "root.a.x(C:1,Q:1,R:1,F:0)"
        )

    def test_sequential_waits_for_a_failed_job(self) -> None:
        self.manager.simple_configure("root:9,seq:1:sequential")
        for number in range(3):
            self._notify(f"s{number}", "seq")
        self.assertEqual(self._run(), ["s0"])
        self._notify("s0", "seq", "failed")
        self.assertEqual(self._run(), [])
        self._notify("s0", "seq", "cancelled")
        self.assertEqual(self._run(), ["s1"])

    def test_throttle_and_wakeup_time(self) -> None:
        self.manager.simple_configure("root:9,slow:9:throttle=10")
        for number in range(2):
            self._notify(f"s{number}", "slow")
        self._notify("later", eta=200)
        self.assertEqual(self._run(100), ["s0"])
        self.assertEqual(self.manager.get_wakeup_time(), 110)
        self.assertEqual(self._run(109), [])
        self.assertEqual(self._run(110), ["s1"])
        self.assertEqual(self._run(200), ["later"])

    def test_paused_subtree(self) -> None:
        self.manager.simple_configure("root:9,a:9:paused,a.b:9")
        self._notify("b", "a.b")
        self._notify("r")
        self.assertEqual(self._run(), ["r"])

    def test_running_jobs_of_before(self) -> None:
        self.manager.simple_configure("root:2")
        self._notify("one", state="enqueued")
        self._notify("two", state="started")
        self._notify("three")
        self.assertEqual(self._run(), [])
        self.manager.remove_job("one")
        self.assertEqual(self._run(), ["three"])

    def test_copies_of_a_database_share_uuids(self) -> None:
        self.manager.simple_configure("root:9")
        self._notify("a")
        self._notify("a", db_name="copy")
        self._notify("b", db_name="copy")
        self.manager.remove_job("a", "copy")
        self.assertEqual(self._run(), ["a", "b"])
        self._notify("a", db_name="copy")
        self.manager.remove_db("db")
        self.assertEqual(self._run(), ["a"])
        self._notify("c")
        self._notify("c", db_name="copy")
        self.manager.remove_job("c")
        self.assertEqual(self._run(), [])

    def test_change_of_priority_and_channel(self) -> None:
        self.manager.simple_configure("root:1,a:1:paused")
        self._notify("one", seq=1)
        self._notify("two", seq=2)
        self._notify("one", "a", seq=1)
        self._notify("two", seq=2, priority=20)
        self._notify("three", seq=3)
        self.assertEqual(self._run(), ["three"])

    def test_standalone_channel(self) -> None:
        root = Channel("root", None, capacity=2)
        child = Channel("child", root, capacity=1, throttle=5)
        job = _job("a", channel=child)
        child.set_pending(job)
        self.assertTrue(root.has_capacity())
        self.assertEqual(list(root.get_jobs_to_run(0)), [job])
        self.assertFalse(child.has_capacity())
        child.set_done(job)
        self.assertTrue(child.has_capacity())
        self.assertFalse(child.is_open(4))
        self.assertTrue(child.is_open(5))
