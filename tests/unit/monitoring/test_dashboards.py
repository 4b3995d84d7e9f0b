"""The dashboard in the repository is the one the builder makes, and asks only for metrics that exist."""

import json
import re
from pathlib import Path

from grafana_foundation_sdk.models.dashboard import Dashboard

import monitoring.dashboards as dashboards
from monitoring.dashboards.overview import overview_json
from monitoring.metrics import Metrics

COMMITTED = Path(dashboards.__file__).parent / "overview.json"
METRIC = re.compile(r"\b(?:neutralhost_[a-z_]+|up)\b(?=[\s{\[)])|\bneutralhost_[a-z_]+\b")


def expressions() -> list[str]:
    panels = json.loads(COMMITTED.read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel.get("targets", [])]


def exposed_names() -> set[str]:
    metrics = Metrics()
    metrics.watch_orders(lambda: {"inProgress": 1})
    names: set[str] = set()
    for family in metrics.registry.collect():
        names |= {family.name, f"{family.name}_total", f"{family.name}_bucket", f"{family.name}_count"}
    return names


def test_the_committed_dashboard_is_what_the_builder_makes():
    assert COMMITTED.read_text() == overview_json(), "run: python -m monitoring.dashboards.overview > " + str(COMMITTED)


def test_grafanas_own_model_reads_the_dashboard_back_unchanged():
    document = json.loads(COMMITTED.read_text())

    read_back = Dashboard.from_json(document)

    assert read_back.title == "neutralhost overview"
    assert len(read_back.panels) == len(document["panels"])


def test_every_query_asks_for_a_metric_that_is_exposed():
    asked = {name for expression in expressions() for name in METRIC.findall(expression)}

    assert asked, "the dashboard has no queries"
    assert asked <= exposed_names()
