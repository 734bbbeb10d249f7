"""Load a Croissant file with mlcroissant and read every record set; run in the validators' own environment.

In: the file. Out: record set -> rows as JSON on stdout; an exception where metadata, digest or a column is wrong.
"""

from __future__ import annotations

import json
import sys

import mlcroissant

dataset = mlcroissant.Dataset(jsonld=sys.argv[1])
rows = {records.name: sum(1 for _ in dataset.records(records.name)) for records in dataset.metadata.record_sets}
print(json.dumps(rows))
