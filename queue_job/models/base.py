# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every model gets: its methods can be delayed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from odoo import api, models

from ..core.markers import MARKED_METHODS, marked_function
from ..delay import Delayable, DelayableRecordset
from ..job import current_job
from ..utils import must_run_without_delay

if TYPE_CHECKING:
    from ..core.eta import Eta
    from ..delay import Notify
    from ..job import IdentityKey, Job


class Base(models.AbstractModel):
    _inherit = "base"

    @api.private
    def with_delay(
        self,
        priority: int | None = None,
        eta: Eta = None,
        max_retries: int | None = None,
        description: str | None = None,
        channel: str | None = None,
        identity_key: IdentityKey = None,
        notify: Notify = None,
    ) -> DelayableRecordset:
        """Return an object on which calling a method of the records stores a job.

        ``self.with_delay(...).method(...)`` returns a ``Job``. It is stored in the
        caller's transaction and runs after the commit, as the user and in the mode
        (sudo or not) of the records.

        :param priority: smaller runs first (default 10)
        :param eta: earliest start: seconds or timedelta from now, or a UTC datetime
        :param max_retries: attempts before it fails (default 5), 0 = no limit
        :param description: default: first line of the method's docstring
        :param channel: full name, instead of the channel of the job function
        :param identity_key: str, or function of the job that returns it; while a job
            with the same key waits, that job's record is returned and none is stored
        :param notify: True, or the users (``res.users``) to tell when the job is over
        """
        return DelayableRecordset(
            self,
            priority=priority,
            eta=eta,
            max_retries=max_retries,
            description=description,
            channel=channel,
            identity_key=identity_key,
            **_given(notify=notify),
        )

    @api.private
    def delayable(
        self,
        priority: int | None = None,
        eta: Eta = None,
        max_retries: int | None = None,
        description: str | None = None,
        channel: str | None = None,
        identity_key: IdentityKey = None,
        notify: Notify = None,
    ) -> Delayable:
        """Return a part of a graph of jobs: ``self.delayable(...).method(...)``.

        Nothing is stored before ``delay()`` is called on the graph. The options are
        those of ``with_delay``.
        """
        return Delayable(
            self,
            priority=priority,
            eta=eta,
            max_retries=max_retries,
            description=description,
            channel=channel,
            identity_key=identity_key,
            **_given(notify=notify),
        )

    # -- inside a job ------------------------------------------------------------------

    def _job_progress(
        self, done: float, total: float | None = None, message: str | None = None
    ) -> None:
        """Say how far the running job has come; nothing happens outside of jobs.

        Shown to its user at once, apart from the job's transaction.

        :param total: what ``done`` leads to; None when that is not known
        """
        if job := current_job():
            job.progress(done, total, message)

    def _job_parent_results(self) -> list[Any]:
        """Return what the parents of the running job returned, in their order.

        Empty outside of jobs, and for a job that waited for none.
        """
        job = current_job()
        return job.parent_results() if job else []

    # -- hooks -------------------------------------------------------------------------

    def _job_store_values(self, job: Job) -> dict[str, Any]:
        """Return values for other fields of ``queue.job``, to be stored with the job.

        A method ``_job_store_values_for_<method>`` adds those of jobs of one method.
        """
        return {}

    @api.model
    def _job_prepare_context_before_enqueue_keys(self) -> tuple[str, ...]:
        """Return the context keys that jobs keep."""
        return ("tz", "lang", "allowed_company_ids", "force_company", "active_test")

    def _job_prepare_context_before_enqueue(self) -> dict[str, Any]:
        """Return the context that jobs keep, of this and of records in arguments."""
        context = self.env.context
        return {
            key: context[key]
            for key in self._job_prepare_context_before_enqueue_keys()
            if key in context
        }

    # -- delaying plain calls ----------------------------------------------------------

    def _patch_job_auto_delay(
        self, method_name: str, context_key: str | None = None
    ) -> Callable[..., Any]:
        """Return a method that stores a job instead of running ``method_name``.

        To be set on the class by ``_register_hook``::

            def _register_hook(self):
                delaying = self._patch_job_auto_delay("export", context_key="later")
                original = getattr(type(self), "export")
                setattr(
                    type(self),
                    "export",
                    functools.update_wrapper(delaying, original),
                )
                return super()._register_hook()

        With ``context_key``, only calls with this key true in the context are delayed.
        A method ``<method_name>_job_options(*args, **kwargs)`` may return the arguments
        of ``with_delay``. Inside a job, and where jobs are not to be delayed, the
        method runs at once. The original method is ``.origin``.
        """
        origin = getattr(type(self), method_name)
        # The hook runs again on a class that is patched when models are set up again.
        while getattr(origin, "_is_auto_delay", False):
            origin = origin.origin

        def auto_delay(records: models.BaseModel, *args: Any, **kwargs: Any) -> Any:
            if not _delays_itself(records, context_key):
                return origin(records, *args, **kwargs)
            hook = getattr(records, f"{method_name}_job_options", None)
            options = hook(*args, **kwargs) if hook else {}
            return getattr(records.with_delay(**options), method_name)(*args, **kwargs)

        auto_delay.__name__ = method_name
        vars(auto_delay).update(_is_auto_delay=True, origin=origin)
        return auto_delay

    # -- legacy ------------------------------------------------------------------------

    def _register_hook(self) -> None:
        """Create what ``@job`` decorators ask for and does not exist."""
        super()._register_hook()
        if self._abstract:
            return
        for name in sorted(MARKED_METHODS):
            function = marked_function(type(self), name)
            if function is not None:
                self.env["queue.job.function"]._register_job(self, function)


def _given(**options: Any) -> dict[str, Any]:
    """Return the options that say something; tests of others compare the rest."""
    return {name: value for name, value in options.items() if value is not None}


def _delays_itself(records: models.BaseModel, context_key: str | None) -> bool:
    """Return whether a plain call of an auto-delayed method becomes a job."""
    context = records.env.context
    return not (
        context.get("job_uuid")
        or context.get("_job_force_sync")
        or (context_key is not None and not context.get(context_key))
        or must_run_without_delay(records.env)
    )
