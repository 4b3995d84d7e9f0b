"""Make `overview.json`, the first Grafana dashboard: orders, devices, requests.

    python -m monitoring.dashboards.overview > monitoring/dashboards/overview.json

Needs the development dependencies. The panels read only metrics of `monitoring.metrics`.
"""

import json
import sys

from grafana_foundation_sdk.builders import dashboard, prometheus, stat, statetimeline, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import DataSourceRef

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
WIDTH = 24  # columns of Grafana's grid


def query(expression: str, legend: str = "") -> prometheus.Dataquery:
    """One PromQL query of a panel."""
    return prometheus.Dataquery().expr(expression).legend_format(legend).datasource(SOURCE)


def figure(title: str, expression: str, unit: str = "short") -> stat.Panel:
    """One number, a sixth of the width."""
    return (
        stat.Panel()
        .title(title)
        .datasource(SOURCE)
        .unit(unit)
        .with_target(query(expression))
        .height(4)
        .span(WIDTH // 6)
    )


def curve(title: str, description: str, expression: str, legend: str, unit: str) -> timeseries.Panel:
    """Lines over time, half the width."""
    return (
        timeseries.Panel()
        .title(title)
        .description(description)
        .datasource(SOURCE)
        .unit(unit)
        .min(0)
        .with_target(query(expression, legend))
        .height(8)
        .span(WIDTH // 2)
    )


def overview() -> dashboard.Dashboard:
    """The dashboard a NOC opens first."""
    return (
        dashboard.Dashboard("neutralhost overview")
        .uid("neutralhost-overview")
        .description("Orders, devices and the portal of one neutral host.")
        .tags(["neutralhost"])
        .timezone("utc")
        .refresh("30s")
        .time("now-6h", "now")
        .with_variable(dashboard.DatasourceVariable("datasource").label("Prometheus").type("prometheus"))
        .with_row(dashboard.Row("Now"))
        .with_panel(figure("Orders in progress", 'sum(neutralhost_orders{state="inProgress"})'))
        .with_panel(figure("Orders not begun", 'sum(neutralhost_orders{state="acknowledged"})'))
        .with_panel(figure("Completed, 24 h", 'sum(increase(neutralhost_orders_ended_total{state="completed"}[24h]))'))
        .with_panel(figure("Failed, 24 h", 'sum(increase(neutralhost_orders_ended_total{state="failed"}[24h]))'))
        .with_panel(figure("Devices away", "count(neutralhost_device_up == 0) or vector(0)"))
        .with_panel(figure("Worker last heard", "time() - max(neutralhost_worker_heartbeat_timestamp_seconds)", "s"))
        .with_row(dashboard.Row("Orders"))
        .with_panel(
            curve(
                "Orders ended",
                "By the state they ended in.",
                "sum by (state) (rate(neutralhost_orders_ended_total[5m]) * 60)",
                "{{state}}",
                "opm",
            )
        )
        .with_panel(
            curve(
                "Step duration, 95th percentile",
                "How long each step of an order's workflow takes.",
                "histogram_quantile(0.95, sum by (le, step) (rate(neutralhost_order_step_seconds_bucket[15m])))",
                "{{step}}",
                "s",
            )
        )
        .with_row(dashboard.Row("Devices"))
        .with_panel(
            statetimeline.Panel()
            .title("Devices that did not always answer")
            .description("Only devices that were away at some time within the last 6 hours.")
            .datasource(SOURCE)
            .with_target(
                query(
                    "neutralhost_device_up and on (device) (min_over_time(neutralhost_device_up[6h]) == 0)",
                    "{{device}}",
                )
            )
            .height(8)
            .span(WIDTH)
        )
        .with_panel(
            statetimeline.Panel()
            .title("Cables of links that were not always up")
            .description("Only cables that were down at some time within the last 6 hours, each with its link.")
            .datasource(SOURCE)
            .with_target(
                query(
                    "min by (link, cable) (neutralhost_link_up)"
                    " and on (cable) (min by (cable) (min_over_time(neutralhost_link_up[6h])) == 0)",
                    "{{link}}: {{cable}}",
                )
            )
            .height(8)
            .span(WIDTH)
        )
        .with_row(dashboard.Row("Portal and API"))
        .with_panel(
            curve(
                "Requests",
                "By class of answer.",
                "sum by (class) (label_replace("
                "rate(neutralhost_http_request_seconds_count[5m]), "
                '"class", "${1}xx", "status", "(.).."))',
                "{{class}}",
                "reqps",
            )
        )
        .with_panel(
            curve(
                "Answer time, 95th percentile",
                "By route.",
                "histogram_quantile(0.95, sum by (le, route) (rate(neutralhost_http_request_seconds_bucket[5m])))",
                "{{route}}",
                "s",
            )
        )
    )


def overview_json() -> str:
    """The dashboard as Grafana imports it."""
    return json.dumps(overview().build(), cls=JSONEncoder, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(overview_json())
