# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Job functions: how the jobs of one method are run."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterable
from typing import Any, Final, Self, TypeAlias

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..core import job_config
from ..core.retry import (
    RetryPatternError,
    parse_retry_pattern,
    parse_retry_pattern_text,
)
from ..fields import JobSerialized
from ..job.allowed import is_strict

_FUNCTION_NAME: Final = re.compile(r"^<([0-9a-z_.]+)>\.([0-9a-zA-Z_]+)$")
#: In the class, the name of its attribute hides that of the type.
_Config: TypeAlias = job_config.JobConfig
_RELATED_ACTION_KEYS: Final = frozenset({"enable", "func_name", "kwargs"})


class QueueJobFunction(models.Model):
    """Configuration of the jobs of one method of one model; optional."""

    _name = "queue.job.function"
    _description = "Job Functions"
    _order = "name"

    JobConfig = job_config.JobConfig

    name = fields.Char(
        compute="_compute_name", inverse="_inverse_name", store=True, index=True
    )
    model_id = fields.Many2one(
        "ir.model",
        string="Model",
        ondelete="cascade",
        domain=[("transient", "=", False)],
    )
    method = fields.Char()
    channel_id = fields.Many2one(
        "queue.job.channel",
        string="Channel",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.ref(
            "queue_job.channel_root", raise_if_not_found=False
        ),
    )
    channel = fields.Char(
        related="channel_id.complete_name", string="Channel Name", store=True
    )
    retry_pattern = JobSerialized(string="Retry Pattern (serialized)", base_type=dict)
    edit_retry_pattern = fields.Text(
        string="Retry Pattern",
        compute="_compute_edit_retry_pattern",
        inverse="_inverse_edit_retry_pattern",
        help="Seconds to wait, by the number of the try from which on they apply. "
        "Two seconds in parentheses are the bounds of a random wait.\n"
        "Example: {1: 10, 5: 60, 10: (300, 600)}. Empty: always 10 minutes.",
    )
    related_action = JobSerialized(string="Related Action (serialized)", base_type=dict)
    edit_related_action = fields.Text(
        string="Related Action",
        compute="_compute_edit_related_action",
        inverse="_inverse_edit_related_action",
        help="What the button “Related” of the jobs does.\n"
        'Example: {"enable": True, "func_name": "related_action_foo", '
        '"kwargs": {"limit": 10}}. Empty: opens the job\'s records.',
    )
    allow_commit = fields.Boolean(
        help="The method may commit: what it committed stays even when the job "
        "fails or is run again. Its effects are then no more all or nothing."
    )
    time_limit = fields.Integer(
        string="Time Limit (s)",
        help="Seconds one attempt may take; the job is then stopped and fails. "
        "0: no limit.",
    )
    memory_limit = fields.Integer(
        string="Memory Limit (MiB)",
        help="Memory the process of the job may use; the job is then stopped and "
        "fails. Looked at once a second. 0: no limit.",
    )
    # Names code that runs as the user of the job. -> groups
    on_fail_method = fields.Char(
        string="On Fail",
        groups="base.group_system",
        help="Name of a method of the model called when a job failed for good, "
        "with exc_name, exc_message and exc_info.",
    )

    _limits_positive = models.Constraint(
        "CHECK(time_limit >= 0 AND memory_limit >= 0)",
        "A limit of a job function is a positive number; 0 means none.",
    )
    _name_uniq = models.Constraint(
        "UNIQUE(name)", "There is a job function for this method already."
    )

    # -- name --------------------------------------------------------------------------

    @api.depends("model_id.model", "method")
    def _compute_name(self) -> None:
        for function in self:
            model, method = function.model_id.model, function.method
            function.name = (
                self.job_function_name(model, method) if model and method else False
            )

    def _inverse_name(self) -> None:
        for function in self:
            model_name, method = self._parse_name(function.name)
            function.model_id = self._model_of(model_name)
            function.method = method

    @api.model
    def _parse_name(self, name: str | None) -> tuple[str, str]:
        if not (match := _FUNCTION_NAME.match((name or "").strip())):
            raise UserError(
                self.env._(
                    "“%s” is not the name of a job function: write the model between "
                    "angle brackets, then a dot and the method, as in "
                    "“<res.partner>.export_record”.",
                    name or "",
                )
            )
        return match[1], match[2]

    @api.model
    def _model_of(self, model_name: str) -> models.BaseModel:
        model = (
            self.env["ir.model"].sudo().search([("model", "=", model_name)], limit=1)
        )
        if not model:
            near = difflib.get_close_matches(model_name, self.env.registry, n=1)
            hint = self.env._(" Did you mean “%s”?", near[0]) if near else ""
            raise UserError(
                self.env._(
                    "There is no model “%(model)s” in this database.%(hint)s",
                    model=model_name,
                    hint=hint,
                )
            )
        return model

    @staticmethod
    def job_function_name(model_name: str, method_name: str) -> str:
        """Return ``<model>.method``."""
        return f"<{model_name}>.{method_name}"

    # -- texts to edit -----------------------------------------------------------------

    @api.depends("retry_pattern")
    def _compute_edit_retry_pattern(self) -> None:
        for function in self:
            pattern = parse_retry_pattern(function.retry_pattern)
            function.edit_retry_pattern = str(pattern) if pattern else False

    def _inverse_edit_retry_pattern(self) -> None:
        for function in self:
            try:
                pattern = parse_retry_pattern_text(function.edit_retry_pattern)
            except RetryPatternError as err:
                raise UserError(self._named_error(function.name, err)) from err
            function.retry_pattern = pattern

    @api.depends("related_action")
    def _compute_edit_related_action(self) -> None:
        for function in self:
            action = function.related_action
            function.edit_related_action = str(action) if action else False

    def _inverse_edit_related_action(self) -> None:
        for function in self:
            text = (function.edit_related_action or "").strip()
            try:
                action = ast.literal_eval(text) if text else {}
            except (ValueError, SyntaxError, TypeError, MemoryError) as err:
                raise UserError(self._named_error(function.name, err)) from err
            function.related_action = self._checked_related_action(
                function.name, action
            )

    @api.model
    def _named_error(self, name: str | None, err: Exception) -> str:
        return self.env._("Job function %(name)s: %(error)s", name=name, error=err)

    @api.model
    def _checked_related_action(self, name: str | None, action: Any) -> dict[str, Any]:
        """Return the related action.

        :raises UserError: naming the key that is wrong
        """
        if not action:
            return {}
        problem = _related_action_problem(action)
        if problem:
            raise UserError(
                self.env._(
                    "Job function %(name)s: the related action %(problem)s. It looks "
                    "like %(example)s, each key optional.",
                    name=name,
                    problem=problem,
                    example='{"enable": True, "func_name": "related_action_foo", '
                    '"kwargs": {}}',
                )
            )
        return action

    @api.constrains("retry_pattern", "related_action")
    def _check_serialized(self) -> None:
        for function in self:
            try:
                parse_retry_pattern(function.retry_pattern)
            except RetryPatternError as err:
                raise UserError(self._named_error(function.name, err)) from err
            self._checked_related_action(function.name, function.related_action)

    # -- configuration used by jobs ----------------------------------------------------

    @api.private
    @api.model
    def job_default_config(self) -> _Config:
        """Return how jobs of a method without job function are run."""
        return _Config(
            channel="root",
            retry_pattern={},
            related_action_enable=True,
            related_action_func_name=None,
            related_action_kwargs={},
            job_function_id=None,
            allow_commit=False,
            on_fail_method_name=None,
        )

    @api.private
    @api.model
    @tools.ormcache("name")
    def job_config(self, name: str) -> _Config:
        """Return how jobs of the function ``<model>.method`` are run."""
        function = self.sudo().search([("name", "=", name)], limit=1)
        if function:
            return function._job_config()
        # Cached with the rest: changing a system parameter clears this cache as well.
        return self.job_default_config()._replace(is_allowed=not is_strict(self.env))

    def _job_config(self) -> _Config:
        self.ensure_one()
        action: dict[str, Any] = self.related_action or {}
        return self.job_default_config()._replace(
            channel=self.channel or "root",
            retry_pattern=parse_retry_pattern(self.retry_pattern),
            related_action_enable=action.get("enable", True),
            related_action_func_name=action.get("func_name"),
            related_action_kwargs=action.get("kwargs") or {},
            job_function_id=self.id,
            allow_commit=self.allow_commit,
            on_fail_method_name=self.on_fail_method or None,
            time_limit=self.time_limit,
            memory_limit=self.memory_limit,
        )

    # -- records -----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list: list[dict[str, Any]]) -> Self:
        """Create job functions; at module installation, take over those that exist.

        A module's data may name a method that has a record already, made by a user or
        by the ``@job`` decorator: its XML id is then given to that record.
        """
        if not self.env.context.get("install_mode"):
            functions = super().create(vals_list)
            self.env.registry.clear_cache()
            return functions
        functions = self.browse()
        for vals in vals_list:
            function = self._existing(vals)
            if function:
                function.write(vals)
            else:
                function = super().create([vals])
            functions |= function
        self.env.registry.clear_cache()
        return functions

    @api.model
    def _existing(self, vals: dict[str, Any]) -> Self:
        name = vals.get("name")
        if not name and vals.get("model_id") and vals.get("method"):
            model = self.env["ir.model"].sudo().browse(vals["model_id"])
            name = self.job_function_name(model.model, vals["method"])
        return self.search([("name", "=", name)], limit=1) if name else self.browse()

    def write(self, vals: dict[str, Any]) -> bool:
        """Write values; jobs begun afterwards use them."""
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self) -> bool:
        """Delete; the methods can still be delayed, with the default configuration."""
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    def _find_or_create_channel(self, path: str) -> models.BaseModel:
        """Legacy: return the channel of a full name, created when missing."""
        return self.env["queue.job.channel"]._find_or_create(path)

    @api.model
    def _register_job(self, model: models.BaseModel, method: Any) -> Self:
        """Legacy: create the function and channel that a ``@job`` decorator asks for.

        A function record that exists is never changed: it wins over the decorator.
        """
        name = self.job_function_name(model._name, method.__name__)
        if function := self.search([("name", "=", name)], limit=1):
            return function
        return self.create(
            {
                "name": name,
                "channel_id": self._find_or_create_channel(method.default_channel).id,
                "retry_pattern": getattr(method, "retry_pattern", None) or {},
            }
        )

    def open_jobs(self) -> dict[str, Any]:
        """Return the action that lists the jobs of these functions."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "queue_job.action_queue_job"
        )
        action["domain"] = [("job_function_id", "in", self.ids)]
        if len(self) == 1:
            action["display_name"] = self.name
        return action


def _related_action_problem(action: Any) -> str | None:
    """Return what is wrong with a related action, ``None`` when nothing is."""
    if not isinstance(action, dict):
        return f"{action!r} is not a dict"
    if unknown := _unknown_keys(action):
        return unknown
    if not isinstance(action.get("enable", True), bool):
        return f"has “enable” {action['enable']!r}, neither True nor False"
    if not isinstance(action.get("func_name") or "", str):
        return f"has “func_name” {action['func_name']!r}, not the name of a method"
    if not isinstance(action.get("kwargs") or {}, dict):
        return f"has “kwargs” {action['kwargs']!r}, not a dict"
    return None


def _unknown_keys(keys: Iterable[str]) -> str | None:
    for key in keys:
        if key not in _RELATED_ACTION_KEYS:
            near = difflib.get_close_matches(str(key), _RELATED_ACTION_KEYS, n=1)
            hint = f", did you mean “{near[0]}”?" if near else ""
            return f"has the unknown key {key!r}{hint}"
    return None
