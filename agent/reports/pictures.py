"""The pictures, in Vega-Lite: one source for every format; colours never tell alone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from agent.reports.standing import Part, Standing
from checks.contract import Severity

INK = "#1c2224"
QUIET = "#566064"
LINE = "#dcd8cd"
IN_PLACE = "#3f8a67"
IN_PART = "#b5d6c4"
REMAINING = "#b02a20"
UNKNOWN = "#e3b64f"
NEUTRAL = "#c9c7c0"
ACCENT = "#1f4d4a"
SEVERITIES = {"critical": "#7d1712", "high": "#b02a20", "medium": "#d9863b", "low": "#8a9093"}
SHARES = {
    Part.IN_PLACE: IN_PLACE,
    Part.IN_PART: IN_PART,
    Part.UNKNOWN: UNKNOWN,
    Part.REMAINING: REMAINING,
}
WIDTH = 460
"""Of the plot, in the picture's own units: labels and margins come to it."""
ROW = 22
NAMES = 210
"""What names may take beside the plot: so pictures of one report have one scale."""

Chart = Mapping[str, Any]


def shares(groups: Sequence[Standing]) -> Chart:
    """A bar for each group: in place, unknown and remaining, as parts of the whole."""
    rows = [
        {
            "group": f"{group.name.capitalize() if group.name.islower() else group.name}",
            "part": part.value,
            "order": order,
            "count": count,
            "share": count / group.total if group.total else 0,
            "told": str(count) if count else "",
        }
        for group in groups
        for order, (part, count, _) in enumerate(group.parts)
    ]
    stacked = {
        "y": {**_names("group"), "sort": None},
        "order": {"field": "order"},
    }
    return _framed(
        rows,
        {
            "height": {"step": ROW},
            "layer": [
                {
                    "mark": {"type": "bar", "height": 13},
                    "encoding": {
                        **stacked,
                        "x": {
                            "field": "share",
                            "type": "quantitative",
                            "stack": "zero",
                            "scale": {"domain": [0, 1]},
                            "axis": {"format": "%", "title": None, "tickCount": 5},
                        },
                        "color": _colours("part", SHARES),
                    },
                },
                {
                    "mark": {"type": "text", "fontSize": 10, "fontWeight": "bold"},
                    "encoding": {
                        **stacked,
                        "x": {
                            "field": "share",
                            "type": "quantitative",
                            "stack": "zero",
                            "bandPosition": 0.5,
                        },
                        "text": {"field": "told"},
                        "color": {
                            "condition": {
                                "test": "datum.order === 1 || datum.order === 2",
                                "value": INK,
                            },
                            "value": "#ffffff",
                        },
                    },
                },
            ],
        },
    )


def severities(counts: Mapping[Severity, int]) -> Chart:
    """A bar for each severity."""
    rows = [{"severity": str(name), "count": count} for name, count in counts.items()]
    across = {"field": "count", "type": "quantitative"}
    down = {**_names("severity"), "sort": None}
    return _framed(
        rows,
        {
            "height": {"step": ROW},
            "layer": [
                {
                    "mark": {"type": "bar", "height": 13},
                    "encoding": {
                        "y": down,
                        "x": {**across, "axis": {"title": None, "tickMinStep": 1, "format": "d"}},
                        "color": {**_colours("severity", SEVERITIES), "legend": None},
                    },
                },
                {
                    "mark": {"type": "text", "align": "left", "dx": 5, "fontWeight": "bold"},
                    "encoding": {"y": down, "x": across, "text": {"field": "count"}},
                },
            ],
        },
    )


def _framed(rows: Iterable[Mapping[str, Any]], chart: Mapping[str, Any]) -> Chart:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": list(rows)},
        "width": WIDTH,
        "padding": 4,
        "background": None,
        "config": CONFIG,
        **chart,
    }


def _names(field: str) -> dict[str, Any]:
    axis: dict[str, Any] = {"title": None, "ticks": False, "domain": False, "labelPadding": 8}
    axis |= {"labelLimit": NAMES, "minExtent": NAMES, "maxExtent": NAMES}
    return {"field": field, "type": "nominal", "axis": axis}


def _colours(field: str, palette: Mapping[Any, str]) -> dict[str, Any]:
    return {
        "field": field,
        "type": "nominal",
        "scale": {"domain": [str(name) for name in palette], "range": list(palette.values())},
        "legend": {"orient": "top", "title": None, "symbolType": "square", "offset": 6},
    }


CONFIG: Mapping[str, Any] = {
    "aria": False,
    "view": {"stroke": None},
    "axis": {
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "labelColor": INK,
        "labelFontSize": 11,
        "titleColor": QUIET,
    },
    "axisY": {"grid": False},
    "legend": {"labelFontSize": 11, "labelColor": INK},
    "text": {"color": INK, "fontSize": 11},
}
