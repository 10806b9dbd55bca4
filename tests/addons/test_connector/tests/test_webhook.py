# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.connector.exception import BackendPausedError, InvalidDataError
from odoo.addons.connector.http.webhook import WebhookRequest
from odoo.addons.connector.testing.memory import MemoryBackend
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import ConnectorCase

SECRET = "shared-secret"  # noqa: S105


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Signature": digest, "Content-Type": "application/json"}


class WebhookCase(ConnectorCase):
    def setUp(self) -> None:
        super().setUp()
        self.backend.write(
            {
                "webhook_enabled": True,
                "webhook_scheme": "hmac_hex",
                "webhook_secret": SECRET,
            }
        )

    def receive(self, secret: str = SECRET, **payload: Any) -> tuple[int, str]:
        body = json.dumps(payload).encode()
        request = WebhookRequest(body, signed(body, secret), "192.0.2.1")
        return self.backend._webhook_receive(request)

    def events(self) -> Any:
        return self.env["connector.webhook.event"].search(
            [
                ("backend_model", "=", self.backend._name),
                ("backend_id", "=", self.backend.id),
            ]
        )


class TestWebhook(WebhookCase):
    def test_from_the_event_to_the_record(self) -> None:
        self.memory.put("items", 7, name="Seven")
        with trap_jobs() as trap:
            answer = self.receive(type="item.updated", id=7)
            self.assertEqual(answer, (200, "accepted"))
            event = self.events()
            self.assertEqual((event.topic, event.state), ("item.updated", "pending"))
            trap.assert_enqueued_job(event.process)
            self.assertEqual(self.memory.calls, [], "answered at once")
            trap.perform_enqueued_jobs()
        self.assertEqual(event.state, "done")
        self.assertIn("7", event.result)
        with trap_jobs() as trap:
            event.process()
            trap.assert_enqueued_job(self.items.import_record, args=(self.backend, 7))
            trap.perform_enqueued_jobs()
        self.assertEqual(self.binding_of(7).name, "Seven")

    def test_deletion(self) -> None:
        self.memory.put("items", 7, name="Seven")
        item = self.import_item(7).odoo_id
        del self.memory.records["items"]["7"]
        self.receive(type="item.deleted", data={"id": 7})
        with trap_jobs() as trap:
            self.events().process()
            trap.assert_enqueued_job(
                self.items.import_deleted, args=(self.backend, [7])
            )
            trap.perform_enqueued_jobs()
        self.assertFalse(item.active)

    def test_a_replay_is_not_processed_again(self) -> None:
        with trap_jobs() as trap:
            self.receive(type="item.updated", id=7)
            answer = self.receive(type="item.updated", id=7)
            trap.assert_jobs_count(1)
        self.assertEqual(answer, (200, "received before"))
        self.assertEqual(self.events().replays, 1)

    def test_a_forged_event_is_refused_and_the_reason_kept(self) -> None:
        with trap_jobs() as trap:
            answer = self.receive("guessed", type="item.updated", id=7)
            trap.assert_jobs_count(0)
        self.assertEqual(answer, (401, "refused"))
        event = self.events()
        self.assertEqual(event.state, "refused")
        self.assertEqual(event.error, "the signature is wrong")
        self.assertEqual(event.remote, "192.0.2.1")
        self.assertFalse(event.payload)
        event.action_retry()
        self.assertEqual(event.state, "refused", "it cannot be processed after all")

    def test_refused_ones_do_not_fill_the_database(self) -> None:
        self.patch(
            self.env.registry["connector.webhook.event"],
            "_refused_today",
            lambda *a: 100,
        )
        self.receive("guessed", id=7)
        self.assertFalse(self.events())

    def test_no_secret(self) -> None:
        self.backend.webhook_secret = False
        self.assertEqual(self.receive("", id=7)[0], 401)

    def test_no_text(self) -> None:
        request = WebhookRequest(b"\xff", signed(b"\xff"))
        self.assertEqual(self.backend._webhook_receive(request)[0], 401)

    def test_topic_in_a_header(self) -> None:
        self.backend.webhook_topic_header = "X-Topic"
        headers = {**signed(b"{}"), "X-Topic": "item.made"}
        self.backend._webhook_receive(WebhookRequest(b"{}", headers))
        self.assertEqual(self.events().topic, "item.made")

    def test_nothing_handles_it(self) -> None:
        self.receive(type="weather.changed")
        event = self.events()
        self.assertIn("weather.changed", event.process())
        self.assertEqual(event.state, "ignored")

    def test_event_without_record(self) -> None:
        self.receive(type="item.updated")
        with self.assertRaisesRegex(InvalidDataError, "names no record"):
            self.events().process()

    def test_failure_and_retry(self) -> None:
        with trap_jobs():
            self.receive(type="broken.thing", id=1)
        event = self.events()
        with (
            self.enter_registry_test_mode(),
            self.assertRaises(InvalidDataError),
        ):
            event.process()
        self.env["connector.webhook.event"]._write_error(event.id, "InvalidDataError")
        self.assertEqual(event.state, "failed")
        with trap_jobs() as trap:
            event.action_retry()
            trap.assert_jobs_count(1, only=event.process)
        self.assertRecordValues(event, [{"state": "pending", "error": False}])

    def test_paused_backend_keeps_the_event(self) -> None:
        self.backend.state = "paused"
        self.assertEqual(self.receive(type="item.updated", id=7)[0], 200)
        event = self.events()
        with self.assertRaises(BackendPausedError):
            event.process()
        self.assertEqual(event.state, "pending")

    def test_rights(self) -> None:
        with trap_jobs():
            self.receive(type="weather.changed")
        event = self.events()
        event.process()
        with self.assertRaises(AccessError):
            event.with_user(new_test_user(self.env, "nobody-special")).action_retry()
        manager = new_test_user(
            self.env, "hooks-manager", "connector.group_connector_manager"
        )
        with trap_jobs() as trap:
            event.with_user(manager).action_retry()
            trap.assert_jobs_count(1)

    def test_purge(self) -> None:
        self.receive(type="weather.changed")
        event = self.events()
        self.env.cr.execute(
            "UPDATE connector_webhook_event SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=40), event.id],
        )
        self.env["connector.webhook.event"]._purge()
        self.assertTrue(event.exists(), "it is still to be processed")
        event.process()
        self.env["connector.webhook.event"]._purge()
        self.assertFalse(event.exists())

    def test_backend_that_is_gone(self) -> None:
        self.receive(type="item.updated", id=7)
        event = self.events()
        event.backend_id = 0
        self.assertIn("deleted", event.process())


