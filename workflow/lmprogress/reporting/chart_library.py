"""The library that draws the charts of the pages.

In: the package vl-convert-python. Out: a script for browsers.
"""

from __future__ import annotations

import vl_convert


def chart_library() -> str:
    """Vega, Vega-Lite and vega-embed as one script, which defines vegaEmbed."""
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
