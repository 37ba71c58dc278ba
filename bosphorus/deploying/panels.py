"""The house style of a panel, so that a dashboard reads as a list of questions and queries."""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.builders.common import ReduceDataOptions, VizLegendOptions
from grafana_foundation_sdk.models.common import LegendDisplayMode, LegendPlacement
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync, DataSourceRef, VariableHide

PROMETHEUS = DataSourceRef(type_val="prometheus", uid="${datasource}")
WIDTH, HEIGHT = 8, 8
"""Three panels side by side, of Grafana's 24 columns."""


def new_dashboard(uid: str, title: str, description: str, since: str) -> dashboard.Dashboard:
    """Return an empty dashboard with a choice of Prometheus; `since` is what it shows at first, e.g. now-3h."""
    source = dashboard.DatasourceVariable("datasource").label("Prometheus").type("prometheus")
    return (
        dashboard.Dashboard(title)
        .uid(uid)
        .description(description)
        .tags(["bosphorus"])
        .timezone("utc")
        .time(since, "now")
        .refresh("30s")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .readonly()
        .with_variable(source.hide(VariableHide.DONT_HIDE))
    )


def query(expression: str, legend: str) -> prometheus.Dataquery:
    """Return one PromQL query; `legend` may name labels, as {{step}}."""
    return prometheus.Dataquery().datasource(PROMETHEUS).expr(expression).legend_format(legend).range()


def over_time(title: str, description: str, unit: str, *queries: tuple[str, str]) -> timeseries.Panel:
    """Return lines over time.

    Args:
        title: of the panel.
        description: what it says and when to worry.
        unit: Grafana's id of a unit, e.g. s, bytes, reqps, short, percentunit.
        queries: expression and legend of each.
    """
    legend = VizLegendOptions().display_mode(LegendDisplayMode.LIST).placement(LegendPlacement.BOTTOM).show_legend(True)
    panel = timeseries.Panel().title(title).description(description).unit(unit).datasource(PROMETHEUS)
    panel = panel.span(WIDTH).height(HEIGHT).min(0).fill_opacity(10).legend(legend)
    for ref, (expression, name) in zip("ABCDEF", queries, strict=False):
        panel = panel.with_target(query(expression, name).ref_id(ref))
    return panel


def now(title: str, description: str, unit: str, expression: str, legend: str) -> stat.Panel:
    """Return the present value of each series as a number."""
    panel = stat.Panel().title(title).description(description).unit(unit).datasource(PROMETHEUS)
    panel = panel.span(WIDTH).height(HEIGHT).reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
    return panel.with_target(query(expression, legend).ref_id("A").instant())