@tagged("post_install", "-at_install")
class TestWebhookOverHttp(HttpCase):
    def setUp(self) -> None:
        super().setUp()
        MemoryBackend._instances.clear()
        self.backend = self.env["test.backend"].create(
            {
                "name": "Hooked",
                "webhook_enabled": True,
                "webhook_scheme": "hmac_hex",
                "webhook_secret": SECRET,
            }
        )
        self.path = f"/connector/webhook/test.backend/{self.backend.id}"

    def _post(self, body: bytes, path: str = "", **headers: str) -> tuple[int, str]:
        response = self.url_open(path or self.path, data=body, headers=headers)
        return response.status_code, response.json()["status"]

    def test_answers(self) -> None:
        body = b'{"type": "item.updated", "id": 7}'
        self.assertIn(self.path, self.backend.webhook_url)
        self.assertEqual(self._post(body, **signed(body)), (200, "accepted"))
        again = self._post(body, **signed(body))
        self.assertEqual(again, (200, "received before"))
        self.assertEqual(self._post(body), (401, "refused"))
        events = self.env["connector.webhook.event"].search(
            [("backend_id", "=", self.backend.id)], order="id"
        )
        self.assertEqual(events.mapped("state"), ["pending", "refused"])
        job = self.env["queue.job"].search([("uuid", "=", events[0].job_uuid)])
        self.assertEqual(job.user_id, self.env.ref("base.user_root"))
        self.assertEqual(job.company_id, self.backend.company_id)
        Job.load(self.env, job.uuid).perform()
        self.assertEqual(events[0].state, "done")

    def test_unknown_addresses_are_all_alike(self) -> None:
        body = b"{}"
        for path in (
            f"/connector/webhook/res.partner/{self.env.user.partner_id.id}",
            "/connector/webhook/connector.webhook.mixin/1",
            "/connector/webhook/no.such.model/1",
            f"/connector/webhook/test.backend/{self.backend.id + 10_000}",
        ):
            answer = self._post(body, path, **signed(body))
            self.assertEqual(answer, (404, "unknown"), path)
        self.backend.webhook_enabled = False
        self.assertEqual(self._post(body, **signed(body)), (404, "unknown"))

    def test_only_post(self) -> None:
        self.assertEqual(self.url_open(self.path).status_code, 405)
