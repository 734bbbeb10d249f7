"""Charts that answer to the pointer, as data: Vega-Lite specifications without rows.

In: names of benchmarks and editions. Out: specifications.

Vega-Lite, because a chart is then data that can be checked, is drawn as SVG with roles for screen readers, prints
sharply, and its makers ship the whole as one file in the package vl-convert-python, under a BSD licence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lmprogress.figures import style

Spec = dict[str, Any]

_SHAPES = {"o": "circle", "^": "triangle-up", "s": "square", "D": "diamond", "v": "triangle-down", "P": "cross"}
# doubling times shown, months: beyond these ends marks stand at the edge
RATE_RANGE = (0.5, 240.0)
# rows of the table that the chart shows
MOST_RATES = 40
_RATE_TICKS = (0.5, 1, 2, 3, 6, 12, 24, 48, 96, 240)


def observations_chart(benchmarks: Mapping[str, str]) -> Spec:
    """Perplexity over what the reader chooses; hollow marks were left out of the fit. `benchmarks` maps id to name."""
    marks = style.marks(list(benchmarks))
    names = list(benchmarks.values())
    colours = [mark.colour for mark in marks.values()]
    shapes = [_SHAPES.get(mark.marker, "circle") for mark in marks.values()]
    legend = {"title": "Benchmark", "orient": "top"}
    return {
        "kind": "record",
        "limit": 4000,
        "choices": [
            {"label": "date of publication", "encoding": _axis("date", "Date of publication", "temporal")},
            {"label": "training compute", "encoding": _axis("training_compute_flop", "Training compute, FLOP")},
            {"label": "parameters", "encoding": _axis("n_parameters", "Parameters")},
            {"label": "training tokens", "encoding": _axis("dataset_size_tokens", "Training tokens, each once")},
        ],
        "specification": {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "description": "Test perplexity of each system; the table below holds the same rows.",
            "width": "container",
            "height": 380,
            "autosize": {"type": "fit", "contains": "padding"},
            "mark": {"type": "point", "size": 70, "strokeWidth": 1.2, "opacity": 1, "cursor": "pointer"},
            "encoding": {
                "y": _axis("perplexity", "Test perplexity"),
                "color": {
                    "field": "benchmark_name", "type": "nominal", "legend": legend,
                    "scale": {"domain": names, "range": colours},
                },
                "shape": {
                    "field": "benchmark_name", "type": "nominal", "legend": legend,
                    "scale": {"domain": names, "range": shapes},
                },
                "fill": {
                    "field": "benchmark_name", "type": "nominal", "legend": legend,
                    "scale": {"domain": names, "range": colours},
                },
                "fillOpacity": {"condition": {"test": "datum.state == 'in the fit'", "value": 0.55}, "value": 0},
                "tooltip": [
                    _told("system", "System"), _told("title", "Paper"), _told("publication_date", "Published"),
                    _told("benchmark_name", "Benchmark"), _told("perplexity", "Perplexity"),
                    _told("size_text", "Parameters"), _told("tokens_text", "Training tokens"),
                    _told("compute_text", "Training compute, FLOP"), _told("architecture_name", "Architecture"),
                    _told("edition", "Edition"), _told("state_text", "State"),
                ],
            },
        },
    }  # fmt: skip


def rates_chart(editions: Sequence[str], interval_percent: float) -> Spec:
    """Doubling times with their intervals, one line each, months on a logarithmic axis."""
    least, most = RATE_RANGE
    colours = [mark.colour for mark in style.marks(list(editions)).values()]
    line = {"field": "label", "type": "nominal", "sort": None, "title": None, "axis": {"labelPadding": 6}}
    months = {"type": "log", "domain": [least, most]}
    colour = {
        "field": "edition", "type": "nominal", "scale": {"domain": list(editions), "range": colours},
        "legend": {"title": "Edition", "orient": "top"},
    }  # fmt: skip
    told = [
        _told("label", "Fit"), _told("centre_text", "Median, else estimate, months"),
        _told("interval_text", f"{interval_percent:g} % interval, months"), _told("n_replicates", "Replicates"),
        _told("n_without_progress", "of them without progress"),
    ]  # fmt: skip
    return {
        "kind": "rate",
        "limit": MOST_RATES,
        "range": [least, most],
        "row_height": 20,
        "specification": {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "description": "Doubling times of the first rows of the table below.",
            "width": "container",
            "encoding": {"y": line, "color": colour, "tooltip": told},
            "layer": [
                {
                    "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.7},
                    "encoding": {
                        "x": {"field": "from", "type": "quantitative", "scale": months, "title": "Months per doubling",
                              "axis": {"orient": "top", "values": list(_RATE_TICKS)}},
                        "x2": {"field": "to"},
                    },
                },
                {
                    "transform": [{"filter": "datum.open_end"}],
                    "mark": {"type": "point", "shape": "triangle-right", "filled": True, "size": 90},
                    "encoding": {"x": {"field": "to", "type": "quantitative", "scale": months}},
                },
                {
                    "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
                    "encoding": {
                        "x": {"field": "centre", "type": "quantitative", "scale": months},
                        "shape": {
                            "field": "procedure", "type": "nominal", "scale": {"domain": ["study", "global"]},
                            "legend": {"title": "Procedure", "orient": "top"},
                        },
                    },
                },
            ],
        },
    }  # fmt: skip


def _axis(field: str, title: str, kind: str = "quantitative") -> Spec:
    scale: Spec = {"type": "log", "nice": False, "padding": 12} if kind == "quantitative" else {"padding": 12}
    made: Spec = {"field": field, "type": kind, "title": title, "scale": scale}
    if kind == "temporal":
        made["axis"] = {"format": "%Y", "tickCount": "year", "labelOverlap": True}
    elif field != "perplexity":
        made["axis"] = {"format": ".0e", "tickCount": 8, "labelOverlap": True}
    return made


def _told(field: str, title: str) -> Spec:
    return {"field": field, "title": title}
