"""The Gantt chart of the roadmap, in Vega-Lite."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

import msgspec

from agent.reports.material import SEVERITY_ORDER
from agent.reports.pictures import ACCENT, CONFIG, INK, QUIET, SEVERITIES, Chart
from agent.reports.roadmap import Milestone
from agent.reports.text import counted, gap_number
from agent.reports.work import WorkLine
from checks.contract import Severity

DAY = timedelta(days=1)
MOST_ROWS = 40
"""Beyond so many gaps a row stands for all gaps of a control."""
WIDTH = 560
ROW = 17
LABEL = 13
"""Between the names of two milestones, one above the other."""


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the chart."""

    name: str
    severity: Severity
    """The worst of what it stands for."""
    start: date
    end: date
    due: date
    """The first of them."""


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, and what they stand for."""

    by: Literal["gap", "control"]
    bars: tuple[Bar, ...]


def rows(lines: Sequence[WorkLine]) -> Rows:
    """A row for each gap, or for each control where there are too many gaps."""
    if len(lines) <= MOST_ROWS:
        return Rows(by="gap", bars=tuple(_bar(_named(line), [line]) for line in lines))
    controls: dict[str, list[WorkLine]] = {}
    for line in lines:
        controls.setdefault(line.control, []).append(line)
    bars = [_bar(f"{name}, {counted(len(own), 'gap')}", own) for name, own in controls.items()]
    return Rows(by="control", bars=tuple(sorted(bars, key=lambda bar: (bar.start, bar.name))))


def gantt(rows: Rows, milestones: Iterable[Milestone], today: date) -> Chart:
    """A bar from the first to the last day of each row, a tick where it is due, and milestones."""
    marks = sorted([*((one.name, one.day) for one in milestones), ("Today", today)], key=_second)
    bars = [
        {
            "name": bar.name,
            "severity": bar.severity.value,
            "start": _at(bar.start),
            "end": _at(bar.end + DAY),
            "due": _at(bar.due + DAY),
        }
        for bar in rows.bars
    ]
    labels = [
        {
            "name": f"{name} {day.isoformat()}",
            "day": _at(day),
            "y": -LABEL * (len(marks) - place) + 4,
            "top": -LABEL * (len(marks) - place) + 8,
            "bottom": ROW * len(bars),
        }
        for place, (name, day) in enumerate(marks)
    ]
    down = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": {
            "title": None,
            "ticks": False,
            "domain": False,
            "labelLimit": 230,
            "labelPadding": 8,
            "labelFontSize": 10,
        },
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "height": ROW * len(bars),
        "padding": 4,
        "background": None,
        "config": CONFIG,
        "data": {"values": bars},
        "layer": [
            {
                "mark": {"type": "bar", "height": 9},
                "encoding": {
                    "y": down,
                    "x": _time("start"),
                    "x2": {"field": "end"},
                    "color": {
                        "field": "severity",
                        "type": "nominal",
                        "scale": {"domain": list(SEVERITIES), "range": list(SEVERITIES.values())},
                        "legend": {
                            "orient": "bottom",
                            "title": "severity; a tick marks the day it is due",
                            "titleFontWeight": "normal",
                            "titleColor": QUIET,
                            "titleLimit": 300,
                            "symbolType": "square",
                        },
                    },
                },
            },
            {
                "mark": {"type": "tick", "height": 13, "thickness": 1.5, "color": INK},
                "encoding": {"y": down, "x": _time("due")},
            },
            *_milestones(labels),
        ],
    }


def _milestones(labels: Sequence[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """A line down through the rows for each, and its name above them."""
    raw: dict[str, Any] = {"type": "quantitative", "scale": None, "axis": None}
    data = {"values": list(labels)}
    yield {
        "data": data,
        "mark": {"type": "rule", "color": ACCENT, "strokeDash": [3, 2], "strokeWidth": 1},
        "encoding": {
            "x": _time("day"),
            "y": {"field": "top", **raw},
            "y2": {"field": "bottom"},
        },
    }
    yield {
        "data": data,
        "mark": {"type": "text", "align": "left", "dx": 3, "fontSize": 10, "color": ACCENT},
        "encoding": {"x": _time("day"), "y": {"field": "y", **raw}, "text": {"field": "name"}},
    }


def _time(field: str) -> dict[str, Any]:
    axis = {"title": None, "format": "%-d %b %Y", "tickCount": 7, "grid": True}
    return {"field": field, "type": "temporal", "scale": {"type": "utc"}, "axis": axis}


def _bar(name: str, lines: Sequence[WorkLine]) -> Bar:
    return Bar(
        name=name,
        severity=min((line.severity for line in lines), key=lambda one: SEVERITY_ORDER[one]),
        start=min(line.start for line in lines),
        end=max(line.end for line in lines),
        due=min(line.due for line in lines),
    )


def _named(line: WorkLine) -> str:
    return f"{gap_number(line.gap)}  {line.control}"


def _at(day: date) -> int:
    """Milliseconds since 1970, so that no time zone has a say."""
    return int(datetime.combine(day, time(), tzinfo=UTC).timestamp() * 1000)


def _second(mark: tuple[str, date]) -> date:
    return mark[1]
