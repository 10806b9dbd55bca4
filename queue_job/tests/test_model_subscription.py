# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

import psycopg2

from odoo import models
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .model_common import JobRecordCase


@tagged("post_install", "-at_install")
class TestSubscription(JobRecordCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.user = new_test_user(cls.env, "subscriber", "base.group_user")
        cls.function = cls.env["queue.job.function"].create(
            {"name": "<res.partner>.write"}
        )
        channels = cls.env["queue.job.channel"]
        cls.shop = channels._find_or_create("root.shop")
        channels._find_or_create("root.shop.orders")

    def subscribe(self, **vals: Any) -> None:
        """Subscribe the user."""
        self.env["queue.job.subscription"].create({"user_id": self.user.id, **vals})

    def is_told(self, **vals: Any) -> bool:
        """Return whether the user follows a job that failed."""
        job: models.BaseModel = self.make_job("started", **vals)
        job._message_post_on_failure()
        return self.user.partner_id in job.message_partner_ids

    def test_nobody_else_is_told(self) -> None:
        self.assertFalse(self.is_told(job_function_id=self.function.id))

    def test_subscribers_of_a_function_are_told(self) -> None:
        self.subscribe(job_function_id=self.function.id)
        self.assertTrue(self.is_told(job_function_id=self.function.id))
        self.assertFalse(self.is_told())

    def test_subscribers_of_a_channel_hear_of_those_below(self) -> None:
        self.subscribe(channel_id=self.shop.id)
        self.assertTrue(self.is_told(channel="root.shop"))
        self.assertTrue(self.is_told(channel="root.shop.orders"))
        self.assertFalse(self.is_told(channel="root.shopping"))
        self.assertFalse(self.is_told(channel="root"))

    def test_function_and_channel_want_both(self) -> None:
        self.subscribe(job_function_id=self.function.id, channel_id=self.shop.id)
        both = {"job_function_id": self.function.id, "channel": "root.shop"}
        self.assertTrue(self.is_told(**both))
        self.assertFalse(self.is_told(channel="root.shop"))
        self.assertFalse(self.is_told(job_function_id=self.function.id))

    def test_users_hear_of_their_companies_alone(self) -> None:
        self.subscribe(channel_id=self.shop.id)
        other = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(self.is_told(channel="root.shop", company_id=other.id))

    def test_a_subscription_is_about_something(self) -> None:
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
        ):
            self.subscribe()

    def test_a_manager_may_leave(self) -> None:
        group = "queue_job.group_queue_job_manager"
        manager = new_test_user(self.env, "tired_manager", group)
        manager.with_user(manager).write({"subscribe_job": False})
        job = self.make_job("started")
        job._message_post_on_failure()
        self.assertNotIn(manager.partner_id, job.message_partner_ids)
