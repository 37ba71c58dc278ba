"""The house style of a panel, so that a dashboard reads as a list of questions and queries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from grafana_foundation_sdk.builders import bargauge, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.builders.common import (
    GraphThresholdsStyleConfig,
    ReduceDataOptions,
    StackingConfig,
    VizLegendOptions,
    VizTooltipOptions,
)
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as model

from bosphorus.deploying.runbook import link_to

PROMETHEUS = model.DataSourceRef(type_val="prometheus", uid="${datasource}")
WIDTH, HEIGHT = 8, 8
"""Three panels side by side, of Grafana's 24 columns."""
RATE = "[$__rate_interval]"
"""Over a few scrapes, as wide as the zoom asks: for what is drawn over time."""
RANGE = "[$__range]"
"""Over all that is shown: for lists of the most frequent."""
GREEN, YELLOW, RED = "green", "yellow", "red"

Query = tuple[str, str]
"""PromQL, and the legend of its series, which may name labels, as {{step}}."""
Panel = timeseries.Panel | stat.Panel | bargauge.Panel
P = TypeVar("P", timeseries.Panel, stat.Panel, bargauge.Panel)


def new_dashboard(uid: str, title: str, description: str, since: str) -> dashboard.Dashboard:
    """Return an empty dashboard with a choice of Prometheus; `since` is what it shows at first, e.g. now-3h."""
    source = dashboard.DatasourceVariable("datasource").label("Prometheus").type("prometheus")
    others = dashboard.DashboardLink("Bosphorus").type(model.DashboardLinkType.DASHBOARDS).tags(["bosphorus"])
    return (
        dashboard.Dashboard(title)
        .uid(uid)
        .description(description)
        .tags(["bosphorus"])
        .timezone("utc")
        .time(since, "now")
        .refresh("30s")
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .readonly()
        .with_variable(source.hide(model.VariableHide.DONT_HIDE))
        .link(others.keep_time(True))
    )


def row(board: dashboard.Dashboard, title: str, panels: Iterable[Panel]) -> dashboard.Dashboard:
    """Add a row of panels, and return the dashboard."""
    board = board.with_row(dashboard.Row(title))
    for panel in panels:
        board = board.with_panel(panel)
    return board


def choice(name: str, label: str, metric: str) -> dashboard.QueryVariable:
    """Return a choice of the values that a label of this name has in a metric: all, one, or some."""
    return (
        dashboard.QueryVariable(name)
        .label(label)
        .datasource(PROMETHEUS)
        .query(f"label_values({metric}, {name})")
        .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(model.VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .all_value(".*")
        .current(model.VariableOption(selected=True, text=["All"], value=["$__all"]))
    )


class _Mark(model.AnnotationQuery):
    """With what Grafana's Prometheus reads and the model lacks: a title, and how finely to look."""

    title = ""

    def to_json(self) -> dict[str, object]:
        """As Grafana reads it."""
        return super().to_json() | {"titleFormat": self.title, "step": "60s"}


def marks(name: str, color: str, expression: str, title: str) -> dashboard.AnnotationQuery:
    """Return marks across all panels where an expression has a value; `title` may name labels."""
    annotation = dashboard.AnnotationQuery()
    annotation._internal = mark = _Mark()  # noqa: SLF001 - the builder can't be given a model
    mark.title = title
    return annotation.name(name).datasource(PROMETHEUS).enable(True).icon_color(color).expr(expression)


def over_time(  # noqa: PLR0913 - what a panel may say of itself
    title: str,
    description: str,
    unit: str,
    *queries: Query,
    limit: float | None = None,
    runbook: str = "",
    width: int = WIDTH,
    stacked: bool = False,
) -> timeseries.Panel:
    """Return lines over time.

    Args:
        title: of the panel.
        description: what it says and when to worry.
        unit: Grafana's id of a unit, e.g. s, bytes, reqps, short, percentunit.
        queries: what is drawn.
        limit: a line above which it is bad.
        runbook: the alert whose entry helps.
        width: in columns of 24.
        stacked: areas upon one another, for parts of a whole.
    """
    legend = VizLegendOptions().display_mode(common.LegendDisplayMode.LIST).placement(common.LegendPlacement.BOTTOM)
    tooltip = VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI).sort(common.SortOrder.DESCENDING)
    panel = timeseries.Panel().title(title).description(description).unit(unit).datasource(PROMETHEUS)
    panel = panel.span(width).height(HEIGHT).min(0).legend(legend.show_legend(True)).tooltip(tooltip)
    panel = panel.fill_opacity(40 if stacked else 10).show_points(common.VisibilityMode.NEVER)
    if stacked:
        panel = panel.stacking(StackingConfig().mode(common.StackingMode.NORMAL))
    if limit is not None:
        dashed = GraphThresholdsStyleConfig().mode(common.GraphThresholdsStyleMode.DASHED)
        panel = panel.thresholds(_steps(limit)).thresholds_style(dashed)
    if runbook:
        panel = panel.links([link_to(runbook)])
    return _with_queries(panel, queries)


def now(  # noqa: PLR0913 - likewise
    title: str,
    description: str,
    unit: str,
    *queries: Query,
    limits: tuple[float, ...] = (),
    runbook: str = "",
    width: int = WIDTH,
) -> stat.Panel:
    """Return the present value of each series as a number; `limits`: from where it is yellow, then red; one: red."""
    panel = stat.Panel().title(title).description(description).unit(unit).datasource(PROMETHEUS)
    panel = panel.span(width).height(HEIGHT).reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
    panel = panel.graph_mode(common.BigValueGraphMode.NONE).thresholds(_steps(*limits))
    if runbook:
        panel = panel.links([link_to(runbook)])
    return _with_queries(panel, queries, instant=True)


def most(title: str, description: str, unit: str, *queries: Query, width: int = WIDTH) -> bargauge.Panel:
    """Return a list of bars, for a ranking."""
    panel = bargauge.Panel().title(title).description(description).unit(unit).datasource(PROMETHEUS)
    panel = panel.span(width).height(HEIGHT).min(0).decimals(0).orientation(common.VizOrientation.HORIZONTAL)
    panel = panel.reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
    panel = panel.display_mode(common.BarGaugeDisplayMode.BASIC).thresholds(_steps())
    return _with_queries(panel, queries, instant=True)


def _with_queries(panel: P, queries: Iterable[Query], *, instant: bool = False) -> P:
    for ref, (expression, legend) in zip("ABCDEF", queries, strict=False):
        asked = prometheus.Dataquery().datasource(PROMETHEUS).expr(expression).legend_format(legend).ref_id(ref)
        panel.with_target(asked.instant() if instant else asked.range())
    return panel


def _steps(*limits: float) -> dashboard.ThresholdsConfig:
    colors = (RED,) if len(limits) == 1 else (YELLOW, RED)
    steps = [model.Threshold(value=None, color=GREEN)]
    steps += [model.Threshold(value=limit, color=color) for limit, color in zip(limits, colors, strict=False)]
    return dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(steps)
