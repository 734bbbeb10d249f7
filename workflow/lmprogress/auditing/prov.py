"""Values and the cells of papers that they rest on, as PROV-JSON.

In: a run. Out: the content of prov.json: entities for values, readings and papers, and what was derived from what.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_PREFIX = {
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "lmp": "urn:lmprogress:",
}


def prov(run: RunFiles) -> dict[str, Any]:
    """W3C PROV-JSON (member submission of 2013): value of a record ← reading ← paper, for each value with evidence."""
    evidence = readable(run, "results/tables/evidence.parquet")
    entities: dict[str, Any] = {}
    derived: dict[str, Any] = {}
    agent = {"lmp:reader": {"prov:type": {"$": "prov:SoftwareAgent", "type": "xsd:QName"}}}
    attributed: dict[str, Any] = {}
    placed = evidence[evidence["reading_id"].notna()] if evidence is not None else pd.DataFrame()
    for row in placed.to_dict("records"):
        value = f"lmp:value/{row['edition']}/{row['record_id']}/{row['field']}"
        reading, paper = f"lmp:reading/{row['reading_id']}", f"lmp:paper/{row['paper_id']}"
        entities[value] = {
            "lmp:field": row["field"],
            "prov:value": _number(row["value"]),
            "lmp:status": row["status"],
            "lmp:reason": row["reason"],
        }
        entities[reading] = {
            "lmp:page": {"$": str(int(row["page"])), "type": "xsd:integer"},
            "lmp:box": " ".join(repr(float(row[name])) for name in ("x0", "y0", "x1", "y1")),
            **({"lmp:text": row["raw"]} if isinstance(row["raw"], str) and row["place"] == "value" else {}),
        }
        entities[paper] = {"lmp:sha256": row["sha256"]}
        derived[f"_:{len(derived)}"] = {"prov:generatedEntity": value, "prov:usedEntity": reading}
        if reading not in attributed:
            attributed[reading] = {"prov:entity": reading, "prov:agent": "lmp:reader"}
            derived[f"_:{len(derived)}"] = {"prov:generatedEntity": reading, "prov:usedEntity": paper}
    return {
        "prefix": _PREFIX,
        "entity": entities,
        "agent": agent,
        "wasDerivedFrom": derived,
        "wasAttributedTo": {f"_:a{place}": said for place, said in enumerate(attributed.values())},
    }


def _number(value: float) -> dict[str, str]:
    return {"$": repr(float(value)), "type": "xsd:double"}
