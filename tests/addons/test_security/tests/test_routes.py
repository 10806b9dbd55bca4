# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every route of the addons, called by everybody, in every way."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import requests

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.models.res_config_settings import MONITORING_TOKEN

from .common import GROUPS, SecurityCase, is_ours

METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
TOKEN: Final = "t0ken-of-the-monitoring"
ANYBODY: Final = ("nobody", *GROUPS)


class Route(NamedTuple):
    """What the routing says, and the status that each call must get."""

    auth: str
    methods: frozenset[str]
    csrf: bool
    #: Status of the first method for everybody but those in ``also``.
    status: int
    also: dict[str, int] = {}
    #: Headers or parameters of requests that are wrong -> their status.
    wrong: tuple[tuple[dict[str, Any], int], ...] = ()


_GET: Final = frozenset(("GET", "HEAD", "OPTIONS"))
_NO_DB: Final = {"params": {"db": "no such database"}}
_MONITORING: Final = Route(
    "none",
    _GET,
    True,
    401,
    wrong=(
        ({"headers": {"Authorization": "Bearer wrong"}}, 401),
        ({"headers": {"Authorization": f"Basic {TOKEN}"}}, 401),
        ({"headers": {"Authorization": TOKEN}}, 401),
        ({"headers": {"Authorization": "Bearer é".encode().decode("latin-1")}}, 401),
        ({"params": {"token": TOKEN}}, 401),
        ({"headers": {"Authorization": f"Bearer {TOKEN}"}}, 200),
        (
            {
                "headers": {"Authorization": f"Bearer {TOKEN}"},
                "params": {"max_wait": "nan"},
            },
            400,
        ),
        (_NO_DB, 401),  # the session or the host says which, and wins
    ),
)
ROUTES: Final = {
    "/queue_job/runjob": Route(
        "none",
        _GET,
        True,
        200,
        wrong=(
            (_NO_DB, 200),
            ({"params": {"job_uuid": "x" * 5000}}, 200),
            ({"params": {"job_uuid": "' OR 1=1 --"}}, 200),
            ({"headers": {"X-Odoo-Database": "no such database"}}, 403),
        ),
    ),
    "/queue_job/session": Route("none", _GET, True, 200),
    "/queue_job/create_test_job": Route(
        "user",
        _GET,
        True,
        403,
        {"nobody": 303, "root": 200},
    ),
    "/queue_job/metrics": _MONITORING._replace(
        wrong=tuple(w for w in _MONITORING.wrong if w[1] != 400)
    ),
    "/queue_job/health": _MONITORING,
    "/connector/webhook/<string:backend_model>/<int:backend_id>": Route(
        "public", frozenset(("POST", "OPTIONS")), False, 404
    ),
}


@tagged("post_install", "-at_install")
class TestRoutes(SecurityCase, HttpCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        parameters = cls.env["ir.config_parameter"].sudo()
        parameters.set_param(MONITORING_TOKEN, TOKEN)

    def test_the_table_has_every_route_and_what_it_says(self) -> None:
        """A new route without a line fails, and so does one that opens up."""
        found = {}
        for rule in self.env["ir.http"].routing_map().iter_rules():
            function = getattr(rule.endpoint, "func", rule.endpoint)
            owner = type(getattr(function, "__self__", None))
            if is_ours(owner) or is_ours(function):
                routing = rule.endpoint.routing
                methods = frozenset(rule.methods or METHODS)
                csrf = routing.get("csrf", True)
                found[rule.rule] = (routing["auth"], methods, csrf)
        expected = {
            path: (route.auth, route.methods, route.csrf)
            for path, route in ROUTES.items()
        }
        self.assertEqual(found, expected)

    def _call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        path = path.replace("<string:backend_model>", "vendure.backend")
        path = path.replace("<int:backend_id>", "1")
        return self.opener.request(
            method,
            self.base_url() + path,
            allow_redirects=False,
            timeout=20,
            **kwargs,
        )

    def _login(self, user: str) -> None:
        login = None if user == "nobody" else self.users[user].login
        self.authenticate(login, login)

    def test_everybody_gets_the_answer_of_the_table(self) -> None:
        for user in ANYBODY:
            self._login(user)
            for path, route in ROUTES.items():
                method = "GET" if "GET" in route.methods else "POST"
                with self.subTest(user=user, path=path):
                    answer = self._call(method, path)
                    expected = route.also.get(user, route.status)
                    self.assertEqual(answer.status_code, expected)
                    self._assert_says_nothing(answer)

    def test_other_methods_are_refused(self) -> None:
        for user in ("nobody", "root"):
            self._login(user)
            for path, route in ROUTES.items():
                for method in set(METHODS) - route.methods:
                    with self.subTest(user=user, path=path, method=method):
                        answer = self._call(method, path)
                        self.assertEqual(answer.status_code, 405)

    @mute_logger("odoo.http")
    def test_wrong_requests_get_the_answer_of_the_table(self) -> None:
        self._login("nobody")
        for path, route in ROUTES.items():
            for request, status in route.wrong:
                with self.subTest(path=path, request=request):
                    answer = self._call("GET", path, **request)
                    self.assertEqual(answer.status_code, status)
                    self._assert_says_nothing(answer)

    def _assert_says_nothing(self, answer: requests.Response) -> None:
        self.assertNotIn("Traceback", answer.text)
        self.assertNotIn(TOKEN, answer.text)
        self.assertNotIn("psycopg2", answer.text)

    def test_no_route_of_ours_has_an_effect_without_a_user_or_a_signature(self) -> None:
        jobs = self.env["queue.job"].search_count([])
        events = self.env["connector.webhook.event"].search_count([])
        self._login("nobody")
        for path, route in ROUTES.items():
            for method in route.methods:
                self._call(method, path, params={"size": "3", "job_uuid": "x"})
        self.assertEqual(self.env["queue.job"].search_count([]), jobs)
        self.assertEqual(self.env["connector.webhook.event"].search_count([]), events)

    def test_a_page_of_another_site_creates_no_jobs(self) -> None:
        self._login("root")
        before = self.env["queue.job"].search_count([])
        path = "/queue_job/create_test_job"
        headers = {"Sec-Fetch-Site": "cross-site"}
        self.assertEqual(self._call("GET", path, headers=headers).status_code, 403)
        self.assertEqual(self.env["queue.job"].search_count([]), before)
        headers = {"Sec-Fetch-Site": "same-origin"}
        self.assertEqual(self._call("GET", path, headers=headers).status_code, 200)

    def test_monitoring_is_off_without_a_token(self) -> None:
        self.env["ir.config_parameter"].sudo().set_param(MONITORING_TOKEN, "")
        self._login("root")
        for path in ("/queue_job/metrics", "/queue_job/health"):
            for headers in ({}, {"Authorization": "Bearer "}):
                with self.subTest(path=path, headers=headers):
                    answer = self._call("GET", path, headers=headers)
                    self.assertEqual(answer.status_code, 404)
