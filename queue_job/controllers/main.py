# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""HTTP routes of the queue; workers need none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from werkzeug.exceptions import BadRequest, Forbidden

from odoo import http
from odoo.http import request
from odoo.models import BaseModel
from odoo.modules.registry import Registry
from odoo.tools import SQL, str2bool

from ..core.retry import DEFAULT_MAX_RETRIES, PG_RETRY
from ..core.states import JobState
from ..delay import Delayable, chain, group
from ..job import DEFAULT_PRIORITY
from ..store import enqueue
from .database import asked_registry

__all__ = ["DEPENDS_MAX_TRIES_ON_CONCURRENCY_FAILURE", "PG_RETRY", "RunJobController"]

T = TypeVar("T")

#: Attempts to release the children of a done job. Kept for importers: the engine
#: releases them after the commit, and its leader again if need be, without a limit.
DEPENDS_MAX_TRIES_ON_CONCURRENCY_FAILURE: Final = 5
#: Test jobs that one request may create.
_MAX_SIZE: Final = 10_000


class RunJobController(http.Controller):
    """Wake the workers for a job, create test jobs."""

    @http.route(
        "/queue_job/runjob",
        type="http",
        auth="none",
        methods=["GET"],
        save_session=False,
        readonly=False,
    )
    def runjob(self, job_uuid: str = "", db: str | None = None, **_params: str) -> str:
        """Wake the workers when the job ``job_uuid`` is enqueued; always answer "".

        For callers of older versions, which ran the job inside this request. Here a
        worker runs it: whoever calls starts nothing that would not start anyway, and
        learns nothing about the job.
        """
        registry = asked_registry(db)
        if registry is not None and _is_enqueued(registry, job_uuid):
            enqueue.wake(registry.db_name)
        return ""

    @http.route(
        "/queue_job/session",
        type="http",
        auth="none",
        methods=["GET"],
        save_session=False,
    )
    def session(self, **_params: str) -> str:
        """Answer "": older runners opened their session here."""
        return ""

    @http.route(
        "/queue_job/create_test_job",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=False,
    )
    def create_test_job(self, **params: str) -> str:
        """Create jobs that do nothing, for those who may change access rights.

        :raises Forbidden: for other users, and for links of other sites
        :raises BadRequest: naming the parameter that is wrong
        """
        # A GET with an effect: no page of another site may have a browser send it.
        if request.httprequest.headers.get("Sec-Fetch-Site") == "cross-site":
            raise Forbidden(request.env._("Open this address in the browser itself."))
        if not request.env.user.has_group("base.group_erp_manager"):
            raise Forbidden(
                request.env._("Only users with access rights may create test jobs.")
            )
        read = _Parameters(params)
        size = read.get(
            "size", 1, _integer, "a number from 1 to 10000", _up_to(_MAX_SIZE)
        )
        options = {
            "priority": read.get("priority", DEFAULT_PRIORITY, _integer, "a number"),
            "max_retries": read.get(
                "max_retries", DEFAULT_MAX_RETRIES, _integer, "0 or more", _not_negative
            ),
            "channel": params.get("channel") or None,
            "description": params.get("description") or "Test job",
        }
        arguments = {
            "failure_rate": read.get("failure_rate", 0.0, float, "0 to 1", _is_rate),
            "job_duration": read.get(
                "job_duration", 0.0, float, "seconds", _not_negative
            ),
            "commit_within_job": read.get(
                "commit_within_job", False, str2bool, "true or false"
            ),
            "failure_retry_seconds": read.get(
                "failure_retry_seconds", 0, _integer, "seconds", _not_negative
            ),
        }
        return _delay_test_jobs(request.env["queue.job"], size, options, arguments)


def _is_enqueued(registry: Registry, job_uuid: str) -> bool:
    with registry.cursor(readonly=True) as cr:
        cr.execute(
            SQL(
                "SELECT FROM queue_job WHERE uuid = %s AND state = %s",
                # What is no text to PostgreSQL is no job either.
                job_uuid.replace("\0", ""),
                JobState.ENQUEUED.value,
            )
        )
        return bool(cr.rowcount)


class _Parameters:
    """The query string of a request, read value by value."""

    def __init__(self, params: dict[str, str]) -> None:
        self._params = params

    def get(
        self,
        name: str,
        default: T,
        convert: Callable[[str], T],
        expected: str,
        check: Callable[[Any], bool] = lambda _value: True,
    ) -> T:
        """Return a parameter, converted and checked.

        :raises BadRequest: saying what was expected
        """
        text = self._params.get(name)
        if not text:
            return default
        try:
            value = convert(text)
        except ValueError:
            value = None
        if value is None or not check(value):
            raise BadRequest(f"{name} must be {expected}, not {text!r}.")
        return value


def _integer(text: str) -> int:
    number = int(text)
    if not -(2**31) <= number < 2**31:
        raise ValueError("not an integer of PostgreSQL")
    return number


def _not_negative(value: float) -> bool:
    return 0 <= value < float("inf")


def _is_rate(value: float) -> bool:
    return 0 <= value <= 1


def _up_to(maximum: int) -> Callable[[int], bool]:
    return lambda value: 1 <= value <= maximum


def _delay_test_jobs(
    model: BaseModel, size: int, options: dict[str, Any], arguments: dict[str, Any]
) -> str:
    """Store one job, or a graph: a first one, the others beside each other after it."""
    if size == 1:
        job = model.with_delay(**options)._test_job(**arguments)
        return f"job uuid: {job.uuid}"
    jobs: list[Delayable] = [
        model.delayable(
            **{**options, "description": f"{options['description']} {number}/{size}"}
        )._test_job(**arguments)
        for number in range(1, size + 1)
    ]
    chain(jobs[0], group(*jobs[1:])).delay()
    return f"graph uuid: {jobs[0]._generated_job.graph_uuid}"
