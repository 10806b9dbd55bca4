# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestQueueJobChannel(TransactionCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.channels = cls.env["queue.job.channel"]
        cls.root = cls.env.ref("queue_job.channel_root")

    def test_complete_name_follows_the_parents(self) -> None:
        shop = self.channels.create({"name": "shop", "parent_id": self.root.id})
        orders = self.channels.create({"name": "orders", "parent_id": shop.id})
        self.assertEqual(orders.complete_name, "root.shop.orders")
        self.assertEqual(orders.display_name, "root.shop.orders")
        shop.name = "store"
        self.assertEqual(orders.complete_name, "root.store.orders")

    def test_bad_values_are_refused(self) -> None:
        cases = (
            ({"name": "a:2"}, "not a channel name"),
            ({"name": "a,b"}, "not a channel name"),
            ({"name": "a b"}, "not a channel name"),
            ({"name": ""}, "not a channel name"),
            ({"name": "a", "capacity": -1}, "Capacity must be 0 or more, not -1"),
            ({"name": "a", "throttle": -1}, "Throttle must be 0 or more"),
            ({"name": "a", "removal_interval": -1}, "must be 0 or more"),
            ({"name": "a", "sequential": True}, "capacity to 1, not 0"),
            ({"name": "a", "sequential": True, "capacity": 2}, "capacity to 1, not 2"),
        )
        for vals, message in cases:
            with (
                self.subTest(**vals),
                self.assertRaisesRegex(ValidationError, message),
                self.env.cr.savepoint(),
            ):
                self.channels.create({"parent_id": self.root.id, **vals})

    def test_only_root_has_no_parent(self) -> None:
        with self.assertRaisesRegex(ValidationError, "needs a parent"):
            self.channels.create({"name": "orphan"})

    def test_a_channel_is_not_its_own_ancestor(self) -> None:
        parent = self.channels._find_or_create("root.a")
        child = self.channels._find_or_create("root.a.b")
        with self.assertRaisesRegex(ValidationError, "its own parents"):
            parent.parent_id = child

    @mute_logger("odoo.sql_db")
    def test_a_name_is_used_once(self) -> None:
        self.channels._find_or_create("root.a")
        with self.assertRaises(UniqueViolation):
            self.channels.create({"name": "a", "parent_id": self.root.id})

    def test_root_stays_what_it_is(self) -> None:
        other = self.channels._find_or_create("root.a")
        with self.assertRaisesRegex(UserError, "neither renamed nor moved"):
            self.root.name = "trunk"
        with self.assertRaisesRegex(UserError, "neither renamed nor moved"):
            self.root.parent_id = other
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            self.root.unlink()
        # What changes nothing, as an import or a data file writes it, is fine.
        self.root.write({"name": "root", "capacity": 7})
        self.assertEqual(self.root.capacity, 7)

    def test_module_data_take_over_a_channel_that_exists(self) -> None:
        existing = self.channels._find_or_create("root.a")
        channel = self.channels.with_context(install_mode=True).create(
            {"name": "a", "parent_id": self.root.id, "removal_interval": 3}
        )
        self.assertEqual(channel, existing)
        self.assertEqual(existing.removal_interval, 3)

    def test_find_or_create(self) -> None:
        channel = self.channels._find_or_create("root.x.y")
        self.assertEqual(channel.parent_id.complete_name, "root.x")
        for path in ("root.x.y", "x.y", " root.x.y "):
            self.assertEqual(self.channels._find_or_create(path), channel)
        self.assertEqual(self.channels._find_or_create("root"), self.root)
        rooted = self.channels._find_or_create("rooted.x")
        self.assertEqual(rooted.complete_name, "root.rooted.x")

    def test_pause_and_resume(self) -> None:
        channel = self.channels._find_or_create("root.a")
        channel.action_pause()
        self.assertTrue(channel.paused)
        channel.action_resume()
        self.assertFalse(channel.paused)

    def test_jobs_of_a_channel_and_those_below(self) -> None:
        channel = self.channels._find_or_create("root.a")
        domain = channel.open_jobs()["domain"]
        self.assertIn(("channel", "=like", "root.a.%"), domain)

    def test_renaming_reaches_the_configuration_of_jobs(self) -> None:
        functions = self.env["queue.job.function"]
        channel = self.channels._find_or_create("root.a")
        functions.create({"name": "<res.partner>.x", "channel_id": channel.id})
        self.assertEqual(functions.job_config("<res.partner>.x").channel, "root.a")
        channel.name = "b"
        self.assertEqual(functions.job_config("<res.partner>.x").channel, "root.b")
