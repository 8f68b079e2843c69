"""From Vega-Lite to SVG, without a browser and without the network."""

from collections.abc import Mapping
from typing import Any

import msgspec
import vl_convert

VEGA_LITE = "5.21"


def svg(chart: Mapping[str, Any], *, font: str) -> str:
    """One picture; what names contain is text in it, and nothing in it moves or asks."""
    config = {**chart["config"], "font": font}
    source = msgspec.json.encode({**chart, "config": config}).decode()
    drawn: str = vl_convert.vegalite_to_svg(
        source, vl_version=VEGA_LITE, allowed_base_urls=[], format_locale="en-US"
    )
    return drawn
