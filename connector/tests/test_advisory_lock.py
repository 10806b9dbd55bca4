# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api
from odoo.modules.registry import Registry
from odoo.tests.common import BaseCase, get_db_name, tagged

from odoo.addons.component.core import WorkContext
from odoo.addons.connector.database import advisory_lock_key, pg_try_advisory_lock
from odoo.addons.queue_job.exception import RetryableJobError


@tagged("post_install", "-at_install")
class TestAdvisoryLock(BaseCase):
    """With two transactions, as two jobs have."""

    def _env(self) -> api.Environment:
        cursor = Registry(get_db_name()).cursor()
        self.addCleanup(cursor.close)
        return api.Environment(cursor, api.SUPERUSER_ID, {})

    def test_one_transaction_at_a_time(self) -> None:
        first, second = self._env(), self._env()
        self.assertTrue(pg_try_advisory_lock(first, "import(x, 1)"))
        self.assertTrue(pg_try_advisory_lock(first, "import(x, 1)"))
        self.assertFalse(pg_try_advisory_lock(second, "import(x, 1)"))
        self.assertTrue(pg_try_advisory_lock(second, "import(x, 2)"))
        first.cr.rollback()
        self.assertTrue(pg_try_advisory_lock(second, "import(x, 1)"))

    def test_key_is_the_same_everywhere(self) -> None:
        """Two processes, even of two versions, must agree on it."""
        # sha1 of the text, first 8 bytes, little-endian, signed
        self.assertEqual(advisory_lock_key("import"), -6579168214822159006)
        self.assertEqual(advisory_lock_key(12), advisory_lock_key("12"))
        keys = {advisory_lock_key(i) for i in range(500)}
        self.assertEqual(len(keys), 500)
        self.assertTrue(any(key < 0 for key in keys))
        self.assertTrue(all(-(2**63) <= key < 2**63 for key in keys))

    def test_component_raises_retry(self) -> None:
        first, second = self._env(), self._env()
        pg_try_advisory_lock(first, ("anything", 1))
        work = WorkContext("res.partner", collection=second["collection.base"])
        component = work.components_registry["base.connector"](work)
        with self.assertRaisesRegex(RetryableJobError, "anything") as caught:
            component.advisory_lock_or_retry(("anything", 1), retry_seconds=4)
        self.assertEqual(caught.exception.seconds, 4)
        self.assertTrue(caught.exception.ignore_retry)
        component.advisory_lock_or_retry(("anything", 2))
