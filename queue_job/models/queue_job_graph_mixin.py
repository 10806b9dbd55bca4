# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a job waits for and what waits for it."""

from __future__ import annotations

from typing import Any, Final

from odoo import api, fields, models

from ..core.edges import OnFailure
from ..store import graph

#: A picture of more jobs cannot be read, and would take seconds to lay out.
MAX_GRAPH_NODES: Final = 400


class QueueJobGraphMixin(models.AbstractModel):
    """Parents and children of a job, stored in the table ``queue_job_dependency``."""

    _name = "queue.job.graph.mixin"
    _description = "Queue Job Graph Mixin"

    dependency_ids = fields.Many2many(
        "queue.job",
        relation="queue_job_dependency",
        column1="child_id",
        column2="parent_id",
        string="Dependencies",
        readonly=True,
        copy=False,
        help="The job waits until all of these are done.",
    )
    dependent_ids = fields.Many2many(
        "queue.job",
        relation="queue_job_dependency",
        column1="parent_id",
        column2="child_id",
        string="Dependents",
        readonly=True,
        copy=False,
        help="These jobs wait for this one.",
    )
    dependencies = fields.Json(
        string="UUIDs of Dependencies", compute="_compute_dependencies"
    )
    dependency_graph = fields.Json(compute="_compute_dependency_graph")
    graph_jobs_count = fields.Integer(compute="_compute_graph_jobs_count")
    parents_count = fields.Integer(compute="_compute_relatives_count")
    children_count = fields.Integer(compute="_compute_relatives_count")

    @api.depends("dependency_ids", "dependent_ids")
    def _compute_dependencies(self) -> None:
        for job in self:
            job.dependencies = {
                "depends_on": job.dependency_ids.mapped("uuid"),
                "reverse_depends_on": job.dependent_ids.mapped("uuid"),
            }

    @api.depends("graph_uuid")
    def _compute_graph_jobs_count(self) -> None:
        uuids = [uuid for uuid in self.mapped("graph_uuid") if uuid]
        counts = dict(
            self.env["queue.job"]._read_group(
                [("graph_uuid", "in", uuids)], ["graph_uuid"], ["__count"]
            )
            if uuids
            else ()
        )
        for job in self:
            job.graph_jobs_count = counts.get(job.graph_uuid, 0)

    @api.depends("dependency_ids", "dependent_ids")
    def _compute_relatives_count(self) -> None:
        for job in self:
            job.parents_count = len(job.dependency_ids)
            job.children_count = len(job.dependent_ids)

    @api.depends("graph_uuid", "dependency_ids", "dependent_ids")
    def _compute_dependency_graph(self) -> None:
        for job in self:
            job.dependency_graph = job._graph_picture()

    def _graph_picture(self) -> dict[str, Any]:
        """Return ``{"nodes": [{...}], "edges": [[parent, child]], "total": n}``.

        ``on_failure`` lists the edges whose child does not simply wait when its parent
        fails: ``[parent, child, policy]``.

        Only jobs the user may read, at most ``MAX_GRAPH_NODES``, this one included.
        """
        self.ensure_one()
        if not self.graph_uuid:
            return {"nodes": [], "edges": [], "on_failure": [], "total": 0}
        jobs = self.env["queue.job"].search(
            [("graph_uuid", "=", self.graph_uuid)], limit=MAX_GRAPH_NODES, order="id"
        )
        jobs |= self
        edges = graph.edges_between(self.env.cr, jobs.ids)
        return {
            "nodes": [job._graph_node(current=job == self) for job in jobs],
            "edges": [[edge.parent, edge.child] for edge in edges],
            "on_failure": [
                list(edge) for edge in edges if edge.on_failure != OnFailure.WAIT
            ],
            "total": self.graph_jobs_count,
        }

    def _graph_node(self, current: bool) -> dict[str, Any]:
        """Return what the widget draws and shows for this job."""
        self.ensure_one()
        return {
            "id": self.id,
            "label": self.name or self.channel_method_name or self.uuid,
            "method": self.channel_method_name or "",
            "state": self.state,
            "current": current,
        }

    def open_graph_jobs(self) -> dict[str, Any]:
        """Return the action that lists all jobs of these jobs' graphs."""
        uuids = [uuid for uuid in self.mapped("graph_uuid") if uuid]
        return self._open_relatives(
            self.env._("Jobs of the same graph"), [("graph_uuid", "in", uuids)]
        )

    def open_parents(self) -> dict[str, Any]:
        """Return the action that lists the jobs these wait for."""
        domain = [("id", "in", self.dependency_ids.ids)]
        return self._open_relatives(self.env._("Parents"), domain)

    def open_children(self) -> dict[str, Any]:
        """Return the action that lists the jobs that wait for these."""
        domain = [("id", "in", self.dependent_ids.ids)]
        return self._open_relatives(self.env._("Children"), domain)

    def _open_relatives(self, name: str, domain: list[Any]) -> dict[str, Any]:
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "queue_job.action_queue_job"
        )
        action.update(
            name=name,
            domain=domain,
            context={},
            views=[(False, "list"), (False, "kanban"), (False, "form")],
        )
        return action
