"""Every control over the window as a strip, in Vega-Lite."""

from collections.abc import Sequence

from agent.reports.operating_record import ControlRecord
from agent.reports.pictures import CONFIG, IN_PLACE, REMAINING, UNKNOWN, Chart
from agent.reports.timeline import Seen
from collectors.evidence.record import Instant

WIDTH = 560
ROW = 13
COLOURS = {
    Seen.EFFECTIVE: IN_PLACE,
    Seen.DEFICIENT: REMAINING,
    Seen.ACCEPTED: "#6f8fc9",
    Seen.BLIND: UNKNOWN,
}


def strips(controls: Sequence[ControlRecord]) -> Chart:
    """A row for each control, and in it a bar for each stretch of one state."""
    rows = [
        {
            "control": control.id,
            "start": _at(one.start),
            "end": _at(one.end),
            "state": one.state.value,
        }
        for control in controls
        for one in control.stretches
    ]
    time = {"title": None, "format": "%-d %b %Y", "tickCount": 6, "grid": False}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": rows},
        "width": WIDTH,
        "height": ROW * len(controls),
        "padding": 4,
        "background": None,
        "config": CONFIG,
        "mark": {"type": "bar", "height": ROW - 3},
        "encoding": {
            "y": {
                "field": "control",
                "type": "nominal",
                "sort": None,
                "axis": {"title": None, "ticks": False, "domain": False, "labelFontSize": 9},
            },
            "x": {
                "field": "start",
                "type": "temporal",
                "scale": {"type": "utc", "nice": False},
                "axis": time,
            },
            "x2": {"field": "end"},
            "color": {
                "field": "state",
                "type": "nominal",
                "scale": {
                    "domain": [state.value for state in COLOURS],
                    "range": list(COLOURS.values()),
                },
                "legend": {"orient": "top", "title": None, "symbolType": "square"},
            },
        },
    }


def _at(moment: Instant) -> int:
    """Milliseconds since 1970, so that no time zone has a say."""
    return int(moment.timestamp() * 1000)
