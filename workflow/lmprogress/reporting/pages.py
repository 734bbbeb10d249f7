"""Pages from templates.

In: the name of a template and what it speaks of. Out: HTML.
"""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from lmprogress.core.doubling_times import interval, months

PAGES = (
    ("index.html", "Overview"),
    ("explore.html", "Explorer"),
    ("findings.html", "Findings"),
    ("figures.html", "Figures"),
    ("observations.html", "Observations"),
    ("readings.html", "Readings"),
    ("ledger.html", "Ledger"),
    ("table_audit.html", "Audit of the table"),
    ("rates.html", "Doubling times"),
    ("claims.html", "Claims"),
    ("method.html", "Method"),
    ("dictionary.html", "Data and columns"),
)


def render(template: str, here: str, **context: Any) -> str:
    """The page `here`, made from `template`; everything in `context` is escaped unless the template says otherwise."""
    environment = Environment(
        loader=PackageLoader("lmprogress.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["words"] = lambda code: str(code).replace("_", " ")
    environment.filters["months"] = months
    environment.globals["interval"] = interval
    environment.filters["count"] = lambda number: f"{number:,}"
    return environment.get_template(template).render(here=here, pages=PAGES, **context)
