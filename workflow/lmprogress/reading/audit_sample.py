"""How often the reader is wrong: a random sample of its readings, and what people said of them.

In: readings and raw/audit_verdicts.csv. Out: the tables audit_sample and audit.
"""

from __future__ import annotations

import hashlib

import pandas as pd
import scipy

from lmprogress.core.schemas.curation import AUDIT, AUDIT_SAMPLE
from lmprogress.core.settings import Audit

_CONTENT = ("paper_id", "page", "value", "benchmark", "split", "own", "row_label", "n_parameters")
_FIELDS = ("any", "quantity", "value", "benchmark", "split", "own", "row_label", "n_parameters")


def draw_audit_sample(readings: pd.DataFrame, verdicts: pd.DataFrame, settings: Audit) -> pd.DataFrame:
    """settings.size perplexity readings drawn without replacement (schema AUDIT_SAMPLE), with the verdicts that stand.

    The draw orders readings by a digest of the seed and of what they say: each has the same chance, and one that still
    says the same keeps its place, so that verdicts outlive a better reader. Readings of one page that say the same are
    one.
    """
    pool = readings[readings["quantity"] == "perplexity"]
    pool = pool.sort_values("reading_id").assign(says=_says(pool)).drop_duplicates("says")
    ranks = [hashlib.sha256(f"{settings.seed}:{says}".encode()).hexdigest() for says in pool["says"]]
    sample = pool.assign(rank=ranks).sort_values("rank").head(settings.size)
    standing = dict(zip(_says(verdicts), verdicts["verdict"], strict=True))
    sample = sample.assign(place=range(1, len(sample) + 1), verdict=sample["says"].map(standing))
    return AUDIT_SAMPLE.checked(sample[[column.name for column in AUDIT_SAMPLE.columns]], "audit_sample")


def _says(frame: pd.DataFrame) -> pd.Series:
    """What each reading says, in one text."""
    columns = [frame[name].astype(object).where(frame[name].notna(), None) for name in _CONTENT]
    texts = [repr(tuple(row)) for row in zip(*columns, strict=True)]
    return pd.Series(texts, index=frame.index, dtype="str")


def tabulate_audit(sample: pd.DataFrame, verdicts: pd.DataFrame, interval_percent: float) -> pd.DataFrame:
    """Error rate of the judged readings of `sample`, whole and by field (schema AUDIT).

    The interval of `interval_percent` is Wilson's (Wilson 1927). Empty where nothing is judged. A verdict on what is no
    longer read does not count.
    """
    wrong_in = dict(zip(_says(verdicts), verdicts["wrong"], strict=True))
    judged = sample.dropna(subset=["verdict"])
    judged = judged.assign(wrong=_says(judged).map(wrong_in))
    rows = []
    for field in _FIELDS:
        if field == "any":
            errors = int((judged["verdict"] == "wrong").sum())
        else:
            errors = sum(field in wrong.split(";") for wrong in judged["wrong"].dropna())
        row = {"field": field, "sampled": len(sample), "judged": len(judged), "errors": errors}
        if len(judged):
            interval = scipy.stats.binomtest(errors, len(judged)).proportion_ci(interval_percent / 100, method="wilson")
            row |= {"error_rate": errors / len(judged), "low": float(interval.low), "high": float(interval.high)}
        rows.append(row)
    return AUDIT.checked(pd.DataFrame(rows, columns=[column.name for column in AUDIT.columns]), "audit")
