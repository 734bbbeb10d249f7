"""The raw tables of other laws of progress.

In: a folder. Out: nothing, or the first bad cell as an InputError.
"""

from __future__ import annotations

from pathlib import Path

from lmprogress.core import tables
from lmprogress.core.errors import InputError

# of a CSV, after its header
_FIRST_LINE = 2
# file -> table
RAW_TABLES = {
    "reference_losses": "reference_losses",
    "reference_scores": "reference_scores",
    "reference_curves": "reference_curves",
    "density_models": "density_models",
    "benchmark_scores": "benchmark_scores",
    "inference_prices": "inference_prices",
    "published_slopes": "published_slopes",
    "technology_series": "technology_series",
    "timed_records": "timed_records",
    "training_runs": "training_runs",
    "scaling_runs": "scaling_runs",
    "allocation_laws": "allocation_laws",
    "published_gains": "published_gains",
    "published_rates": "published_rates",
    "claims": "claim_statements",
    "claim_terms": "claim_terms",
    "claim_facts": "claim_facts",
}


def check_raw_tables(folder: str | Path) -> list[str]:
    """Check every raw table in `folder`, and name the tables that claims ask for. Raises InputError."""
    read = {file: tables.read_csv(Path(folder) / f"{file}.csv", table) for file, table in RAW_TABLES.items()}
    models = set(read["density_models"]["model"])
    for file, column in (("benchmark_scores", "model"), ("density_models", "derived_from")):
        named = read[file][column]
        unknown = named[named.notna() & ~named.isin(list(models))]
        if len(unknown):
            raise InputError(
                "is not a model of density_models.csv",
                file=str(Path(folder) / f"{file}.csv"),
                row=int(unknown.index[0]) + _FIRST_LINE,
                column=column,
                value=unknown.iloc[0],
                remedy="correct its spelling, or add the model there",
            )
    claims, terms = read["claims"], read["claim_terms"]
    unchosen = claims["table"].isna() != claims["column"].isna()
    unstated = claims["table"].notna() & claims[["stated", "relation", "tolerance"]].isna().any(axis=1)
    unknown = ~terms["claim"].isin(list(claims["claim"]))
    for file, bad, problem, remedy in (
        ("claims", unchosen, "has a table or a column alone", "give both, or neither where it cannot be checked"),
        ("claims", unstated, "has a table, but no number beside it", "give stated, relation and tolerance"),
        ("claim_terms", unknown, "is not a claim of claims.csv", "correct its spelling, or add the claim there"),
    ):
        if bad.any():
            row = int(bad.to_numpy().argmax())
            raise InputError(
                problem, file=str(Path(folder) / f"{file}.csv"), row=row + _FIRST_LINE, column="claim",
                value=read[file]["claim"][row], remedy=remedy,
            )  # fmt: skip
    return sorted({*claims["table"].dropna(), *terms["table"]})
