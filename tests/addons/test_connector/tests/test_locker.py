# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.addons.connector.exception import RetryableJobError

from .common import ConnectorCase


class TestLocker(ConnectorCase):
    def test_nothing_to_lock(self) -> None:
        with self.work_on("test.item.binding") as work:
            work.component(usage="record.locker").lock(self.items.browse())

    def test_lock_twice_in_a_transaction(self) -> None:
        group = self.groups.create({"name": "G"})
        with self.work_on("test.group") as work:
            locker = work.component(usage="record.locker")
            locker.lock(group)
            locker.lock(group)

    def test_deleted_record_is_not_busy(self) -> None:
        group = self.groups.create({"name": "G"})
        group.unlink()
        with self.work_on("test.group") as work:
            work.component(usage="record.locker").lock(group)

    def test_locked_elsewhere(self) -> None:
        user = self.env.ref("base.user_admin")
        with self.registry.cursor() as other, self.work_on("test.group") as work:
            if other._cnx is self.env.cr._cnx:
                self.skipTest("the cursor of the test is shared")
            other.execute(
                "SELECT id FROM res_users WHERE id = %s FOR UPDATE", [user.id]
            )
            locker = work.component(usage="record.locker")
            with self.assertRaisesRegex(RetryableJobError, "res.users") as caught:
                locker.lock(user, seconds=7)
            self.assertEqual(caught.exception.seconds, 7)
            self.assertTrue(caught.exception.ignore_retry)
            self.env.cr.execute("SELECT 1")  # the transaction goes on
