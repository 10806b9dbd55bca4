# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Alert rules and the Grafana dashboard ask for what the metrics tell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import promql_parser
import yaml
from prometheus_client.parser import text_string_to_metric_families

from odoo.tests import tagged

from ..operate import metrics
from .test_monitoring import MonitoringCase

FOLDER = Path(__file__).parents[1] / "monitoring"
_VARIABLES = {"$__rate_interval": "5m", "$__range": "1h"}
_SELECTOR = re.compile(r"\b(queue_job_[a-z_]+)(?:\{([^}]*)\})?")
_LABEL = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"')
_SEVERITIES = {"info", "warning", "critical"}


@tagged("post_install", "-at_install")
class TestMonitoringFiles(MonitoringCase):
    def setUp(self) -> None:
        super().setUp()
        self.register_worker()
        self.count()
        self.labels: dict[str, set[str]] = {}
        text = metrics.render(self.env.cr)
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                self.labels.setdefault(sample.name, set()).update(sample.labels)

    def check(self, expression: str) -> None:
        """Fail unless Prometheus can read the expression and we tell what it names."""
        for name, value in _VARIABLES.items():
            expression = expression.replace(name, value)
        promql_parser.parse(expression)
        selectors = _SELECTOR.findall(expression)
        self.assertTrue(selectors, f"asks for no metric of ours: {expression}")
        for metric, matchers in selectors:
            self.assertIn(metric, self.labels, expression)
            for label in _LABEL.findall(matchers):
                self.assertIn(label, self.labels[metric], expression)

    def test_alert_rules(self) -> None:
        rules = yaml.safe_load((FOLDER / "queue_job.rules.yml").read_text())
        names = set()
        for group in rules["groups"]:
            for rule in group["rules"]:
                with self.subTest(alert=rule["alert"]):
                    self.assertNotIn(rule["alert"], names)
                    names.add(rule["alert"])
                    self.assertIn(rule["labels"]["severity"], _SEVERITIES)
                    self.assertTrue(rule["annotations"]["summary"])
                    self.assertTrue(rule["annotations"]["description"])
                    self.check(rule["expr"])
        self.assertGreater(len(names), 5)

    def test_dashboard(self) -> None:
        dashboard = json.loads((FOLDER / "grafana-dashboard.json").read_text())
        ids = [panel["id"] for panel in dashboard["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        for title, expression in self._expressions(dashboard):
            with self.subTest(panel=title):
                self.check(expression)

    def test_dashboard_shows_every_metric(self) -> None:
        dashboard = json.loads((FOLDER / "grafana-dashboard.json").read_text())
        shown = " ".join(expr for _title, expr in self._expressions(dashboard))
        hidden = {"queue_job_up", "queue_job_channel_throttle_seconds"}
        for name in set(metrics.METRICS) - hidden:
            self.assertIn(name, shown)

    def _expressions(self, dashboard: dict) -> Iterator[tuple[str, str]]:
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                yield panel["title"], target["expr"]
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                match = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"])
                metric = _SELECTOR.match(match[1])[1]
                self.assertIn(match[2], self.labels[metric])
                yield variable["name"], match[1]
