# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Channels: how many jobs of a kind may run at once."""

from __future__ import annotations

import re
from typing import Any, Final, Self

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..store import occupancy

ROOT: Final = "root"
#: Separators of the channel grammar ``name:capacity:key=value,...``
_FORBIDDEN_IN_NAME: Final = re.compile(r"[\s:,]")


class QueueJobChannel(models.Model):
    """A node of the tree under ``root``; limits the jobs that run below it."""

    _name = "queue.job.channel"
    _description = "Job Channels"
    _rec_name = "complete_name"
    _order = "complete_name"
    _parent_name = "parent_id"

    name = fields.Char()
    complete_name = fields.Char(
        compute="_compute_complete_name", store=True, readonly=True, recursive=True
    )
    parent_id = fields.Many2one(
        "queue.job.channel", string="Parent Channel", ondelete="restrict", index=True
    )
    child_ids = fields.One2many(
        "queue.job.channel", "parent_id", string="Sub-channels", readonly=True
    )
    job_function_ids = fields.One2many(
        "queue.job.function", "channel_id", string="Job Functions"
    )
    removal_interval = fields.Integer(
        string="Keep Jobs For",
        default=lambda self: self.env["queue.job"]._removal_interval,
        required=True,
        help="Days after which done jobs of this channel are deleted.",
    )
    capacity = fields.Integer(
        default=0,
        required=True,
        aggregator=None,
        help="How many jobs of this channel and its sub-channels may run at the same "
        "time, over all workers. 0 = as many as the parent channel lets.",
    )
    sequential = fields.Boolean(
        help="Jobs run strictly one after the other, in order; a failed job blocks the "
        "channel until it is requeued, cancelled or set to done. Needs capacity 1."
    )
    throttle = fields.Integer(
        default=0,
        required=True,
        aggregator=None,
        help="Seconds between the starts of two jobs. 0 = no wait.",
    )
    paused = fields.Boolean(
        help="No job of this channel and its sub-channels starts; "
        "those running go on to their end."
    )

    running_count = fields.Integer(
        string="Running",
        compute="_compute_occupancy",
        help="Workers at work in the channel and its sub-channels.",
    )
    waiting_count = fields.Integer(
        string="Waiting",
        compute="_compute_occupancy",
        help="Jobs of the channel and its sub-channels that could start now.",
    )
    scheduled_count = fields.Integer(
        string="Scheduled",
        compute="_compute_occupancy",
        help="Jobs of the channel and its sub-channels whose time has not come.",
    )
    override = fields.Char(
        compute="_compute_override",
        help="What the configuration file or the environment says about the channel: "
        "it wins over what is written here.",
    )

    _name_uniq = models.Constraint(
        "UNIQUE(complete_name)", "There is a channel of this name already."
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self) -> None:
        for channel in self:
            parent = channel.parent_id.complete_name
            name = channel.name or ""
            channel.complete_name = f"{parent}.{name}" if parent else name

    @api.depends("complete_name")
    def _compute_occupancy(self) -> None:
        self.env["queue.job"].flush_model()
        counts = occupancy.occupancy(self.env.cr)
        for channel in self:
            now = counts.get(channel.complete_name, occupancy.Occupancy())
            channel.running_count = now.running
            channel.waiting_count = now.waiting
            channel.scheduled_count = now.scheduled

    @api.depends("complete_name")
    def _compute_override(self) -> None:
        overrides = occupancy.overrides(self.env.cr)
        for channel in self:
            override = overrides.get(channel.complete_name)
            channel.override = override and self._describe_override(override)

    @api.model
    def _describe_override(self, override: occupancy.Override) -> str:
        parts = [
            self.env._("capacity %s", override.capacity)
            if override.capacity is not None
            else self.env._("no limit")
        ]
        if override.sequential:
            parts.append(self.env._("sequential"))
        if override.throttle:
            parts.append(self.env._("%s s between starts", override.throttle))
        if override.paused:
            parts.append(self.env._("paused"))
        return ", ".join(parts)

    @api.constrains("parent_id", "name")
    def _check_position(self) -> None:
        for channel in self:
            if not channel.name or _FORBIDDEN_IN_NAME.search(channel.name):
                raise ValidationError(
                    self.env._(
                        "“%s” is not a channel name: it must not be empty, nor contain "
                        "a space, a comma or a colon.",
                        channel.name or "",
                    )
                )
            if not channel.parent_id and channel.name != ROOT:
                raise ValidationError(
                    self.env._(
                        "The channel “%s” needs a parent: only “root” has none.",
                        channel.name,
                    )
                )
        if self._has_cycle():
            raise ValidationError(
                self.env._("A channel cannot be a parent of its own parents.")
            )

    @api.constrains("capacity", "throttle", "removal_interval", "sequential")
    def _check_limits(self) -> None:
        for channel in self:
            for name in ("capacity", "throttle", "removal_interval"):
                if channel[name] < 0:
                    raise ValidationError(
                        self.env._(
                            "Channel %(channel)s: %(field)s must be 0 or more, "
                            "not %(value)s.",
                            channel=channel.complete_name,
                            field=channel._fields[name]._description_string(self.env),
                            value=channel[name],
                        )
                    )
            if channel.sequential and channel.capacity != 1:
                raise ValidationError(
                    self.env._(
                        "Channel %(channel)s: a sequential channel runs one job at a "
                        "time. Set its capacity to 1, not %(capacity)s.",
                        channel=channel.complete_name,
                        capacity=channel.capacity,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list: list[dict[str, Any]]) -> Self:
        """Create channels; at module installation, take over those that exist.

        A module's data may name a channel that a user, or the ``@job`` decorator,
        made before: its XML id is then given to that record.
        """
        if not self.env.context.get("install_mode"):
            return super().create(vals_list)
        channels = self.browse()
        for vals in vals_list:
            channel = self.search(
                [
                    ("name", "=", vals.get("name")),
                    ("parent_id", "=", vals.get("parent_id", False)),
                ],
                limit=1,
            )
            if channel:
                channel.write(
                    {
                        key: val
                        for key, val in vals.items()
                        if channel._differs(key, val)
                    }
                )
            else:
                channel = super().create([vals])
            channels |= channel
        return channels

    def _differs(self, field_name: str, value: Any) -> bool:
        """Return whether writing ``value`` would change anything."""
        current = self[field_name]
        if isinstance(current, models.BaseModel):
            current = (
                current.id if self._fields[field_name].type == "many2one" else None
            )
        return current != value

    def write(self, vals: dict[str, Any]) -> bool:
        """Write values.

        :raises UserError: for another name or parent of the root channel
        """
        for channel in self:
            if channel.complete_name == ROOT and any(
                channel._differs(key, vals[key])
                for key in ("name", "parent_id")
                if key in vals
            ):
                raise UserError(
                    self.env._("The root channel can be neither renamed nor moved.")
                )
        result = super().write(vals)
        if not {"name", "parent_id"}.isdisjoint(vals):
            # Job functions cache the full name of their channel.
            self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_root(self) -> None:
        if any(channel.complete_name == ROOT for channel in self):
            raise UserError(self.env._("The root channel cannot be deleted."))

    @api.model
    def _find_or_create(self, path: str) -> Self:
        """Return the channel of a full name, creating what is missing on the way.

        ``root.`` may be left out.
        """
        channel = self.env.ref("queue_job.channel_root")
        names = [name for name in path.strip().split(".") if name]
        for name in names[1:] if names[:1] == [ROOT] else names:
            complete_name = f"{channel.complete_name}.{name}"
            channel = self.search(
                [("complete_name", "=", complete_name)], limit=1
            ) or self.create({"name": name, "parent_id": channel.id})
        return channel

    def open_jobs(self) -> dict[str, Any]:
        """Return the action that lists the jobs of the channel and its sub-channels."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "queue_job.action_queue_job"
        )
        action["domain"] = [
            "|",
            ("channel", "=", self.complete_name),
            ("channel", "=like", f"{self.complete_name}.%"),
        ]
        action["display_name"] = self.complete_name
        return action

    def action_pause(self) -> bool:
        """Let no further job of the channels and their sub-channels start."""
        return self.write({"paused": True})

    def action_resume(self) -> bool:
        """Let jobs of the channels start again."""
        return self.write({"paused": False})
