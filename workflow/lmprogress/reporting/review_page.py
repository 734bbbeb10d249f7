"""The page on which a person reviews candidate systems and doubted readings: the picture of the cell beside what was
read.

In: candidate systems, the table review, pictures of the cells. Out: one HTML page that needs no other file.
"""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined

from lmprogress.core import tables
from lmprogress.core.schemas.raw import DECIDED

_SCRIPT = Path(__file__).parent / "templates/review.js"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>To review</title>
<style>
body { font: 15px/1.45 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
article { border-top: 1px solid #bbb; padding: 1rem 0; display: grid; gap: 1.5rem;
          grid-template-columns: minmax(0, 1fr) minmax(0, 2fr); }
dl { display: grid; grid-template-columns: auto 1fr; gap: .15rem .8rem; margin: .5rem 0; }
dt { color: #595959; } dd { margin: 0; overflow-wrap: anywhere; }
img { max-width: 100%; border: 1px solid #ddd; }
pre { background: #f4f4f4; padding: .6rem; overflow-x: auto; font-size: 12px; }
.doubts { color: #8a1c00; }
#systems img { grid-column: 1 / -1; }
.current { outline: 2px solid #0b57d0; outline-offset: .4rem; }
.fields { display: grid; gap: .4rem; align-content: start;
          grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); }
label { display: block; } label input { width: 100%; box-sizing: border-box; font: inherit; }
.verdict { font-weight: 600; }
@media (max-width: 45rem) { article { grid-template-columns: 1fr; } }
</style>
</head>
<body>
{% if candidates %}
<h1>Candidate systems</h1>
<p>Systems that no verdict settles: those that would enter the edition <code>{{ edition }}</code>, or those of papers
given by name. Look at the page of each. Keys: <kbd>j</kbd> next, <kbd>k</kbd> back, <kbd>a</kbd> accept,
<kbd>c</kbd> correct a value, <kbd>w</kbd> say why, <kbd>r</kbd> reject. Save, then run
<code>lmprogress accept decided.csv</code>.</p>
<p><label>Paper <select id="paper"></select></label> <label>Decided by <input id="by"></label>
<button type="button" id="save">Save decided.csv</button> <span id="done" role="status"></span></p>
<div id="systems"></div>
<script type="application/json" id="candidates">{{ candidates | safe }}</script>
<script type="module">
{{ script | safe }}
</script>
{% endif %}
{% if total %}
<h1>Readings to review</h1>
<p>{{ rows|length }} of {{ total }} readings that the machine doubts, and tables in which it may have overlooked one;
readings behind an observation of the edition <code>{{ edition }}</code> come first.
{% if not pictures %}Pictures are shown when the workflow is given the folder of papers.{% endif %}</p>
<p>A verdict is a line of <code>raw/corrections.csv</code>; the line below each reading confirms it. To correct it,
replace the second figure with the right value; to drop it, leave that field empty. Then give the reason and the source
in your own words. A reading with a verdict leaves this list at the next run.</p>
{% for row in rows %}
<article id="reading-{{ row.place }}">
<div>
<h2>{{ row.place }}. {{ row.paper_id }}, page {{ row.page }}</h2>
<p class="doubts">{{ row.doubts }}</p>
{% if row.raw %}
<dl>
<dt>read</dt><dd>{{ row.raw }} on {{ row.benchmark or "unknown" }}</dd>
<dt>row</dt><dd>{{ row.row_label or "" }}</dd>
<dt>column</dt><dd>{{ row.column_label or "" }}</dd>
<dt>parameters</dt><dd>{{ row.n_parameters | whole }}</dd>
<dt>confidence</dt><dd>{{ row.confidence }}</dd>
{% if row.curated_perplexity %}
<dt>curated</dt><dd>{{ row.curated_perplexity }}, {{ row.curated_n_parameters | whole }} parameters</dd>
{% endif %}
</dl>
{% endif %}
</div>
<div>
{% if row.reading_id in pictures %}
<img alt="the place on the page" src="data:image/png;base64,{{ pictures[row.reading_id] }}">
{% elif row.reading_id in troubles %}
<p class="doubts">No picture: {{ troubles[row.reading_id] }}</p>
{% endif %}
{% if row.correction %}
<pre>{{ row.correction }}</pre>
{% endif %}
</div>
</article>
{% endfor %}
{% endif %}
</body>
</html>
"""


def review_page(
    review: pd.DataFrame,
    pictures: Mapping[str, bytes],
    *,
    edition: str,
    most: int,
    troubles: Mapping[str, str] | None = None,
    candidates: pd.DataFrame | None = None,
) -> str:
    """HTML of `candidates` (schema CANDIDATE_SYSTEMS) to decide on, and of the first `most` rows of `review` (schema
    REVIEW).

    `pictures` gives PNG bytes by reading_id, `troubles` why there are none.
    """
    shown = review.head(most).astype(object)
    rows = [
        {**row, "correction": _confirmation(row, edition)}
        for row in shown.where(shown.notna(), None).to_dict("records")
    ]
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["whole"] = lambda number: "unknown" if number is None else f"{number:,.0f}"
    return environment.from_string(_PAGE).render(
        rows=rows,
        total=len(review),
        edition=edition,
        troubles=troubles or {},
        pictures=(encoded := {key: base64.b64encode(png).decode("ascii") for key, png in pictures.items()}),
        candidates=None if candidates is None or candidates.empty else _embedded(candidates, encoded),
        script=_SCRIPT.read_text(encoding="utf-8"),
    )


def _embedded(candidates: pd.DataFrame, pictures: Mapping[str, str]) -> str:
    """The data of the page's script as JSON that is safe within HTML; cells as in the CSV of the table."""
    reader = csv.DictReader(io.StringIO(tables.csv_text(candidates, "candidate_systems")))
    rows = list(reader)
    shown = {row["reading_id"]: pictures[row["reading_id"]] for row in rows if row["reading_id"] in pictures}
    editable = [name for name in DECIDED if name != "paper_id"]
    data = {"columns": reader.fieldnames, "editable": editable, "rows": rows, "pictures": shown}
    return json.dumps(data).replace("<", "\\u003c")


def _confirmation(row: Mapping[Hashable, Any], edition: str) -> str | None:
    """The line of raw/corrections.csv that confirms a reading; None where it went into no system."""
    if row["system_id"] is None:
        return None
    value, place = repr(float(row["value"])), f"{row['paper_id']}, page {row['page']}"
    fields = (edition, row["system_id"], row["benchmark"], "perplexity", value, value, "confirmed on the page")
    return ",".join(map(str, fields)) + f',"{place}"'
